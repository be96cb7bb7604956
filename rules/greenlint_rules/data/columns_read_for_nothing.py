# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""All columns of a file are read, and some of them are kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import libcst as cst
from greenlint_rules.glances import calls_of

from greenlint.here import Here
from greenlint.messages import say
from greenlint.rule import Edit, Fix, Hit, Rule, Safety
from greenlint.walk import within

RULE = Rule(
    code="GRN407",
    name="columns-read-for-nothing",
    severity="note",
    aliases=("GCI96",),
    needles=(b"pandas",),
    since="0.1.0",
    lifecycle="preview",
    fix="unsafe",
    help="name the columns where the file is read",
    tests=False,
)

# What reads a table -> the argument that says which columns.
_READERS = {
    "pandas.read_csv": "usecols",
    "pandas.read_table": "usecols",
    "pandas.read_parquet": "columns",
    "pandas.read_feather": "columns",
    "pandas.read_orc": "columns",
}
# Arguments that name no columns, and give one frame whose columns are those of the file.
_PLAIN = frozenset(
    (
        "comment", "compression", "decimal", "delimiter", "dtype_backend", "encoding",
        "encoding_errors", "engine", "filepath_or_buffer", "keep_default_na", "low_memory",
        "memory_map", "na_values", "nrows", "on_bad_lines", "path", "quotechar", "quoting", "sep",
        "skipfooter", "skipinitialspace", "skiprows", "storage_options", "thousands",
    )
)  # fmt: skip

calls_of(RULE, _READERS)


@RULE.on(cst.Call)
def read(node: cst.Call, here: Here) -> Iterator[Hit]:
    """``pd.read_csv(path)[["name", "total"]]``, in one expression or in two statements."""
    word = _READERS.get(here.qualified(node.func) or "")
    if word is None or not _is_plain(node):
        return
    kept = _kept(node, here)
    if not kept:
        return
    columns = ", ".join(here.code(name) for name in kept)
    last = node.args[-1].value
    yield Hit(
        node,
        say("`{call}` reads every column, and one is kept", call=here.brief(node.func))
        if len(kept) == 1
        else say(
            "`{call}` reads every column, and {count} are kept",
            call=here.brief(node.func),
            count=len(kept),
        ),
        fix=Fix(
            say("read these columns"),
            (Edit(last, f"{here.code(last)}, {word}=[{columns}]"),),
            Safety.UNSAFE,
        ),
    )


def _is_plain(node: cst.Call) -> bool:
    """Whether a call reads one file whole, its arguments all by name but for the first."""
    if not node.args or node.args[0].star:
        return False
    return all(
        arg.keyword is not None and arg.keyword.value in _PLAIN for arg in node.args[1:]
    ) and (node.args[0].keyword is None or node.args[0].keyword.value in _PLAIN)


def _kept(node: cst.Call, here: Here) -> list[cst.SimpleString]:
    """The columns that are picked at once from what is read, none where others may be used."""
    match here.parent:
        case cst.Subscript(value=value) as picked if value is node:
            return _names(picked)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(value=name))]):
            return _kept_next(name, here)
    return []


def _kept_next(name: str, here: Here) -> list[cst.SimpleString]:
    """Those of ``name = name[["total"]]``, in the very next statement."""
    statement = here.statement()
    block = here.block
    if (alone := _only_use(name, here)) is not None:
        return _names(alone)
    body = block.body if isinstance(block, (cst.IndentedBlock, cst.Module)) else ()
    following = next((two for one, two in pairwise(body) if one is statement), None)
    match following:
        case cst.SimpleStatementLine(
            body=[
                cst.Assign(
                    targets=[cst.AssignTarget(target=cst.Name(value=again))],
                    value=cst.Subscript(value=cst.Name(value=source)) as picked,
                )
            ]
        ) if again == source == name:
            return _names(picked)
    return []


def _only_use(name: str, here: Here) -> cst.Subscript | None:
    """``name[["total"]]``, where a function says the name nowhere else."""
    if here.function is None or len(here.bindings(name)) != 1:
        return None
    said = [
        part
        for part in within(here.block, names=True)
        if isinstance(part, cst.Name) and part.value == name
    ]
    picked = [
        part
        for part in within(here.block)
        if isinstance(part, cst.Subscript)
        and isinstance(part.value, cst.Name)
        and part.value.value == name
    ]
    stored = any(
        isinstance(part, cst.AssignTarget | cst.AugAssign) and part.target in picked
        for part in within(here.block)
    )
    return picked[0] if len(said) == 2 and len(picked) == 1 and not stored else None


def _names(picked: cst.Subscript) -> list[cst.SimpleString]:
    """``["total"]`` and ``[["name", "total"]]``: columns by their names, each written there."""
    match picked.slice:
        case [cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as one))]:
            names = [one]
        case [cst.SubscriptElement(slice=cst.Index(value=cst.List(elements=elements)))]:
            names = [one.value for one in elements if isinstance(one.value, cst.SimpleString)]
            if len(names) != len(elements):
                return []
        case _:
            return []
    return names if all(isinstance(one.evaluated_value, str) for one in names) else []
