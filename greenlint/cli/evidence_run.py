# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What ``greenlint evidence`` does with its options: experiments, one by one, told and stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import click
from greenlint_profiler.experiment.measure import Asked, Measured, measure
from greenlint_profiler.experiment.restart import Plan
from greenlint_profiler.experiment.trial import Trial, TrialFailed
from greenlint_profiler.gate.error import CannotMeasure
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.said import reason
from greenlint_profiler.units import Evidence
from greenlint_profiler.world import here

from greenlint.cli.evidence_outcome import CANNOT_MEASURE, Outcome, exit_code
from greenlint.cli.evidence_place import Place, place
from greenlint.cli.evidence_text import document, lines, summary
from greenlint.cli.group import Settings
from greenlint.cli.rule import all_rules, chosen
from greenlint.cli.telling import complain, speak, told
from greenlint.errors import PluginError, UsageError
from greenlint.experiment import Experiment, experiment, fingerprint
from greenlint.messages import Message
from greenlint.messages import say as message
from greenlint.page import Page, read

if TYPE_CHECKING:
    from greenlint.rule import RuleInfo

# With a counter a sample is longer: its edges are known to some 0.4 ms each (METER.md, 1).
_COUNTED_SECONDS = 0.1
_COUNTED_RESTART_SECONDS = 8.0
_SIGNIFICANT = 4


def run(settings: Settings, selectors: Sequence[str], given: Mapping[str, Any]) -> int:
    """Measure, tell, store, and return the exit code."""
    rules = _rules(settings, selectors)
    try:
        with place(given["meter"], here()) as where:
            return _measured(settings, rules, given, where)
    except Unavailable as why:
        complain("cannot measure: {why}", why=speak(why.detail))
        return CANNOT_MEASURE


def _measured(
    settings: Settings,
    rules: Sequence[tuple[RuleInfo, Page]],
    given: Mapping[str, Any],
    where: Place,
) -> int:
    if given["write"] and where.doubt:
        raise UsageError(
            "Nothing is stored: ",
            where.doubt,
            message(
                ". Measure with the machine's own counters, or with --meter cpu, or leave out "
                "--write."
            ),
        )
    say, show = _teller(settings), given["json_path"] != "-"
    outcomes: list[Outcome] = []
    for info, page in rules:
        done = []
        for one in _outcomes(info, page, given, where, say):
            done.append(one)
            if given["write"]:
                _store(one)
        if show:
            click.echo("\n".join(lines(info, done)))
        outcomes += done
    if given["json_path"] is not None:
        _save(given["json_path"], document(outcomes, where))
    if show:
        click.echo("\n".join(summary(outcomes, where, written=given["write"])))
    return exit_code(outcomes, strict=given["strict"])


def _store(one: Outcome) -> None:
    """At once, so that what was measured is kept if the next one is interrupted."""
    from greenlint.evidence_block import write

    if one.facts is not None and one.info.page is not None:
        write(one.info.page, one.info.code, one.facts)


def _rules(settings: Settings, selectors: Sequence[str]) -> list[tuple[RuleInfo, Page]]:
    """Of the rules that are asked for, those with an experiment, and their pages.

    Raises UsageError where none has one.
    """
    config = settings.load_config()
    infos = chosen(all_rules(settings.load_plugins(config)), tuple(selectors))
    paged = [(info, read(info.page)) for info in infos if isinstance(info.page, Path)]
    with_one = [(info, page) for info, page in paged if any(page.of("before", "after"))]
    if not with_one:
        raise UsageError(
            "{codes}: there is no experiment to run. A page has one in its blocks "
            "`python before` and `python after`.",
            codes=", ".join(info.code for info in infos),
        )
    return with_one


def _outcomes(
    info: RuleInfo, page: Page, given: Mapping[str, Any], where: Place, say: Callable[[str], None]
) -> Iterator[Outcome]:
    try:
        found = experiment(page)
    except ValueError as error:
        name = info.page.name if info.page is not None else info.code
        raise PluginError(
            "The page {name} is not a rule page: {why}.", name=name, why=error
        ) from None
    if found is None:
        return
    sizes: tuple[int | None, ...] = found.sizes or (None,)
    if given["sizes"]:
        if not found.sizes:
            yield Outcome(
                info, None, why=message("its experiment states no sizes"), trouble="no-sizes"
            )
            return
        sizes = tuple(sorted(set(given["sizes"])))
    for size in sizes:
        at = "" if size is None else told(", size {size}", size=size)
        say(f"{info.code} {info.name}{at}")
        yield _outcome(info, page, found, size, given, where)


def _outcome(
    info: RuleInfo,
    page: Page,
    found: Experiment,
    size: int | None,
    given: Mapping[str, Any],
    where: Place,
) -> Outcome:
    setup = "" if found.setup is None else found.setup.text
    trial = Trial(setup, found.before.text, found.after.text, found.result, size)
    asked = Asked(where.meter, given["restarts"], given["time_limit"], _plan(given, where))
    try:
        measured = measure(trial, asked, Random())
    except TrialFailed as failed:
        return Outcome(
            info,
            size,
            why=failed.sentence,
            at=_at(failed, found, info),
            trouble=failed.trouble.value,
            broken=failed.trouble.broken,
        )
    except CannotMeasure as why:
        return Outcome(info, size, why=reason(why), trouble="platform")
    return Outcome(info, size, measured, facts=_facts(measured, size, page, where))


def _plan(given: Mapping[str, Any], where: Place) -> Plan:
    if where.evidence is Evidence.PROXY:
        return Plan(pairs=given["pairs"])
    return Plan(given["pairs"], _COUNTED_SECONDS, _COUNTED_RESTART_SECONDS)


def _at(failed: TrialFailed, found: Experiment, info: RuleInfo) -> Message | str:
    """The line of the page where code of the experiment raised."""
    block = None if failed.block is None else found.block(failed.block)
    if block is None or info.page is None:
        return ""
    line = block.line - 1 + (failed.line or 0)
    return message(
        "{page}:{line}, in its {block} block: ", page=info.page.name, line=line, block=failed.block
    )


def _facts(measured: Measured, size: int | None, page: Page, where: Place) -> dict[str, Any]:
    """What the page states of it; savings are parts, `before` and `after` of one turn."""
    saving = measured.saving
    unit = saving.quantity.value
    facts: dict[str, Any] = {
        "machine": where.machine,
        "python": where.python,
        "meter": where.meter if saving.evidence is Evidence.MEASURED else "cpu",
        "evidence": saving.evidence.value,
        "date": datetime.now(tz=UTC).date().isoformat(),
        "experiment": fingerprint(page.blocks),
    }
    if measured.packages:
        facts["packages"] = ", ".join(f"{name} {at}" for name, at in measured.packages.items())
    if size is not None:
        facts["size"] = size
    effects = tuple(round(one, _SIGNIFICANT) for one in saving.effects)
    return facts | {
        "n": len(saving.effects),
        "saving": round(saving.saving, _SIGNIFICANT),
        "saving_low": round(saving.low, _SIGNIFICANT),
        "saving_high": round(saving.high, _SIGNIFICANT),
        f"before_{unit}": float(f"{saving.before:.4g}"),
        f"after_{unit}": float(f"{saving.after:.4g}"),
        "effects": effects,
    }


def _teller(settings: Settings) -> Callable[[str], None]:
    """Says on standard error what is measured now, unless `--quiet` was asked for."""

    def say(text: str) -> None:
        if not settings.quiet:
            click.echo(f"evidence: {text}", err=True)

    return say


def _save(path: str, held: Mapping[str, Any]) -> None:
    from greenlint.cli.saved import save
    from greenlint.formats.encode import dumps

    text = f"{dumps(held, indent=2)}\n"
    if path == "-":
        click.echo(text, nl=False)
    else:
        save(Path(path), [text])
