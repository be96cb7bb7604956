# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint config``: options explained, the configuration that holds, its schema."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from greenlint.cli.config import every_doc
from greenlint.cli.group import group
from greenlint.cli.toml_text import key, value
from greenlint.errors import UsageError

RICH = """\
[project]
requires-python = ">=3.12"

[tool.greenlint]
select = ["default", "loops"]
fail-on = "never"
baseline = "accepted.json"
plugins = []
exclude = ["a \\"b\\" \\\\\\\\ c/", "é\\u007f/"]

[tool.greenlint.per-file-ignores]
"tests/**" = ["GRN3"]
"[ab].py" = ["ALL"]

[tool.greenlint.severity]
GRN1 = "error"

[tool.greenlint.rules.GRN601]
min-poll-interval = 1e-5

[tool.greenlint.energy]
repeat = 3
budget = "60 J"
store = "data/runs.sqlite3"

[[tool.greenlint.energy.budgets]]
test = "tests/**"
queries = 12
"""


def ask(*words: str) -> str:
    """The output of ``greenlint ...`` in this process."""
    result = CliRunner().invoke(group, words, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


@pytest.fixture(autouse=True)
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)


def test_every_option_is_explained(greenlint) -> None:
    """Without a key all options come, in the order of the documentation."""
    done = greenlint("config")
    assert (done.returncode, done.stderr) == (0, "")
    told = re.findall(r"^([a-z.-]+)$", done.stdout, re.MULTILINE)
    assert told == [doc.name for doc in every_doc()]
    assert {"select", "energy", "energy.repeat", "energy.budgets"} <= {*told}


def test_an_option_is_explained_with_its_value_here(project: Path) -> None:
    """Type, default, help, example, and the value with the file that set it."""
    assert ask("config", "extend-select") == (
        "extend-select\n"
        "  Rules to run besides those of select.\n"
        "  type     a list of strings\n"
        "  default  []\n"
        '  here     ["ACME101"]  (from pyproject.toml)\n'
        '  example  extend-select = ["GRN601"]\n'
    )
    assert "  here     the default\n" in ask("config", "preview")
    assert "here     true  (from --config 'preview=true')" in ask(
        "--config", "preview=true", "config", "preview"
    )


def test_keys_come_as_asked_for() -> None:
    """Several keys, in the order given, each once."""
    text = ask("config", "ignore", "select", "ignore")
    assert re.findall(r"^([a-z-]+)$", text, re.MULTILINE) == ["ignore", "select"]


def test_json_explains_the_same() -> None:
    """An array with value and origin of each option."""
    every = json.loads(ask("config", "--output-format", "json"))
    assert [one["name"] for one in every] == [doc.name for doc in every_doc()]
    (one,) = json.loads(ask("config", "extend-select", "--output-format", "json"))
    assert one["value"] == ["ACME101"]
    assert one["origin"] == "pyproject.toml"
    assert one["default"] == []


def test_effective_parses_back_to_the_same(project: Path) -> None:
    """What is printed is a greenlint.toml that makes the same configuration."""
    (project / "pyproject.toml").write_text(RICH, encoding="utf-8")
    was = json.loads(ask("config", "--effective", "--output-format", "json"))
    text = ask("config", "--effective")
    (project / "pyproject.toml").unlink()
    (project / "greenlint.toml").write_text(text, encoding="utf-8")
    assert json.loads(ask("config", "--effective", "--output-format", "json")) == was
    assert was["fail-on"] == "never"
    assert was["plugins"] == []
    assert was["energy"]["budgets"] == [{"test": "tests/**", "queries": 12}]
    assert was["energy"]["store"] == "data/runs.sqlite3"
    assert was["rules"] == {"GRN601": {"min-poll-interval": 1e-5}}
    assert was["exclude"] == ['a "b" \\\\ c/', "é\x7f/"]


def test_effective_says_what_was_set_where(project: Path) -> None:
    """A value that is no default has its origin beside it; what has no value is a comment."""
    (project / "pyproject.toml").write_text(RICH, encoding="utf-8")
    lines = ask("config", "--effective").splitlines()
    assert 'target-version = "3.12"  # project.requires-python' in lines
    assert 'fail-on = "never"  # pyproject.toml' in lines
    assert "preview = false" in lines
    assert "# baseline: none" in ask("--isolated", "config", "--effective").splitlines()


def test_the_table_of_the_profiler_is_explained_key_by_key(project: Path) -> None:
    """Under its own name all of its keys come, with value and origin; under a key that one."""
    (project / "pyproject.toml").write_text(RICH, encoding="utf-8")
    text = ask("config", "energy")
    assert "\nenergy.repeat\n  How often a command, or a test, is run and measured; with" in text
    assert "  here     3  (from pyproject.toml)\n  example  energy.repeat = 5\n" in text
    (one,) = json.loads(ask("config", "energy.warmup", "--output-format", "json"))
    assert (one["value"], one["origin"], one["default"]) == (None, "default", None)
    effective = ask("config", "--effective", "energy").splitlines()
    assert effective[0] == "[energy]"
    assert 'budget = "60 J"  # pyproject.toml' in effective
    assert "# warmup: none" in effective


def test_a_password_of_the_store_is_not_shown(project: Path) -> None:
    """The value of a URL is told without it."""
    table = '[tool.greenlint.energy]\nstore = "postgresql://me:secret@db/energy"\n'
    (project / "pyproject.toml").write_text(table, encoding="utf-8")
    text = ask("config", "--effective", "energy.store")
    assert "secret" not in text + ask("config") + ask("config", "--output-format", "json")
    assert 'store = "postgresql://me:…@db/energy"' in text


def test_effective_can_be_of_one_key() -> None:
    """With a key, only that one is printed."""
    assert tomllib.loads(ask("config", "--effective", "extend-select")) == {
        "extend-select": ["ACME101"]
    }


def test_the_schema_takes_what_greenlint_takes(project: Path) -> None:
    """The schema is one, and a real configuration is valid by it."""
    (project / "pyproject.toml").write_text(RICH, encoding="utf-8")
    schema = json.loads(ask("config", "--schema"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads(RICH)["tool"]["greenlint"], schema)
    jsonschema.validate(tomllib.loads(ask("config", "--effective")), schema)


@pytest.mark.parametrize(
    "raw",
    [
        True,
        0,
        -1.5,
        1e300,
        "",
        'quote " and \\ and \n and \t and \x00 and \x7f and é and 🌱 and #',
        [],
        ["a", 1, True],
        {},
        {"a b": {"c.d": ["x"]}, "": 1, "é": 2, "ok_1-2": 3},
    ],
)
def test_toml_text_parses_back(raw: object) -> None:
    """A value comes back from its text, and so does a key."""
    assert tomllib.loads(f"x = {value(raw)}") == {"x": raw}
    assert tomllib.loads(f"{key(str(raw))} = 1") == {str(raw): 1}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("slect",), 'There is no option "slect". Did you mean "select"?'),
        (("--schema", "select"), "--schema is of all options, and does not go with 'select'."),
        (("--schema", "--effective"), "does not go with --effective."),
    ],
)
def test_bad_input_gets_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    """What cannot be done is said with the value and the way out."""
    with pytest.raises(UsageError, match=re.escape(sentence)):
        ask("config", *words)


def test_options_are_explained_in_spite_of_a_broken_configuration(greenlint, project: Path) -> None:
    """The error about a wrong key sends people here, so the options come, and then the error."""
    (project / "pyproject.toml").write_text("[tool.greenlint]\nslect = []\n", encoding="utf-8")
    done = greenlint("config")
    assert done.returncode == 2
    assert 'pyproject.toml:2:1: Unknown key "slect"' in done.stderr
    assert "\nselect\n" in done.stdout
    assert "  here " not in done.stdout
