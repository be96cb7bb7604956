# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Every rule page is run: marked lines are found, others are not, fixes do what they show."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import greenlint_rules
import libcst as cst
import pytest
from greenlint_profiler.experiment.measure import FEWEST
from greenlint_profiler.experiment.saving import interval

from greenlint import page as pages
from greenlint.card import LANGUAGES, TEXTS, card
from greenlint.catalogue import load, rules_in
from greenlint.experiment import experiment, fingerprint
from greenlint.finding import Finding
from greenlint.fix import apply
from greenlint.page import Block, Page
from greenlint.page_test import RuleRun
from greenlint.rule import Proof, RuleInfo, Safety

RULES = list(rules_in("greenlint_rules", Path(greenlint_rules.__file__).parent))
# What a stored figure may be of: a counter of the machine, or CPU time, and nothing estimated.
METERS = {"measured": ("perf", "powercap", "pyrapl"), "proxy": ("cpu",)}
PAGES: dict[str, Page] = {info.code: pages.read(info.page) for info in RULES if info.page}


def findings(info: RuleInfo, block: Block, text: str | None = None) -> list[Finding]:
    """What the rule finds in a block, or in another text in its place."""
    return RuleRun(info, load(info), PAGES[info.code]).findings(block, text)


def blocks(*roles: str) -> list[object]:
    return [
        pytest.param(info, block, id=f"{info.code}-{block.role}-line{block.line}")
        for info in RULES
        for block in PAGES[info.code].of(*roles)
    ]


def pairs() -> Iterator[tuple[RuleInfo, Block, Block]]:
    """Each fixed block with the flagged block before it."""
    for info in RULES:
        before: Block | None = None
        for block in PAGES[info.code].of("flagged", "fixed"):
            if block.role == "flagged":
                before = block
            else:
                assert before is not None, f"{info.code}: a fixed block without a flagged one"
                yield info, before, block
                before = None


@pytest.mark.parametrize(("info", "block"), blocks("flagged"))
def test_flagged_lines_are_found_and_no_others(info: RuleInfo, block: Block) -> None:
    """Each line marked ``# flagged`` has a finding that starts there; no other line has one.  They
    are as sure as the fence says, if it does, and advise what it says.
    """
    assert block.flagged_lines, "a flagged block marks no line"
    found = findings(info, block)
    assert sorted({one.span.line for one in found}) == block.flagged_lines
    assert all(one.code == info.code for one in found)
    sure = block.settings.get("confidence")
    assert sure is None or {one.confidence.value for one in found} == {sure}
    assert all(block.settings.get("help", "") in str(one.help) for one in found)


@pytest.mark.parametrize(("info", "block"), blocks("clean", "fixed", "setup", "after"))
def test_clean_blocks_have_no_finding(info: RuleInfo, block: Block) -> None:
    """What is left alone, and what a fix makes, is not flagged."""
    found = findings(info, block)
    assert [f"{one.span.line}: {one.message}" for one in found] == []


@pytest.mark.parametrize(
    ("info", "before", "after"),
    [pytest.param(*pair, id=f"{pair[0].code}-line{pair[2].line}") for pair in pairs()],
)
def test_fixed_block_is_the_fix(info: RuleInfo, before: Block, after: Block) -> None:
    """A fixed block equals what the fixes make of the flagged block before it, to the letter."""
    text = before.unmarked
    for _ in range(10):
        fixes = [one.fix for one in findings(info, before, text) if one.fix]
        if not fixes:
            break
        text, _applied = apply(text, fixes)
    assert text == after.text


@pytest.mark.parametrize("info", RULES, ids=lambda info: info.code)
def test_promised_fix_safety_is_shown(info: RuleInfo) -> None:
    """A rule that can fix shows it on its page, and offers nothing safer than it declares."""
    offered = {
        one.fix.safety
        for block in PAGES[info.code].of("flagged")
        for one in findings(info, block)
        if one.fix
    }
    assert bool(offered) == (info.fix is not None)
    assert info.fix is Safety.SAFE or Safety.SAFE not in offered


def namespace(text: str) -> dict[str, object]:
    """What a block leaves behind: its plain values, and all that it prints."""
    space: dict[str, object] = {"__name__": "page"}
    with redirect_stdout(io.StringIO()) as out:
        exec(compile(text, "<page>", "exec"), space)
    plain = (int, float, str, bytes, bytearray, list, tuple, dict, set, frozenset, bool, type(None))
    kept = {name: value for name, value in space.items() if isinstance(value, plain)}
    kept.pop("__builtins__", None)
    return {name: value for name, value in kept.items() if not name.startswith("__")} | {
        "printed": out.getvalue()
    }


@pytest.mark.parametrize(
    ("info", "before", "after"),
    [
        pytest.param(*pair, id=f"{pair[0].code}-line{pair[2].line}")
        for pair in pairs()
        if "norun" not in pair[1].settings
    ],
)
def test_fix_keeps_behaviour(info: RuleInfo, before: Block, after: Block) -> None:
    """A runnable flagged block and its fixed block leave equal values and print the same."""
    was, now = namespace(before.unmarked), namespace(after.text)
    shared = {name for name in was if name in now}
    assert {n: was[n] for n in shared} == {n: now[n] for n in shared}
    assert len(shared) > 1 or was["printed"], "the block shows nothing: give it a result or norun"


def test_blocks_that_do_not_run_say_why() -> None:
    """Blocks that cannot be run carry a reason, and are counted where everybody sees it."""
    reasons = [pair[1].settings["norun"] for pair in pairs() if "norun" in pair[1].settings]
    assert all(len(reason) > 8 for reason in reasons)
    print(f"{len(reasons)} of {len(list(pairs()))} fixed blocks are not run")


@pytest.mark.parametrize("info", RULES, ids=lambda info: info.code)
def test_page_is_complete(info: RuleInfo) -> None:
    """A page says what, why, when not, and what proves it; it shows both sides in code."""
    page = PAGES[info.code]
    assert page.summary.endswith("."), "the page opens with one sentence"
    for heading in (
        "Flagged",
        "Left alone",
        "Fix safety",
        "Experiment",
        "Evidence",
        "Measure card",
    ):
        assert heading in page.sections, heading
    assert list(page.of("flagged"))
    assert len(list(page.of("clean"))) >= 2
    for block in page.of("flagged", "fixed", "clean", "given", "setup", "before", "after"):
        if block.settings.get("name", ".py").endswith(".py"):
            cst.parse_module(block.text)


@pytest.mark.parametrize("info", RULES, ids=lambda info: info.code)
def test_the_measure_card_is_whole(info: RuleInfo) -> None:
    """A card has each field in both languages, in sentences; neither stands for the other."""
    texts = card(PAGES[info.code].card).texts
    for language in LANGUAGES:
        for field, text in texts[language].items():
            assert text.endswith(".") == (field != "title"), (language, field)
            assert text.count("`") % 2 == 0, (language, field)
    same = {field for field in TEXTS if texts["nl"][field] == texts["en"][field]}
    # These may be nothing but code, or the name of a framework.
    assert same <= {"starting_situation", "technique", "applicability"}


@pytest.mark.parametrize("info", RULES, ids=lambda info: info.code)
def test_catalogue_says_what_the_rule_says(info: RuleInfo) -> None:
    """The facts read as text are those of the imported rule."""
    rule = load(info)
    assert rule.checks or rule.checks_across or rule.checks_seen, "a rule without checks"
    assert rule.across == bool(rule.checks_across)
    assert rule.run_time == bool(rule.checks_seen)
    assert not (rule.run_time and (rule.checks or rule.across)), "found in code, and at run time"
    assert (
        rule.info(summary=info.summary, proof=info.proof, page=info.page, module=info.module)
        == info
    )


@pytest.mark.parametrize("info", RULES, ids=lambda info: info.code)
def test_default_rules_are_proven(info: RuleInfo) -> None:
    """A rule that is on by default rests on a publication or a measurement, shown on its page."""
    assert not info.default or PAGES[info.code].proof in (Proof.PUBLISHED, Proof.MEASURED)


@pytest.mark.parametrize("info", RULES, ids=lambda info: info.code)
def test_an_experiment_can_be_run(info: RuleInfo) -> None:
    """Where a page has one it is whole, and a section without one says why."""
    page = PAGES[info.code]
    if experiment(page) is None:
        assert page.sections["Experiment"], "it does not say why there is none"


@pytest.mark.parametrize("info", RULES, ids=lambda info: info.code)
def test_a_rule_claims_what_its_evidence_shows(info: RuleInfo) -> None:
    """Each stored figure follows from the restarts stored with it, and is of the code on the page;
    the proof follows from those figures, computed here again.
    """
    page = PAGES[info.code]
    ours = [block for block in page.evidence if "saving" in block]
    shown: dict[tuple[str, ...], tuple[int, bool]] = {}
    for block in ours:
        assert block["experiment"] == fingerprint(page.blocks), "measure again: the code changed"
        assert block["meter"] in METERS[block["evidence"]]
        assert block["n"] == len(block["effects"]) >= FEWEST
        again = interval(block["effects"])
        stored = (block["saving"], block["saving_low"], block["saving_high"])
        assert stored == pytest.approx(again, abs=2e-4)
        place = (block["machine"], block["python"], block["meter"])
        size = block.get("size", 0)
        if size >= shown.get(place, (0, False))[0]:
            shown[place] = (size, again[1] > 0)
    if ours:
        every = all(saves for _, saves in shown.values())
        assert info.proof is (Proof.MEASURED if every else Proof.REASONED)
    else:
        assert info.proof is not Proof.MEASURED
    sizes = {block["size"] for block in ours if "size" in block}
    found = experiment(page)
    assert found is None or not ours or sizes == set(found.sizes), "a size was not measured"


def test_rules_are_found() -> None:
    """No room is overlooked: every rule module below the package is in the catalogue."""
    folder = Path(greenlint_rules.__file__).parent
    modules = {p.stem for p in folder.rglob("*.py") if p.parent != folder and p.stem != "__init__"}
    assert modules == {info.module.rpartition(".")[2] for info in RULES}
