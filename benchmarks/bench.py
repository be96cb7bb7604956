# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The command behind `make bench`: builds the corpora, takes every figure, writes the table.

    python -m benchmarks.bench [--quick] [--only ROW ...]

Each comparison runs both sides in turns on the same files. The table is written after every row,
so that a run that is broken off leaves what it has measured.
"""

from __future__ import annotations

import argparse
import compileall
import datetime
import importlib.util
import json
import sys
import sysconfig
from dataclasses import asdict
from pathlib import Path

from benchmarks import corpus, peers
from benchmarks.figure import Figure, table
from benchmarks.greenlint_command import Greenlint
from benchmarks.machine import Machine, version_of
from benchmarks.measure import NoFigure
from benchmarks.rows import ROWS, Bench, Rounds

QUICK_SIZES = corpus.Sizes(sample=20_000, small=50_000, large=60_000)
QUICK_ROUNDS = Rounds(floor=1, peers=1, warm=3, start=7, processes=1)

HEADER = """\
<!--
SPDX-FileCopyrightText: The greenlint developers
SPDX-License-Identifier: EUPL-1.2
-->

# Benchmarks

{machine}. {versions}. {date}.

Made by `{command}`. Every ratio compares two programs that ran in turns in this one run, on the
same files; the median of the rounds is given with the lowest and the highest. CPU is user + system
time of a process and its children. "Bare parse" is one process that parses the same files with
LibCST, the garbage collector off, and does nothing with them. Greenlint ran with
`--select ALL --preview`, its byte code was there as after an installation by pip, and it wrote its
findings as JSON. A file is skipped, parsed by `ast` alone,
when no rule could find anything in it at a glance. Left out of all trees: the tests of the standard
library, migrations, generated files, and folders that linters skip, such as `build`.

"""


def main() -> int:
    """Run the bench; 1 when a target is missed and `--strict` is given, or a row failed."""
    options = arguments()
    folder: Path = options.folder.resolve()
    machine = Machine.here()
    if machine.load_at_start > 0.5:
        say(f"The machine is busy (load {machine.load_at_start:.1f}): expect a wide range.")
    bench = prepare(folder, options.quick, tuple(options.greenlint))
    figures: list[Figure] = []
    failures: list[str] = []
    for name in options.only or ROWS:
        say(f"{name} ...")
        try:
            for figure in ROWS[name](bench):
                say("  " + " | ".join(figure.cells()))
                figures.append(figure)
        except NoFigure as failure:
            say(f"  {failure}")
            failures.append(name)
        write(options.results, machine, bench, figures, failures, command(options))
    missed = [figure for figure in figures if figure.met is False]
    say(f"{len(figures)} figures, {len(missed)} missed, {len(failures)} rows failed.")
    return int(bool(failures) or (options.strict and bool(missed)))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--folder", type=Path, default=corpus.DEFAULT_FOLDER, help="corpora, peers")
    parser.add_argument("--results", type=Path, help="folder of RESULTS.md and RESULTS.json")
    parser.add_argument("--quick", action="store_true", help="smaller trees, one or few rounds")
    parser.add_argument("--only", nargs="+", choices=list(ROWS), metavar="ROW", help=str([*ROWS]))
    parser.add_argument("--strict", action="store_true", help="exit 1 when a target is missed")
    parser.add_argument(
        "--greenlint",
        nargs="+",
        default=default_greenlint(),
        metavar="WORD",
        help="what Python is to run: a script, or -m and a module",
    )
    options = parser.parse_args()
    if options.results is None:
        # Only a whole run may replace the table that the documentation quotes.
        whole = not (options.quick or options.only)
        options.results = corpus.HERE if whole else options.folder
    return options


def default_greenlint() -> list[str]:
    """The greenlint that is installed beside the running interpreter."""
    return [str(Path(sysconfig.get_path("scripts")) / "greenlint")]


def command(options: argparse.Namespace) -> str:
    words = ["make bench" if options.results == corpus.HERE else "python -m benchmarks.bench"]
    words += ["--quick"] * options.quick
    words += ["--only", *options.only] if options.only else []
    return " ".join(words)


def with_byte_code(*packages: str) -> None:
    """Compile packages to byte code, as pip does where it installs them.

    A checkout has none where ``PYTHONDONTWRITEBYTECODE`` is set, and each run would compile anew.
    """
    for package in packages:
        spec = importlib.util.find_spec(package)
        for folder in (spec.submodule_search_locations if spec else None) or ():
            compileall.compile_dir(folder, quiet=1)


def prepare(folder: Path, quick: bool, greenlint: tuple[str, ...]) -> Bench:
    """Build the corpora and install the peers, as far as they are not there."""
    with_byte_code("greenlint", "greenlint_rules")
    say("building the corpora ...")
    corpora = corpus.build(folder, QUICK_SIZES if quick else corpus.Sizes())
    say("installing the other linters ...")
    return Bench(
        folder,
        corpora,
        Greenlint.find(greenlint, folder / "report.json"),
        peers.install(folder / "peers"),
        QUICK_ROUNDS if quick else Rounds(),
    )


def write(
    results: Path,
    machine: Machine,
    bench: Bench,
    figures: list[Figure],
    failures: list[str],
    made_by: str,
) -> None:
    """The table for people, and the same for programs."""
    versions = [version_of("greenlint"), version_of("libcst"), *bench.peers.versions]
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    text = HEADER.format(
        machine=machine.words(),
        versions=", ".join(dict.fromkeys(versions)),
        date=date,
        command=made_by,
    )
    text += table(figures)
    if failures:
        text += f"\nNot measured, for the reason that the run printed: {', '.join(failures)}.\n"
    results.mkdir(parents=True, exist_ok=True)
    (results / "RESULTS.md").write_text(text, encoding="utf-8")
    document = {
        "schema": "greenlint-bench/1",
        "machine": asdict(machine),
        "versions": versions,
        "date": date,
        "command": made_by,
        "figures": [figure.plain() for figure in figures],
        "failed": failures,
    }
    (results / "RESULTS.json").write_text(
        json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
