# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A text that one function parses twice."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import last_words, renamed

from greenlint.here import Here
from greenlint.messages import say
from greenlint.project.nodes import every, word_of
from greenlint.rule import Hit, Related, Rule
from greenlint.scope import How, dotted
from greenlint.uses import changes
from greenlint.walk import within

RULE = Rule(
    code="GRN752",
    name="repeated-parse",
    severity="warning",
    needles=(b"loads", b"safe_load", b"fromstring", b"BeautifulSoup", b"parseString"),
    since="0.1.0",
    lifecycle="preview",
    help="give what was parsed a name, and use it again",
    tests=False,
)

# Functions that make the same of the same text each time.
_PARSERS = frozenset(
    (
        "json.loads", "simplejson.loads", "ujson.loads", "orjson.loads", "yaml.safe_load",
        "tomllib.loads", "tomli.loads", "toml.loads", "pickle.loads", "ast.literal_eval",
        "xml.etree.ElementTree.fromstring", "lxml.etree.fromstring", "lxml.html.fromstring",
        "xml.dom.minidom.parseString", "bs4.BeautifulSoup", "defusedxml.ElementTree.fromstring",
    )
)  # fmt: skip
_WORDS = last_words(_PARSERS)


@RULE.glance(ast.FunctionDef, ast.AsyncFunctionDef)
def glance(node: ast.FunctionDef | ast.AsyncFunctionDef, _: bool) -> bool:
    """A function that gives the same to a parser in two places."""
    seen: set[str] = set()
    for part in every(node):
        if isinstance(part, ast.Call) and part.args and word_of(part) in _WORDS:
            text = ast.unparse(part)
            if text in seen:
                return True
            seen.add(text)
    return False


renamed(RULE, _WORDS)


@RULE.on(cst.Call)
def again(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A call that an earlier statement, which runs before it in any case, has made as well."""
    if here.qualified(node.func) not in _PARSERS or not node.args or here.function is None:
        return
    text = node.args[0].value
    if not _is_fixed(text, here):
        return
    first = next(_before(node, here), None)
    if first is None:
        return
    yield Hit(
        node,
        say(
            "`{call}` parses `{text}` a second time", call=here.brief(node.func), text=dotted(text)
        ),
        related=(Related(first, "parsed here before"),),
    )


def _is_fixed(text: cst.BaseExpression, here: Here) -> bool:
    """Whether a name holds one text throughout the function: it is bound once, and in no loop."""
    if not isinstance(text, cst.Name):
        return False
    bound = here.bindings(text.value)
    if len(bound) != 1 or bound[0].how not in (How.ASSIGN, How.PARAMETER):
        return False
    loop = here.every_turn(few=True)
    return loop is None or not here.depends(text, loop)


def _before(node: cst.Call, here: Here) -> Iterator[cst.Call]:
    """Calls to the letter the same, in plain statements before the one at hand in a block around,
    whose result nobody has changed since.
    """
    child: cst.CSTNode = node
    for parent in here.ancestors:
        if isinstance(parent, cst.FunctionDef):
            return
        if isinstance(parent, cst.IndentedBlock):
            for statement in parent.body:
                if statement is child:
                    break
                if isinstance(statement, cst.SimpleStatementLine):
                    yield from _same(statement, node, here)
        child = parent


def _same(statement: cst.SimpleStatementLine, node: cst.Call, here: Here) -> Iterator[cst.Call]:
    for one in within(statement):
        if isinstance(one, cst.Call) and one.deep_equals(node) and not _is_changed(one, here):
            yield one


def _is_changed(call: cst.Call, here: Here) -> bool:
    """Whether what a call is assigned to is changed anywhere in the function, or handed on."""
    nodes = list(within(here.block))
    for part in nodes:
        if isinstance(part, cst.Assign) and call in within(part.value):
            names = [dotted(one.target) for one in part.targets]
            if any(changes(other, name) for other in nodes if other is not part for name in names):
                return True
    return False
