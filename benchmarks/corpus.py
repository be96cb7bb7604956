# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The code that the bench lints: a standard library, three Django projects, made-up trees.

    python -m benchmarks.corpus [--folder FOLDER]

Everything is copied below one folder, so that no linter sees a configuration or an ignore file
of somebody else. The made-up trees are built of copies of the real files.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
DEFAULT_FOLDER = PROJECT / ".benchmarks"

# Folders of tests hold broken syntax on purpose.
STDLIB_LEFT_OUT = frozenset({"test", "tests", "idle_test", "lib2to3", "site-packages"})
# What one linter or the other skips unless told otherwise; every linter is to see the same.
COMMONLY_SKIPPED = frozenset(
    {"__pycache__", "__pypackages__", "_build", "build", "buck-out", "dist", "env", "node_modules"}
    | {"site-packages", "venv"}
)
GENERATED = re.compile(r"migrations/[0-9][^/]*\.py$|_pb2(_grpc)?\.py$|(^|/)\.")

# Stops the search of each linter for a configuration further up.
FOLDER_CONFIGURATION = """\
[tool.greenlint]

[tool.ruff]

[tool.fixit]
root = true
"""

LONG_FILE_LINES = 10_000
LONG_FILES = 3


@dataclass(frozen=True)
class Corpus:
    """A tree of Python files, all of them to be linted."""

    name: str
    root: Path

    def files(self) -> list[Path]:
        """All Python files, sorted."""
        return sorted(self.root.rglob("*.py"))

    def lines(self) -> int:
        """Lines of all files together."""
        return sum(count_lines(path) for path in self.files())


@dataclass(frozen=True)
class Corpora:
    """All trees of one bench."""

    stdlib: Corpus
    projects: tuple[Corpus, ...]
    sample: Corpus
    small: Corpus
    large: Corpus
    twice: Corpus


@dataclass(frozen=True)
class Sizes:
    """Lines per made-up tree."""

    sample: int = 40_000
    small: int = 50_000
    large: int = 300_000


def count_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def pins() -> dict[str, dict[str, object]]:
    """The pinned versions: `projects` to lint, `peers` and `meters` to compare with."""
    return tomllib.loads((HERE / "pins.toml").read_text())


def build(folder: Path, sizes: Sizes) -> Corpora:
    """All corpora below `folder`; what an earlier run has built is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(FOLDER_CONFIGURATION)
    stdlib = standard_library(folder)
    projects = tuple(
        project(folder, name, str(version)) for name, version in pins()["projects"].items()
    )
    real = [stdlib, *projects]
    large = mixed(folder, "large", real, sizes.large, LONG_FILES)
    sample = mixed(folder, "sample", real, sizes.sample)
    small = mixed(folder, "small", real, sizes.small)
    twice = doubled(folder, large)
    for one in (*real, sample, small, large, twice):
        # Each is a project of its own, or what looks across files would look at all of them.
        (one.root / "pyproject.toml").write_text(FOLDER_CONFIGURATION)
    return Corpora(stdlib, projects, sample, small, large, twice)


def standard_library(folder: Path) -> Corpus:
    """The standard library of the running interpreter, without its tests."""
    source = Path(sysconfig.get_path("stdlib"))
    name = f"stdlib-{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"
    root = folder / "corpora" / name
    if not root.exists():
        copy_all(source, root, STDLIB_LEFT_OUT | COMMONLY_SKIPPED)
    return Corpus(name, root)


def project(folder: Path, name: str, version: str) -> Corpus:
    """A released project, fetched by pip and unpacked; nothing of it is built or run."""
    root = folder / "corpora" / f"{name}-{version}"
    if not root.exists():
        unpacked = folder / "downloads" / f"{name}-{version}"
        with zipfile.ZipFile(fetch(folder / "downloads", f"{name}=={version}")) as wheel:
            wheel.extractall(unpacked)
        copy_all(unpacked, root, COMMONLY_SKIPPED)
        shutil.rmtree(unpacked)
    return Corpus(root.name, root)


def fetch(downloads: Path, requirement: str) -> Path:
    """The wheel of a requirement such as `wagtail==8.0.1`."""
    target = downloads / requirement
    if not any(target.glob("*.whl")):
        # The Python version asked for is the newest that the projects know, not the one in use.
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        pip += ["--disable-pip-version-check", "--only-binary=:all:", "--python-version=3.13"]
        subprocess.run([*pip, f"--dest={target}", requirement], check=True)
    (wheel,) = target.glob("*.whl")
    return wheel


def copy_all(source: Path, root: Path, left_out: frozenset[str]) -> None:
    """Copy the Python files of `source`, in one step for whoever looks at `root`."""
    unfinished = root.with_name(f".{root.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    for path in sorted(source.rglob("*.py")):
        inside = path.relative_to(source)
        if not path.is_file() or left_out.intersection(inside.parts[:-1]):
            continue
        if not GENERATED.search(inside.as_posix()):
            copy(path, unfinished / inside)
    unfinished.rename(root)


def copy(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


def mixed(
    folder: Path, name: str, real: Iterable[Corpus], lines: int, long_files: int = 0
) -> Corpus:
    """A tree of about `lines` lines: files drawn evenly from real code, some of them joined."""
    root = folder / "corpora" / f"{name}-{lines}"
    if not root.exists():
        unfinished = root.with_name(f".{root.name}")
        shutil.rmtree(unfinished, ignore_errors=True)
        files = shuffled(real)
        missing = lines
        for number in range(long_files):
            if missing > 2 * LONG_FILE_LINES:
                missing -= join(files, unfinished / f"long_{number}.py", LONG_FILE_LINES)
        for number, path in enumerate(files):
            if missing <= 0:
                break
            missing -= count_lines(path)
            copy(path, unfinished / f"package_{number % 40:02}" / f"module_{number}.py")
        unfinished.rename(root)
    return Corpus(root.name, root)


def shuffled(real: Iterable[Corpus]) -> Iterator[Path]:
    """All files over and over, in an order that mixes the corpora and is the same every time."""
    keyed = sorted(
        (hashlib.sha256(f"{path.relative_to(corpus.root)}".encode()).digest(), path)
        for corpus in real
        for path in corpus.files()
        if count_lines(path) <= LONG_FILE_LINES
    )
    while keyed:
        yield from (path for _, path in keyed)


def join(files: Iterator[Path], target: Path, lines: int) -> int:
    """One long file of several; returns its number of lines, at most `lines`."""
    text = ""
    for path in files:
        try:
            more = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if text.count("\n") + more.count("\n") >= lines:
            break
        if "\f" not in more and not more.startswith("\ufeff"):
            text += more if more.endswith("\n") else more + "\n"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return text.count("\n")


def doubled(folder: Path, corpus: Corpus) -> Corpus:
    """The same tree two times: twice the files, none of them longer."""
    root = folder / "corpora" / f"{corpus.name}-twice"
    if not root.exists():
        unfinished = root.with_name(f".{root.name}")
        shutil.rmtree(unfinished, ignore_errors=True)
        for half in ("first", "second"):
            shutil.copytree(corpus.root, unfinished / half)
        unfinished.rename(root)
    return Corpus(root.name, root)


def main() -> None:
    """Build all corpora and print their sizes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER)
    corpora = build(parser.parse_args().folder.resolve(), Sizes())
    trees = (
        corpora.stdlib,
        *corpora.projects,
        corpora.sample,
        corpora.small,
        corpora.large,
        corpora.twice,
    )
    for corpus in trees:
        print(f"{corpus.name}: {len(corpus.files())} files, {corpus.lines()} lines")


if __name__ == "__main__":
    main()
