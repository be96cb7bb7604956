# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Two places to measure in: a checkout of either revision, and what its code runs with."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from greenlint_profiler.gate.error import CannotMeasure, GateError
from greenlint_profiler.gate.sides import generated, imports, processes
from greenlint_profiler.gate.sides.environments import Environment, Recipe, environment
from greenlint_profiler.gate.sides.requirements import Stated, differing, digest, stated
from greenlint_profiler.gate.sides.revisions import (
    Repository,
    Revision,
    refuse_equal,
    repository,
    revision,
)
from greenlint_profiler.gate.sides.runs import run
from greenlint_profiler.gate.sides.surroundings import Surroundings
from greenlint_profiler.gate.sides.uncommitted import working_tree
from greenlint_profiler.gate.sides.worktrees import check_out
from greenlint_profiler.said import joined
from greenlint_profiler.said import say as message

BASE, HEAD = "base", "head"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Place:
    """One side.

    `root` is the folder of its checkout in which the user stands, and where commands are run;
    `environ` is what its processes are started with.  `environment` says why and where it has an
    environment of its own, and is None where it has the user's.  `python` is its interpreter.
    """

    side: str
    revision: Revision
    root: Path
    environ: Mapping[str, str]
    environment: str | None
    python: str


@dataclass(frozen=True, slots=True)
class _Side:
    """A side that is checked out."""

    name: str
    revision: Revision
    folder: Path
    top: Path
    root: Path
    stated: Stated


@dataclass(frozen=True, slots=True)
class _Gate:
    """What both sides share."""

    repository: Repository
    run: Path
    python: str
    install: str
    cache: Path
    environ: Mapping[str, str]
    say: Callable[[str], None]


@contextmanager
def places(
    where: Path,
    base: str,
    head: str | None,
    *,
    install: str | None,
    cache: Path,
    say: Callable[[str], None],
    environ: Mapping[str, str] | None = None,
    python: str | None = None,
    alike: bool = False,
) -> Iterator[tuple[Place, Place]]:
    """The places of base and head; they are gone afterwards, with every process that was started
    with the `environ` of one of them.

    `head` is None for the checkout as it is, with changes that are not committed.  `install` makes
    an environment where the requirements differ, which is kept in `cache`; `python` is the user's
    interpreter, by default that of the environment that is active.  With `alike` both revisions may
    be the same.  Raises GateError, and CannotMeasure.
    """
    environ = dict(os.environ if environ is None else environ)
    say = _once(say)
    found = repository(where, environ)
    first = revision(found, base)
    second = None if head is None else revision(found, head)
    if second is not None and not alike:
        refuse_equal(found, first, second)
    with run(found.common, say) as folder, ExitStack() as held:
        found = replace(found, git=found.git.marked({processes.MARK: str(folder)}))
        gate = _Gate(
            *(found, folder, python or _users_python(environ), (install or "").strip()),
            *(cache.absolute() / "environments", environ, say),
        )
        with _room(folder):
            second = second or working_tree(found, folder / "index")
            if not alike:
                refuse_equal(found, first, second)
            sides = [_side(gate, BASE, first), _side(gate, HEAD, second)]
            both = _placed(gate, sides[0], sides[1], held)
        yield both


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    """Tells of a disk that is full, or that fails."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise GateError(
            "Cannot write what the two sides need in {folder}: {reason}. Make room, or "
            "set TMPDIR to a folder on another disk.",
            folder=folder,
            reason=reason,
        ) from None


def _once(say: Callable[[str], None]) -> Callable[[str], None]:
    """Says what holds for both sides once."""
    said = set()

    def say_once(sentence: str) -> None:
        if sentence not in said:
            said.add(sentence)
            say(sentence)

    return say_once


def _users_python(environ: Mapping[str, str]) -> str:
    """The interpreter of the environment that is active, else the one that runs this."""
    if active := environ.get("VIRTUAL_ENV"):
        for name in ("bin/python", "Scripts/python.exe"):
            if os.path.exists(python := os.path.join(active, name)):
                return python
    return sys.executable


def _side(gate: _Gate, name: str, of: Revision) -> _Side:
    """Check out one side.  Its checkout has the name of the user's: tests may go by it."""
    folder = gate.run / name
    top = folder / (gate.repository.top.name or "checkout")
    check_out(gate.repository, of, top, gate.say)
    root = top / gate.repository.prefix.rstrip("/")
    if not root.is_dir():
        raise GateError(
            "{name} ({commit}) has no folder {prefix}, from which the gate was started. "
            "Start it in a folder that both revisions have.",
            name=of.name,
            commit=of.commit[:12],
            prefix=gate.repository.prefix,
        )
    return _Side(name, of, folder, top, root, stated(top, root))


def _placed(gate: _Gate, base: _Side, head: _Side, held: ExitStack) -> tuple[Place, Place]:
    git, where = gate.repository.git, gate.repository.top / gate.repository.prefix
    user = imports.interpreter(gate.python, where, gate.environ)
    project = imports.project(user, [gate.repository.top], where)
    ignored = generated.ignored_modules(git)
    built = generated.built(ignored)
    made_of = [generated.sources(git, side.revision.commit, built) for side in (base, head)]
    needed = (built or project.compiled) and made_of[0] != made_of[1]
    reason = _reason(base, head, needed, project.compiled)
    if reason is not None and not gate.install:
        raise CannotMeasure(
            "{reason}, so that one environment cannot stand for both. Say how an "
            "environment of a side is made, in [tool.greenlint.energy], for example "
            'gate-install = "{python} -m pip install -e ." or "uv sync": it is run in '
            "the checkout of each side.",
            reason=reason,
            python="{python}",
        )
    copied = [name for name in ignored if reason is None or name not in built]
    for side in (base, head):
        generated.copy(copied, gate.repository.top, side.top)
    if copied:
        names = _some(copied)
        gate.say(message("Copied to both sides, as git ignores them: {names}.", names=names))
    own = [
        None if reason is None else held.enter_context(_environment(gate, side, user, sources))
        for side, sources in zip((base, head), made_of, strict=True)
    ]
    sides = [(base.top, base.root), (head.top, head.root)]
    first = _place(gate, base, head, own[0], reason, sides)
    second = _place(gate, head, base, own[1], reason, sides)
    return first, second


def _reason(base: _Side, head: _Side, needed: object, compiled: bool) -> str | None:
    """Why the sides need environments of their own; None where the user's does for both."""
    if files := differing(base.stated, head.stated):
        return message(
            "{base} and {head} differ in {files}",
            base=base.revision.name,
            head=head.revision.name,
            files=_some(files),
        )
    if needed:
        return message(
            "{base} and {head} differ in what is compiled",
            base=base.revision.name,
            head=head.revision.name,
        )
    if compiled:
        return message(
            "The project is installed with compiled modules, which a checkout does not have"
        )
    return None


@contextmanager
def _environment(
    gate: _Gate, side: _Side, user: imports.Interpreter, sources: list[str]
) -> Iterator[Environment]:
    """An environment of a side; what its installer builds within the checkout is kept with it."""
    git = gate.repository.git.at(side.top)
    there_before = {*generated.ignored_modules(git)}

    def made(one: Environment) -> list[str]:
        new = {*generated.ignored_modules(git)} - there_before
        generated.keep(sorted(new), side.top, one.built)
        inside = imports.interpreter(str(one.python), side.root, one.activated(gate.environ))
        return [below for _, below in imports.project(inside, [side.top], side.root).entries]

    stated = [f"{name} {content}" for name, content in sorted(side.stated.items())]
    key = digest([*stated, *sources, user.about, gate.install, gate.repository.prefix])
    environ = {**gate.environ, processes.MARK: str(gate.run)}
    recipe = Recipe(key, user.python, gate.install, side.top, side.root, environ, made)
    with environment(recipe, gate.cache, gate.say) as (found, was_there):
        if was_there and found.built.is_dir():
            kept = [path for path in found.built.rglob("*") if path.is_file()]
            names = [path.relative_to(found.built).as_posix() for path in kept]
            generated.copy(names, found.built, side.top)
        yield found


def _place(
    gate: _Gate,
    side: _Side,
    other: _Side,
    own: Environment | None,
    reason: str | None,
    sides: list[tuple[Path, Path]],
) -> Place:
    """A side with all that its processes are started with, tried out."""
    top, where = gate.repository.top, gate.repository.top / gate.repository.prefix
    environ = gate.environ if own is None else own.activated(gate.environ)
    python = gate.python if own is None else str(own.python)
    checkouts = [top] if own is None else [top, own.made_for]
    known = imports.interpreter(python, where, environ)
    project = imports.project(known, checkouts, side.root)
    hook = side.folder / "hook"
    last = [] if own is None else own.roots
    imports.write_hook(hook, project, side.top, last)
    around = Surroundings(side.name, gate.run, side.folder, top, side.top, other.top, side.root)
    roots = [*dict.fromkeys([*project.roots(sides), *last])]
    full = around.environ(environ, hook, roots)
    names = {*project.names, *(name for name, _ in project.mapped)}
    for one, _ in sides:
        names |= imports.top_level_names(one, roots)
    imports.refuse_others(python, side.root, full, project, side.top, side.name, names)
    told = None if own is None else f"{own.folder} ({reason})"
    return Place(side.name, side.revision, side.root, full, told, python)


def _some(names: list[str]) -> str:
    more = message(" and {n} more", n=len(names) - _SHOWN) if len(names) > _SHOWN else ""
    return joined("", [", ".join(names[:_SHOWN]), more])
