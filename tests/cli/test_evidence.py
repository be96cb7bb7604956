# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint evidence``: measures the experiments of pages, tells the figures, and stores them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from greenlint.page import read
from tests.powercap.live import live

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "greenlint-evidence-1.json"
QUICK = ("--restarts", "4", "--pairs", "2")

SETUP = """\
def work(turns):
    return sum(range(turns))
"""


@pytest.fixture
def page(project: Path) -> Callable[..., Path]:
    """Give the rule of the project an experiment, and return its page."""

    def written(before: str, after: str, info: str = "", setup: str = SETUP) -> Path:
        path = project / "tools" / "loud.md"
        blocks = f"```python setup {info}\n{setup}```\n\n```python before\n{before}\n```\n\n"
        blocks += f"```python after\n{after}\n```"
        old = "```python before\nshout()\n```"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, blocks), encoding="utf-8")
        return path

    return written


def saves(page: Callable[..., Path]) -> Path:
    """An experiment whose remedy saves nine tenths, at two sizes."""
    return page(
        "total = [work(size) for _ in range(10)][0]",
        "total = work(size)",
        'sizes="300 3000" result="total"',
    )


def test_a_saving_is_told_with_its_interval(greenlint, page, project: Path) -> None:
    """A row for each size: before, after, saving, restarts; where, and with what."""
    saves(page)
    done = greenlint("evidence", "ACME101", *QUICK)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "ACME101 shouting"
    assert lines[1].split() == ["size", "before", "after", "saving", "(95", "%", "interval)", "n"]
    for line, size in zip(lines[2:4], (300, 3000), strict=True):
        row = re.fullmatch(
            rf" +{size} +[\d.]+ [mµn]?s +[\d.]+ [mµn]?s +(\d\d)(?:\.\d)? % \(.+ to .+\) +4", line
        )
        assert row is not None, line
        assert 80 < int(row[1]) < 95
    assert re.match(r".+, \d+ processors?.*; cpython 3\.\d+\.\d+.*; CPU time \(proxy: ", lines[5])
    assert lines[-1] == "2 experiments: 2 with a saving."
    assert "evidence: ACME101 shouting, size 3000" in done.stderr
    assert "Measured by" not in (project / "tools" / "loud.md").read_text("utf-8")


def test_what_is_written_is_the_proof(greenlint, page) -> None:
    """The page gets a block for each size, once; `rule` shows them, and the proof follows."""
    path = saves(page)
    for _ in range(2):
        done = greenlint("-q", "evidence", "shouting", *QUICK, "--write")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.endswith("2 experiments: 2 with a saving. Stored on the pages.\n")
    found = read(path)
    assert [one.size for one in found.measurements] == [300, 3000]
    for one, block in zip(found.measurements, found.evidence[1:], strict=True):
        assert (one.label, one.meter, one.n) == ("proxy", "cpu", 4)
        assert len(block["effects"]) == one.n
        assert 0 < block["after_cpu_seconds"] < block["before_cpu_seconds"]
    told = greenlint("rule", "ACME101").stdout
    assert "proof measured" in told
    assert "cpu (proxy)" in told
    assert re.search(r"^ +3000 +\d\d(\.\d)? % ", told, re.MULTILINE)


def test_a_null_result_is_stored_and_demotes(greenlint, page) -> None:
    """Two sides that are the same save nothing: the interval holds 0, and the proof is gone.

    One interval in twenty does not, so there are three trials.
    """
    path = page("work(500)", "work(500)")
    text = path.read_text("utf-8")
    for _ in range(3):
        path.write_text(text, encoding="utf-8")
        done = greenlint("evidence", "ACME101", "--restarts", "6", "--pairs", "4", "--write")
        assert done.returncode == 0, done.stderr
        (one,) = read(path).measurements
        if one.low <= 0 <= one.high:
            break
    assert one.low <= 0 <= one.high
    assert "no effect shown" in done.stdout
    assert "1 experiment: 0 with a saving, 1 with no effect shown." in done.stdout
    told = greenlint("rule", "ACME101").stdout
    assert "Evidence (reasoned)" in told
    assert "no effect shown" in told


def test_json_keeps_its_schema(greenlint, page) -> None:
    """Every experiment with its figures, or the reason why it has none."""
    saves(page)
    done = greenlint("-q", "evidence", "ACME101", *QUICK, "--size", "40", "--json", "-")
    held = json.loads(done.stdout)
    jsonschema.validate(held, json.loads(SCHEMA.read_text("utf-8")))
    assert held["schema"] == "greenlint-evidence/1"
    (one,) = held["experiments"]
    assert (one["code"], one["size"], one["reason"]) == ("ACME101", 40, None)
    assert (one["saving"]["evidence"], one["saving"]["n"]) == ("proxy", 4)
    assert held["simulated"] is None


@pytest.mark.parametrize(
    ("before", "after", "info", "sentence"),
    [
        ("x = 1", "x = 2", 'result="x"', "the experiment fails: `x` is 1 before and 2 after"),
        (
            "work(2)",
            "wrok(2)",
            "",
            "the experiment fails: loud.md:45, in its after block: NameError: name 'wrok' is not "
            "defined",
        ),
    ],
)
def test_a_failing_experiment_exits_1(
    greenlint, page, before: str, after: str, info: str, sentence: str
) -> None:
    """Its rule and the line of the page are named, and nothing is stored."""
    path = page(before, after, info)
    text = path.read_text("utf-8")
    done = greenlint("evidence", "ACME101", *QUICK, "--write")
    assert done.returncode == 1
    assert done.stdout.startswith("ACME101 shouting\n")
    assert sentence in done.stdout
    assert "1 experiment: 0 with a saving, 1 not measured." in done.stdout
    assert path.read_text("utf-8") == text
    if "wrok" in after:
        assert text.splitlines()[44] == after


def test_a_missing_package_cannot_be_measured(greenlint, page, tmp_path: Path) -> None:
    """It is no fault of the experiment: code 3, and the package is named."""
    path = saves(page)
    text = path.read_text("utf-8")
    path.write_text(text.replace("def work", "import no_such_frame\n\ndef work"), encoding="utf-8")
    out = tmp_path / "out.json"
    done = greenlint("evidence", "ACME101", *QUICK, "--json", str(out))
    assert done.returncode == 3
    assert re.search(
        r"  cannot measure here at size 300: loud\.md:\d+, in its setup block: needs no_such_frame",
        done.stdout,
    )
    held = json.loads(out.read_text("utf-8"))
    jsonschema.validate(held, json.loads(SCHEMA.read_text("utf-8")))
    assert [one["reason"] for one in held["experiments"]] == ["needs-module"] * 2
    assert held["experiments"][0]["saving"] is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("GRN999",), "GRN999: there is no experiment to run."),
        (("nothing",), 'There is no rule, category or beginning of a code "nothing".'),
        (("ACME101", "--meter", "cpuu"), "There is no meter 'cpuu'. Did you mean `cpu`?"),
        (("ACME101", "--restarts", "3"), "3 is not in the range 4<=x<=200"),
        (("ACME101", "--size", "0"), "0 is not in the range x>=1"),
    ],
)
def test_bad_input_exits_2(greenlint, page, words: tuple[str, ...], sentence: str) -> None:
    """With the value and the way out, and nothing is run."""
    saves(page)
    done = greenlint("evidence", *words)
    assert done.returncode == 2
    assert sentence in done.stderr


def test_a_damaged_page_exits_2(greenlint, page, project: Path) -> None:
    """An experiment that is none is told with its line."""
    path = saves(page)
    text = path.read_text("utf-8")
    path.write_text(text.replace('"300 3000"', '"300,3000"'), encoding="utf-8")
    done = greenlint("evidence", "ACME101")
    assert done.returncode == 2
    assert 'loud.md is not a rule page: line 35: sizes="300,3000" are none' in done.stderr


def test_a_page_that_cannot_be_written_exits_2(greenlint, page) -> None:
    """The figures are not lost in silence."""
    path = saves(page)
    path.chmod(0o444)
    done = greenlint("evidence", "ACME101", *QUICK, "--size", "300", "--write")
    assert done.returncode == 2
    assert "loud.md is read-only and was left as it is" in done.stderr


def test_a_size_is_asked_of_an_experiment_that_has_some(greenlint, page) -> None:
    """Without sizes there is nothing to choose, and nothing was measured."""
    page("work(30)", "work(3)")
    done = greenlint("evidence", "ACME101", "--size", "7")
    assert done.returncode == 3
    assert "cannot measure here: its experiment states no sizes" in done.stdout


def test_check_runs_no_experiment(greenlint, page, project: Path) -> None:
    """A page is read by `check`, and its code is never executed."""
    mark = project / "ran"
    page("work(1)", "work(1)", setup=f"open({str(mark)!r}, 'w')\n{SETUP}")
    (project / "a.py").write_text("shout()\n", encoding="utf-8")
    assert greenlint("check").returncode in (0, 1)
    assert greenlint("rule", "--test", "ACME101").returncode in (0, 1)
    assert not mark.exists()
    greenlint("evidence", "ACME101", *QUICK)
    assert mark.exists()


def test_a_simulated_counter_is_said_and_not_stored(greenlint, page, tmp_path: Path) -> None:
    """Joules of a tree that is not the machine's are shown as such, and are no evidence."""
    path = page("import time\ntime.sleep(0.2)", "import time\ntime.sleep(0.1)")
    text = path.read_text("utf-8")
    with live(tmp_path / "tree", "sandy-ep", "package=40;dram=6") as tree:
        words = ("evidence", "ACME101", *QUICK, "--meter", "powercap")
        done = greenlint(*words, "--write", GREENLINT_SYSFS_ROOT=str(tree.sys))
        assert done.returncode == 2
        assert "(GREENLINT_SYSFS_ROOT) may be simulated" in done.stderr
        done = greenlint(*words, GREENLINT_SYSFS_ROOT=str(tree.sys))
    assert done.returncode == 0, done.stderr
    assert "may be simulated" in done.stdout
    assert path.read_text("utf-8") == text
