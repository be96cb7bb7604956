# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Simple local facts: what kind of value an expression has, when this file proves it.

Evidence is a literal, an annotation, a constructor, or a name all of whose bindings agree.  What
is not proven is None; nothing is guessed from a name's spelling.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

import libcst as cst

from greenlint.scope import Binding, How, dotted
from greenlint.walk import within

if TYPE_CHECKING:
    from greenlint.names import Names
    from greenlint.walk import Link


class Kind(StrEnum):
    """Kinds of values that rules ask about."""

    NONE = "None"
    BOOL = "bool"
    INT = "int"
    FLOAT = "float"
    TEXT = "str"
    BYTES = "bytes"
    BYTEARRAY = "bytearray"
    LIST = "list"
    TUPLE = "tuple"
    SET = "set"
    DICT = "dict"
    DEQUE = "deque"
    GENERATOR = "generator"
    RANGE = "range"
    FILE = "file"
    PATH = "path"
    REGEX = "regex"
    LOGGER = "logger"
    QUERYSET = "queryset"
    MANAGER = "manager"
    FRAME = "dataframe"
    ARRAY = "array"


_CALLS = {
    "builtins.bool": Kind.BOOL, "builtins.int": Kind.INT, "builtins.len": Kind.INT,
    "builtins.float": Kind.FLOAT, "builtins.str": Kind.TEXT, "builtins.repr": Kind.TEXT,
    "builtins.bytes": Kind.BYTES, "builtins.bytearray": Kind.BYTEARRAY,
    "builtins.list": Kind.LIST, "builtins.sorted": Kind.LIST, "builtins.dir": Kind.LIST,
    "builtins.tuple": Kind.TUPLE, "builtins.set": Kind.SET, "builtins.frozenset": Kind.SET,
    "builtins.dict": Kind.DICT, "builtins.vars": Kind.DICT, "builtins.range": Kind.RANGE,
    "builtins.open": Kind.FILE, "io.open": Kind.FILE, "codecs.open": Kind.FILE,
    "gzip.open": Kind.FILE, "bz2.open": Kind.FILE, "lzma.open": Kind.FILE,
    "io.StringIO": Kind.FILE, "io.BytesIO": Kind.FILE, "io.TextIOWrapper": Kind.FILE,
    "tempfile.TemporaryFile": Kind.FILE, "tempfile.NamedTemporaryFile": Kind.FILE,
    "os.fdopen": Kind.FILE, "pathlib.Path": Kind.PATH, "pathlib.PosixPath": Kind.PATH,
    "pathlib.Path.cwd": Kind.PATH, "pathlib.Path.home": Kind.PATH,
    "collections.defaultdict": Kind.DICT, "collections.OrderedDict": Kind.DICT,
    "collections.Counter": Kind.DICT, "collections.deque": Kind.DEQUE,
    "re.compile": Kind.REGEX, "logging.getLogger": Kind.LOGGER,
    "json.dumps": Kind.TEXT, "os.listdir": Kind.LIST, "glob.glob": Kind.LIST,
    "pandas.DataFrame": Kind.FRAME, "pandas.read_csv": Kind.FRAME,
    "pandas.read_excel": Kind.FRAME, "pandas.read_parquet": Kind.FRAME,
    "pandas.read_sql": Kind.FRAME, "pandas.read_sql_query": Kind.FRAME,
    "pandas.read_json": Kind.FRAME, "pandas.concat": Kind.FRAME, "pandas.merge": Kind.FRAME,
    "numpy.array": Kind.ARRAY, "numpy.zeros": Kind.ARRAY, "numpy.ones": Kind.ARRAY,
    "numpy.empty": Kind.ARRAY, "numpy.arange": Kind.ARRAY, "numpy.linspace": Kind.ARRAY,
}  # fmt: skip
_ANNOTATIONS = {
    "bool": Kind.BOOL, "int": Kind.INT, "float": Kind.FLOAT, "str": Kind.TEXT,
    "bytes": Kind.BYTES, "bytearray": Kind.BYTEARRAY, "list": Kind.LIST, "List": Kind.LIST,
    "tuple": Kind.TUPLE, "Tuple": Kind.TUPLE, "set": Kind.SET, "Set": Kind.SET,
    "frozenset": Kind.SET, "FrozenSet": Kind.SET, "dict": Kind.DICT, "Dict": Kind.DICT,
    "defaultdict": Kind.DICT, "DefaultDict": Kind.DICT, "OrderedDict": Kind.DICT,
    "Counter": Kind.DICT, "deque": Kind.DEQUE, "Deque": Kind.DEQUE, "None": Kind.NONE,
    "QuerySet": Kind.QUERYSET, "DataFrame": Kind.FRAME, "ndarray": Kind.ARRAY,
    "Logger": Kind.LOGGER, "TextIO": Kind.FILE, "BinaryIO": Kind.FILE, "IO": Kind.FILE,
    "Generator": Kind.GENERATOR, "Path": Kind.PATH,
}  # fmt: skip
# The modules that the words of `_ANNOTATIONS` may come from; other classes of that name exist.
_HOMES = (
    "builtins.", "typing.", "typing_extensions.", "collections.", "logging.", "io.", "pathlib.",
    "pandas.", "numpy.", "django.",
)  # fmt: skip
_FROM_PATH = {
    "open": Kind.FILE, "read_text": Kind.TEXT, "read_bytes": Kind.BYTES, "joinpath": Kind.PATH,
    "resolve": Kind.PATH, "absolute": Kind.PATH, "expanduser": Kind.PATH, "with_name": Kind.PATH,
    "with_suffix": Kind.PATH, "with_stem": Kind.PATH, "relative_to": Kind.PATH,
    "exists": Kind.BOOL, "is_file": Kind.BOOL, "is_dir": Kind.BOOL, "as_posix": Kind.TEXT,
}  # fmt: skip
_TEXT_TO_TEXT = frozenset(
    (
        "capitalize", "casefold", "center", "expandtabs", "format", "format_map", "join",
        "ljust", "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rjust",
        "rstrip", "strip", "swapcase", "title", "translate", "upper", "zfill",
    )
)  # fmt: skip
_TEXT_TO_LIST = frozenset(("split", "rsplit", "splitlines"))
QUERYSET_METHODS = frozenset(
    (
        "all", "filter", "exclude", "order_by", "select_related", "prefetch_related", "annotate",
        "alias", "distinct", "values", "values_list", "only", "defer", "reverse",
        "none", "using", "union", "intersection", "difference", "select_for_update", "extra",
        "raw", "dates", "datetimes",
    )
)  # fmt: skip
_MANAGERS = ("objects", "_default_manager", "_base_manager")
_FRAME_METHODS = frozenset(
    (
        "copy", "reset_index", "set_index", "sort_values", "sort_index", "dropna", "fillna",
        "merge", "drop", "rename", "assign", "query", "head", "tail",
        "sample", "drop_duplicates", "astype",
    )
)  # fmt: skip
_SLICED_TO_SAME = (
    Kind.TEXT, Kind.BYTES, Kind.BYTEARRAY, Kind.LIST, Kind.TUPLE, Kind.RANGE, Kind.QUERYSET,
)  # fmt: skip
_MAX_DEPTH = 12


def kind_of(
    expr: cst.CSTNode | None, env: Link | None, names: Names, depth: int = 0
) -> Kind | None:
    """The proven kind of `expr`, its names read where `env` stands; None when not proven."""
    if depth > _MAX_DEPTH:
        return None
    if (plain := _LITERALS.get(expr.__class__)) is not None:
        return plain
    handler = _HANDLERS.get(expr.__class__)
    return handler(expr, env, names, depth) if handler is not None else None


_LITERALS: dict[type, Kind] = {
    cst.List: Kind.LIST, cst.ListComp: Kind.LIST, cst.Dict: Kind.DICT, cst.DictComp: Kind.DICT,
    cst.Tuple: Kind.TUPLE, cst.Set: Kind.SET, cst.SetComp: Kind.SET,
    cst.GeneratorExp: Kind.GENERATOR, cst.FormattedString: Kind.TEXT, cst.Integer: Kind.INT,
    cst.Float: Kind.FLOAT, cst.Comparison: Kind.BOOL,
}  # fmt: skip
_CONSTANTS = {"None": Kind.NONE, "True": Kind.BOOL, "False": Kind.BOOL}


def _of_string(expr: cst.SimpleString, *_: object) -> Kind:
    return Kind.BYTES if "b" in expr.prefix.lower() else Kind.TEXT


def _of_concatenated(
    expr: cst.ConcatenatedString, env: Link | None, names: Names, depth: int
) -> Kind | None:
    return kind_of(expr.left, env, names, depth + 1)


def _of_choice(
    expr: cst.IfExp | cst.BooleanOperation, env: Link | None, names: Names, depth: int
) -> Kind | None:
    either = (expr.body, expr.orelse) if isinstance(expr, cst.IfExp) else (expr.left, expr.right)
    return _agreed([kind_of(one, env, names, depth + 1) for one in either])


def _of_name(expr: cst.Name, env: Link | None, names: Names, depth: int) -> Kind | None:
    if expr.value in _CONSTANTS:
        return _CONSTANTS[expr.value]
    bindings, where = names.scopes.lookup(expr.value, env)
    return _of_bindings(bindings, where, names, depth)


def _of_inner(
    expr: cst.NamedExpr | cst.StarredElement, env: Link | None, names: Names, depth: int
) -> Kind | None:
    return kind_of(expr.value, env, names, depth + 1)


def _of_subscript(expr: cst.Subscript, env: Link | None, names: Names, depth: int) -> Kind | None:
    if len(expr.slice) != 1 or not isinstance(expr.slice[0].slice, cst.Slice):
        return None
    whole = kind_of(expr.value, env, names, depth + 1)
    return whole if whole in _SLICED_TO_SAME else None


def of_annotation(annotation: cst.CSTNode | None, env: Link | None, names: Names) -> Kind | None:
    """``list[str]``, ``Optional[dict]``, ``str | None``, "QuerySet[Order]" -> the kind named."""
    match annotation:
        case cst.Name() | cst.Attribute():
            return _of_word(annotation, env, names)
        case cst.Subscript(value=outer, slice=[inner, *_]):
            if dotted(outer).rpartition(".")[2] in ("Optional", "Final", "ClassVar", "Annotated"):
                return of_annotation(getattr(inner.slice, "value", None), env, names)
            return _of_word(outer, env, names)
        case cst.BinaryOperation(left=left, operator=cst.BitOr(), right=right):
            return _agreed([of_annotation(one, env, names) for one in (left, right)])
        case cst.SimpleString(evaluated_value=str(text)):
            try:
                return of_annotation(cst.parse_expression(text), env, names)
            except cst.ParserSyntaxError:
                return None
    return None


def _of_word(annotation: cst.CSTNode, env: Link | None, names: Names) -> Kind | None:
    """The kind a class has, if the file does not show it to be another class of the same name."""
    known = _ANNOTATIONS.get(dotted(annotation).rpartition(".")[2])
    if known is None or known is Kind.NONE:
        return known
    name = names.qualified(annotation, env)
    if name is not None:
        return known if name.startswith(_HOMES) or known is Kind.QUERYSET else None
    unbound = isinstance(annotation, cst.Name) and not names.scopes.lookup(annotation.value, env)[0]
    return known if unbound or known is Kind.QUERYSET else None


def _agreed(kinds: list[Kind | None]) -> Kind | None:
    """The one kind all have; None as a value counts for nothing: it supports no operation."""
    meant = {kind for kind in kinds if kind is not Kind.NONE}
    if len(meant) == 1:
        return meant.pop()
    return None


def _of_bindings(
    bindings: list[Binding], where: Link | None, names: Names, depth: int
) -> Kind | None:
    if not bindings:
        return None
    first = bindings[0]
    if first in names.asked:  # ``rows = rows.filter()``: what the bindings before it agree on
        return _agreed(names.asked[first])
    kinds: list[Kind | None] = []
    names.asked[first] = kinds
    try:
        for binding in filter(_counts, bindings):
            kinds.append(_of_binding(binding, where, names, depth))
            if kinds[-1] is None:
                return None
    finally:
        del names.asked[first]
    return _agreed(kinds)


def _counts(binding: Binding) -> bool:
    return binding.how is not How.DELETE


def _of_binding(binding: Binding, where: Link | None, names: Names, depth: int) -> Kind | None:
    where = binding.inside or where
    if binding.annotation is not None:
        return of_annotation(binding.annotation, where, names)
    match binding.how:
        case How.ASSIGN | How.WITH:
            return kind_of(binding.value, where, names, depth + 1)
        case How.AUGMENT:
            assert isinstance(binding.node, cst.AugAssign)
            return _of_augment(binding.node, where, names, depth)
        case How.PARAMETER:
            return None
        case How.STAR_PARAMETER:
            assert isinstance(binding.node, cst.Param)
            return Kind.DICT if binding.node.star == "**" else Kind.TUPLE
        case How.LOOP:
            over = kind_of(binding.value, where, names, depth + 1)
            return (
                {Kind.TEXT: Kind.TEXT, Kind.RANGE: Kind.INT, Kind.BYTES: Kind.INT}.get(over)
                if (over is not None)
                else None
            )
    return None


def _of_augment(node: cst.AugAssign, where: Link | None, names: Names, depth: int) -> Kind | None:
    """``x += y`` keeps a mutable x's kind, and has y's kind where x is text or bytes."""
    if isinstance(node.operator, cst.AddAssign):
        kind = kind_of(node.value, where, names, depth + 1)
        if kind in (Kind.TEXT, Kind.BYTES, Kind.LIST, Kind.TUPLE):
            return kind
    return Kind.NONE  # says nothing: the other bindings decide


def _of_operation(
    expr: cst.BinaryOperation, env: Link | None, names: Names, depth: int
) -> Kind | None:
    left = kind_of(expr.left, env, names, depth + 1)
    if isinstance(expr.operator, cst.Divide):
        return left if left is Kind.PATH else None
    if isinstance(expr.operator, cst.Modulo) and left in (Kind.TEXT, Kind.BYTES):
        return left
    right = kind_of(expr.right, env, names, depth + 1)
    sequences = (Kind.TEXT, Kind.BYTES, Kind.LIST, Kind.TUPLE)
    if isinstance(expr.operator, cst.Add):
        if left in sequences:
            return left
        if right in (Kind.TEXT, Kind.BYTES):
            return right
    if isinstance(expr.operator, cst.Multiply):
        if left in sequences and right in (Kind.INT, None):
            return left
        if right in sequences and left is Kind.INT:
            return right
    if isinstance(expr.operator, (cst.BitOr, cst.BitAnd, cst.Subtract)) and left is Kind.SET:
        return left
    if (
        left is right
        and left in (Kind.INT, Kind.FLOAT)
        and not isinstance(expr.operator, cst.Power)
    ):
        return left
    return None


def _of_call(expr: cst.Call, env: Link | None, names: Names, depth: int) -> Kind | None:
    name = names.qualified(expr.func, env)
    if name in _CALLS:
        return _CALLS[name]
    if isinstance(expr.func, cst.Name):
        return _of_function(expr.func.value, env, names, depth)
    if not isinstance(expr.func, cst.Attribute):
        return None
    method = expr.func.attr.value
    receiver = kind_of(expr.func.value, env, names, depth + 1)
    if receiver in (Kind.TEXT, Kind.BYTES):
        if method in _TEXT_TO_TEXT:
            return receiver
        if method in _TEXT_TO_LIST:
            return Kind.LIST
        return {"encode": Kind.BYTES, "decode": Kind.TEXT, "hex": Kind.TEXT}.get(method)
    if receiver in (Kind.QUERYSET, Kind.MANAGER) and method in QUERYSET_METHODS:
        return Kind.QUERYSET
    if receiver is Kind.FRAME and method in _FRAME_METHODS:
        return Kind.FRAME
    if method == "copy" and receiver in (Kind.LIST, Kind.DICT, Kind.SET, Kind.DEQUE):
        return receiver
    if receiver is Kind.PATH:
        return _FROM_PATH.get(method)
    if method == "getChild" and receiver is Kind.LOGGER:
        return receiver
    return None


def _of_function(name: str, env: Link | None, names: Names, depth: int) -> Kind | None:
    """What a plain function of this file says it returns, or else what its returns agree on."""
    bindings, where = names.scopes.lookup(name, env)
    node = bindings[0].node if len(bindings) == 1 else None
    if not isinstance(node, cst.FunctionDef) or node.asynchronous or node.decorators:
        return None
    if node not in names.returned:
        names.returned[node] = None  # a function that calls itself proves nothing by that
        if node.returns is not None:
            names.returned[node] = of_annotation(node.returns.annotation, where, names)
        else:
            inside = list(within(node.body))
            inner: Link = (node.body, (node, where))
            if not any(isinstance(one, cst.Yield) for one in inside):
                names.returned[node] = _agreed(
                    [
                        kind_of(one.value, inner, names, depth + 1)
                        for one in inside
                        if isinstance(one, cst.Return)
                    ]
                )
    return names.returned[node]


def _of_attribute(expr: cst.Attribute, env: Link | None, names: Names, depth: int) -> Kind | None:
    if expr.attr.value in _MANAGERS and names.looks_like_class(expr.value, env):
        return Kind.MANAGER
    if expr.attr.value == "parent" and kind_of(expr.value, env, names, depth + 1) is Kind.PATH:
        return Kind.PATH
    bindings, where = names.attribute(expr, env)
    return _of_bindings(bindings, where, names, depth)


_HANDLERS: dict[type, Callable[..., Kind | None]] = {
    cst.SimpleString: _of_string,
    cst.ConcatenatedString: _of_concatenated,
    cst.IfExp: _of_choice,
    cst.BooleanOperation: _of_choice,
    cst.BinaryOperation: _of_operation,
    cst.Call: _of_call,
    cst.Name: _of_name,
    cst.Attribute: _of_attribute,
    cst.NamedExpr: _of_inner,
    cst.StarredElement: _of_inner,
    cst.Subscript: _of_subscript,
}
