# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint check`` joined with a stored run and coverage data with contexts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.gate.asked import Asked
from greenlint_profiler.stores.address import DEFAULT
from greenlint_profiler.units import Evidence

from greenlint.cli.gate_lines import narrowed
from greenlint.cli.joining import _at_fields
from greenlint.cli.linting import STORE
from greenlint.cli.tracing import NoContextsError, executed, matched
from greenlint.hotspots import BEST_FIRST, Again

from .conftest import Greenlint
from .shop import MANY, ONE, TESTS, collected, made, measured


@pytest.fixture
def shop(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two findings, of which a test executes the first."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("COVERAGE_CORE", "ctrace")
    return made(project)


def test_what_the_profiler_knows_is_known_alike() -> None:
    """Its usual store, and its labels from best to worst, which the engine may not import."""
    assert STORE.as_posix() == DEFAULT
    assert [*BEST_FIRST] == [one.value for one in Evidence]


def test_each_finding_knows_the_tests_that_execute_it(shop: Path, greenlint: Greenlint) -> None:
    """By itself, once there is a run; the one with most to save first, where it is asked for."""
    collected(greenlint)
    done = greenlint("check", "--sort=energy", "shop.py")
    assert done.returncode == 0, done.stderr  # notes
    first, second = done.stdout.index("shop.py:3"), done.stdout.index("shop.py:7")
    assert first < second
    assert "= here: 2 tests execute this line; together" in done.stdout[first:second]
    assert "of CPU time, a proxy" in done.stdout[first:second]
    assert "= here: no test executes this line." in done.stdout[second:]
    done = greenlint("check", "-o", "json", "shop.py")
    held = [one["energy"] for one in json.loads(done.stdout)["findings"]]
    assert [one["tests"] for one in held] == [sorted([ONE, MANY]), []]
    assert held[0]["cpu_seconds"] > 0
    assert held[0]["evidence"] == "proxy"
    done = greenlint("check", "-o", "sarif", "shop.py")
    results = json.loads(done.stdout)["runs"][0]["results"]
    assert [one["rank"] for one in results] == [100.0, 50.0]
    # A gate of a fix is about the tests that execute the line.
    many = narrowed(Asked(("pytest",), only=("*20000*",)), [f"{shop}/shop.py:3"], shop)
    assert many.exactly == (MANY,)
    for words, said in (
        (["shop.py:7"], "No test executes shop.py:7, as far as .coverage tells"),
        (["shop.py:3", "--only=total"], "None of the 2 tests of --executes is meant by --only=tot"),
        (["more.py:3"], "does not know the file more.py"),
        (["shop.py"], "--executes=shop.py is no PATH:LINE"),
    ):
        done = greenlint("energy", "gate", "--base=HEAD", "--executes", *words, "--", "pytest")
        assert done.returncode == 2
        assert said in done.stderr


def test_a_finding_knows_its_part_of_a_sampled_run(shop: Path, greenlint: Greenlint) -> None:
    """Estimated, with its interval; a file that is newer than the samples has none."""
    collected(greenlint)
    kept = shop / ".greenlint" / "functions.json"
    lines = [
        {"function": "report", "path": "shop.py", "line": 2, "whose": "own code", "self": 0.0,
         "total": 0.3, "at": 3},
        {"function": "report.<locals>.<listcomp>", "path": "shop.py", "line": 3,
         "whose": "own code", "self": 0.2, "total": 0.25, "at": 3},
        {"function": "loads", "path": "shop.py", "line": 3, "whose": "library", "self": 9.0,
         "total": 9.0, "at": 3},
    ]  # fmt: skip
    sampled = {"total": 1.2, "unit": "CPU seconds", "basis": "proxy", "lines": lines}
    kept.write_text(json.dumps({"functions": {**sampled, "sampling": {"looks": 400}}}))
    done = greenlint("check", "shop.py")
    assert (
        "= here: about 25 % (21 … 29 %) of the CPU time of the sampled run went through this line "
        "(estimated, basis proxy; 400 looks)"
    ) in done.stdout
    assert "none of 400 looks at the sampled run met this line: at most 1 %" in done.stdout
    held = [one["energy"]["share"] for one in findings(greenlint)]
    assert [one["part"] for one in held] == [0.25, 0.0]
    assert {one["evidence"] for one in held} == {"estimated"}
    kept.write_text("{}")
    assert [one["energy"]["share"] for one in findings(greenlint)] == [None, None]


def test_a_third_run_is_sampled_where_that_is_asked_for(shop: Path, greenlint: Greenlint) -> None:
    """The command that collects leaves what `check` reads."""
    (shop / "test_shop.py").write_text(TESTS.replace("20_000", "600_000"))
    collected(greenlint, "--functions")
    first, second = findings(greenlint)
    assert 0 < first["energy"]["share"]["part"] <= 1
    assert first["energy"]["share"]["looks"] > 0
    assert second["energy"]["share"]["part"] == 0


def findings(greenlint: Greenlint) -> list[dict[str, Any]]:
    """As JSON has them."""
    done = greenlint("check", "-o", "json", "shop.py")
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def test_little_things_can_be_left_out(shop: Path, greenlint: Greenlint) -> None:
    """By an amount of energy, or of CPU time."""
    collected(greenlint)
    done = greenlint("check", "--min-energy=1 us", "-o", "concise", "shop.py")
    assert "shop.py:3" in done.stdout
    assert "shop.py:7" not in done.stdout
    done = greenlint("check", "--min-energy=1 kJ", "shop.py")
    assert "shop.py" not in done.stdout
    done = greenlint("check", "--min-energy=much", "shop.py")
    assert done.returncode == 2
    assert "--min-energy=much is neither an energy" in done.stderr


def test_without_a_run_nothing_is_joined(shop: Path, greenlint: Greenlint) -> None:
    """What was asked for and is not there is an error; what was not asked for is silence."""
    done = greenlint("check", "-o", "json", "shop.py")
    assert [one["energy"] for one in json.loads(done.stdout)["findings"]] == [None, None]
    done = greenlint("check", "--energy", "shop.py")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    measured(shop)
    done = greenlint("check", "--energy=nothing", "shop.py")
    assert done.returncode == 2
    assert "'nothing'" in done.stderr
    done = greenlint("check", "--no-energy", "-o", "json", "shop.py")
    assert [one["energy"] for one in json.loads(done.stdout)["findings"]] == [None, None]
    assert greenlint("check", "--no-energy", "--energy", "shop.py").returncode == 2


def test_without_contexts_the_command_is_told(shop: Path, greenlint: Greenlint) -> None:
    """Data that cannot say which test it was, and data that is no data."""
    measured(shop)
    done = greenlint("check", "--energy", "shop.py")
    assert "No coverage data" in done.stderr
    environ = {**os.environ, "COVERAGE_FILE": ".coverage"}
    words = ["-m", "coverage", "run", "--source=.", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    subprocess.run([sys.executable, *words], cwd=shop, env=environ, check=True)
    done = greenlint("check", "--energy", "shop.py")
    assert done.returncode == 0
    assert "greenlint energy collect -- pytest" in done.stderr
    (shop / ".coverage").write_bytes(b"nothing of the kind")
    done = greenlint("check", "--energy", "shop.py")
    assert done.returncode == 0
    assert "cannot be read" in done.stderr
    assert greenlint("check", "shop.py").stderr == ""


def test_both_runs_in_one_command(shop: Path, greenlint: Greenlint) -> None:
    """The tests run once to be measured and once to be traced; then findings are joined."""
    (shop / "test_more.py").write_text(
        "import shop\n\ndef test_more(): assert shop.unused({}) == []"
    )
    pytest_words = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    done = greenlint("energy", "collect", "--", *pytest_words, "test_shop.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("2 passed") == 2
    assert not list(shop.glob(".coverage?*"))
    done = greenlint("check", "--energy", "-o", "json", "shop.py")
    held = [one["energy"] for one in json.loads(done.stdout)["findings"]]
    assert [one["tests"] for one in held] == [sorted([ONE, MANY]), []]
    assert done.stderr == ""


def test_tests_of_many_processes_are_traced(shop: Path, greenlint: Greenlint) -> None:
    """Each worker of pytest-xdist writes data of its own; all of it is in the file."""
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "xdist", "-n2")
    done = greenlint("energy", "collect", "--", sys.executable, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    found = executed(shop / ".coverage", shop, ["shop.py"], {ONE, MANY})
    assert found.lines["shop.py"][3] == {ONE, MANY}


def test_a_trace_of_nothing_is_told(shop: Path, greenlint: Greenlint) -> None:
    """Coverage's own configuration may leave out every file; what was there stays."""
    (shop / ".coveragerc").write_text("[run]\ninclude = elsewhere/*\n")
    (shop / ".coverage").write_text("kept")
    words = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")
    done = greenlint("energy", "collect", "--", sys.executable, *words)
    assert done.returncode == 2
    assert "Coverage saw no line of the project" in done.stderr
    assert "Traceback" not in done.stderr
    assert (shop / ".coverage").read_text() == "kept"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Name files"),
        (("--", "make", "test"), "does not run pytest"),
        (("run.json", "--", "pytest"), "Name files"),
        (("--", "coverage", "run", "-m", "pytest"), "coverage traces every line"),
    ],
)
def test_what_cannot_be_collected_is_said(
    shop: Path, greenlint: Greenlint, words: tuple[str, ...], said: str
) -> None:
    """In a sentence, with exit code 2."""
    done = greenlint("energy", "collect", *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_lines_of_fixtures_are_not_the_tests(shop: Path, greenlint: Greenlint) -> None:
    """What a test uses is what its call uses; what runs before it is not in that."""
    (shop / "test_shop.py").write_text(
        "import pytest\nfrom shop import report\n\n@pytest.fixture\ndef titles(): "
        "return report({'pear': 3})\n\ndef test_titles(titles): assert titles == ['Pear']\n"
    )
    collected(greenlint)
    done = greenlint("check", "shop.py")
    assert done.stdout.count("it runs when its module is loaded, or in a fixture.") == 1
    assert done.stdout.count("no test executes this line.") == 1


def test_functions_as_contexts_mean_all_their_parameters(shop: Path) -> None:
    """`dynamic_context = test_function` knows neither the file nor the parameters."""
    (shop / ".coveragerc").write_text("[run]\ndynamic_context = test_function\nsource = .\n")
    words = ["-m", "coverage", "run", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    subprocess.run([sys.executable, *words], cwd=shop, check=True)
    ids = {ONE, MANY, "other.py::test_other"}
    found = executed(shop / ".coverage", shop, ["shop.py"], ids)
    assert found.lines["shop.py"][3] == {ONE, MANY}
    assert not found.changed
    later = (shop / ".coverage").stat().st_mtime + 10
    os.utime(shop / "shop.py", (later, later))
    assert executed(shop / ".coverage", shop, ["shop.py"], ids).changed == {"shop.py"}
    with pytest.raises(NoContextsError):
        executed(shop / "missing", shop, ["shop.py"], ids)


def test_files_of_other_places_are_found_by_the_end_of_their_paths(tmp_path: Path) -> None:
    """As in a container; not where two might be meant, and not by half a name."""
    theirs = ["/app/shop/views.py", "/app/a/models.py", "/app/b/models.py", "/app/myshop/forms.py"]
    ours = ["shop/views.py", "models.py", "shop/forms.py", "src/shop/urls.py"]
    assert matched(theirs, tmp_path, ours) == {"shop/views.py": "/app/shop/views.py"}
    here = str(tmp_path / "a" / "models.py")
    assert matched([here, *theirs], tmp_path, ["a/models.py"]) == {"a/models.py": here}
    assert matched(["urls.py"], tmp_path, ["src/shop/urls.py"]) == {"src/shop/urls.py": "urls.py"}


def test_a_field_of_a_class_is_joined_at_the_lines_that_name_it(tmp_path: Path) -> None:
    """Where inherited code asked, the place is the class; findings speak of its fields."""
    (tmp_path / "views.py").write_text(
        "class Orders(Base):\n    lines = Lines()\n    fields = ['id', 'lines', 'liness']\n"
        "    fieldss = ['id', 'liness']\n\nclass Other:\n    lines = 1\n"
    )
    (tmp_path / "broken.py").write_text("class Orders(:")
    sent = Again("query", "views.py", 1, "test_a", 9, "SELECT ?", "Orders.lines")
    plain = sent._replace(symbol="Orders")
    lost = [sent._replace(path=path) for path in ("broken.py", "gone.py")]
    found = list(_at_fields([sent, plain, *lost], tmp_path))
    assert found == [sent._replace(line=2), sent._replace(line=3)]
