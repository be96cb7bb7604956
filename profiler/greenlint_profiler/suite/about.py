# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is known of a run besides its tests: the machine, the meter, the revision, the CI system."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from greenlint_profiler.choose import Passed
from greenlint_profiler.idle_kept import KeptIdle, NoIdle, as_entry
from greenlint_profiler.machine import fingerprint
from greenlint_profiler.meter import Meter
from greenlint_profiler.units import Kind
from greenlint_profiler.world import World

# A variable that a CI system sets, and the name of the system; `CI` alone names none.
_SYSTEMS = {
    "GITHUB_ACTIONS": "github",
    "GITLAB_CI": "gitlab",
    "TF_BUILD": "azure",
    "JENKINS_URL": "jenkins",
    "BITBUCKET_BUILD_NUMBER": "bitbucket",
    "CIRCLECI": "circleci",
    "CI": "unknown",
}
# Where those systems say which branch it is: a checkout of theirs is often on none.
_BRANCHES = (
    "GITHUB_HEAD_REF",
    "GITHUB_REF_NAME",
    "CI_COMMIT_REF_NAME",
    "BUILD_SOURCEBRANCHNAME",
    "BRANCH_NAME",
    "BITBUCKET_BRANCH",
)
_SHORT = {Kind.PACKAGE: "pkg"}
_NOISE = re.compile(
    r"\((?:r|tm)\)|@.*|\bwith\b.*|\b\d+-core\b|\b(?:intel|amd|cpu|processor|core)\b", re.IGNORECASE
)


def run(
    root: Path,
    runner: str,
    environ: Mapping[str, str],
    started: datetime,
    *,
    seconds: float | None,
    label: str | None = None,
) -> dict[str, Any]:
    """The `run` of a document; `runner` is pytest or unittest.  Ids sort as runs began: the time to
    the second, then its microseconds, then chance.
    """
    from uuid import uuid4

    began = started.astimezone(UTC)
    commit = _git(root, "rev-parse", "HEAD")
    status = None if commit is None else _git(root, "status", "--porcelain", "--untracked=no")
    return {
        "id": f"{began:%Y%m%dT%H%M%S}-{began.microsecond:05x}{uuid4().hex[:7]}",
        "started": began.isoformat(timespec="seconds"),
        "seconds": None if seconds is None else round(seconds, 3),
        "runner": runner,
        "commit": commit,
        "dirty": None if status is None else bool(status),
        "branch": branch(root, environ),
        "label": label,
        "ci": next((name for key, name in _SYSTEMS.items() if environ.get(key)), None),
    }


def branch(root: Path, environ: Mapping[str, str]) -> str | None:
    """What the CI system says, else what is checked out; None where no branch is."""
    named = next((environ[key] for key in _BRANCHES if environ.get(key)), None)
    found = named or _git(root, "rev-parse", "--abbrev-ref", "HEAD")
    return None if found == "HEAD" else found


def revision(root: Path, name: str) -> str | None:
    """The commit that git knows by a name; None where it knows none, or there is no git."""
    if not name or name.startswith("-"):
        return None
    return _git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") or None


def _git(root: Path, *words: str) -> str | None:
    """What git says, or None where there is no git, or no repository."""
    import subprocess

    command = ["git", "--no-optional-locks", "-C", str(root), *words]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def machine(world: World) -> dict[str, Any]:
    """The `machine` of a document; its class is for `machine_class` to say."""
    found = fingerprint(world)
    microcode = re.search(
        r"^microcode\s*: *(.*)$", world.text(world.proc, "cpuinfo") or "", re.MULTILINE
    )
    return {
        "class": "",
        "cpu": found["processor"],
        "microcode": None if microcode is None else microcode[1],
        "cores": found["processors"],
        "smt": found["smt"],
        "turbo": found["turbo"],
        "governor": found["governor"],
        "kernel": found["system"],
        "virtualised": found["virtualised"],
        "container": found["container"],
        "python": found["python"],
    }


def machine_class(processor: str | None, meter: Meter, *, coverage: bool) -> str:
    """Whose runs may be compared: ``xeon-gold-6354/rapl-pkg/py3.12/no-cov``."""
    kinds = [one.domain.kind for one in meter.counters if one.in_total]
    names = [_SHORT.get(kind, kind.value) for kind in Kind if kind in kinds]
    family = "rapl" if meter.name in ("perf", "powercap", "pyrapl") else meter.name
    counted = "-".join([family, *names]) if names and family == "rapl" else family
    python = f"py{sys.version_info.major}.{sys.version_info.minor}"
    return "/".join([_slug(processor), counted, python, "cov" if coverage else "no-cov"])


def _slug(processor: str | None) -> str:
    words = re.findall(r"[a-z0-9]+", _NOISE.sub(" ", processor or "").lower())
    return "-".join(words) or "unknown"


def meter(
    used: Meter, passed_over: Sequence[Passed], idle: KeptIdle | NoIdle = NoIdle.NO_COUNTER
) -> dict[str, Any]:
    """The `meter` of a document."""
    steps = [one.unit_uj for one in used.counters if one.in_total]
    return {
        "name": used.name,
        "evidence": used.evidence.value,
        "domains": [str(one.domain) for one in used.counters],
        "resolution_j": max(steps) / 1e6 if steps else None,
        **as_entry(idle),
        "passed_over": [
            {
                "meter": one.name,
                "reason": None if one.reason is None else one.reason.value,
                "detail": one.detail,
            }
            for one in passed_over
        ],
    }


def conditions(counters: Sequence[str], *, debugger: bool, workers: int | None) -> dict[str, Any]:
    """The `conditions` of a document."""
    return {
        "coverage": coverage_runs(),
        "debugger": debugger,
        "xdist": workers,
        "load1": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "counters": list(counters),
    }


def coverage_runs() -> bool:
    """Whether coverage.py traces this process, which costs energy itself."""
    coverage = sys.modules.get("coverage")
    current = getattr(getattr(coverage, "Coverage", None), "current", None)
    return current is not None and current() is not None
