# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What it costs to have two revisions beside one another: seconds until both can be measured.

``python -m benchmarks.sides [FILES]`` makes a repository of so many small files (10 000) and opens
the places of a gate: of two commits, and of a commit and a checkout with changes.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from greenlint_profiler.gate.sides.places import places

from tests.profiler.repositories import Repo, new_repo

FILES = 10_000
TURNS = 3
TEXT = "".join(f"def function_{number}(): return {number}\n" for number in range(40))


def repository(folder: Path, files: int) -> Repo:
    """So many modules, a hundred in a folder; the last commit changes one in a hundred."""
    repo = new_repo(folder)
    names = [f"package/part_{number // 100}/module_{number}.py" for number in range(files)]
    repo.commit({name: f"# {name}\n{TEXT}" for name in names})
    repo.git("tag", "base")
    repo.commit({name: f"# changed {name}\n{TEXT}" for name in names[::100]})
    repo.git("tag", "head")
    repo.git("gc", "-q")  # as a clone has it
    return repo


def opened(repo: Repo, head: str | None) -> tuple[float, float]:
    """Seconds until both places are there, and until they are gone again."""
    start = time.perf_counter()
    with places(
        *(repo.root, "base", head),
        install=None,
        cache=repo.cache,
        say=print,
        environ=repo.environ,
    ):
        ready = time.perf_counter()
    return ready - start, time.perf_counter() - ready


def say(what: str, work: Callable[[], tuple[float, float]]) -> None:
    """The quickest of some turns, and the CPU time of all processes in it."""
    turns = []
    for _ in range(TURNS):
        before = _cpu_seconds()
        made, gone = work()
        turns.append((made, gone, _cpu_seconds() - before))
    made, gone, cpu = min(turns)
    print(f"{what:<52} {made:5.2f} s, removed in {gone:5.2f} s, CPU {cpu:5.2f} s", flush=True)


def _cpu_seconds() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def main() -> None:
    """Print the table."""
    files = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with tempfile.TemporaryDirectory() as folder:
        repo = repository(Path(folder), files)
        print(f"{files} files; load {os.getloadavg()[0]:.1f}; quickest of {TURNS}")
        say("two commits", lambda: opened(repo, "head"))
        for name in sorted(repo.root.glob("package/*/*.py"))[::50]:
            name.write_text(f"# in the checkout\n{TEXT}", encoding="utf-8")
        repo.write({f"new/file_{number}.py": TEXT for number in range(200)})
        say(f"a commit, and {files // 50} changed and 200 new files", lambda: opened(repo, None))


if __name__ == "__main__":
    main()
