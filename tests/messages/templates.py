# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The texts for people that stand in the source: what a catalogue has to translate.

Read from the syntax alone, as far as a text can be traced: a literal, what a name is bound to in
its module, an entry of a table, an argument of a message that stands outside backticks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from greenlint.messages.translated import worded

# Function -> positions and names of the arguments that hold texts.
SPOKEN: dict[str, tuple[int | str, ...]] = {
    "say": (0,),
    "Hit": (1, "message", "help"),
    "Fix": (0, "message"),
    "FoundFix": (0,),
    "Related": (1, "message"),
    "Rule": ("help",),
    "RuleInfo": ("help",),
    "Option": (2,),
    "as_message": (0,),
    "Message": (0,),
    "Kind": (0,),
}
# Errors: their sentence is made of parts.
ERRORS = frozenset(
    (
        "GreenlintError",
        "UsageError",
        "ConfigError",
        "PluginError",
        "FixError",
        "_Unfit",
        "NoContextsError",
    )
)
SPOKEN |= dict.fromkeys(ERRORS, tuple(range(5)))
# Errors of what measures: a template with its arguments.
SAID = frozenset(
    ("StoreError", "GateError", "CannotMeasure", "NothingToCompare", "CannotCompare", "WorkerEnded",
     "TooLong", "SettingsError")
)  # fmt: skip
SPOKEN |= dict.fromkeys(SAID, (0,))
# What puts a template and its arguments into words at once.
TOLD = frozenset(("told", "tell", "note", "complain", "message"))
SPOKEN |= dict.fromkeys(TOLD, (0,))
# Functions that give code, not words.
_CODE = {"written"}
# ``language.count(number, "{n} file", "{n} files")``: a singular and its plural.
COUNTED = ("count", "several")


@dataclass(frozen=True, order=True)
class Text:
    """A text, its plural if it has one, and where it stands: ``loops/append_in_loop.py:41``."""

    text: str
    plural: str
    place: str


@dataclass(frozen=True)
class Source:
    """A module, and what its names are bound to."""

    path: Path
    name: str
    elsewhere: dict[str, list[ast.expr]]
    errors: bool = True

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @cached_property
    def bound(self) -> dict[str, list[ast.expr]]:
        """Every value that a name of the module is given, at whatever depth."""
        found: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.tree):
            match node:
                case ast.Assign(targets=targets, value=value):
                    for target in targets:
                        for name, part in _pairs(target, value):
                            found.setdefault(name, []).append(part)
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    found.setdefault(name, []).append(value)
                case ast.FunctionDef(name=name):
                    found.setdefault(name, []).extend(
                        one.value
                        for one in ast.walk(node)
                        if isinstance(one, ast.Return) and one.value is not None
                    )
        return found

    def texts(self) -> Iterator[Text]:
        """All texts for people, each as often as it stands there."""
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call):
                continue
            place = f"{self.name}:{node.lineno}"
            match node.func:
                case ast.Name(id=word) | ast.Attribute(attr=word):
                    pass
                case _:
                    continue
            if word in COUNTED and len(node.args) == 3:
                one, many = (list(self._strings(arg)) for arg in node.args[1:])
                for pair in zip(one, many, strict=True):
                    yield Text(*pair, place)
            if word in ERRORS and not self.errors:
                continue
            for arg in _spoken(node, word):
                for text in self._strings(arg):
                    yield Text(text, "", place)
                    if word == "say" or word in ERRORS | SAID | TOLD:
                        yield from self._words(node, text, place)

    def _words(self, call: ast.Call, template: str, place: str) -> Iterator[Text]:
        """The arguments of a message that are words of a language."""
        given = {one.arg: one.value for one in call.keywords}
        for name in worded(template):
            if name in given:
                for text in self._strings(given[name]):
                    code = text[0] in "`-" or any(sign in text for sign in "_/[")
                    if not code or " " in text:
                        yield Text(text, "", place)

    def _strings(self, node: ast.expr, depth: int = 4, place: int | None = None) -> Iterator[str]:
        """The texts that an expression may be, as far as this can be seen; where it is a tuple,
        the one at `place`.
        """
        inner: Iterable[ast.expr] = ()
        match node:
            case ast.Constant(value=str(text)):
                if any(char.isalpha() for char in text):
                    yield text
            case ast.IfExp(body=body, orelse=orelse):
                inner = (body, orelse)
            case ast.Tuple(elts=elts) if place is not None:
                inner, place = elts[place : place + 1], None
            case ast.BoolOp(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
                inner = values
            case ast.Dict(values=values):
                inner = values
            case ast.Subscript(value=value, slice=ast.Constant(value=int(at))):
                inner, place = (value,), at
            case ast.Subscript(value=value):
                inner = (value,)
            case ast.Name(id=name) if depth:
                for one in self.bound.get(name) or self.elsewhere.get(name) or ():
                    yield from self._strings(one, depth - 1, place)
            case ast.Call(func=ast.Name(id="say"), args=[template, *_]):
                inner = (template,)
            case ast.Call(func=ast.Name(id=name)) if depth and name in self.bound.keys() - _CODE:
                for one in self.bound[name]:
                    yield from self._strings(one, depth - 1, place)
            case ast.Call(func=ast.Attribute(value=value, attr="get")):
                inner = (value,)
        for one in inner:
            yield from self._strings(one, depth, place)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, part in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, part)
    elif isinstance(target, ast.Tuple):
        for at, one in enumerate(target.elts):
            yield from _pairs(one, ast.Subscript(value, ast.Constant(at), ast.Load()))


def _spoken(call: ast.Call, word: str) -> Iterator[ast.expr]:
    for where in SPOKEN.get(word, ()):
        if isinstance(where, int):
            yield from call.args[where : where + 1]
        else:
            yield from (one.value for one in call.keywords if one.arg == where)


def texts_below(folder: Path, *, errors: bool = True) -> list[Text]:
    """The texts of all modules below a folder, in order; with `errors`, those that are raised."""
    shared: dict[str, list[ast.expr]] = {}
    paths = [path for path in sorted(folder.rglob("*.py")) if path.name != "translated.py"]
    sources = [Source(path, path.relative_to(folder).as_posix(), shared, errors) for path in paths]
    for source in sources:
        for name, values in source.bound.items():
            if name.isupper():
                shared.setdefault(name, []).extend(values)
    return sorted({text for source in sources for text in source.texts()})


# What shows or raises a sentence at once, in whatever language it is written.
AT_ONCE = {
    "echo", "prompt", "say", "_told", "BadParameter", "ClickException", *ERRORS, *TOLD,
}  # fmt: skip


def at_once(folder: Path) -> Iterator[Text]:
    """Sentences below a folder that are shown or raised as they stand there: literals, and
    f-strings, of which no catalogue can know.
    """
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            word = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            word = node.func.id if isinstance(node.func, ast.Name) else word
            if word not in AT_ONCE:
                continue
            for arg in node.args if word in ERRORS else node.args[:1]:
                text = arg.value if isinstance(arg, ast.Constant) else ""
                if isinstance(arg, ast.JoinedStr):
                    parts = (one.value for one in arg.values if isinstance(one, ast.Constant))
                    text = "".join(map(str, parts))
                if isinstance(text, str) and _sentence(text):
                    yield Text(text, "", f"{path.relative_to(folder)}:{node.lineno}")


def _sentence(text: str) -> bool:
    """Whether there are words, and not only places with something between."""
    words = re.sub(r"\{\w*\}|greenlint:", "", text)
    return " " in text.strip() and any(map(str.isalpha, words))


# Tables of what is said, by the name that they have in their module; of pairs, one and many.
_TABLES = {
    "_SENTENCES", "_STATUS", "_WORDS", "_WAYS_OUT", "_TURNS", "_TOTALS", "_AS_MANY", "_NOUNS",
    "_COUNTED", "_LESS", "_EACH",
}  # fmt: skip


def tables_below(folder: Path) -> Iterator[Text]:
    """The texts in tables of sentences below a folder."""
    for path in sorted(folder.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "greenlint_profiler.said" not in source and "\n_SENTENCES" not in source:
            continue
        for node in ast.parse(source).body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _TABLES:
                    place = f"{path.relative_to(folder)}:{node.lineno}"
                    values = value.values if isinstance(value, ast.Dict) else [value]
                    yield from (Text(*_pair(one), place) for one in values)


def _pair(node: ast.expr) -> tuple[str, str]:
    match node:
        case ast.Tuple(elts=[ast.Constant(value=str(one)), ast.Constant(value=str(many))]):
            return one, many
        case ast.Constant(value=str(text)):
            return text, ""
        case _:
            return "", ""
