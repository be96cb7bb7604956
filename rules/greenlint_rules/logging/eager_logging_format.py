# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A debug or info message that is put together before the logger can say that it is off."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

import libcst as cst
from greenlint_rules.shapes import (
    LogCall,
    expensive_part,
    level_is_asked,
    quiet_log_call,
)

from greenlint.here import Here
from greenlint.kinds import Kind
from greenlint.messages import say
from greenlint.project.nodes import word_of
from greenlint.rule import Edit, Fix, Hit, Rule, Safety
from greenlint.walk import within

RULE = Rule(
    code="GRN801",
    name="eager-logging-format",
    severity="note",
    confidence="low",
    aliases=("GCI111", "G001", "G002", "G003", "G004", "W1201", "W1202", "W1203", "S8554", "GL020"),
    needles=(b".debug(", b".info(", b".log("),
    since="0.1.0",
    lifecycle="stable",
    fix="unsafe",
    help='hand the values over: `logger.debug("order %s", number)` formats only what is written',
    tests=False,
)

_TEXTS = (cst.SimpleString, cst.FormattedString, cst.ConcatenatedString)
_BOUND = (cst.Await, cst.Yield, cst.NamedExpr, cst.Lambda)
_CONVERSION = re.compile(r"%(?:%|[-+ #0-9.]*[a-zA-Z])")
_FIELD = re.compile(r"\{\{|\}\}|\{(\w*)(?:!([rsa]))?\}|[{}%]")


@RULE.glance(words=("debug", "info", "log"))
def glance(node: ast.Call, _: bool) -> bool:
    """A call by the name of a level, whose message is put together there."""
    given = node.args[1:] if word_of(node) == "log" else node.args
    named = [one.value for one in node.keywords if one.arg == "msg"]
    return any(_is_built(one) for one in (*given[:1], *named))


def _is_built(message: ast.expr) -> bool:
    match message:
        case ast.JoinedStr(values=parts):
            return any(isinstance(part, ast.FormattedValue) for part in parts)
        case ast.BinOp(op=ast.Mod() | ast.Add()):
            return True
        case ast.Call(func=ast.Attribute(attr="format")):
            return True
    return False


@RULE.on(cst.Call)
def built(node: cst.Call, here: Here) -> Iterator[Hit]:
    """A call of debug or info on a proven logger, whose message is no plain template."""
    call = quiet_log_call(node, here)
    how = _how(call.message.value, here) if call else ""
    if call is None or not how or _is_of_error(here) or level_is_asked(here):
        return
    if call.level == "debug" and expensive_part(call.message.value, here) is not None:
        return  # GRN802 speaks of this line
    likely_off = call.level == "debug" or here.every_turn() is not None
    if not likely_off and _is_program(here):
        return
    edits = _edits(call, here)
    yield Hit(
        call.message.value,
        say(
            "`{call}` is handed a finished text: {how} even where {level} messages are off",
            call=here.brief(node.func),
            how=how,
            level=call.level,
        ),
        fix=Fix(say("let the logger format the values"), edits, Safety.UNSAFE) if edits else None,
    )


def _is_of_error(here: Here) -> bool:
    """Whether the message is put together only when something has failed."""
    for node in here.ancestors:
        if isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler)):
            return True
        if isinstance(node, (cst.FunctionDef, cst.For, cst.While)):
            return False
    return False


def _is_program(here: Here) -> bool:
    """Whether the file is started by people: what it tells at level info is its output."""
    started = {"commands", "scripts", "bin", "__main__.py", "manage.py", "setup.py"}
    return not started.isdisjoint(here.name.split("/")) or "__main__" in here.text


def _how(expr: cst.BaseExpression, here: Here) -> str:
    """How a message is put together of more than constants, in words."""
    match expr:
        case cst.FormattedString() | cst.ConcatenatedString():
            filled = any(isinstance(part, cst.FormattedStringExpression) for part in within(expr))
            return "the f-string is filled in" if filled else ""
        case cst.BinaryOperation(left=left, operator=cst.Modulo()) if here.is_text(left):
            return "`%` formats it"
        case cst.Call(func=cst.Attribute(value=text, attr=cst.Name("format"))) if (
            here.is_text(text) and expr.args
        ):
            return "`.format()` fills it in"
        case cst.BinaryOperation(operator=cst.Add()):
            terms = _terms(expr)
            texts = [term for term in terms if isinstance(term, _TEXTS)]
            return "`+` joins it" if texts and len(texts) < len(terms) else ""
    return ""


def _terms(expr: cst.BaseExpression) -> list[cst.BaseExpression]:
    """The operands of ``a + b + c``."""
    if isinstance(expr, cst.BinaryOperation) and isinstance(expr.operator, cst.Add):
        return [*_terms(expr.left), *_terms(expr.right)]
    return [expr]


# -- the fix ----------------------------------------------------------------------------------


def _edits(call: LogCall, here: Here) -> tuple[Edit, ...]:
    """The message as a template followed by its values; none where that is not plain."""
    expr = call.message.value
    if call.message.keyword is not None or expr.lpar:
        return ()
    if any(arg.star or arg.keyword is None for arg in call.rest):
        return ()
    if isinstance(expr, (cst.FormattedString, cst.ConcatenatedString)):
        return _of_f_string(expr, here)
    code = here.code(expr)
    if "\n" in code and "#" in code:
        return ()  # a comment would be lost
    match expr:
        case cst.BinaryOperation(left=template, operator=cst.Modulo(), right=right):
            text = _of_percent(template, right, here)
        case cst.Call(func=cst.Attribute(value=cst.SimpleString() as template)):
            text = _of_format(template, expr.args, here)
        case _:
            text = _of_sum(_terms(expr), here)
    return (Edit(expr, text),) if text else ()


def _value(expr: cst.BaseExpression, here: Here) -> str:
    """The source of a value as an argument, "" where it cannot stand there as it is."""
    loose = isinstance(expr, (cst.GeneratorExp, cst.Tuple)) and not expr.lpar
    code = here.code(expr).strip()
    if loose or "\n" in code or any(isinstance(part, _BOUND) for part in within(expr)):
        return ""
    return code


def _of_f_string(
    expr: cst.FormattedString | cst.ConcatenatedString, here: Here
) -> tuple[Edit, ...]:
    edits, values = [], []
    for piece in _strings(expr):
        if piece.lpar:
            return ()
        if isinstance(piece, cst.SimpleString):
            text = piece.value.replace("%", "%%")
        else:
            found = _template(piece, here)
            if found is None:
                return ()
            text, more = found
            values += more
        edits.append((piece, text))
    last, text = edits[-1]
    edits[-1] = (last, ", ".join((text, *values)))
    return tuple(Edit(piece, text) for piece, text in edits if here.code(piece) != text)


def _strings(
    expr: cst.BaseExpression,
) -> Iterator[cst.SimpleString | cst.FormattedString]:
    if isinstance(expr, cst.ConcatenatedString):
        yield from _strings(expr.left)
        yield from _strings(expr.right)
    elif isinstance(expr, (cst.SimpleString, cst.FormattedString)):
        yield expr


def _template(piece: cst.FormattedString, here: Here) -> tuple[str, list[str]] | None:
    """An f-string as a template for ``%``, and its values."""
    text, values = "", []
    for part in piece.parts:
        if isinstance(part, cst.FormattedStringText):
            if "\\N{" in part.value:
                return None
            plain = part.value.replace("{{", "{").replace("}}", "}")
            text += plain.replace("%", "%%")
        elif isinstance(part, cst.FormattedStringExpression):
            value = _value(part.expression, here)
            if not value or part.format_spec is not None or part.equal is not None:
                return None
            text += f"%{part.conversion or 's'}"
            values.append(value)
    return piece.start.replace("f", "").replace("F", "") + text + piece.end, values


def _of_percent(template: cst.BaseExpression, right: cst.BaseExpression, here: Here) -> str:
    if not isinstance(template, cst.SimpleString) or template.lpar or "%(" in template.value:
        return ""
    wanted = [found for found in _CONVERSION.findall(template.value) if found != "%%"]
    if isinstance(right, cst.Tuple):
        parts = [element.value for element in right.elements]
        starred = any(isinstance(element, cst.StarredElement) for element in right.elements)
    else:
        parts, starred = [right], here.kind(right) in (Kind.TUPLE, Kind.DICT)
    values = [_value(part, here) for part in parts]
    if starred or not all(values) or len(values) != len(wanted) or "*" in template.value:
        return ""
    return ", ".join((template.value, *values))


def _of_format(template: cst.SimpleString, args: Sequence[cst.Arg], here: Here) -> str:
    """``"{} {name!r}".format(a, name=b)``, every value named once and in order."""
    names = [arg.keyword.value if arg.keyword else str(n) for n, arg in enumerate(args)]
    values = [_value(arg.value, here) for arg in args]
    if template.lpar or not all(values) or any(arg.star for arg in args) or "\\N" in template.value:
        return ""
    fields: list[str] = []
    odd = False

    def put(found: re.Match[str]) -> str:
        nonlocal odd
        token = found[0]
        if token in ("{{", "}}"):
            return token[0]
        if token == "%":
            return "%%"
        odd = odd or len(token) == 1
        fields.append(found[1] or str(len(fields)))
        return f"%{found[2] or 's'}"

    text = _FIELD.sub(put, template.value)
    return "" if odd or fields != names else ", ".join((text, *values))


def _of_sum(terms: list[cst.BaseExpression], here: Here) -> str:
    """``"order " + number``: the operands are text already, so ``%s`` shows them as they are."""
    texts = [term for term in terms if isinstance(term, cst.SimpleString)]
    if not texts or len({(text.prefix, text.quote) for text in texts}) != 1:
        return ""
    template, values = "", []
    for term in terms:
        if isinstance(term, cst.SimpleString):
            template += term.raw_value.replace("%", "%%")
            continue
        shown = _shown(term, here)
        if not shown or term.lpar or isinstance(term, (cst.BinaryOperation, *_TEXTS)):
            return ""
        template += "%s"
        values.append(shown)
    return ", ".join((f"{texts[0].prefix}{texts[0].quote}{template}{texts[0].quote}", *values))


def _shown(term: cst.BaseExpression, here: Here) -> str:
    """The value behind ``str(value)``; any other term as it is."""
    match term:
        case cst.Call(func=func, args=[cst.Arg(keyword=None, star="", value=inner)]) if (
            here.qualified(func) == "builtins.str"
        ):
            return _value(inner, here)
    return _value(term, here)
