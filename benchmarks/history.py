# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Places where projects came to save queries themselves: what one release has over the one before.

    python -m benchmarks.history [PACKAGE ...] [--check] [--folder FOLDER] [--output FILE]

For the releases in history.toml, lists each function and class that gained, from one release to the
next, a call that fetches relations ahead (`select_related`, `prefetch_related`), reads less
(`values`, `only`, `exists`, `iterator`) or writes in bulk. Such a place is a *candidate*: whether
the earlier release wasted queries there, or the later one only reads something new, is for a
reader to say. What was read is in history_read.toml, with its judgement and one line why.

With `--check`, greenlint lints the releases around every place that was judged a fix. A place is
*found* when the earlier release has a finding in that function or class, or one that names a place
there beside its own, or one of that file that names the relation, and the later release does not
have it any more.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.corpus import DEFAULT_FOLDER
from benchmarks.findings import findings_of, open_tree
from benchmarks.history_diff import FETCHING, Gain, gains
from benchmarks.places import source_files
from benchmarks.recall_report import share
from benchmarks.verdict import Original, names_relation, told
from greenlint.finding import Finding

HERE = Path(__file__).resolve().parent
READ = HERE / "history_read.toml"
TEMPLATE_FOLDERS = frozenset(("templates", "jinja2"))


def main() -> int:
    """Fetch the releases, compare them, write the list."""
    options = arguments()
    folder: Path = options.folder.resolve()
    releases = tomllib.loads((HERE / "history.toml").read_text(encoding="utf-8"))["releases"]
    read = tomllib.loads(READ.read_text(encoding="utf-8"))
    rows = []
    for package in options.packages or releases:
        for before, after in pairwise(releases[package]):
            pair = Pair(package, before, after, folder)
            found = list(rows_of(pair, read))
            if options.check:
                check(pair, found, folder / "history-cache", tuple(options.select.split(",")))
            rows += found
            print(f"{package} {before} -> {after}: {len(found)}", file=sys.stderr, flush=True)
    if options.check:
        print("\n".join(table(rows)))
    output: Path = options.output or folder / "history.json"
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("packages", nargs="*", help="names in history.toml; default: all")
    parser.add_argument("--check", action="store_true", help="lint the releases with a fix")
    parser.add_argument("--select", default="database", help="rules to run, with commas")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER / "history")
    parser.add_argument("--output", type=Path, help="where the JSON goes")
    return parser.parse_args()


@dataclass(frozen=True)
class Pair:
    """Two releases of a package, unpacked below one folder."""

    package: str
    before: str
    after: str
    folder: Path

    @property
    def older(self) -> Path:
        return release(self.folder, self.package, self.before)

    @property
    def newer(self) -> Path:
        return release(self.folder, self.package, self.after)


def rows_of(pair: Pair, read: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The candidates between two releases as JSON."""
    known_before = words_of(pair.older)
    for gain in gains(pair.older, pair.newer):
        known = read.get(pair.package, {}).get(place_of(pair.after, gain), {})
        yield {
            "package": pair.package,
            "before": pair.before,
            "after": pair.after,
            **asdict(gain),
            "fetches_ahead": gain.kind in FETCHING or "related" in gain.kind,
            "known_before": known_before.issuperset(re.findall(r"\w+?(?=__|\W|$)", gain.added)),
            "judgement": known.get("judgement", ""),
            "read": known.get("read", ""),
            "why": known.get("why", ""),
        }


def words_of(root: Path) -> frozenset[str]:
    """All names and words of a release: a relation that is not among them came with the later."""
    words: set[str] = set()
    for path in source_files(root):
        for word in re.findall(r"\w+", path.read_text(encoding="utf-8", errors="replace")):
            words.update((word, *word.split("__")))
    return frozenset(words)


def check(pair: Pair, rows: list[dict[str, Any]], cache: Path, select: tuple[str, ...]) -> None:
    """Add to each fix what the earlier release has there, and whether the later one has it not."""
    fixes = [row for row in rows if row["judgement"] == "fix"]
    if not fixes:
        return
    older, newer = (
        findings_of(open_tree(root, cache / root.name, select)) for root in (pair.older, pair.newer)
    )
    gone = list(Original(newer).new_in(older))
    for row in fixes:
        row["found"] = [told(finding) for finding in gone if at_place(finding, row)]
        row["still_there"] = [
            told(finding) for finding in older if finding not in gone and at_place(finding, row)
        ]


def at_place(finding: Finding, row: dict[str, Any]) -> bool:
    """In the function or class of the earlier release, or of its file and naming the relation."""
    first, last = row["scope_before"]
    places = [(finding.path, finding.span.line)]
    places += [(spot.path, spot.span.line) for spot in finding.related]
    if any(path == row["file"] and first <= line <= last for path, line in places):
        return True
    return finding.path == row["file"] and names_relation(finding, row["added"].split(", "))


def table(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Fixes by what reads, in Markdown."""
    fixes = [row for row in rows if "found" in row]
    yield "| read by | fixes | found | share |"
    yield "|---|---:|---:|---:|"
    kinds = sorted({row["read"] for row in fixes})
    for kind in [*kinds, "all"]:
        members = [row for row in fixes if kind in (row["read"], "all")]
        found = sum(bool(row["found"]) for row in members)
        yield f"| {kind} | {len(members)} | {found} | {share(found, len(members))} |"


def place_of(after: str, gain: Gain) -> str:
    """`2026.8.0 shop/views.py:120 select_related`: how history_read.toml names a candidate."""
    return f"{after} {gain.file}:{gain.line_after} {gain.kind}"


def release(folder: Path, package: str, version: str) -> Path:
    """A release, fetched by pip and unpacked; nothing of it is built or run."""
    root = folder / "src" / f"{package}-{version}"
    if not root.exists():
        unfinished = root.with_name(f".{root.name}")
        with zipfile.ZipFile(wheel(folder / "downloads", f"{package}=={version}")) as archive:
            names = [name for name in archive.namelist() if is_read(name)]
            unfinished.mkdir(parents=True, exist_ok=True)  # a release may have nothing to read
            archive.extractall(unfinished, names)
        unfinished.rename(root)
    (root / ".git").mkdir(exist_ok=True)  # a project of its own, whatever is around the folder
    return root


def is_read(name: str) -> bool:
    """Whether greenlint reads such a file of a project: Python, or what stands among templates."""
    return name.endswith(".py") or not TEMPLATE_FOLDERS.isdisjoint(name.split("/")[:-1])


def wheel(downloads: Path, requirement: str) -> Path:
    """The wheel of a requirement; old ones are not asked whether they run on this Python."""
    target = downloads / requirement
    if not any(target.glob("*.whl")):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        pip += ["--disable-pip-version-check", "--only-binary=:all:", "--ignore-requires-python"]
        subprocess.run([*pip, f"--dest={target}", requirement], check=True)
    return next(target.glob("*.whl"))


if __name__ == "__main__":
    sys.exit(main())
