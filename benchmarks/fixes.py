# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The proof that fixes leave a real package whole: its own tests, before and after `--fix`.

    python -m benchmarks.fixes PACKAGE[EXTRAS]==VERSION --tests PATH ... [--needs REQUIREMENT ...]

Fetches the source distribution, installs it in an environment of its own, runs the tests under
coverage, applies every fix of every rule (unsafe ones too, low confidence too) to the whole tree,
checks that what parsed still parses and that a second run changes nothing, and runs the same tests
again. Prints a row for `RESULTS-fixes.md`; what the tests wrote stays in the folder.

A fix counts as executed when the tests ran the line of its finding. Fixes in the tests' own files
are applied, but never counted as executed. What a test runs in another process is not seen.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import warnings
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import coverage

from benchmarks import corpus, measure
from benchmarks.greenlint_command import Greenlint
from benchmarks.peers import scripts

EVERY_FIX = ("--no-cache", "--min-confidence=low", "--unsafe-fixes")


@dataclass(frozen=True)
class Package:
    """An unpacked source distribution, and the interpreter that its tests run with."""

    root: Path
    python: str

    def files(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*.py") if path.is_file())

    def in_tests(self, path: Path) -> bool:
        folders = path.relative_to(self.root).parent.parts
        return path.name.startswith("test_") or not {"test", "tests"}.isdisjoint(folders)


@dataclass(frozen=True)
class Outcome:
    """The tests of one run, by what became of them; a name may occur more than once."""

    passed: Counter[str]
    failed: Counter[str]

    @classmethod
    def read(cls, junit: Path) -> Outcome:
        """What a report of pytest in JUnit's form tells; skipped tests are in neither."""
        passed: Counter[str] = Counter()
        failed: Counter[str] = Counter()
        for case in ET.parse(junit).iter("testcase"):
            kinds = {child.tag for child in case}
            if "skipped" not in kinds:
                name = f"{case.get('classname')}::{case.get('name')}"
                (failed if kinds & {"failure", "error"} else passed)[name] += 1
        return cls(passed, failed)

    def words(self) -> str:
        return f"{self.passed.total()} passed, {self.failed.total()} failed"


def main() -> int:
    """Print one row of the table; 1 when a fix did harm or could not be made, or none was run."""
    options = arguments()
    home = options.folder.resolve() / "fixes" / re.sub(r"\[.*\]", "", options.requirement)
    package = prepare(home, options.requirement, options.needs)
    before = tests(package, home / "before", options.tests)
    greenlint = Greenlint.find(("-m", "greenlint"), home / "report.json")
    fixable = [finding for finding in lint(greenlint, package)["findings"] if finding["fix"]]
    executed = on_executed_lines(package, fixable, home / "before.coverage")
    say(f"fixable: {by_rule(fixable)}\non executed lines: {by_rule(executed)}")
    parsed = [path for path in package.files() if parses(path)]
    applied = lint(greenlint, package, "--fix")["summary"]["fixed"]
    broken = [path for path in parsed if not parses(path)]
    once = contents(package)
    left = [finding for finding in lint(greenlint, package, "--fix")["findings"] if finding["fix"]]
    unstable = [path for path, text in contents(package).items() if text != once[path]]
    say(f"{applied} fixes applied; left: {by_rule(left)}")
    after = tests(package, home / "after", options.tests)
    lost = before.passed - after.passed
    say(f"no longer parse: {broken}; changed by a second run: {unstable}; fail now: {list(lost)}")
    row = (options.requirement, applied, len(executed), before.words(), after.words())
    print(*row, sep=" | ")
    return int(bool(broken or unstable or left or lost or not executed))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fixes", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("requirement", metavar="PACKAGE[EXTRAS]==VERSION")
    parser.add_argument("--tests", nargs="+", required=True, metavar="PATH", help="in its root")
    parser.add_argument("--needs", nargs="+", default=["pytest"], help="what the tests need")
    parser.add_argument("--folder", type=Path, default=corpus.DEFAULT_FOLDER)
    return parser.parse_args()


def prepare(home: Path, requirement: str, needs: list[str]) -> Package:
    """The tree as it was released, and an environment with it and what its tests need."""
    say(f"installing {requirement} ...")
    downloads = home / "download"
    pip = ("-m", "pip", "--quiet", "--disable-pip-version-check")
    name, bracket, extras = requirement.partition("==")[0].partition("[")
    if not any(downloads.glob("*.tar.gz")):
        source_only = ("--no-deps", f"--no-binary={name}", f"--dest={downloads}")
        subprocess.run([sys.executable, *pip, "download", *source_only, requirement], check=True)
    shutil.rmtree(home / "tree", ignore_errors=True)
    (sdist,) = downloads.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(home / "tree", filter="data")
    (root,) = (home / "tree").iterdir()
    venv.create(home / "environment", with_pip=True)
    python = str(scripts(home / "environment") / "python")
    wanted = [f"--editable={root}{bracket}{extras}", *needs, f"coverage=={coverage.__version__}"]
    subprocess.run([python, *pip, "install", *wanted], check=True)
    return Package(root, python)


def tests(package: Package, result: Path, paths: list[str]) -> Outcome:
    """Run the tests under coverage, in the root of the tree."""
    say("running the tests ...")
    argv = [package.python, "-m", "coverage", "run", f"--rcfile={os.devnull}", "--source=."]
    argv += [f"--data-file={result}.coverage", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    argv += [f"--junit-xml={result}.xml", *paths]
    # Another package's modules on the path would be imported in place of the installed ones.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    Path(f"{result}.xml").unlink(missing_ok=True)
    with open(f"{result}.log", "wb") as log:
        subprocess.run(argv, cwd=package.root, env=environment, stdout=log, stderr=log, check=False)
    outcome = Outcome.read(Path(f"{result}.xml"))
    say(outcome.words())
    return outcome


def lint(greenlint: Greenlint, package: Package, *options: str) -> dict[str, Any]:
    """The report of one run over the whole tree."""
    measure.run(greenlint.check(package.root, *EVERY_FIX, *options))
    report: dict[str, Any] = json.loads(greenlint.report.read_text(encoding="utf-8"))
    return report


def on_executed_lines(
    package: Package, findings: list[dict[str, Any]], data: Path
) -> list[dict[str, Any]]:
    """The findings outside the tests' own files whose line the tests have run."""
    recorded = coverage.CoverageData(basename=str(data))
    recorded.read()

    def executed(finding: dict[str, Any]) -> bool:
        path = package.root.parent / finding["path"]
        return finding["line"] in (recorded.lines(str(path)) or ()) and not package.in_tests(path)

    return [finding for finding in findings if executed(finding)]


def by_rule(findings: list[dict[str, Any]]) -> str:
    """Such as `14 (GRN101 10, GRN200 4)`."""
    rules = sorted(Counter(finding["code"] for finding in findings).items())
    return f"{len(findings)} ({', '.join(f'{rule} {count}' for rule, count in rules)})"


def parses(path: Path) -> bool:
    with warnings.catch_warnings(action="ignore"):
        try:
            ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            return False
    return True


def contents(package: Package) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in package.files()}


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
