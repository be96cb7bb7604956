# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The facts of rules, read from their files without running any of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from greenlint.catalogue import load, rules_in, with_page
from greenlint.errors import PluginError
from greenlint.rule import Option, Proof, Rule, RuleInfo, Safety, Severity

RUNS = "raise SystemExit('it was run')\n"
PLAIN = '''"""A rule."""

from greenlint import Option, Rule

RULE = Rule(
    code="ACME101",
    name="loud",
    severity="error",
    needles=(b"loud", b"shout"),
    fix="safe",
    help="speak (softly) "
    "please",
    options=(Option("most", 3, "How many."), Option(name="odd", default=0.5, help="")),
)
'''
PAGE = """\
# loud

Loud calls.

Because.

## Flagged

```python flagged
loud()  # flagged
```

## Fix safety

Safe.

## Evidence

```toml evidence
source = "A study"
url = "https://example.org/study"
claim = "it takes breath"
```
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/", 1)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".md" if name.endswith("_page") else ".py").write_text(text, "utf-8")
    return folder


def test_facts_are_read_without_running(tmp_path: Path) -> None:
    """Literals, options, joined strings; the module's dotted name says where the checks are."""
    write(tmp_path, room__loud=PLAIN + RUNS, room__other=RUNS, shapes=RUNS)
    (info,) = rules_in("acme", tmp_path)
    assert info == RuleInfo(
        "ACME101",
        "loud",
        Severity.ERROR,
        needles=(b"loud", b"shout"),
        fix=Safety.SAFE,
        help="speak (softly) please",
        options=(Option("most", 3, "How many."), Option("odd", 0.5, "")),
        module="acme.room.loud",
    )


def test_the_page_beside_it_adds_proof_and_summary(tmp_path: Path) -> None:
    """One that is headed otherwise is told."""
    write(tmp_path, room__loud=PLAIN)
    page = tmp_path / "room" / "loud.md"
    page.write_text(PAGE, encoding="utf-8")
    (info,) = rules_in("acme", tmp_path)
    assert (info.proof, info.summary, info.page) == (Proof.PUBLISHED, "Loud calls.", page)
    page.write_text(PAGE.replace("# loud", "# soft"), encoding="utf-8")
    with pytest.raises(PluginError, match="page of ACME101 is headed 'soft', not 'loud'"):
        list(rules_in("acme", tmp_path))


@pytest.mark.parametrize(
    "text",
    [
        'RULE = Rule(code="ACME101", name="loud")\n',
        'RULE: Rule = Rule(\n    code="ACME101",\n    name="loud",\n)\n',
        'RULE = greenlint.Rule(\n    code="ACME101",\n    name="loud",\n)\n',
        'RULE = Rule(code="ACME101",\n            name="loud")\n\nX = (\n)\n',
    ],
)
def test_a_rule_in_another_layout_is_found(tmp_path: Path, text: str) -> None:
    """None is left out silently for how it is written."""
    write(tmp_path, loud=text)
    assert [info.name for info in rules_in("acme", tmp_path)] == ["loud"]


@pytest.mark.parametrize(
    "text",
    [
        "RULE = make_rule()\n",
        "RULE = 3\n",
        'RULE = Rule(code=CODE, name="loud")\n',
        'RULE = Rule("ACME101", "loud")\n',
        'RULE = Rule(code="ACME101")\n',
        'RULE = Rule(code="ACME101", name="loud", colour="red")\n',
        "RULE = Rule(\n    code='ACME101'\n    name='loud',\n)\n",
        "if True:\n    pass\nRULE = (\n",
        'RULE = Rule(code="acme1", name="loud")\n',
    ],
)
def test_facts_that_cannot_be_read_are_an_error(tmp_path: Path, text: str) -> None:
    """With the module's name, or the rule's."""
    write(tmp_path, loud=text)
    with pytest.raises(PluginError, match=r"acme\.loud\.RULE are not|Rule code 'acme1' of rule"):
        list(rules_in("acme", tmp_path))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1/0", r"Rule ACME101 \(acme_loud\) cannot be loaded: ZeroDivisionError"),
        ("", "cannot be loaded: AttributeError"),
        ("RULE = 3", "acme_loud.RULE is a int, not a Rule"),
    ],
)
def test_a_rule_that_cannot_be_imported_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    """Whatever its module does."""
    write(tmp_path, acme_loud=text)
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop("acme_loud", None)
    with pytest.raises(PluginError, match=said):
        load(RuleInfo("ACME101", "loud", module="acme_loud"))


def test_a_rule_without_a_page_is_reasoned(tmp_path: Path) -> None:
    """There is nothing that could prove it."""
    info = with_page(Rule("ACME101", "loud"), tmp_path / "none.py")
    assert (info.proof, info.page) == (Proof.REASONED, None)


def test_our_own_rules_are_all_found() -> None:
    """Every module with a RULE, once, under a code of its room."""
    import greenlint_rules

    home = Path(greenlint_rules.__file__).parent
    infos = list(rules_in("greenlint_rules", home))
    texts = [path.read_text("utf-8") for path in home.rglob("*.py")]
    assert len(infos) == sum("\nRULE = " in text for text in texts) > 0
    assert len({info.code for info in infos}) == len(infos)
    assert [info.name for info in infos if info.category != info.module.split(".")[1]] == []
