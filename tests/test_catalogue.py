# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The facts of rules, read from their files without running any of them."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import greenlint_rules
import pytest

from greenlint import catalogue, catalogue_memory
from greenlint.catalogue import load, rules_in, with_page
from greenlint.errors import PluginError
from greenlint.rule import Option, Proof, Rule, RuleInfo, Safety, Severity

HOME = Path(greenlint_rules.__file__).parent
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


def test_rules_say_whether_they_look_at_a_file_by_itself() -> None:
    """What says that it does not is not imported for that."""
    infos = list(rules_in("greenlint_rules", HOME))
    assert [one.code for one in infos if one.alone is not bool(load(one).checks)] == []


def aged(folder: Path) -> None:
    """As if all files were written an hour ago."""
    for path in (folder, *folder.rglob("*")):
        os.utime(path, ns=(10**18, 10**18))


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one rule, whose byte code may be written."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(catalogue_memory, "_SETTLED", 0)
    (tmp_path / "loud.py").write_text(PLAIN, "utf-8")
    (tmp_path / "loud.md").write_text(PAGE, "utf-8")
    (tmp_path / "facts.py").write_text("", "utf-8")
    aged(tmp_path)
    return tmp_path


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*"))


def test_what_was_read_is_read_once(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The facts are the same from memory, for all of our own rules and for another's."""
    first = list(rules_in("acme", package))
    assert len(kept(package)) == 1
    read = list(catalogue._read("greenlint_rules", HOME))
    rules_in("greenlint_rules", HOME)
    monkeypatch.setattr(catalogue, "_read", lambda *_: pytest.fail("it was read again"))
    assert list(rules_in("acme", package)) == first
    again = rules_in("greenlint_rules", HOME)
    assert list(again) == read


@pytest.mark.parametrize("change", ["text", "time", "page", "more", "less"])
def test_a_change_of_any_file_is_seen(package: Path, change: str) -> None:
    """Of a rule, of its page, and of which rules there are."""
    rules_in("acme", package)
    rule, page = package / "loud.py", package / "loud.md"
    if change == "text":
        rule.write_text(PLAIN.replace('help="speak', 'help="Speak'), "utf-8")
        assert next(rules_in("acme", package)).help.startswith("Speak")
    elif change == "time":
        before = kept(package)[0].read_bytes()
        os.utime(rule, ns=(10**18 + 1, 10**18 + 1))
        rules_in("acme", package)
        assert kept(package)[0].read_bytes() != before
    elif change == "page":
        page.write_text(PAGE.replace("Loud calls.", "Very loud calls."), "utf-8")
        assert next(rules_in("acme", package)).summary == "Very loud calls."
    elif change == "more":
        (package / "more.py").write_text(PLAIN.replace("ACME101", "ACME102"), "utf-8")
        assert [one.code for one in rules_in("acme", package)] == ["ACME101", "ACME102"]
    else:
        rule.unlink()
        assert list(rules_in("acme", package)) == []


def test_what_was_just_written_is_not_remembered(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be written again within the same moment."""
    monkeypatch.setattr(catalogue_memory, "_SETTLED", 2_000_000_000)
    (package / "loud.py").write_text(PLAIN, "utf-8")
    rules_in("acme", package)
    assert kept(package) == []


@pytest.mark.parametrize(
    "held", [b"", b"[]", b"{}", b'{"of": 1', b"\xff", b'{"of": [], "rules": 3}']
)
def test_a_spoilt_memory_is_read_over(package: Path, held: bytes) -> None:
    """And replaced."""
    first = list(rules_in("acme", package))
    (place,) = kept(package)
    whole = place.read_bytes()
    place.write_bytes(held)
    assert list(rules_in("acme", package)) == first
    assert place.read_bytes() == whole


def test_what_is_kept_is_in_the_place_of_byte_code(package: Path) -> None:
    """Under a name that Python and installers know, and that Python reads over."""
    rules_in("acme", package)
    (place,) = kept(package)
    assert place == Path(cache_from_source(str(package / "facts.py")))
    ran = [sys.executable, "-c", "import facts; print(facts.__doc__)"]
    assert subprocess.run(ran, cwd=package, capture_output=True, text=True).stdout == "None\n"
    assert [one.code for one in rules_in("acme", package)] == ["ACME101"]


def test_nothing_is_kept_where_python_keeps_nothing(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As PYTHONDONTWRITEBYTECODE asks, where no module gives the name, and where the folder may
    not be written to.
    """
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert [one.code for one in rules_in("acme", package)] == ["ACME101"]
    assert kept(package) == []
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (package / "facts.py").rename(package / "other.py")
    assert [one.code for one in rules_in("acme", package)] == ["ACME101"]
    assert kept(package) == []
    (package / "other.py").rename(package / "facts.py")
    (package / "__pycache__").write_text("in the way", "utf-8")
    assert [one.code for one in rules_in("acme", package)] == ["ACME101"]
