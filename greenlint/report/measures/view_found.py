# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What was found, on the page: the measures with their evidence, and the verdicts of budgets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenlint.report.measures.effects import bounds
from greenlint.report.measures.numbers import Lang, cited, shown, within
from greenlint.report.measures.sheet import (
    Block,
    Line,
    Paragraph,
    Section,
    Span,
    Table,
    code,
    quote,
    said,
)
from greenlint.report.measures.words import words

Document = Mapping[str, Any]

# So many rows fit on the page; the data has all.
MEASURES, TAKEN, BUDGETS = 8, 3, 4
# Effort in minutes, at most: low and medium.
LOW, MIDDLE = 15, 60
_WORST = ("fail", "inconclusive", "cannot-measure", None, "improved", "pass")


def measures(held: Document, lang: Lang) -> Section:
    """The table of measures, and what its columns are."""
    say, rows = words(lang), held["measures"]
    if not rows:
        return Section(say["measures"], (Paragraph(said(say["sentence-found-none"])),))
    heads = ("code", "measure", "count", "proof", "effect", "effort", "breakeven")
    table = Table(
        said(say["measures-caption"]),
        tuple(say[head] for head in heads),
        tuple(_measure(row, held, lang) for row in rows[:MEASURES]),
        numeric=(2,),
    )
    blocks: list[Block] = [table]
    if rest := rows[MEASURES:]:
        places = sum(row["count"] for row in rest)
        more = say["measures-more"].format(measures=len(rest), places=places)
        blocks.append(Paragraph(said(more), small=True))
    years = cited(held["factors"]["payback_years"]["value"], lang)
    note = say["measures-note"].format(years=years)
    return Section(say["measures"], (*blocks, Paragraph(said(note), small=True)))


def _measure(row: Document, held: Document, lang: Lang) -> tuple[Line, ...]:
    say = words(lang)
    count = str(row["count"])
    if row["new"] is not None:
        count = say["count-new"].format(count=count, new=row["new"])
    return (
        (code(row["id"]),),
        (title(row, lang),),
        said(count),
        said(say[f"proof-{row['proof']}"]),
        said(_effect(row, lang)),
        said(_effort(row, lang)),
        said(_breakeven(row, lang)),
    )


def title(row: Document, lang: Lang) -> Span:
    """The measure's title; in English, and marked so, where its card has none in the language."""
    own = row["title"][lang]
    other: Lang | None = None if own or lang == "en" else "en"
    text = own or row["title"]["en"] or row["name"]
    return quote(text, other) if row["by_plugin"] else Span(text, lang=other)


def _effect(row: Document, lang: Lang) -> str:
    """The best that is known: measured here, seen in tests, at stake in tests, or of the card."""
    say, card = words(lang), row["card_reference"]
    if realised := row["realised_saving_J_per_run"]:
        value = bounds(realised)
        if value.has_zero:
            return say["effect-realised-none"]
        return say["effect-realised"].format(value=within(value, lang))
    if again := row["repeated"]:
        return say[f"effect-{again['kind']}"].format(times=again["times"])
    if stake := row["at_stake_J_per_run"]:
        return say["effect-at-stake"].format(value=shown(stake["hi"], lang))
    if card is None:
        return say["effect-none"]
    if card["null_result"]:
        return say["effect-card-null"]
    # Nothing that was measured saves everything: 99.7 % is told as 99.
    part = min(card["saving_pct"]["mid"], 99.0)
    return say["effect-card"].format(value=shown(-part, lang))


def _effort(row: Document, lang: Lang) -> str:
    """Minutes for all places, and the class of one: that of the card, else of the minutes."""
    say = words(lang)
    minutes = row["effort_min"]
    each = minutes / row["count"]
    reckoned = "low" if each <= LOW else "medium" if each <= MIDDLE else "high"
    level = row["effort_class"] or reckoned
    value = shown(minutes, lang)
    return say[f"effort-{row['effort_basis']}"].format(value=value, level=say[f"effort-{level}"])


def _breakeven(row: Document, lang: Lang) -> str:
    say, found = words(lang), row["breakeven_runs_per_year"]
    if found is None:
        return say["breakeven-none"]
    if found["basis"] == "at_most_at_stake":
        value = shown(found["lo"], lang)
    elif found["basis"] == "per_joule":
        value = shown(found["mid"], lang)
    else:
        value = within(bounds(found), lang)
    return say[f"breakeven-{found['basis']}"].format(value=value)


def realised(held: Document, lang: Lang) -> list[Section]:
    """What was measured before and after; nothing where nothing was."""
    say, rows = words(lang), held["realised"]
    if not rows:
        return []
    table = Table(
        said(say["realised-caption"]),
        tuple(say[head] for head in ("realised-date", "measures", "realised-tests", "effect")),
        tuple(_taken(row, lang) for row in rows[:TAKEN]),
        numeric=(2,),
    )
    return [Section(say["realised"], (table,))]


def _taken(row: Document, lang: Lang) -> tuple[Line, ...]:
    say = words(lang)
    codes = ", ".join(f"{rule} × {count}" for rule, count in row["measures"].items())
    effects = []
    if row["saving_J"] is not None:
        before = shown(row["before_J"], lang)
        value = within(bounds(row["saving_J"]), lang)
        effects.append(say["realised-joules"].format(value=value, before=before))
    elif row["saving_cpu_s"] is not None:
        value = within(bounds(row["saving_cpu_s"]), lang)
        effects.append(say["realised-cpu"].format(value=value))
    effects += [
        say[f"realised-{key}"].format(value=row[key]) for key in ("queries", "requests") if row[key]
    ]
    told = "; ".join(effects) or say["effect-none"]
    return (said(row["date"][:10]), (code(codes),), said(str(row["tests"])), said(told))


def budget(held: Document, lang: Lang) -> Section:
    """What tests may use; those that broke their budget come first."""
    say, rows = words(lang), held["budget"]
    if not rows:
        why = held["reasons"].get("budget")
        told = say["budget-none"]
        if why:
            told = f"{say[f'why-{why}'].capitalize()}."
        return Section(say["budget"], (Paragraph(said(told)),))
    worst = sorted(rows, key=lambda row: (_WORST.index(row["verdict"]), row["test"]))
    heads = ("budget-test", "budget-limit", "budget-observed", "budget-verdict")
    table = Table(
        said(say["budget-caption"]),
        tuple(say[head] for head in heads),
        tuple(_budget(row, lang) for row in worst[:BUDGETS]),
        numeric=(1, 2),
    )
    passed = sum(row["verdict"] in ("pass", "improved") for row in rows)
    failed = sum(row["verdict"] == "fail" for row in rows)
    summary = say["budget-summary"].format(
        **{"all": len(rows), "pass": passed, "fail": failed, "other": len(rows) - passed - failed}
    )
    return Section(say["budget"], (table, Paragraph(said(summary), small=True)))


def _budget(row: Document, lang: Lang) -> tuple[Line, ...]:
    say = words(lang)
    verdict = say[f"verdict-{row['verdict']}"] if row["verdict"] else say["unknown"]
    return (
        (code(row["test"]),),
        said(_amount(row["limit"], row, lang)),
        said(_amount(row["observed"], row, lang)),
        said(verdict),
    )


def _amount(value: float | None, row: Document, lang: Lang) -> str:
    if value is None:
        return "–"
    unit = words(lang).get(f"unit-{row['quantity']}", row["unit"])
    if value == 1:
        unit = words(lang).get(f"unit-{row['quantity']}-1", unit)
    exact = row["unit"] == "count" and row["quantity"] != "instructions"
    return f"{cited(value, lang) if exact else shown(value, lang)} {unit}"
