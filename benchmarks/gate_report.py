# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Raw data of the gate's proof -> benchmarks/RESULTS-gate.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp
from pathlib import Path
from statistics import mean, median

from greenlint_profiler.gate.judging.holm import together

from benchmarks import gate_peers, gate_resample, gate_seeds
from benchmarks import gate_runs as runs
from benchmarks.gate_power import UNSEEDED
from benchmarks.gate_runs import Record
from benchmarks.gate_tables import Row, effect, quartiles, rate, table, within
from benchmarks.gate_text import HEADER, NOTES
from benchmarks.machine import Machine

RESULTS = Path(__file__).with_name("RESULTS-gate.md")
GATES = ("aa", "loaded", "power", "counts", "twenty", "joules")
TRIALS = 2_000
ERROR = 0.01


def write() -> None:
    """Write what the raw data says, and print it."""
    text = "".join(_sections())
    RESULTS.write_text(text, encoding="utf-8")
    print(text)


def _sections() -> Iterator[str]:
    aa, loaded = list(runs.lines("aa")), list(runs.lines("loaded"))
    rising = list(runs.lines("power"))
    when = sorted(held["when"] for name in GATES for held in runs.lines(name))
    yield HEADER.format(machine=Machine.here().words(), first=when[0], last=when[-1])
    yield "## Nothing changed: false failures\n\n" + NOTES["aa"]
    yield table(UNCHANGED, list(_unchanged("without load of ours", aa)))
    if loaded:
        yield "\n" + table(UNCHANGED, list(_unchanged("a busy process a core", loaded)))
    yield NOTES["resampled"]
    yield table(gate_resample.HEADINGS, list(gate_resample.rows(aa, TRIALS)))
    yield "\n## A rise of a known size\n\n" + NOTES["power"]
    yield table(FOUND, list(_power(rising))) + _unseeded(rising)
    if counts := list(runs.lines("counts")):
        yield "\nWhat the exact counts say of the queries alone:\n\n"
        yield table(COUNTS, list(_counts(counts)))
    yield "\n## Others, in the same hours\n\n" + NOTES["peers"]
    yield table(PEERS, list(_peers(aa)))
    yield "\n## Twenty tests of 50 ms\n\n" + NOTES["twenty"]
    yield table(TWENTY, list(_twenty(list(runs.lines("twenty")))))
    yield "\n## Joules, on a simulated counter\n\n" + NOTES["joules"]
    yield table(JOULES, list(_joules(list(runs.lines("joules")))))
    yield "\n## What limits it\n\n" + NOTES["limits"].rstrip() + "\n"


UNCHANGED = (
    *("where", "suite", "gates", "comparisons", "false failures", "gates with one"),
    *("inconclusive", "cannot measure", "mean restarts", "spread", "seconds a gate", "load"),
)


def _unchanged(where: str, gates: Sequence[Record]) -> Iterator[Row]:
    names = list(dict.fromkeys(held["suite"] for held in gates))
    for name in (*names, *(["both"] if len(names) > 1 else [])):
        some = [held for held in gates if name in (held["suite"], "both")]
        tests = [one for held in some for one in held["tests"]]
        judged = [one for one in tests if "told" in one]
        if not judged:
            continue
        alarms = sum(one["verdict"] == "fail" for one in judged)
        hit = sum(any(one["verdict"] == "fail" for one in held["tests"]) for held in some)
        yield (
            *(where, name, str(len(some)), str(len(judged)), rate(alarms, len(judged))),
            rate(hit, len(some)),
            rate(sum(one["verdict"] == "inconclusive" for one in judged), len(judged)),
            str(len(tests) - len(judged)),
            f"{mean(one['n'] for one in judged):.1f}",
            f"{median(one['spread'] for one in judged):.1%}",
            within([held["seconds"] for held in some]),
            within([held["load"] for held in some]),
        )


FOUND = (
    *("rise", "what", "comparisons", "found by time alone", "lost if it were the only one of 500"),
    *("inconclusive", "missed (pass)", "mean restarts", "with the second time", "measured rise"),
)


def _seeded(gates: Sequence[Record]) -> list[Record]:
    """The tests that rose, each with its suite."""
    tests = [{**one, "suite": held["suite"]} for held in gates for one in held["tests"]]
    return [one for one in tests if one["units"] > UNSEEDED]


def _power(gates: Sequence[Record]) -> Iterator[Row]:
    tests = _seeded(gates)
    suites = list(dict.fromkeys(one["suite"] for one in tests))
    for rise in sorted({one["rise"] for one in tests}):
        for what in (*gate_seeds.SHAPES, *(suites if len(suites) > 1 else []), "all"):
            some = [
                one
                for one in tests
                if one["rise"] == rise and what in (one["shape"], one["suite"], "all")
            ]
            judged = [one for one in some if "told" in one]
            if judged:
                yield (f"+{rise:.0%}", what, *_found(judged))


def _unseeded(gates: Sequence[Record]) -> str:
    tests = [one for held in gates for one in held["tests"]]
    left = [one for one in tests if one["units"] <= UNSEEDED]
    if not left:
        return ""
    told = sum(one.get("told") in ("pass", "improved") for one in left)
    return (
        f"\n{len(left)} more were seeded with nothing, as the first way of correcting their size "
        f"went below none ({UNSEEDED} units a call): {told} of them passed. They are in no row "
        "above.\n"
    )


def _found(judged: Sequence[Record]) -> Iterator[str]:
    count = len(judged)
    failed = [one for one in judged if one["told"] == "fail"]
    yield str(count)
    yield rate(len(failed), count)
    alone = sum(together(one["p"], one["again"]["p"]) <= ERROR / 500 for one in failed)
    yield f"{len(failed) - alone} of {len(failed)}"
    yield rate(sum(one["told"] == "inconclusive" for one in judged), count)
    yield rate(sum(one["told"] in ("pass", "improved") for one in judged), count)
    yield f"{mean(one['n'] for one in judged):.1f}"
    yield f"{mean(one['n'] + one.get('again', {}).get('n', 0) for one in judged):.1f}"
    low, middle, high = quartiles([exp(effect(one)) - 1 for one in judged])
    yield f"{middle:+.1%} ({low:+.1%} – {high:+.1%})"


COUNTS = ("rise", "comparisons", "failed by the count of queries")


def _counts(gates: Sequence[Record]) -> Iterator[Row]:
    tests = [one for held in gates for one in held["tests"]]
    for rise in sorted({one["rise"] for one in tests}):
        some = [one for one in tests if one["rise"] == rise]
        failed = [one for one in some if any(count[3] == "fail" for count in one.get("counts", ()))]
        yield f"+{rise:.0%}", str(len(some)), rate(len(failed), len(some))


PEERS = ("what", "suite", "comparisons", "false alarms", "runs with one", "load")


def _peers(aa: Sequence[Record]) -> Iterator[Row]:
    ran = list(runs.lines("peers"))
    for name in dict.fromkeys(one["suite"] for one in ran):
        some = [one for one in ran if one["suite"] == name]
        alarms = sum(len(one["failed"]) for one in some)
        yield (
            *("pytest-benchmark, mean:10%", name),
            str(of := sum(one["compared"] for one in some)),
            rate(alarms, of),
            rate(sum(bool(one["failed"]) for one in some), len(some)),
            within([one["load"] for one in some]),
        )
    found = list(gate_peers.stored(aa))
    for name in dict.fromkeys(suite for suite, _ in found):
        some_stored = [high for suite, high in found if suite == name]
        count = sum(map(len, some_stored))
        yield (
            *("stored median + 10 %", name, str(count)),
            rate(sum(map(sum, some_stored)), count),
            rate(sum(map(any, some_stored)), len(some_stored)),
            within([held["load"] for held in aa if held["suite"] == name]),
        )


TWENTY = ("changed", "gates", "seconds", "verdicts", "mean restarts", "load")


def _twenty(gates: Sequence[Record]) -> Iterator[Row]:
    for changed in (False, True):
        some = [held for held in gates if any(one["rise"] for one in held["tests"]) == changed]
        if some:
            judged = [one for held in some for one in held["tests"] if "told" in one]
            yield (
                "one test, +20 %" if changed else "nothing",
                str(len(some)),
                within([held["seconds"] for held in some]),
                _verdicts(judged),
                f"{mean(one['n'] for one in judged):.1f}",
                within([held["load"] for held in some]),
            )


JOULES = (
    *("rise", "gates", "comparisons", "failed", "inconclusive", "mean restarts", "measured rise"),
    *("spread", "load"),
)


def _joules(gates: Sequence[Record]) -> Iterator[Row]:
    tests = [(held, one) for held in gates for one in held["tests"] if one.get("what") == "joules"]
    for rise in sorted({one["rise"] for _, one in tests}):
        some = [one for _, one in tests if one["rise"] == rise]
        of = [held for held in gates if any(one["rise"] == rise for one in held["tests"])]
        low, middle, high = quartiles([exp(effect(one)) - 1 for one in some])
        yield (
            *(f"+{rise:.0%}" if rise else "nothing", str(len(of)), str(len(some))),
            rate(sum(one["told"] == "fail" for one in some), len(some)),
            rate(sum(one["told"] == "inconclusive" for one in some), len(some)),
            f"{mean(one['n'] for one in some):.1f}",
            f"{middle:+.1%} ({low:+.1%} – {high:+.1%})",
            f"{median(one['spread'] for one in some):.1%}",
            within([held["load"] for held in of]),
        )


def _verdicts(tests: Sequence[Record]) -> str:
    told = [one["verdict"] for one in tests]
    return ", ".join(f"{told.count(one)} {one}" for one in dict.fromkeys(told))
