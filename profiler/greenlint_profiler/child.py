# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One command as a child: its terminal, streams, signals and environment as if we were not there.

The child stays in our process group, so that what the terminal sends (Ctrl-C, Ctrl-Z) reaches it by
itself.  It gets the signal mask that we were started with, and the signals that Python ignores for
itself at their defaults.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from greenlint_profiler.said import say

# What a shell answers for a command that it cannot run (POSIX, Shell Command Language, 2.8.2).
NOT_FOUND = 127
NOT_EXECUTABLE = 126

# Python ignores these in itself; no program that it starts expects that.
_IGNORED_BY_PYTHON = tuple(
    getattr(signal, name) for name in ("SIGPIPE", "SIGXFSZ") if hasattr(signal, name)
)


class CannotStart(Exception):
    """A command that could not be run: the code that a shell would answer, and a sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended, and what it used, its own children that it waited for included.

    `signal` is the one that killed it, `stopped` says that it, or we, stood still for a while
    (Ctrl-Z), `max_rss_bytes` is the largest memory that one process of them held.
    """

    exit_code: int
    signal: int | None
    user_seconds: float
    system_seconds: float
    max_rss_bytes: int
    stopped: bool = False

    @property
    def cpu_seconds(self) -> float:
        """In user space and in the kernel together."""
        return self.user_seconds + self.system_seconds


def start(
    command: Sequence[str],
    environ: Mapping[str, str],
    mask: set[int | signal.Signals],
    *,
    output_to_stderr: bool = False,
) -> int:
    """Start a command, found as a shell finds it; returns its process id.

    With `output_to_stderr`, what it writes to standard output goes to standard error.
    Raises CannotStart.
    """
    actions = [(os.POSIX_SPAWN_DUP2, 2, 1)] if output_to_stderr else []

    def spawn(file: str, words: list[str]) -> int:
        return os.posix_spawnp(
            file,
            words,
            environ,
            file_actions=actions,
            setsigmask=mask,
            setsigdef=_IGNORED_BY_PYTHON,
        )

    try:
        try:
            return spawn(command[0], [*command])
        except OSError as error:
            if error.errno != errno.ENOEXEC:
                raise
        # A script without a first line that names its interpreter is the shell's, as for execvp.
        script = shutil.which(command[0], path=environ.get("PATH")) or command[0]
        return spawn("/bin/sh", ["/bin/sh", script, *command[1:]])
    except OSError as error:
        raise _cannot_start(command[0], error) from None


def refuse_unknown(name: str, environ: Mapping[str, str]) -> None:
    """Raises CannotStart for a command that is not there, before time is spent on anything else."""
    if os.sep in name:
        found = os.path.lexists(name)
    else:
        # A file that may not be executed is found too: the kernel says what is wrong with it.
        found = shutil.which(name, os.F_OK, environ.get("PATH")) is not None
    if not found:
        raise _not_there(name)


def _not_there(name: str) -> CannotStart:
    told = say("Cannot run {name}: there is no such command.", name=name or repr(name))
    return CannotStart(NOT_FOUND, told)


def _cannot_start(name: str, error: OSError) -> CannotStart:
    if error.errno == errno.ENOENT and os.path.exists(name):
        sentence = say(
            "Cannot run {name}: the interpreter that its first line names is not there.", name=name
        )
        return CannotStart(NOT_FOUND, sentence)
    if error.errno == errno.ENOENT:
        return _not_there(name)
    why = (error.strerror or str(error)).lower()
    return CannotStart(NOT_EXECUTABLE, say("Cannot run {name}: {why}.", name=name, why=why))


def original_environ(proc: str = "/proc") -> dict[str, str]:
    """The environment without what Python added to it: under the C locale it sets LC_CTYPE
    (PEP 538), which would change how a child sorts and prints.
    """
    environ = dict(os.environ)
    if environ.get("LC_CTYPE") in ("C.UTF-8", "C.utf8", "UTF-8"):
        try:
            with open(os.path.join(proc, "self", "environ"), "rb") as file:
                began_with = file.read().split(b"\0")
        except OSError:
            return environ
        if not any(entry.startswith(b"LC_CTYPE=") for entry in began_with):
            del environ["LC_CTYPE"]
    return environ
