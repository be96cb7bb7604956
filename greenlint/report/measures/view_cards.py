# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Rules and their pages -> the catalogue of measures: a card for each rule, one language a part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from greenlint.card import TEXTS, Card, Practice
from greenlint.evidence import Measurement, current
from greenlint.experiment import fingerprint
from greenlint.page import Page
from greenlint.report.measures.found import OWN, PREFIX, whole
from greenlint.report.measures.numbers import Lang, shown
from greenlint.report.measures.sheet import (
    Facts,
    Line,
    Paragraph,
    Section,
    Sheet,
    Span,
    Table,
    code,
    quote,
    said,
)
from greenlint.report.measures.words import words
from greenlint.rule import RuleInfo

Held = tuple[RuleInfo, Page | None]
# More digits than this would say more than a measurement of a small example can.
_NEARLY_ALL = 99.0


def catalogue(rules: Sequence[Held], lang: Lang) -> Sheet:
    """The cards of these rules; greenlint's own, on suppressions, are no measures."""
    say = words(lang)
    held = [(info, page, whole(page)) for info, page in rules if info.category != OWN]
    heads = ("code", "measure", "proof", "card-effort", "card-fix")
    index = Table(
        said(say["cards-caption"]),
        tuple(say[head] for head in heads),
        tuple(_index(info, one, lang) for info, _, one in held),
    )
    return Sheet(
        lang,
        say["cards-title"],
        "",
        (Paragraph(said(say["cards-note"])), Paragraph(said(say["cards-legal"]))),
        (
            Section(say["measures"], (index,)),
            *(_card(info, page, one, lang) for info, page, one in held),
        ),
    )


def _title(info: RuleInfo, one: Card | None, lang: Lang) -> Span:
    other: Lang | None = None if one or lang == "en" else "en"
    text = one.texts[lang]["title"] if one else info.summary or info.name
    return Span(text, lang=other) if info.code.startswith(PREFIX) else quote(text, other)


def _index(info: RuleInfo, one: Card | None, lang: Lang) -> tuple[Line, ...]:
    say = words(lang)
    effort = say[f"effort-{one.effort}"] if one else say["not-determined"]
    return (
        (Span(info.code, code=True, to=info.code),),
        (_title(info, one, lang),),
        said(say[f"proof-{info.proof}"]),
        said(effort),
        said(_fix(info, say)),
    )


def _fix(info: RuleInfo, say: Mapping[str, str]) -> str:
    return say[f"card-fix-{info.fix or 'none'}"]


def _card(info: RuleInfo, page: Page | None, one: Card | None, lang: Lang) -> Section:
    """One card: what a person wrote of the measure, and what follows from rule and page."""
    say = words(lang)
    pairs: list[tuple[str, Line]] = [(say["card-rule"], (code(info.name),))]
    if one is None:
        pairs.append((say["card-what"], (*said(say["card-none"] + " "), quote(info.summary, "en"))))
    else:
        plugin = not info.code.startswith(PREFIX)
        pairs += [
            (say[f"card-{field}"], (quote(text),) if plugin else marked(text))
            for field, text in one.texts[lang].items()
            if field in TEXTS[1:]
        ]
        effort = (say[f"effort-{one.effort}"], say[f"card-{one.effort}"])
        pairs.append((say["card-effort"], said(": ".join(effort))))
        pairs.append((say["card-when"], said(say[f"moment-{one.moment}"])))
    pairs.append((say["card-fix"], said(_fix(info, say))))
    pairs.append((say["proof"], said(say[f"proof-{info.proof}"])))
    pairs += [(say["card-measured"], line) for line in _measured(page, lang)]
    pairs += [(say["card-published"], line) for line in _published(page)]
    if one is not None and one.practice is not None:
        pairs.append((say["card-practice"], said(_practice(one.practice, lang))))
    if info.aliases:
        pairs.append((say["card-aliases"], (code(", ".join(info.aliases)),)))
    pairs.append((say["card-links"], said(say["card-links-value"])))
    pairs.append((say["card-legal"], said(say["card-legal-value"])))
    title = _title(info, one, lang)
    heading = f"{info.code} · {title.text}"
    return Section(heading, (Facts(tuple(pairs)),), "card", anchor=info.code, lang=title.lang)


def marked(text: str) -> Line:
    """A text of a card: names of code stand between backticks."""
    parts = text.split("`")
    return tuple(Span(part, code=bool(number % 2)) for number, part in enumerate(parts) if part)


def _measured(page: Page | None, lang: Lang) -> Iterator[Line]:
    """Our own measurements of the page's experiment, those without an effect as well."""
    if page is None:
        return
    say = words(lang)
    now = current(page.measurements, fingerprint(page.blocks))
    if not now:
        yield said(say["card-not-measured"])
    for one in now:
        size = say["card-size"].format(size=one.size) if one.size is not None else ""
        where = [code(one.machine), *said(", "), code(one.python or "Python")]
        yield (
            *said(f"{_saving(one, lang)}{size}; n = {one.n}; {_what(one, say)}; "),
            *where,
        )


def _saving(one: Measurement, lang: Lang) -> str:
    say = words(lang)
    low, middle, high = (_change(part, lang) for part in (one.high, one.saving, one.low))
    text = say["card-saving"].format(middle=middle, low=low, high=high)
    return text if one.shows_saving else f"{say['card-no-effect']} ({text})"


def _change(saved: float, lang: Lang) -> str:
    """By how much the use changes: a saving of 0.8 is -80 %; nothing saves all."""
    percent = -min(saved * 100, _NEARLY_ALL)
    return ("+" if percent > 0 else "") + shown(percent, lang)


def _what(one: Measurement, say: Mapping[str, str]) -> str:
    return say["card-joules"] if one.label in ("measured", "shared") else say["card-cpu"]


def _published(page: Page | None) -> Iterator[Line]:
    """What others published, with their names; their figures are theirs."""
    for block in page.evidence if page is not None else ():
        if block.get("source"):
            yield (quote(block["source"], "en"),)


def _practice(one: Practice, lang: Lang) -> str:
    say: Mapping[str, Any] = words(lang)
    hits = sum(one.packages.values())
    return str(say["card-practice-value"]).format(
        hits=hits, packages=len(one.packages), read=one.read, true=one.true, worth=one.worth
    )
