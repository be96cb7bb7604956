# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint rule``: explains rules from their pages, lists them, or holds them against them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenlint.cli.group import Settings
from greenlint.errors import UsageError

if TYPE_CHECKING:
    from greenlint.config import Config
    from greenlint.page import Page
    from greenlint.plugins import Plugins
    from greenlint.rule import RuleInfo

Rules = Sequence["RuleInfo"]


@click.command(name="rule")
@click.argument("selectors", nargs=-1, metavar="[SELECTOR]...")
@click.option("--list", "listed", is_flag=True, help="One line for each rule.")
@click.option("--all", "every", is_flag=True, help="All rules in full.")
@click.option("--test", is_flag=True, help="Hold rules against their own pages.")
@click.option(
    "--cards", is_flag=True, help="Measure cards, for a catalogue: markdown, or a page of html."
)
@click.option(
    "--lang", type=click.Choice(["nl", "en", "both"]), default="both", help="Of the cards."
)
@click.option(
    "--output-format", type=click.Choice(["text", "json", "markdown", "html"]), default="text"
)
@click.pass_obj
def command(
    settings: Settings,
    selectors: tuple[str, ...],
    listed: bool,
    every: bool,
    test: bool,
    cards: bool,
    lang: str,
    output_format: str,
) -> int:
    """Explain a rule, list all rules, or run a rule's own tests.

    SELECTOR is a code, a name, another linter's code, the beginning of a code, or a category.
    """
    _check_usage(selectors, listed, every, test, output_format)
    _check_cards(cards, listed or test, output_format)
    config = settings.load_config()
    plugins = settings.load_plugins(config)
    rules = chosen(all_rules(plugins), selectors)
    if test:
        from greenlint.cli import rule_test

        return rule_test.run(plugins, rules, output_format)
    if cards:
        _cards_of(rules, lang, output_format)
    elif output_format == "json":
        click.echo(_json([facts(info) for info in rules]))
    elif listed:
        for line in listing(rules, output_format == "markdown"):
            click.echo(line)
    elif output_format == "markdown":
        click.echo("\n".join(markdown(info) for info in rules), nl=False)
    else:
        _explain(settings, config, rules)
    return 0


def _check_usage(
    selectors: tuple[str, ...], listed: bool, every: bool, test: bool, output_format: str
) -> None:
    if sum((listed, every, test)) > 1:
        raise UsageError("--list, --all and --test do not go together. Choose one of them.")
    if every and selectors:
        raise UsageError(
            "--all shows every rule. Leave it out to see only {selector}.",
            selector=repr(selectors[0]),
        )
    if not (selectors or listed or every or test):
        raise UsageError(
            "Name a rule, such as `greenlint rule GRN301`, or see all with --list or --all."
        )
    if test and output_format == "markdown":
        raise UsageError("--test has no Markdown output. Use text or json.")


def _check_cards(cards: bool, other: bool, output_format: str) -> None:
    if cards and other:
        raise UsageError("--cards does not go with --list or --test. Leave one of them out.")
    if cards and output_format == "json":
        raise UsageError("--cards has no JSON: `greenlint rule --all --output-format json` has it.")
    if output_format == "html" and not cards:
        raise UsageError("Only --cards is a page of HTML. Add it, or choose another format.")


def _cards_of(rules: Rules, lang: str, output_format: str) -> None:
    """The catalogue of measures, a part for each language."""
    from greenlint.report.measures import html, markdown
    from greenlint.report.measures.numbers import LANGS
    from greenlint.report.measures.view_cards import catalogue

    held = [(info, _page(info)) for info in rules]
    sheets = [catalogue(held, one) for one in LANGS if lang in (one, "both")]
    render = html.render if output_format == "html" else markdown.render
    click.echo(render(sheets), nl=False)


def all_rules(plugins: Plugins) -> list[RuleInfo]:
    """The rules of greenlint and of plugins, and those that the engine finds itself, by code."""
    from greenlint.own.rules import infos

    return sorted((*plugins.rules(), *infos()), key=lambda info: info.code)


def chosen(rules: list[RuleInfo], selectors: tuple[str, ...]) -> list[RuleInfo]:
    """The rules that the selectors name, by code; without selectors all of them.

    Raises UsageError for a selector that names none.
    """
    if not selectors:
        return rules
    codes: set[str] = set()
    for selector in selectors:
        spellings = (selector, selector.upper(), selector.lower())
        found = next(filter(None, (_named(rules, word) for word in spellings)), None)
        if found is None:
            raise _unknown(rules, selector)
        codes |= found
    return [info for info in rules if info.code in codes]


def _named(rules: Rules, selector: str) -> set[str]:
    from greenlint.select import DEFAULT, matches

    if selector == DEFAULT:
        return {info.code for info in rules if info.default or info.category == "greenlint"}
    return {info.code for info in rules if matches(selector, info)}


def _unknown(rules: Rules, selector: str) -> UsageError:
    from greenlint.config_file import nearest, written
    from greenlint.messages import say
    from greenlint.refused import refusal

    if why := refusal(selector):
        return UsageError(why, say(" See docs/guide/refused.md."))
    known = [word for i in rules for word in (i.code, i.name, i.category, *i.aliases)]
    return UsageError(
        say("There is no rule, category or beginning of a code {word}. ", word=written(selector)),
        nearest(selector, known),
        say("`greenlint rule --list` shows all."),
    )


def facts(info: RuleInfo) -> dict[str, Any]:
    """A rule as JSON knows it."""
    from greenlint.page import read

    return {
        "code": info.code,
        "name": info.name,
        "aliases": list(info.aliases),
        "category": info.category,
        "summary": info.summary,
        "help": info.help,
        "severity": info.severity,
        "confidence": info.confidence,
        "proof": info.proof,
        "fix": info.fix,
        "since": info.since,
        "lifecycle": info.lifecycle,
        "default": info.default or info.category == "greenlint",
        "opt_in": info.opt_in,
        "test_files": info.tests,
        "options": [
            {"name": option.name, "default": option.default, "help": option.help}
            for option in info.options
        ],
        "evidence": [dict(one) for one in read(info.page).evidence] if info.page else [],
        "url": info.url,
    }


def _json(value: object) -> str:
    from greenlint.formats.encode import dumps

    return dumps(value, indent=2)


def listing(rules: Rules, markdown: bool) -> Iterator[str]:
    """Code, name, category, severity, proof, fix and lifecycle, a line each."""
    rows = [
        (info.code, info.name, info.category, info.severity, info.proof,
         info.fix or "no fix", info.lifecycle)
        for info in rules
    ]  # fmt: skip
    if markdown:
        heads = ("code", "name", "category", "severity", "proof", "fix", "lifecycle")
        yield from (_cells(heads), _cells(("---",) * len(heads)), *map(_cells, rows))
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()


def _cells(row: Sequence[str]) -> str:
    return f"| {' | '.join(row)} |"


def markdown(info: RuleInfo) -> str:
    """The page as it is; of a rule without one, what is known."""
    if info.page is not None:
        return info.page.read_text("utf-8")
    return f"# {info.name}\n\n{info.help or 'This rule has no page.'}\n"


def _explain(settings: Settings, config: Config, rules: Rules) -> None:
    from greenlint.cli.rule_text import Ink, explained
    from greenlint.select import severity_of

    ink = Ink(settings.colored(sys.stdout), min(shutil.get_terminal_size((80, 24)).columns, 100))
    for number, info in enumerate(rules):
        if number:
            click.echo("\n")
        here = _options_here(config, info)
        for line in explained(info, _page(info), here, severity_of(info, config), ink):
            click.echo(line, color=ink.on)


def _page(info: RuleInfo) -> Page | None:
    from greenlint.page import read

    return read(info.page) if isinstance(info.page, Path) else None


def _options_here(config: Config, info: RuleInfo) -> dict[str, Any]:
    """What the configuration says of the rule's options, right or wrong: `check` judges that."""
    names = {info.code, info.name, *info.aliases}
    return {key: value for word, table in config.rules if word in names for key, value in table}
