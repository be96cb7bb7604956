# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Work outside the programme that importing a module does: requests, processes, models."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.outside import PROCESSES, REQUESTS
from greenlint_rules.training import FROM_PRETRAINED, LOADS, loads_model

from greenlint.here import Here
from greenlint.messages import say
from greenlint.origins import Origins
from greenlint.project.nodes import children
from greenlint.rule import Confidence, Hit, Question, Rule
from greenlint.scope import dotted

RULE = Rule(
    code="GRN700",
    name="work-at-import",
    severity="warning",
    needles=(
        b"requests", b"httpx", b"urlopen", b"subprocess", b"os.system", b"from_pretrained",
        b"load", b"download",
    ),
    since="0.1.0",
    lifecycle="preview",
    help="put it into a function, with `functools.cache` where its result is kept",
    tests=False,
)  # fmt: skip

_DOWNLOADS = frozenset(("nltk.download", "urllib.request.urlretrieve", "gdown.download"))
# Files that are run and not imported, by their names and folders.
_RUN = re.compile(
    r"(^|/)(setup|conf|manage|noxfile|tasks|fabfile|dodo|wsgi|asgi|__main__|main|app|run\w*|build)\.py\Z"
    r"|(^|/)(scripts?|tools|bin|examples?|docs?|doc|tutorials?|benchmarks?|notebooks?|demos?|ci|hooks)/"
)


_CALLS = REQUESTS | PROCESSES | _DOWNLOADS | LOADS


@RULE.glance(ast.Module)
def glance(tree: ast.Module, _: bool) -> bool | Question:
    """Such a call outside of all functions."""
    called: list[ast.expr] = []
    work: list[ast.AST] = list(tree.body)
    while work:
        node = work.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        if isinstance(node, ast.Call):
            called.append(node.func)
        work += children(node)
    return bool(called) and (lambda names: any(_may_work(one, names) for one in called))


def _may_work(func: ast.expr, names: Origins) -> bool:
    return any(
        name in _CALLS or name.endswith(f".{FROM_PRETRAINED}") for name in names.qualified(func)
    )


@RULE.on(cst.Call)
def worked(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A call that stands in no function, and below no `if` that a plain import does not pass."""
    if not _is_at_import(here) or _is_run(here):
        return
    what = _what(node, here)
    if not what:
        return
    yield Hit(
        node,
        say(
            "importing this module {what}: `{call}`",
            what=what,
            call=here.brief(node, 40),
        ),
        confidence=Confidence.LOW if _is_conditional(here) else None,
    )


def _what(node: cst.Call, here: Here) -> str:
    name = here.qualified(node.func) or ""
    if name in REQUESTS or name in _DOWNLOADS:
        return "asks another machine"
    if name in PROCESSES:
        return "starts a process"
    return "reads a model" if node.args and loads_model(node, here) else ""


def _is_at_import(here: Here) -> bool:
    return not any(isinstance(one, (cst.FunctionDef, cst.Lambda)) for one in here.ancestors)


def _is_conditional(here: Here) -> bool:
    return any(isinstance(one, (cst.If, cst.IfExp, cst.ExceptHandler)) for one in here.ancestors)


def _is_run(here: Here) -> bool:
    """Whether the file is a script: by its name, its first line, or because it defines nothing."""
    if _RUN.search(here.name) or here.text.startswith("#!"):
        return True
    if any(isinstance(one, cst.If) and "__name__" in here.code(one.test) for one in here.ancestors):
        return True
    return not any(map(_defines, here.module.body)) or any(map(_is_started, here.module.body))


def _defines(statement: cst.CSTNode) -> bool:
    return isinstance(statement, (cst.FunctionDef, cst.ClassDef))


def _is_started(statement: cst.CSTNode) -> bool:
    """``if __name__ == "__main__":`` stands in files that are also run; ``main()`` in scripts."""
    match statement:
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Call(func=cst.Name(value=word)))]):
            return word in ("main", "run", "setup", "cli")
        case cst.SimpleStatementLine(body=[cst.Expr(value=cst.Call(func=cst.Attribute() as func))]):
            return dotted(func) == "sys.exit"
    return False
