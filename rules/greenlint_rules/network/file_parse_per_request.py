# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A file that is read and parsed anew for every request, and is always the same one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import libcst as cst
from greenlint_rules.glances import last_words, renamed
from greenlint_rules.handlers import may_handle_requests, request_handler

from greenlint.here import Here, reads
from greenlint.messages import say
from greenlint.project.nodes import every, word_of
from greenlint.rule import Confidence, Hit, Question, Rule
from greenlint.scope import How, dotted
from greenlint.walk import within

RULE = Rule(
    code="GRN357",
    name="file-parse-per-request",
    severity="warning",
    needles=(b"load", b"read_csv", b"read_excel", b"read_parquet", b".parse("),
    since="0.1.0",
    lifecycle="preview",
    help="read it once: at start-up, or in a function with `functools.cache`",
    tests=False,
    repeats=False,
)

# Calls that read and take apart all of a file or path that they are given.
_PARSERS = frozenset(
    (
        "json.load", "json.loads", "simplejson.load", "ujson.load", "orjson.loads",
        "yaml.safe_load", "yaml.load", "tomllib.load", "tomli.load", "toml.load", "pickle.load",
        "pandas.read_csv", "pandas.read_excel", "pandas.read_parquet", "pandas.read_json",
        "pandas.read_pickle", "polars.read_csv", "polars.read_parquet", "numpy.load",
        "numpy.loadtxt", "xml.etree.ElementTree.parse", "lxml.etree.parse", "geopandas.read_file",
        "openpyxl.load_workbook", "csv.DictReader", "csv.reader",
    )
)  # fmt: skip


_WORDS = last_words(_PARSERS)


@RULE.glance(ast.FunctionDef, ast.AsyncFunctionDef)
def glance(node: ast.FunctionDef | ast.AsyncFunctionDef, _: bool) -> bool | Question:
    """A function that may answer requests, with a call of a parser."""
    if not may_handle_requests(node):
        return False
    calls = [one for one in every(node) if isinstance(one, ast.Call) and word_of(one) in _WORDS]
    return bool(calls) and (
        lambda origins: any(not origins.qualified(one.func).isdisjoint(_PARSERS) for one in calls)
    )


renamed(RULE, _WORDS)


@RULE.on(cst.Call)
def parsed(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A parser that is given a file whose name does not come from the request."""
    if here.qualified(node.func) not in _PARSERS or not node.args:
        return
    function = request_handler(here)
    if function is None:
        return
    path = _path(node.args[0].value, here)
    if path is None or not _is_fixed(path, function, here) or _is_written(path, here):
        return
    yield Hit(
        node,
        say(
            "`{call}` reads and parses the same file for every request that `{name}` answers",
            call=here.brief(node),
            name=function.name.value,
        ),
        confidence=None if isinstance(path, cst.SimpleString) else Confidence.MEDIUM,
    )


def _path(given: cst.BaseExpression, here: Here) -> cst.BaseExpression | None:
    """Which file is read: the argument of the `open` that gave it, or the path itself."""
    match given:
        case cst.Call(func=cst.Attribute(value=opened, attr=cst.Name("read")), args=[]):
            return _path(opened, here)
        case cst.Call(func=cst.Attribute(value=path, attr=cst.Name("read_text" | "read_bytes"))):
            return path
        case cst.Call(func=cst.Attribute(value=path, attr=cst.Name("open"))):
            return path
        case cst.Call(func=func, args=[first, *_]) if here.qualified(func) == "builtins.open":
            return first.value
        case cst.SimpleString():
            return given
        case cst.Name(value=name):
            bound = here.bindings(name)
            if len(bound) == 1 and bound[0].how is How.WITH and bound[0].value is not None:
                return _path(bound[0].value, here)
            return given if name.isupper() else None
        case cst.Attribute():
            return given if dotted(given).rpartition(".")[2].isupper() else None
        case cst.BinaryOperation(operator=cst.Divide()):
            return given
        case cst.Call(func=func) if here.qualified(func) in ("os.path.join", "pathlib.Path"):
            return given
    return None


def _is_fixed(path: cst.BaseExpression, function: cst.FunctionDef, here: Here) -> bool:
    """Whether neither the request nor what the function finds out says which file it is."""
    if isinstance(path, cst.SimpleString):
        text = path.evaluated_value
        return isinstance(text, str) and not text.lstrip().startswith(("{", "[", "/proc", "/sys"))
    bound = here.names.scopes.bindings(function)
    return not any(name in bound or name == "self" for name in reads(path)) and not any(
        isinstance(one, cst.FormattedString) for one in within(path)
    )


def _is_written(path: cst.BaseExpression, here: Here) -> bool:
    """Whether the file's name is also opened to be written in this file: then it changes."""
    code = here.code(path)
    return any(
        f"open({code}, {mode}" in here.text or f"{code}.write_" in here.text
        for mode in ('"w', "'w", '"a', "'a", 'mode="w', "mode='w")
    )
