# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint rule``: explains, lists, and holds rules against their pages."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from greenlint.cli.group import group
from greenlint.errors import UsageError

EXPLAINED = """\
ACME101 shouting   (alias: LOUD1)
category acme · severity note · confidence high · proof published · fix: safe · preview

What it does
  Calls of `shout` are loud.

  Whispering is quieter, see the page (https://example.org/quiet).

Flagged
  Any call:

      shout("hello")  # <- flagged
      print("hello")

  Fixed:

      whisper("hello")
      print("hello")

Left alone
  A whisper:

      whisper("hello")

Fix safety
  Safe.

Evidence (published)
  shouting takes breath
    – A study
    https://example.org/study

What to do
  speak softly

Options
  limit  (default 0.5)
      How loud it may be.

  Set in the table [tool.greenlint.rules.ACME101].

Switch it off
  on a line      # greenlint: ignore[ACME101] reason="..."
  in a file      # greenlint: file-ignore[ACME101]
  in some files  per-file-ignores = { "tests/**" = ["ACME101"] }
  everywhere     ignore = ["ACME101"]
"""


def ask(*words: str) -> str:
    """The output of ``greenlint rule`` in this process."""
    result = CliRunner().invoke(group, ["rule", *words], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


@pytest.fixture(autouse=True)
def here(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)


def test_a_rule_is_explained_from_its_page(greenlint) -> None:
    """The page comes as readable text; the experiment and the card are for other readers."""
    done = greenlint("rule", "ACME101")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == EXPLAINED


@pytest.mark.parametrize("selector", ["acme101", "shouting", "LOUD1", "loud1", "ACME", "acme"])
def test_any_name_of_a_rule_will_do(selector: str) -> None:
    """Code, name, alias, beginning and category, in either case, lead to the rule."""
    assert ask(selector).startswith("ACME101 shouting")


def test_several_rules_come_in_order_and_once() -> None:
    """Selectors add up, and a rule that two of them name is told once."""
    codes = re.findall(r"^([A-Z]+[0-9]{3}) ", ask("GRN999", "shouting", "ACME", "GRN101"), re.M)
    assert codes == ["ACME101", "GRN101", "GRN999"]


def test_what_the_project_changes_is_told(project: Path) -> None:
    """Another severity and another option are shown beside the rule's own."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('severity = { ACME = "error" }\n[tool.greenlint.rules.shouting]\nlimit = 2\n')
    text = ask("ACME101")
    assert "severity error (by itself note)" in text
    assert "limit  (default 0.5; here 2)" in text


def test_a_rule_without_a_page_says_so(project: Path) -> None:
    """What is known of it is told all the same."""
    (project / "tools" / "loud.md").unlink()
    text = ask("ACME101")
    assert "proof reasoned" in text
    assert "The rule has no page." in text
    assert "speak softly" in text


def measured(project: Path, *evidence: str) -> None:
    """Put measurements on the page."""
    page = project / "tools" / "loud.md"
    blocks = "".join(
        f'```toml evidence\nmachine = "Xeon"\nmeter = "perf"\nevidence = "measured"\n{one}\n```\n'
        for one in evidence
    )
    page.write_text(page.read_text("utf-8") + blocks, encoding="utf-8")


def test_a_measurement_is_shown_with_its_interval(project: Path) -> None:
    """Our own figures are a table: where, size, saving with its interval, n."""
    measured(project, "n = 30\nsaving = 0.84\nsaving_low = 0.79\nsaving_high = 0.88")
    text = ask("ACME101")
    assert "Evidence (measured)" in text
    assert "  Xeon; perf (measured)\n" in text
    assert re.search(r"^ +size +saving \(95 % interval\) +n$", text, re.MULTILINE)
    assert re.search(r"^ +- +84 % \(79 to 88\) +30$", text, re.MULTILINE)
    assert "reproduce: greenlint evidence ACME101" in text


def test_a_null_result_stays_visible(project: Path) -> None:
    """It takes the proof away, though somebody published a saving, and is a row like any other."""
    measured(
        project,
        "size = 10\nn = 8\nsaving = 0.3\nsaving_low = 0.2\nsaving_high = 0.4",
        "size = 5000\nn = 8\nsaving = 0.01\nsaving_low = -0.02\nsaving_high = 0.04",
    )
    text = ask("ACME101")
    assert "Evidence (reasoned)" in text
    assert re.search(r"^ +10 +30 % \(20 to 40\) +8$", text, re.MULTILINE)
    assert re.search(r"^ +5000 +1 % \(-2 to 4\) +8 +no effect shown$", text, re.MULTILINE)
    assert "A study" in text


def test_figures_of_another_experiment_are_told_as_such(project: Path) -> None:
    """Whoever changes the code of an experiment has measured something else before."""
    figures = "n = 8\nsaving = 0.3\nsaving_low = 0.2\nsaving_high = 0.4"
    measured(project, f'{figures}\nexperiment = "0123456789ab"')
    text = ask("ACME101")
    assert "Evidence (published)" in text
    assert re.search(r"30 % \(20 to 40\) +8 +of an earlier experiment$", text, re.MULTILINE)


def test_a_rule_that_is_always_on_tells_the_way_out() -> None:
    """A file that does not parse is left out, not the rule that says so."""
    text = ask("GRN999")
    assert "extend-exclude" in text
    assert "ignore[GRN999]" not in text


def test_the_list_has_one_line_for_each_rule() -> None:
    """Code, name, category, severity, proof, fix and lifecycle, in order of code."""
    rows = [line.split("  ") for line in ask("--list").splitlines()]
    rows = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    codes = [row[0] for row in rows]
    assert codes == sorted(codes)
    assert ["ACME101", "shouting", "acme", "note", "published", "safe", "preview"] in rows
    assert {len(row) for row in rows} == {7}


def test_a_list_can_be_of_some_rules() -> None:
    """With a selector the list holds those rules only."""
    assert ask("--list", "ACME").split()[:2] == ["ACME101", "shouting"]
    assert len(ask("--list", "ACME").splitlines()) == 1


def test_the_list_survives_a_wrong_selector_in_the_configuration(project: Path) -> None:
    """The error about a wrong selector sends people to the list, so the list works."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write('ignore = ["no-such-rule"]\n')
    assert "ACME101" in ask("--list")


def test_all_explains_every_rule() -> None:
    """Every rule of the list is explained in full."""
    listed = [line.split()[0] for line in ask("--list").splitlines()]
    told = re.findall(r"^([A-Z]{3,5}[0-9]{3}) [a-z]", ask("--all"), re.MULTILINE)
    assert told == listed


def test_json_gives_the_facts() -> None:
    """An array of facts, one for each rule that was asked for."""
    (facts,) = json.loads(ask("ACME101", "--output-format", "json"))
    assert facts["code"] == "ACME101"
    assert facts["name"] == "shouting"
    assert facts["aliases"] == ["LOUD1"]
    assert facts["category"] == "acme"
    assert (facts["severity"], facts["proof"], facts["fix"]) == ("note", "published", "safe")
    assert facts["options"] == [{"name": "limit", "default": 0.5, "help": "How loud it may be."}]
    assert facts["evidence"][0]["source"] == "A study"
    every = json.loads(ask("--list", "--output-format", "json"))
    assert {"GRN101", "GRN999", "ACME101"} <= {one["code"] for one in every}


def test_markdown_is_the_page(project: Path) -> None:
    """Nothing is taken from the page and nothing added."""
    page = (project / "tools" / "loud.md").read_text("utf-8")
    assert ask("ACME101", "--output-format", "markdown") == page
    table = ask("--list", "--output-format", "markdown").splitlines()
    assert table[0].startswith("| code | name |")


def test_colour_is_asked_for(greenlint) -> None:
    """Headings and marks are coloured with --color always, and never by themselves in a pipe."""
    assert "\x1b[" not in greenlint("rule", "ACME101").stdout
    coloured = greenlint("--color", "always", "rule", "ACME101").stdout
    assert "\x1b[1mACME101 shouting\x1b[0m" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == EXPLAINED


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Name a rule, such as"),
        (("GRN1O1",), 'There is no rule, category or beginning of a code "GRN1O1". Did you mean'),
        (("shoutin",), 'Did you mean "shouting"?'),
        (("GRN101", "qqqqqq"), '"qqqqqq". `greenlint rule --list` shows all.'),
        (
            ("gci4",),
            "gci4 (no global or dotted names in loops) is a rule that greenlint refuses: s",
        ),
        (("--all", "GRN101"), "--all shows every rule"),
        (("--all", "--list"), "do not go together"),
        (("--test", "--output-format", "markdown"), "Use text or json"),
        (("--test", "GRN999"), "Nothing to test: GRN999 is found by the engine itself."),
    ],
)
def test_bad_input_gets_a_sentence(words: tuple[str, ...], sentence: str) -> None:
    """What cannot be done is said with the value and the way out."""
    with pytest.raises(UsageError, match=re.escape(sentence)):
        ask(*words)


def test_bad_input_exits_2(greenlint) -> None:
    """The sentence goes to standard error, and scripts see a 2."""
    done = greenlint("rule", "GRN1O1")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith('greenlint: There is no rule, category or beginning of a code "')
