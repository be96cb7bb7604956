# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Environments that are made for one side, kept by what they are made of, and never half made."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from greenlint_profiler.gate.error import CannotMeasure
from greenlint_profiler.gate.sides import processes
from greenlint_profiler.said import say as message

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

# So many are kept: those of three changes, two sides each.
KEEP = 6
_MADE = "made.json"
_PIP = re.compile(r"(?<!uv )\bpip\b")
_LINES = 20
_BIN = "Scripts" if os.name == "nt" else "bin"


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment of one side.

    `made_for` is the checkout that its installer saw, to which editable installs in it point, and
    `roots` are the folders of it from which they import: Python itself skips them once that
    checkout is gone.
    """

    folder: Path
    made_for: Path
    roots: tuple[str, ...] = ()

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / _BIN / "python"

    @property
    def built(self) -> Path:
        """Where compiled modules are kept that the installer made within the checkout."""
        return self.folder / "greenlint-built"

    def activated(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The variables with which installers and commands take it for theirs."""
        kept = {name: value for name, value in environ.items() if name != "PYTHONHOME"}
        before = environ.get("PATH", os.defpath)
        return {
            **kept,
            "VIRTUAL_ENV": str(self.folder),
            "UV_PROJECT_ENVIRONMENT": str(self.folder),
            "PATH": os.pathsep.join([str(self.folder / _BIN), before]),
        }


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an environment is made of: its name, who makes it, and how.

    `top` is the checkout and `root` the folder in it in which `install` runs; `python` is the
    user's interpreter.  `made` is told the environment once the installer has done its work, and
    tells the roots.
    """

    key: str
    python: str
    install: str
    top: Path
    root: Path
    environ: Mapping[str, str]
    made: Callable[[Environment], Iterable[str]]


@contextmanager
def environment(
    recipe: Recipe, cache: Path, say: Callable[[str], None]
) -> Iterator[tuple[Environment, bool]]:
    """The environment of a recipe, and whether it was there already; nobody removes it meanwhile.

    Raises CannotMeasure where it cannot be made.
    """
    _make_cache(cache)
    folder, there = cache / recipe.key, True
    with _lock(cache / f"{recipe.key}.lock") as lock:

        def hold(*, shared: bool) -> None:
            if not lock(shared=shared, wait=False):
                wait = "Another gate makes the environment {folder}; waiting for it."
                say(message(wait, folder=folder))
                lock(shared=shared, wait=True)

        hold(shared=True)
        # Between one lock and the next another run may make it, or remove it.
        while (found := _made(folder)) is None:
            hold(shared=False)
            if _made(folder) is None:
                made = "Making an environment in {folder} with `{install}` ..."
                say(message(made, folder=folder, install=recipe.install))
                _make(recipe, folder)
                there = False
            hold(shared=True)
        with suppress(OSError):
            os.utime(folder / _MADE)
        _prune(cache, recipe.key)
        yield found, there


def _make_cache(cache: Path) -> None:
    """The folder of the environments, which tells git to leave it alone."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        if not (cache / ".gitignore").exists():
            (cache / ".gitignore").write_text("*\n", encoding="ascii")
    except OSError as error:
        raise CannotMeasure(_no_room(cache, error)) from None


def _no_room(folder: Path, error: OSError) -> str:
    reason = (error.strerror or str(error)).lower()
    return message(
        "Cannot make an environment in {folder}: {reason}. Make room there, or name "
        "another folder for caches.",
        folder=folder,
        reason=reason,
    )


def _made(folder: Path) -> Environment | None:
    """The environment in a folder, None where it was not made to its end."""
    try:
        told = json.loads((folder / _MADE).read_text(encoding="utf-8"))
        found = Environment(folder, Path(told["made_for"]), tuple(told["roots"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return None if _taken(found.made_for) else found


def _taken(checkout: Path) -> bool:
    """Whether somebody else has put something where the checkout of an earlier gate was, in a
    folder for all users: the interpreter would import from there.
    """
    with suppress(OSError, AttributeError):
        return any(one.lstat().st_uid != os.getuid() for one in (checkout, *checkout.parents[:2]))
    return False


def _make(recipe: Recipe, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    log = folder.with_suffix(".log")
    found = Environment(folder, recipe.top)
    environ = found.activated(recipe.environ)
    try:
        with log.open("wb") as output:
            # Putting pip into it is most of the time that it takes.
            more = [] if _PIP.search(recipe.install) else ["--without-pip"]
            words = [recipe.python, "-m", "venv", *more, str(folder)]
            _run(words, recipe, recipe.environ, output, log)
            before = _identity(str(found.python))
            install = recipe.install
            for name, value in (("{python}", found.python), ("{root}", recipe.root)):
                install = install.replace(name, shlex.quote(str(value)))
            _run(install, recipe, environ, output, log)
        after = _identity(str(found.python))
        if before != after:
            raise CannotMeasure(
                "`{install}` put another interpreter into {folder}: {after} instead of "
                "{before}, which runs the tests here. Let gate-install keep the interpreter.",
                install=recipe.install,
                folder=folder,
                after=after,
                before=before,
            )
        roots = [*recipe.made(found)]
        told = {"made_for": str(recipe.top), "roots": roots, "install": recipe.install}
        (folder / _MADE).write_text(json.dumps(told), encoding="utf-8")
    except BaseException as error:
        # An installer that was interrupted may have left processes that still write.
        if mark := recipe.environ.get(processes.MARK):
            processes.end(Path(mark))
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise CannotMeasure(_no_room(folder, error)) from None
        raise


def _run(
    words: str | list[str],
    recipe: Recipe,
    environ: Mapping[str, str],
    output: IO[bytes],
    log: Path,
) -> None:
    done = subprocess.run(
        words,
        shell=isinstance(words, str),
        cwd=recipe.root,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        shown = words if isinstance(words, str) else shlex.join(words)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LINES:]
        raise CannotMeasure(
            "`{command}` failed in {root} (exit code {code}), so that this side has no "
            "environment. Try it in a checkout of that revision, and correct gate-install in "
            "[tool.greenlint.energy]. Its last words, of {log}:\n{last}",
            command=shown,
            root=recipe.root,
            code=done.returncode,
            log=log,
            last="\n".join(lines),
        )


def _identity(python: str) -> str:
    """The implementation and version of an interpreter."""
    code = "import sys; print(sys.implementation.name, sys.version.split()[0])"
    done = subprocess.run([python, "-I", "-S", "-c", code], capture_output=True, check=False)
    return done.stdout.decode("utf-8", "replace").strip() or message("none that runs")


def _prune(cache: Path, key: str) -> None:
    """Remove all but the newest, and none that a run holds."""
    stamps = []
    for stamp in cache.glob(f"*/{_MADE}"):
        with suppress(OSError):
            stamps.append((stamp.stat().st_mtime_ns, stamp.parent))
    for _, folder in sorted(stamps, reverse=True)[KEEP:]:
        with _lock(cache / f"{folder.name}.lock") as lock:
            if folder.name != key and lock(shared=False, wait=False):
                (folder / _MADE).unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)
                folder.with_suffix(".log").unlink(missing_ok=True)


@contextmanager
def _lock(path: Path) -> Iterator[Callable[..., bool]]:
    """A lock that other processes respect, given back at the end; the file stays, as a lock that
    is removed while somebody waits for it protects nothing.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(*, shared: bool, wait: bool) -> bool:
        if fcntl is None:
            return True
        how = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(file, how)
        except BlockingIOError:
            return False
        return True

    try:
        yield take
    finally:
        os.close(file)
