# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``[tool.greenlint.energy]``: where it is found, what it may say, and which budget holds."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from greenlint_profiler.settings import EnergySettings, budget_keys, keys, load
from greenlint_profiler.settings_budgets import Budget, covers
from greenlint_profiler.settings_files import SettingsError
from greenlint_profiler.units import Kind
from jsonschema import Draft202012Validator

from greenlint.cli.measure_settings import shape
from greenlint.config import load as load_config

HEADER = "[tool.greenlint.energy]\n"
FULL = """\
[project]
name = "orders"

[tool.greenlint.energy]
meter = "rapl"
domains = ["package", "dram"]
require-meter = false
repeat = 5
warmup = 0
max-time = "1.5 min"
subtract-idle = false
max-increase = "12.5 %"
confidence = 0.99
baseline-runs = 3
baseline-branch = "trunk"
budget = "60 J"
store = "data/runs.sqlite3"
keep-runs = 50
machine-class = "ci-1"
carbon-intensity = 253

[[tool.greenlint.energy.budgets]]
test = "tests/api/**"
budget = "5 J"
dram = "1 J"
cpu = "300 ms"
queries = 12
requests = 0
instructions = 2_000_000
max-increase = "20 %"
machine-class = "ci-1"
"""


def at(folder: Path, text: str, name: str = "pyproject.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def refused(folder: Path, **environ: str) -> str:
    with pytest.raises(SettingsError) as error:
        load(folder, environ)
    return str(error.value)


# What it may say


def test_every_key_is_read(tmp_path: Path) -> None:
    """Energy as microjoules, time as nanoseconds, percentages as parts, paths from the file."""
    found = load(at(tmp_path, FULL), {})
    (rule,) = found.budgets
    assert found == EnergySettings(
        meter="rapl",
        domains=(Kind.PACKAGE, Kind.DRAM),
        require_meter=False,
        repeat=5,
        warmup=0,
        max_time_ns=90_000_000_000,
        subtract_idle=False,
        max_increase=0.125,
        confidence=0.99,
        baseline_runs=3,
        baseline_branch="trunk",
        budget_uj=60_000_000,
        store=str(tmp_path / "data" / "runs.sqlite3"),
        keep_runs=50,
        machine_class="ci-1",
        carbon_intensity=253.0,
        budgets=(rule,),
    )
    assert found.budget_for("tests/api/test_a.py::test_b", "ci-1") == Budget(
        5_000_000, 1_000_000, 300_000_000, 12, 0, 2_000_000, 0.2
    )
    assert hash(found) == hash(load(tmp_path, {}))


def test_nothing_said_is_the_defaults(tmp_path: Path) -> None:
    """A project without a table, and one without a configuration at all; nothing runs twice."""
    for text in ("", "[tool.greenlint]\n", HEADER):
        found = load(at(tmp_path, text), {})
        assert (found.meter, found.repeat, found.warmup, found.budget_uj) == ("auto", 1, None, None)
        assert found.store == str(tmp_path / ".greenlint" / "energy.sqlite3")
        assert found.budget_for("any") == Budget()
        assert found.origin("repeat") == "default"


@pytest.mark.parametrize("table", ['store = ""', 'store = "postgresql://db/energy"'])
def test_a_store_may_be_none_or_a_url(tmp_path: Path, table: str) -> None:
    """Neither becomes a path."""
    found = load(at(tmp_path, HEADER + table), {})
    assert found.store == (tomllib.loads(table)["store"] or None)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("repat = 3", 'Unknown key "repat" in [tool.greenlint.energy]. Did you mean "repeat"?'),
        ("zzz = 3", 'Unknown key "zzz" in [tool.greenlint.energy]. Known are meter, '),
        ("repeat = 0", 'repeat must be a whole number above zero, or "auto", not 0. Example'),
        ("repeat = true", 'repeat must be a whole number above zero, or "auto", not true.'),
        ("warmup = -1", "warmup must be a whole number, 0 or more, not -1."),
        ('budget = "5"', "not \"5\". '5' has no unit; it is an energy, such as `60 J`, in "),
        ('budget = "5 s"', "'5 s' is a time, and not an energy."),
        ("budget = 5", 'budget must be an energy such as "60 J", or "", not 5.'),
        ('max-time = ""', 'max-time must be a time such as "60 s", not "".'),
        ('max-increase = "ten"', 'max-increase must be a percentage such as "10 %", not "ten".'),
        ("domains = []", "domains must be a list of package, dram, core, uncore, psys, gpu, not"),
        ('domains = ["pack"]', 'not ["pack"]. Example: domains = ["package"]'),
        ("confidence = 95", "confidence must be a number between 0 and 1, not 95."),
        ('require-meter = "yes"', 'require-meter must be true or false, not "yes".'),
        ('meter = ""', 'meter must be a word in quotes, not "".'),
        ("store = 1", 'store must be a path or URL in quotes, or "", not 1.'),
        ("carbon-intensity = 0", "carbon-intensity must be a number of grams above zero, or"),
    ],
)
def test_what_it_may_not_say(tmp_path: Path, body: str, said: str) -> None:
    """File and line, key, value and the way out; an editor with the schema complains as well."""
    at(tmp_path, f"{HEADER}\n{body}\n")
    told = refused(tmp_path)
    assert told.startswith(f"{tmp_path.as_posix()}/pyproject.toml:3: ")
    assert said in told
    assert not Draft202012Validator(shape()).is_valid(tomllib.loads(body))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("queres = 3", ':6: Unknown key "queres" in [tool.greenlint.energy.budgets]. Did you mean'),
        ("queries = -3", ':6: queries must be a whole number, 0 or more, or "", not -3.'),
        ('cpu = "3 J"', ":6: cpu must be a time such as "),
        ("", ": budget 2 of [tool.greenlint.energy.budgets] limits nothing; state one of budget,"),
    ],
)
def test_what_a_budget_may_not_say(tmp_path: Path, body: str, said: str) -> None:
    """The line is that of the budget that is wrong, and not of one like it."""
    table = "[[tool.greenlint.energy.budgets]]\n"
    at(tmp_path, f'{table}test = "a"\nqueries = 1\n{table}test = "b"\n{body}\n')
    assert f"/pyproject.toml{said}" in refused(tmp_path)


def test_a_budget_names_its_tests(tmp_path: Path) -> None:
    """Without a glob it would hold for nothing, in silence."""
    at(tmp_path, "[[tool.greenlint.energy.budgets]]\nqueries = 1\n")
    assert 'names no tests; state test = "..."' in refused(tmp_path)
    at(tmp_path, HEADER + 'budgets = "5 J"')
    assert "Begin each with [[tool.greenlint.energy.budgets]]." in refused(tmp_path)


def test_the_schema_takes_what_is_read() -> None:
    """The table of the first test is valid, and so is every example of a key."""
    schema = Draft202012Validator(shape())
    schema.validate(tomllib.loads(FULL)["tool"]["greenlint"]["energy"])
    for one in keys():
        schema.validate(tomllib.loads(f"{one.name} = {one.example}"))
    for one in budget_keys():
        stated: dict[str, Any] = {"test": "a", **tomllib.loads(f"{one.name} = {one.example}")}
        schema.validate({"budgets": [stated]})


# Where it is found


@pytest.mark.parametrize("name", ["greenlint.toml", ".greenlint.toml"])
def test_a_file_of_its_own(tmp_path: Path, name: str) -> None:
    """The same table at the top of greenlint.toml, which stands before pyproject.toml."""
    at(tmp_path, f"{HEADER}repeat = 2\n")
    below = at(tmp_path / "a" / "b", "")
    assert load(below, {}).repeat == 2
    at(tmp_path, "[energy]\nrepeat = 3\n", name)
    assert load(below, {}).repeat == 3
    at(tmp_path, "[energy]\nrepat = 3\n", name)
    assert f'/{name}:2: Unknown key "repat" in [energy].' in refused(below)


@pytest.mark.parametrize(
    ("files", "start"),
    [
        ({"pyproject.toml": "[tool.greenlint]\n"}, "a/b"),
        ({"pyproject.toml": "[tool.greenlint]\n", "a/pyproject.toml": "[project]\n"}, "a/b"),
        ({"pyproject.toml": "[project]\n", "a/greenlint.toml": ""}, "a/b"),
        ({"a/pyproject.toml": "[project]\n"}, "a/b"),
        ({"a/.git/HEAD": "", "greenlint.toml": ""}, "a/b"),
        ({"a/.git/HEAD": ""}, "a/b"),
    ],
)
def test_the_root_is_that_of_check(tmp_path: Path, files: dict[str, str], start: str) -> None:
    """The engine and the profiler find the same project, each with a reader of its own."""
    for name, text in {**files, f"{start}/x": ""}.items():
        at((tmp_path / name).parent, text, Path(name).name)
    root = load_config(cwd=tmp_path / start).root
    found = load(tmp_path / start, {})
    assert (found.root, found.store) == (str(root), str(root / ".greenlint" / "energy.sqlite3"))


def test_a_file_extends_another(tmp_path: Path) -> None:
    """The older values come first; a path is meant from the file that it stands in."""
    at(tmp_path, f'{HEADER}repeat = 2\nwarmup = 3\nstore = "s.db"\n')
    text = f'[tool.greenlint]\nextend = "../pyproject.toml"\n{HEADER}repeat = 5\n'
    child = at(tmp_path / "child", text)
    found = load(child, {})
    assert (found.repeat, found.warmup, found.store) == (5, 3, str(tmp_path / "s.db"))
    assert found.origin("repeat").endswith("child/pyproject.toml")
    at(tmp_path, '[tool.greenlint]\nextend = "child/pyproject.toml"\n')
    assert "leads back to a file that extends this one" in refused(child)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A sentence with the file, and no trace of Python."""
    at(tmp_path, "[tool.greenlint.energy\n")
    assert re.search(r"/pyproject\.toml: This is not TOML: .* \(at line 1, ", refused(tmp_path))
    at(tmp_path, '[tool.greenlint]\nextend = "gone.toml"\n')
    assert "Cannot read" in refused(tmp_path)
    (tmp_path / "pyproject.toml").write_bytes(b"\xff")
    assert "byte 0 is not UTF-8. Save it as UTF-8." in refused(tmp_path)
    at(tmp_path, "[tool.greenlint]\nenergy = 5\n")
    assert "energy must be a table, not 5." in refused(tmp_path)


# The environment


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    """Text becomes what the key wants; an empty variable says nothing, a foreign one neither."""
    at(tmp_path, FULL)
    found = load(
        tmp_path,
        {
            "GREENLINT_ENERGY_REPEAT": "9",
            "GREENLINT_ENERGY_REQUIRE_METER": "yes",
            "GREENLINT_ENERGY_DOMAINS": "package, core",
            "GREENLINT_ENERGY_CONFIDENCE": "0.9",
            "GREENLINT_ENERGY_BUDGET": "2 kJ",
            "GREENLINT_ENERGY_METER": "",
            "GREENLINT_ENERGY_COMPARE_FORMAT": "json",
        },
    )
    assert (found.repeat, found.require_meter, found.confidence) == (9, True, 0.9)
    assert (found.domains, found.budget_uj) == ((Kind.PACKAGE, Kind.CORE), 2_000_000_000)
    assert (found.meter, found.origin("repeat")) == ("rapl", "GREENLINT_ENERGY_REPEAT")


def test_a_variable_that_cannot_be_used(tmp_path: Path) -> None:
    """Its name is in the sentence."""
    told = refused(tmp_path, GREENLINT_ENERGY_REPEAT="three")
    assert told == (
        'GREENLINT_ENERGY_REPEAT: repeat must be a whole number above zero, or "auto", not "three".'
        " Example: repeat = 5"
    )


# Which budget holds


@pytest.mark.parametrize(
    ("glob", "covered"),
    [
        ("**", True),
        ("tests/api/**", True),
        ("tests/**/test_a.py", True),
        ("**/test_a.py", True),
        ("tests/api", True),
        ("tests/api/", True),
        ("tests/api/test_a.py", True),
        ("tests/api/test_a.py::TestB", True),
        ("tests/api/test_a.py::TestB::test_c", True),
        ("tests/api/test_a.py::TestB::test_c[1-x]", True),
        ("tests/*/test_?.py::*", True),
        ("tests/*", True),
        ("tests/ap", False),
        ("api/**", False),
        ("tests/api/test_a.py::TestB::test_", False),
        ("tests/api/test_a.py::TestB::test_c[1]", False),
        ("tests/*.py", False),
        ("?", False),
    ],
)
def test_what_a_glob_covers(glob: str, covered: bool) -> None:
    """A whole path, or something that the test lies in; brackets are those of parameters."""
    assert covers(glob, "tests/api/test_a.py::TestB::test_c[1-x]") is covered


def test_a_glob_of_unittest() -> None:
    """Dotted names, by package, module, class and test."""
    name = "shop.tests.test_orders.OrderTests.test_list"
    for glob in ("shop", "shop.tests", "shop.*.OrderTests", "*.test_list", name):
        assert covers(glob, name)
    assert not covers("shop.tests.test_order", name)


BUDGETS = """\
[tool.greenlint.energy]
budget = "60 J"

[[tool.greenlint.energy.budgets]]
test = "tests/api/test_a.py"
queries = 3

[[tool.greenlint.energy.budgets]]
test = "tests/**"
queries = 12
cpu = "1 s"

[[tool.greenlint.energy.budgets]]
test = "tests/**"
budget = "9 J"
machine-class = "big"

[[tool.greenlint.energy.budgets]]
test = "tests/**"
budget = ""
cpu = "2 s"
"""


@pytest.mark.parametrize(
    ("test", "machine", "found"),
    [
        ("tests/api/test_a.py::test_b", "", (None, 2_000_000_000, 3)),
        ("tests/api/test_b.py::test_b", "", (None, 2_000_000_000, 12)),
        ("tests/api/test_b.py::test_b", "big", (9_000_000, 2_000_000_000, 12)),
        ("docs/a.md::a", "", (60_000_000, None, None)),
    ],
)
def test_the_most_specific_budget_wins(
    tmp_path: Path, test: str, machine: str, found: tuple[int | None, ...]
) -> None:
    """Limit by limit: the longer glob, then the one that names this machine, then the later one;
    "" takes a limit away.
    """
    budget = load(at(tmp_path, BUDGETS), {}).budget_for(test, machine)
    assert (budget.energy_uj, budget.cpu_ns, budget.queries) == found
