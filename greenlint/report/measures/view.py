# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The document of a report -> a page in one language: what is said first, and what beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from greenlint.report.measures.effects import bounds
from greenlint.report.measures.interval import Interval
from greenlint.report.measures.numbers import Lang, cited, shown
from greenlint.report.measures.reading import SUITE
from greenlint.report.measures.sheet import (
    Block,
    Facts,
    Line,
    Paragraph,
    Section,
    Sheet,
    Span,
    code,
    filled,
    quote,
    said,
)
from greenlint.report.measures.view_found import budget, measures, realised
from greenlint.report.measures.view_method import colophon, method
from greenlint.report.measures.view_year import annual, broad, capacity, scenarios
from greenlint.report.measures.words import words

Document = Mapping[str, Any]


def sheet(held: Document, lang: Lang) -> Sheet:
    """One page.  What the report does not say is always on it."""
    say = words(lang)
    sections = (
        Section(say["result"], tuple(_result(held, lang))),
        measures(held, lang),
        *realised(held, lang),
        budget(held, lang),
        annual(held, lang),
        scenarios(held, lang),
        broad(held, lang),
        *capacity(held, lang),
        Section(say["not-claimed-title"], (Paragraph(said(say["not-claimed"])),), "note"),
        method(held, lang),
        colophon(held, lang),
    )
    return Sheet(
        lang,
        say["report-title"],
        quote(held["title"] or held["subject"]["name"]).text,
        (Facts(tuple(_head(held, lang))), Paragraph(said(say["quoted-note"]), small=True)),
        sections,
    )


def _head(held: Document, lang: Lang) -> list[tuple[str, Line]]:
    say, subject = words(lang), held["subject"]
    pairs: list[tuple[str, Line]] = [(say["system"], (quote(subject["name"]),))]
    pairs += [
        (say[key], (quote(held[key]),)) for key in ("organisation", "team") if held[key] is not None
    ]
    if subject["commit"] is not None:
        more = f" ({say['dirty']})" if subject["dirty"] else ""
        pairs.append((say["revision"], (code(subject["commit"][:12]), *said(more))))
    made = say["made-by"].format(date=held["generated_at"][:10], version=held["tool"]["version"])
    pairs.append((say["made"], said(made)))
    pairs.append((say["inputs"], (code(held["inputs_sha256"][:16]),)))
    return pairs


def _result(held: Document, lang: Lang) -> list[Block]:
    """The one sentence, why it is no better, and what was found."""
    blocks: list[Block] = [Paragraph(_sentence(held, lang), lead=True)]
    say, reasons = words(lang), held["reasons"]
    why = reasons.get("measurement.median_J")
    if why and why not in ("not-measured", "suite-only", "no-counter"):
        blocks.append(Paragraph(said(say["sentence-why"].format(why=say[f"why-{why}"]))))
    rows = held["measures"]
    places = sum(row["count"] for row in rows)
    which = "-none" if not rows else "-single" if places == 1 else "-one" if len(rows) == 1 else ""
    found = say[f"sentence-found{which}"].format(places=places, measures=len(rows))
    if failed := held["checked"]["failed"]:
        files = cited(held["checked"]["files"], lang)
        found += " " + say["sentence-failed"].format(files=files, failed=cited(failed, lang))
    return [*blocks, Paragraph(said(found))]


def _sentence(held: Document, lang: Lang) -> Line:
    say, measured = words(lang), held["measurement"]
    cpu = measured["cpu_seconds"]
    places: dict[str, Span | str] = {
        "hardware": _hardware(held, lang),
        "scenario": _scenario(held, lang),
        "n": str(measured["n"] or "?"),
    }
    if measured["saving_J"] is not None:
        after = bounds(measured["saving_J"])
        key = "sentence-compared" if measured["shows_difference"] else "sentence-no-difference"
        places |= _change(bounds(measured["change"]), lang)
        places |= {
            "before": shown(measured["before_J"], lang),
            "after": shown(measured["before_J"] - after.mid, lang),
        }
        return filled(say[key], **places)
    if measured["median_J"] is not None:
        ends = "–".join(shown(end, lang) for end in measured["ci95_J"])
        places |= {"after": shown(measured["median_J"], lang), "ends": ends}
        return filled(say["sentence-joules"], **places)
    if cpu["change"] is not None and cpu["before"] is not None and cpu["after"] is not None:
        places |= _change(bounds(cpu["change"]), lang)
        places |= {"before": shown(cpu["before"], lang), "after": shown(cpu["after"], lang)}
        return filled(say["sentence-proxy-compared"], **places)
    return _without(held, lang)


def _without(held: Document, lang: Lang) -> Line:
    """Where no joules were counted: what there is instead."""
    say, proxy = words(lang), held["proxy"]
    told = [
        say[key].format(
            value=shown(proxy[name], lang) if name == "cpu_s" else cited(proxy[name], lang)
        )
        for key, name in (("cpu-time", "cpu_s"), ("queries", "queries"), ("requests", "requests"))
        if proxy[name]
    ]
    if not told:
        return said(say["sentence-nothing"])
    listed = say["and"].join((", ".join(told[:-1]), told[-1])) if len(told) > 1 else told[0]
    key = "sentence-suite" if held["measurement"]["source"] == SUITE else "sentence-proxy"
    return said(say[key].format(proxy=listed))


def _change(change: Interval, lang: Lang) -> dict[str, str]:
    percent = change * 100
    to = {"nl": " tot ", "en": " to "}[lang]
    ends = to.join(_signed(end, lang) for end in (percent.lo, percent.hi))
    return {"change": _signed(percent.mid, lang), "ends": ends}


def _signed(value: float, lang: Lang) -> str:
    return ("+" if value > 0 else "") + shown(value, lang)


def _hardware(held: Document, lang: Lang) -> Span | str:
    cpu = held["hardware"]["cpu"]
    return code(cpu) if cpu else words(lang)["this-machine"]


def _scenario(held: Document, lang: Lang) -> Span | str:
    name = held["scenario"]["name"]
    if name is None:
        return words(lang)["the-scenario"]
    return quote(name) if held["scenario"]["name_declared"] else code(name)
