# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The figures of the bench: what is run against what, and the target of each."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import HERE, Corpora, Corpus
from benchmarks.figure import Figure, at_least, at_most
from benchmarks.greenlint_command import Greenlint, Summary
from benchmarks.measure import (
    Command,
    NoFigure,
    Pairs,
    Spread,
    cpu_ratio,
    in_turns,
    run,
    run_and_read_errors,
    wall_ratio,
)
from benchmarks.peers import Peers

KIB_PER_MB = 1_000_000 / 1024

SMALL_FILE = """\
def names(people):
    found = []
    for name, person in people.items():
        found.append(name)
    return found
"""


class UnequalWork(NoFigure):
    """Two programs that were to be compared did not do the same work."""


@dataclass(frozen=True)
class Rounds:
    """How often each pair is run."""

    floor: int = 5
    peers: int = 3
    warm: int = 9
    start: int = 41
    processes: int = 5


@dataclass(frozen=True)
class Bench:
    """All that a row needs."""

    folder: Path
    corpora: Corpora
    greenlint: Greenlint
    peers: Peers
    rounds: Rounds


def over_bare_parse(bench: Bench) -> Iterator[Figure]:
    """CPU of all rules on single files over parsing the same files and doing nothing with them."""
    for corpus in (bench.corpora.stdlib, *bench.corpora.projects):
        yield over_parse(bench, corpus, index=False)


def with_the_index(bench: Bench) -> Iterator[Figure]:
    """The same with the rules that look across files, and the index that they ask."""
    for corpus in bench.corpora.projects:
        yield over_parse(bench, corpus, index=True)


def over_parse(bench: Bench, corpus: Corpus, *, index: bool) -> Figure:
    """CPU of a cold check over a bare parse."""
    command = bench.greenlint.cold(corpus, index=index)
    pairs = in_turns(command, bare_parse(bench, corpus), bench.rounds.floor)
    summary = same_files(bench.greenlint.summary(), corpus)
    rules = "all rules, across files too," if index else "all rules on single files,"
    return Figure(
        f"CPU of `check --no-cache -j1`, {rules} over bare `libcst.parse_module`",
        described(corpus),
        cpu_ratio(pairs),
        target=at_most(1.6 if index else 1.25),
        beside=f"{summary.words()}; {first_round(pairs)}",
    )


def bare_parse(bench: Bench, corpus: Corpus) -> Command:
    """One process that loops over the files with the garbage collector off."""
    listing = bench.folder / f"{corpus.name}.txt"
    listing.write_text("".join(f"{path}\n" for path in corpus.files()))
    return Command((sys.executable, str(HERE / "parse_only.py"), str(listing)), cwd=bench.folder)


def first_round(pairs: Pairs) -> str:
    """The CPU seconds of both sides once, for a feeling of the size."""
    one, other = pairs[0]
    return f"first round {one.cpu_seconds:.1f} s over {other.cpu_seconds:.1f} s CPU"


def same_files(summary: Summary, corpus: Corpus) -> Summary:
    """Make sure that greenlint has seen every file that the other side sees."""
    listed = len(corpus.files())
    if summary.files not in (listed, None):
        raise UnequalWork(f"{corpus.name} has {listed} files, greenlint saw {summary.files}.")
    return summary


def described(corpus: Corpus) -> str:
    """Name and size; the name holds the version."""
    return f"{corpus.name} ({len(corpus.files())} files, {corpus.lines():,} lines)"


def fixit_over_greenlint(bench: Bench) -> Iterator[Figure]:
    """CPU of Fixit with its default rules over greenlint with all of its rules."""
    yield peer(bench, "Fixit, default rules,", bench.peers.fixit(bench.corpora.sample), 16)


def perflint_over_greenlint(bench: Bench) -> Iterator[Figure]:
    """CPU of pylint with perflint over greenlint with all of its rules: as it is run, and with the
    checks of perflint alone.
    """
    usual = bench.peers.perflint(bench.corpora.sample, alone=False)
    yield peer(bench, "pylint with perflint", usual, 10)
    alone = bench.peers.perflint(bench.corpora.sample, alone=True)
    yield peer(bench, "pylint with the checks of perflint alone", alone, None)


def peer(bench: Bench, name: str, command: Command, least: float | None) -> Figure:
    corpus = bench.corpora.sample
    pairs = in_turns(command, bench.greenlint.cold(corpus), bench.rounds.peers)
    same_files(bench.greenlint.summary(), corpus)
    return Figure(
        f"CPU of {name} over greenlint, all rules",
        f"a sample of all four corpora ({corpus.lines():,} lines)",
        cpu_ratio(pairs),
        target=at_least(least) if least is not None else None,
        beside=first_round(pairs),
    )


def greenlint_over_ruff(bench: Bench) -> Iterator[Figure]:
    """CPU of greenlint over ruff with all of its rules, which is a compiled program."""
    corpus = bench.corpora.sample
    pairs = in_turns(bench.greenlint.cold(corpus), bench.peers.ruff(corpus), bench.rounds.peers)
    yield Figure(
        "CPU of greenlint, all rules, over ruff, all rules (for honesty)",
        f"a sample of all four corpora ({corpus.lines():,} lines)",
        cpu_ratio(pairs),
        beside="ruff is compiled, and greenlint is not",
    )


def warm(bench: Bench) -> Iterator[Figure]:
    """A second run: nothing changed, then one file changed."""
    corpus = bench.corpora.small
    cache = f"--cache-dir={bench.folder / 'cache'}"
    again = bench.greenlint.check(corpus.root, cache)
    cold = bench.greenlint.cold(corpus)
    run(again)
    pairs = in_turns(again, cold, bench.rounds.warm)
    run(again)
    summary = same_files(bench.greenlint.summary(), corpus)
    where = described(corpus)
    yield Figure(
        "wall of a second run, nothing changed",
        where,
        Spread.of([second_run.wall_seconds for second_run, _ in pairs]),
        unit="s",
        target=at_most(0.5),
        beside=f"{summary.cached} files from the cache",
    )
    yield Figure("wall of a second run over a run without cache, -j1", where, wall_ratio(pairs))
    yield Figure(
        "modules of libcst imported by a second run",
        where,
        Spread.of([float(libcst_modules_imported(bench, cache))]),
        unit="",
        target=at_most(0),
    )
    yield after_one_change(bench, again, where)


def libcst_modules_imported(bench: Bench, cache: str) -> int:
    """How many modules of libcst a warm run imports, its worker processes included."""
    flags = ("-X", "importtime")
    _, log = run_and_read_errors(
        bench.greenlint.check(bench.corpora.small.root, cache, flags=flags)
    )
    if "import time:" not in log:
        raise UnequalWork("The interpreter listed no imports, so nothing is known about libcst.")
    return len(re.findall(r"^import time:.*\| +libcst\b", log, re.MULTILINE))


def after_one_change(bench: Bench, again: Command, where: str) -> Figure:
    """How many files are analysed when one of them has another line."""
    changed = bench.corpora.small.files()[0]
    before = changed.read_bytes()
    try:
        changed.write_bytes(before + b"\nCHANGED = True\n")
        reading = run(again)
        summary = bench.greenlint.summary()
    finally:
        changed.write_bytes(before)
    if summary.files is None or summary.cached is None:
        raise UnequalWork("The summary says nothing about cached files.")
    return Figure(
        "files analysed after one file changed",
        where,
        Spread.of([float(summary.files - summary.cached)]),
        unit="",
        target=at_most(1),
        beside=f"{reading.wall_seconds:.2f} s wall",
    )


def two_processes(bench: Bench) -> Iterator[Figure]:
    """Wall of one process over wall of two."""
    corpus = bench.corpora.large
    one, two = bench.greenlint.cold(corpus), bench.greenlint.cold(corpus, jobs=2)
    pairs = in_turns(one, two, bench.rounds.processes)
    yield Figure(
        "wall of one process over wall of two",
        described(corpus),
        wall_ratio(pairs),
        target=at_least(1.7),
        beside=f"{pairs[0][0].wall_seconds:.1f} s and {pairs[0][1].wall_seconds:.1f} s "
        "in the first round",
    )


def start(bench: Bench) -> Iterator[Figure]:
    """How long greenlint takes to start, over what cannot be avoided."""
    greenlint = bench.greenlint
    nothing = Command((sys.executable, "-c", "pass"), cwd=bench.folder)
    version = greenlint.version(bench.folder)
    yield Figure(
        "wall of `greenlint --version` over `python -c pass`",
        "the running interpreter",
        wall_ratio(in_turns(version, nothing, bench.rounds.start)),
        target=at_most(5),
    )
    small_file = bench.folder / "one_small_file" / "names.py"
    # A project of its own: the rules across files would read all that is around it.
    (small_file.parent / ".git").mkdir(parents=True, exist_ok=True)
    small_file.write_text(SMALL_FILE)
    check = greenlint.check(small_file, "--no-cache")
    libcst = Command((sys.executable, "-c", "import libcst"), cwd=bench.folder)
    pairs = in_turns(check, libcst, bench.rounds.start)
    summary = greenlint.summary()
    if summary.parsed not in (1, None):
        raise UnequalWork("The small file was not parsed, so there is nothing to compare.")
    yield Figure(
        'wall of `greenlint check --no-cache one_small_file.py` over `python -c "import libcst"`',
        "a file of five lines with one finding",
        wall_ratio(pairs),
        target=at_most(1.6),
        beside=summary.words(),
    )


def memory(bench: Bench) -> Iterator[Figure]:
    """Peak memory of the largest process, on a tree and on the same tree two times."""
    once, twice = bench.corpora.large, bench.corpora.twice
    peaks: dict[str, float] = {}
    for corpus in (once, twice):
        for jobs in (1, 2):
            peak = run(bench.greenlint.cold(corpus, jobs)).peak_kib / KIB_PER_MB
            peaks[f"{corpus.name} -j{jobs}"] = peak
            yield Figure(
                f"peak memory of the largest process, -j{jobs}",
                described(corpus),
                Spread.of([peak]),
                unit="MB",
                target=at_most(300),
                beside=same_files(bench.greenlint.summary(), corpus).words(),
            )
    for jobs in (1, 2):
        yield Figure(
            f"peak memory on twice the files over once, -j{jobs}",
            f"{twice.name} over {once.name}",
            Spread.of([peaks[f"{twice.name} -j{jobs}"] / peaks[f"{once.name} -j{jobs}"]]),
            target=at_most(1.1),
        )


ROWS = {
    "floor": over_bare_parse,
    "index": with_the_index,
    "fixit": fixit_over_greenlint,
    "perflint": perflint_over_greenlint,
    "warm": warm,
    "processes": two_processes,
    "start": start,
    "memory": memory,
    "ruff": greenlint_over_ruff,
}
