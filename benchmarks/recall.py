# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Recall by mutation: what greenlint notices when a relation is no longer fetched ahead.

    python -m benchmarks.recall [PROJECT ...] [--tree NAME=FOLDER ...] [--whole] [--together]

Every `select_related`, `prefetch_related` and `list_select_related` of a project (tests and
migrations left out) is taken out, one at a time: first the whole call, then each lookup of a call
that has several. A mutant is *killed* when a finding appears that the untouched project does not
have, in the function or class of the call, or one that names a relation taken out.

Not every mutant can cost a query per row. Those that cannot for a reason that the line itself
shows are counted apart, as *free*: one row is fetched (`.get()` follows), no rows are made
(`.values()` follows), another lookup fetches the same. Recall is killed / (killed + missed).

A run a mutant takes time. `--together` takes out several calls at once, each in a file of its own
and with no part of a lookup in common, so that what is found can be told apart; where it cannot,
the mutant is run again alone. Some three times faster, for work on a rule; a figure to publish is
taken without it.

PROJECT is a name of the table `recall` in pins.toml; without any, all of them. The table goes to
standard output, every miss with its place, shape and an empty `reason` to recall.json in the
folder of corpora. What is known of a place by reading it is taken from read_by_hand.toml.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

from benchmarks import corpus
from benchmarks.batches import batches
from benchmarks.findings import findings_of, open_tree
from benchmarks.history import release
from benchmarks.mutants import Mutant, mutants_of
from benchmarks.places import places_of
from benchmarks.recall_report import report, write
from benchmarks.verdict import Original, Verdict, judge

READ_BY_HAND = Path(__file__).resolve().parent / "read_by_hand.toml"
SEED = 7


def main() -> int:
    """Run all mutants; always 0, for a figure is no failure."""
    options = arguments()
    folder: Path = options.folder.resolve()
    known = tomllib.loads(READ_BY_HAND.read_text(encoding="utf-8"))
    verdicts: list[Verdict] = []
    for name, root in trees(options, folder):
        started = time.perf_counter()
        found = judge_project(name, root, options, folder / "recall-cache" / name)
        seconds = time.perf_counter() - started
        say(f"{name}: {len(found)} mutants in {seconds:.0f} s")
        verdicts += found
        write(options.output or folder / "recall.json", verdicts, known)
    print(report(verdicts))
    return 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recall", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("projects", nargs="*", help="names in pins.toml; default: all")
    parser.add_argument("--tree", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--folder", type=Path, default=corpus.DEFAULT_FOLDER)
    parser.add_argument("--output", type=Path, help="where the JSON goes")
    parser.add_argument("--select", default="database", help="rules to run, with commas")
    parser.add_argument("--whole", action="store_true", help="no mutants of single lookups")
    parser.add_argument("--together", action="store_true", help="several mutants a run; see above")
    parser.add_argument("--sample", type=int, metavar="N", help="N places a project, the same ones")
    parser.add_argument("--only", default="", help="places whose file holds this text")
    return parser.parse_args()


def trees(options: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Path]]:
    """Each project with its folder; those in pins.toml are fetched, with their templates."""
    for given in options.tree:
        name, _, path = given.partition("=")
        yield name, Path(path).resolve()
    pinned = corpus.pins()["recall"]
    for name in options.projects or ([] if options.tree else pinned):
        yield name, release(folder, name, str(pinned[name]))


def judge_project(name: str, root: Path, options: argparse.Namespace, cache: Path) -> list[Verdict]:
    """All mutants of one project, in order of place."""
    places = [place for place in places_of(root) if options.only in place.file]
    if options.sample:
        places = random.Random(SEED).sample(places, min(options.sample, len(places)))
        places.sort(key=lambda place: (place.file, place.line))
    tree = open_tree(root, cache, tuple(options.select.split(",")))
    original = Original(findings_of(tree))
    mutants = [m for place in places for m in mutants_of(place, arguments=not options.whole)]
    verdicts: dict[Mutant, Verdict] = {}
    for batch in batches(mutants, options.together):
        for verdict in judge(name, tree, original, batch):
            alone = [] if verdict.sure else judge(name, tree, original, [verdict.mutant])
            verdicts[verdict.mutant] = next(iter(alone), verdict)
        if len(verdicts) % 50 < len(batch):
            say(f"{name}: {len(verdicts)} of {len(mutants)} mutants")
    return [verdicts[mutant] for mutant in mutants]


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
