# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Budgets, exit codes, files and the store of ``greenlint profile --per-test``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.per_test import BARE, checked, measured, write
from tests.cli.profiling import environment
from tests.powercap.live import live

pytestmark = pytest.mark.alone

ASKS = """
class Asks(unittest.TestCase):
    def test_asks(self):
        db = sqlite3.connect(":memory:")
        for number in range(6):
            db.execute("select ?", (number,)).fetchall()
        end = time.process_time() + 0.05
        while time.process_time() < end:
            pass
"""
FAILS = ASKS + "        self.fail()\n"


def budget(*limits: str, test: str = "test_it.*") -> str:
    """A project whose tests may use so much."""
    return "\n".join(("[[tool.greenlint.energy.budgets]]", f'test = "{test}"', *limits))


NEEDS_NO_METER = "\n[tool.greenlint.energy]\nrequire-meter = false\n"


@pytest.mark.parametrize(
    ("settings", "options", "suite", "code", "verdict"),
    [
        ("", (), ASKS, 0, None),
        (budget("queries = 6"), (), ASKS, 0, "pass"),
        (budget("queries = 5"), (), ASKS, 1, "fail"),
        (budget('cpu = "20 ms"'), (), ASKS, 1, "fail"),
        (budget('cpu = "20 s"', "requests = 0"), (), ASKS, 0, "pass"),
        ("", ("--cpu", "1 ms"), ASKS, 1, "fail"),
        (budget('cpu = "20 s"'), ("--cpu", "1 ms"), ASKS, 0, "pass"),
        (budget('budget = "5 J"'), (), ASKS, 3, "cannot-measure"),
        (budget('budget = "5 J"', "queries = 5"), (), ASKS, 1, "fail"),
        (budget('budget = "5 J"') + NEEDS_NO_METER, (), ASKS, 0, "cannot-measure"),
        (budget('budget = "5 J"'), ("--accept", "estimated"), ASKS, 0, "pass"),
        (budget('budget = "1 uJ"'), ("--accept", "estimated"), ASKS, 1, "fail"),
        (budget("queries = 5", test="other"), (), ASKS, 0, None),
        (budget("queries = 5"), (), FAILS, 1, None),
    ],
)
def test_a_budget_decides_the_exit_code(
    tmp_path: Path,
    settings: str,
    options: tuple[str, ...],
    suite: str,
    code: int,
    verdict: str | None,
) -> None:
    """1 when one was exceeded, 3 when one cannot be judged and must be; the outcome of the test is
    its own, and one that failed is not judged.
    """
    done = measured(tmp_path, suite=suite, settings=settings, options=options)
    assert (done.code, done.document["verdict"]) == (code, verdict), done.stderr
    (test,) = done.document["tests"]
    assert test["verdict"] == verdict
    assert test["outcome"] == ("failed" if suite is FAILS else "passed")


def test_joules_against_a_budget(tmp_path: Path) -> None:
    """On a simulated 46 W: the test of at least 50 ms uses more than 1 J and less than 500."""
    with live(tmp_path / "live", "sandy-ep", "package=40;dram=6") as tree:
        for limit, code in (("1 J", 1), ("500 J", 0)):
            done = measured(
                tmp_path,
                suite=ASKS,
                settings=budget(f'budget = "{limit}"'),
                options=("--accept", "shared"),
                sys_root=tree.sys,
            )
            assert done.code == code, done.stderr


def test_an_exceeded_budget_says_what_was_measured(tmp_path: Path) -> None:
    """What, against what, from which line, and how to accept it in a suite of unittest."""
    done = measured(tmp_path, suite=ASKS, settings=budget("queries = 5"))
    for sentence in (
        "test_it.Asks.test_asks\n  Energy budget exceeded: 6 queries against 5\n",
        "6 times the same query from test_it.py:7: SELECT ?",
        'accept: raise the budget in [[tool.greenlint.energy.budgets]] with test = "test_it.Asks',
        "budgets: 1 exceeded",
    ):
        assert sentence in done.stderr
    assert "pytest" not in done.stderr


def test_the_code_of_the_suite_wins(tmp_path: Path) -> None:
    """A runner that ends with 7 ends with 7, whatever the budgets say."""
    program = "import test_it, unittest; unittest.main(test_it, exit=False); raise SystemExit(7)"
    done = measured(tmp_path, "-c", program, suite=ASKS, settings=budget("queries = 1"))
    assert (done.code, done.document["verdict"]) == (7, "fail")


def test_why_a_budget_cannot_be_judged(tmp_path: Path) -> None:
    """With the way out."""
    done = measured(tmp_path, suite=ASKS, settings=budget('budget = "5 J"'))
    assert "budgets: 1 cannot be judged" in done.stderr
    assert "greenlint: not judged (no-figure): `greenlint doctor` shows how" in done.stderr


@pytest.mark.parametrize(
    ("command", "code", "sentence"),
    [
        (["true"], 3, "no Python that reads PYTHONPATH was started"),
        ([BARE, "-I", "-c", ""], 3, "no Python that reads PYTHONPATH was started"),
        ([BARE, "-c", ""], 0, "no suite of unittest ran"),
        ([BARE, "-c", "raise SystemExit(5)"], 5, "no suite of unittest ran"),
        (["no-such-command"], 127, "there is no such command"),
    ],
)
def test_where_no_test_is_seen(
    tmp_path: Path, command: list[str], code: int, sentence: str
) -> None:
    """It is told, with the reason; a Python that only ran no test did nothing wrong."""
    write(tmp_path, None, "")
    words = [sys.executable, "-m", "greenlint", "profile", "--per-test", "--", *command]
    done = subprocess.run(
        words, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (code, "")
    assert sentence in done.stderr


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--per-test", "--repeat", "3"], "looks into one run of a suite: leave out --repeat."),
        (["--per-test", "--idle", "1"], "leave out --idle."),
        (["--per-test", "--functions"], "leave out --functions."),
        (["--top", "3"], "--top belongs to --per-test, which was not given."),
        (["--label", "x"], "--label belongs to --per-test"),
        (["--no-store"], "--no-store belongs to --per-test"),
    ],
)
def test_options_that_do_not_go_together(tmp_path: Path, options: list[str], sentence: str) -> None:
    """Exit code 2, and nothing is run."""
    words = [sys.executable, "-m", "greenlint", "profile", *options, "--", "touch", "ran"]
    done = subprocess.run(
        words, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert sentence in done.stderr
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("command", [["pytest", "-q"], [sys.executable, "-m", "pytest"]])
def test_pytest_has_a_plugin(tmp_path: Path, command: list[str]) -> None:
    """A suite of pytest is measured by its own option."""
    words = [sys.executable, "-m", "greenlint", "profile", "--per-test", "--", *command]
    done = subprocess.run(
        words, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "`pytest --energy` measures tests of pytest" in done.stderr


def test_a_label_that_is_required(tmp_path: Path) -> None:
    """Exit code 3, and the suite is not run, where no meter has it."""
    done = measured(tmp_path, suite=ASKS, options=("--require", "measured"))
    assert (done.code, done.document) == (3, {})
    assert "Ran 1 test" not in done.stderr


def test_the_document_on_standard_output(tmp_path: Path) -> None:
    """It is alone there: what the suite prints goes to standard error."""
    done = measured(tmp_path, suite=ASKS + "        print('hello')\n", options=("--json", "-"))
    (tmp_path / "it.json").write_text(done.stdout)
    assert checked(tmp_path / "it.json")["tests"][0]["outcome"] == "passed"
    assert "hello" in done.stderr


def test_quiet_says_only_what_was_exceeded(tmp_path: Path) -> None:
    """Nothing but the suite's own output where all is well."""
    for limit, said in ((6, False), (5, True)):
        write(tmp_path, ASKS, budget(f"queries = {limit}"))
        words = ["-q", "profile", "--per-test", "--", BARE, "-m", "unittest", "test_it"]
        done = subprocess.run(
            [sys.executable, "-m", "greenlint", *words],
            cwd=tmp_path,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert ("Energy budget exceeded" in done.stderr) is said
        assert "total " not in done.stderr


def test_runs_are_kept(tmp_path: Path) -> None:
    """In the store of the project, each run once; `--no-store` and an empty setting keep none."""
    store = tmp_path / ".greenlint" / "energy.sqlite3"
    measured(tmp_path, suite=ASKS, options=("--no-store",))
    measured(tmp_path, suite=ASKS, settings='[tool.greenlint.energy]\nstore = ""\n')
    assert not store.exists()
    ids = [measured(tmp_path, suite=ASKS).document["run"]["id"] for _ in range(2)]
    listed = subprocess.run(
        [sys.executable, "-m", "greenlint", "energy", "list", "--json"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert all(one in listed.stdout for one in ids), listed.stderr


def test_what_was_before_is_beside_each_test(tmp_path: Path) -> None:
    """As under pytest: the levels of the branch, and what changed since."""
    settings = '[tool.greenlint.energy]\nbaseline-branch = "trunk"\nbaseline-runs = 2\n'
    branch = {"CI_COMMIT_REF_NAME": "trunk"}
    for _ in range(2):
        first = measured(tmp_path, suite=ASKS, settings=settings, **branch)
        assert first.document["baseline"] is None
    more = ASKS.replace("range(6)", "range(9)")
    done = measured(tmp_path, suite=more, settings=settings, **branch)
    assert done.document["baseline"] == {"name": "trunk", "tests": 1}
    assert done.tests["test_asks"]["baseline"]["queries"] == 6
    assert done.tests["test_asks"]["change"]["queries"] == 3
    assert "vs trunk: another number of queries or requests in" in done.stderr
    (tmp_path / "greenlint-energy.json").write_text("{}")
    done = measured(tmp_path, suite=ASKS, settings=settings, **branch)
    assert done.code == 0
    assert "greenlint: baseline: The baseline " in done.stderr


def test_a_store_that_cannot_be_used_spoils_nothing(tmp_path: Path) -> None:
    """One sentence, and the code is that of the suite."""
    (tmp_path / "notes.txt").write_text("no database")
    settings = '[tool.greenlint.energy]\nstore = "notes.txt"\n'
    done = measured(tmp_path, suite=ASKS, settings=settings)
    assert done.code == 0
    assert "store: this run was not kept. " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_label_names_the_run(tmp_path: Path) -> None:
    """It is in the document, and the machine class of the settings too."""
    settings = '[tool.greenlint.energy]\nmachine-class = "ci-1"\n'
    done = measured(tmp_path, suite=ASKS, settings=settings, options=("--label", "nightly"))
    assert done.document["run"]["label"] == "nightly"
    assert done.document["machine"]["class"] == "ci-1"
