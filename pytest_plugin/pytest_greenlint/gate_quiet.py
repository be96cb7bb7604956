# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Options of pytest and of well-known plugins that would disturb the gate, switched off."""

from __future__ import annotations

from argparse import Namespace
from typing import Any

# Option -> what it is when it is off, and how users know it.  Those of plugins that are not there
# are no options then.
_OFF: dict[str, tuple[Any, str]] = {
    "numprocesses": (0, "pytest-xdist's -n"),
    "dist": ("no", "pytest-xdist's --dist"),
    "distload": (False, "pytest-xdist's -d"),
    "tx": ([], "pytest-xdist's --tx"),
    "looponfail": (False, "pytest-xdist's --looponfail"),
    "forked": (False, "pytest-forked's --forked"),
    "maxfail": (0, "-x and --maxfail"),
    "lf": (False, "--last-failed"),
    "failedfirst": (False, "--failed-first"),
    "newfirst": (False, "--new-first"),
    "stepwise": (False, "--stepwise"),
    "stepwise_skip": (False, "--stepwise-skip"),
    "stepwise_reset": (False, "--stepwise-reset"),
    "usepdb": (False, "--pdb"),
    "trace": (False, "--trace"),
    "setupshow": (False, "--setup-show"),
    "setuponly": (False, "--setup-only"),
    "setupplan": (False, "--setup-plan"),
    "collectonly": (False, "--collect-only"),
    "xmlpath": (None, "--junit-xml"),
    "htmlpath": (None, "pytest-html's --html"),
    "report_log": (None, "pytest-reportlog's --report-log"),
    "reruns": (0, "pytest-rerunfailures' --reruns"),
    "timeout": (0, "pytest-timeout's --timeout"),
    # 0 seconds of a session are over at once.
    "session_timeout": (1e9, "pytest-timeout's --session-timeout"),
    "memray": (False, "pytest-memray's --memray"),
    "profile": (False, "pytest-profiling's --profile"),
    "energy": (False, "--energy"),
}


class Quiet:
    """Collects what it switched off; `notes` are sentences for the user."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._off: list[str] = []

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user asked for and does not get."""
        if not self._off:
            return ()
        return (f"Switched off, for it would disturb the measurements: {', '.join(self._off)}.",)

    def early(self, options: Namespace) -> None:
        """What plugins act upon before pytest is configured: pytest-cov starts to trace."""
        if getattr(options, "cov_source", None):
            self._off.append("pytest-cov's --cov")
        options.no_cov = True

    def switch_off(self, options: Namespace) -> None:
        """The rest; options that are off stay as they are."""
        for name, (off, told) in _OFF.items():
            found = getattr(options, name, None)
            if found is not None and found != off:
                self._off.append(told)
            if hasattr(options, name):
                setattr(options, name, off)
        options.no_summary = True  # nobody reads it, and some plugins work for it
        if hasattr(options, "randomly_seed"):
            # Drawn anew by each process otherwise: two sides with two kinds of random data.
            options.randomly_seed = self._seed
