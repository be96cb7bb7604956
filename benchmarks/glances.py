# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Whether glances lose a finding: every file is checked with them and without.

    python -m benchmarks.glances FOLDER...

All rules of single files run, reasoned ones and preview too.  Prints, per folder, how many files
there are, how many were parsed each way, the CPU time of each way as a share of a bare LibCST
parse, and each finding that one way has and the other has not; ends with 1 where there is one.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import libcst as cst

from benchmarks.corpus import GENERATED, STDLIB_LEFT_OUT
from greenlint.check import ActiveRule, Checker
from greenlint.plugins import load_plugins
from greenlint.result import FileResult, Outcome
from greenlint.source import SourceFile


def files_of(folder: Path) -> Iterator[Path]:
    """The Python files below a folder, without migrations, generated files and broken tests."""
    for path in sorted(folder.rglob("*.py")):
        inner = path.relative_to(folder)
        if not GENERATED.search(inner.as_posix()) and not STDLIB_LEFT_OUT & set(inner.parts[:2]):
            yield path


def main(folders: list[str]) -> int:
    """See the module; the exit code."""
    rules = [
        ActiveRule(info, None, {one.name: one.default for one in info.options})
        for info in load_plugins(third_party=False).rules()
        if not info.code.startswith("GRN9")
    ]
    ways = [Checker(rules, glances=False, max_lines=10**6), Checker(rules, max_lines=10**6)]
    lost = 0
    for folder in folders:
        count = 0
        parsed = [0, 0]
        spent = [0.0, 0.0, 0.0]
        for path in files_of(Path(folder)):
            source = SourceFile(path.name, path.read_bytes())
            results: list[FileResult] = []
            for number, checker in enumerate(ways):
                start = time.process_time()
                results.append(checker.check(source))
                spent[number] += time.process_time() - start
                parsed[number] += results[-1].outcome is Outcome.PARSED
            start = time.process_time()
            try:
                cst.parse_module(source.raw)
            except Exception:
                continue
            finally:
                spent[2] += time.process_time() - start
            count += 1
            before, after = (_shown(one) for one in results)
            for one in sorted(before ^ after):
                lost += 1
                print(f"{'lost' if one in before else 'new'}: {path}:{one}")
            for result in results:
                for problem in result.problems:
                    print(f"problem: {problem}")
            gc.collect(0)
        bare = spent[2] or 1.0
        print(
            f"{folder}: {count} files; parsed {parsed[0]}, with glances {parsed[1]}; "
            f"CPU over a bare parse {spent[0] / bare:.2f}, with glances {spent[1] / bare:.2f}",
            flush=True,
        )
    return 1 if lost else 0


def _shown(result: FileResult) -> set[str]:
    return {f"{one.span.start}: {one.code}" for one in result.findings}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
