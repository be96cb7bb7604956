# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint report --measures``: a check, a stored run, what was declared -> a page and data."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from greenlint.cli.energy_store import opened, store_option
from greenlint.cli.group import Settings
from greenlint.cli.telling import complain, spoken
from greenlint.errors import UsageError

if TYPE_CHECKING:
    from greenlint.report.measures.declared import Declared
    from greenlint.report.measures.found import Found
    from greenlint.report.measures.numbers import Lang
    from greenlint.report.measures.reading import Reading

# Options that the page of findings does not have.
ONLY_MEASURES = ("declared", "factors", "measurement", "export", "no_energy", "keep", "store")
F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--measures", is_flag=True, help="The measures report: one page per language."),
    click.option(
        "--merge",
        is_flag=True,
        help="Add up reports of --measures: PATHS, as JSON, or else those that the store keeps.",
    ),
    click.option(
        "--keep", is_flag=True, help="Keep the measures report in the store, for --merge."
    ),
    store_option,
    click.option(
        "-o",
        "--output-format",
        multiple=True,
        metavar="FORMAT[:PATH]",
        help="html, or a format of `check`; of the measures report html, json, markdown, pdf, "
        "if-manifest; repeatable.",
    ),
    click.option(
        "--lang",
        type=click.Choice(["nl", "en", "both"]),
        help="Of pages; by default en, and both of the measures report.",
    ),
    click.option(
        "--declared", type=click.Path(), metavar="FILE", help="What the team declares, as TOML."
    ),
    click.option(
        "--factors", type=click.Path(), metavar="FILE", help="Factors that replace ours, as TOML."
    ),
    click.option(
        "--measurement",
        type=click.Path(),
        metavar="FILE",
        help="JSON of `greenlint profile` or `greenlint energy gate`: the scenario, measured.",
    ),
    click.option(
        "--export", type=click.Choice(["if-manifest"]), help="Print for another program instead."
    ),
    click.option("--energy", metavar="RUN", help="The stored run to join; the latest by default."),
    click.option("--no-energy", is_flag=True, help="Join with no stored run."),
)


def options(command: F) -> F:
    """The options of the measures report, for the command that has it."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def run(settings: Settings, paths: Sequence[str], given: Mapping[str, Any]) -> int:
    """Check, join, compute, write; 0 whatever was found."""
    from greenlint.cli.measures_written import outputs, write
    from greenlint.report.measures.document import Inputs, document

    wanted = outputs(given)
    config = settings.load_config(tuple(paths))
    told = declared_in(settings, config.files, given)
    read = _reading(given["measurement"], told)
    held = None if given["no_energy"] else _stored(settings, given)
    found = _found(settings, paths, held)
    from greenlint.report.measures.found import rows

    made = document(
        Inputs(
            subject=_subject(config.root),
            told=told,
            measures=rows(found, told),
            generated_at=datetime.now(UTC).isoformat(timespec="seconds"),
            command=shlex.join(["greenlint", *sys.argv[1:]]),
            suite=held,
            read=read,
            files=found.files,
            failed=found.failed,
            savings=() if given["no_energy"] or held is None else _savings(settings, given),
        )
    )
    if given["keep"]:
        with opened(settings, given["store"], create=True) as store:
            store.keep_report(made)
    write(made, wanted, languages(given["lang"]))
    return 0


def merge(settings: Settings, paths: Sequence[str], given: Mapping[str, Any]) -> int:
    """Add up reports; 0 whatever is in them."""
    from greenlint.cli.measures_written import outputs, read_json, write_merged
    from greenlint.report.measures.merge import merged

    wanted = outputs(given)
    if no := [name for name, _ in wanted if name == "if-manifest"]:
        raise UsageError("--merge has no {name}: a manifest is of one system.", name=no[0])
    held = []
    for path in paths:
        one = read_json(Path(path), "--merge")
        try:
            merged([one], "")
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise UsageError(
                "{path} is no whole measures report: {why}. Write it anew with "
                "`greenlint report --measures -o json:PATH`.",
                path=path,
                why=error,
            ) from None
        held.append(one)
    if given["store"] or not paths:
        held += _kept(settings, given["store"])
    now = datetime.now(UTC).isoformat(timespec="seconds")
    write_merged(merged(held, now), wanted, languages(given["lang"]))
    return 0


def _kept(settings: Settings, named: str | None) -> list[dict[str, Any]]:
    """The reports in the store; UsageError where there is none."""
    files = " Or name files that `greenlint report --measures -o json:PATH` wrote."
    try:
        with opened(settings, named) as store:
            held, shown = store.reports(), store.shown
    except UsageError as error:
        raise UsageError(*error.parts, files) from None
    if not held:
        raise UsageError(
            "The store {store} keeps no report: `greenlint report --measures --keep` adds one.",
            files,
            store=shown,
        )
    return held


def languages(asked: str) -> tuple[Lang, ...]:
    """Dutch first, where both are asked for."""
    from greenlint.report.measures.numbers import LANGS

    return tuple(lang for lang in LANGS if asked in (lang, "both"))


def declared_in(
    settings: Settings, files: Iterable[Path], given: Mapping[str, Any] | None = None
) -> Declared:
    """The tables of the configuration, the oldest first, then those of the command line."""
    import os

    from greenlint.config_file import inline_layer, read_layer
    from greenlint.report.measures.asking import Asking
    from greenlint.report.measures.declared import declared

    cwd = Path.cwd()
    layers = [read_layer(file) for file in reversed(tuple(files))]
    inline = (one for one in settings.config if "=" in one and not os.path.isfile(cwd / one))
    layers += [inline_layer(one, cwd) for one in inline]
    asked = [found for layer in layers if (found := Asking.of(layer, "report")) is not None]
    given = given or {}
    if given.get("declared"):
        asked.append(Asking(_toml(given["declared"], "--declared")))
    if given.get("factors"):
        layer = _toml(given["factors"], "--factors")
        asked.append(Asking(_wrapped(layer)))
    return declared(asked)


def _toml(name: str, option: str) -> Any:
    from greenlint.config_file import read_layer

    file = Path.cwd() / name
    if not file.is_file():
        raise UsageError(
            "{option}={name} names no file. It is a TOML file.", option=option, name=name
        )
    return read_layer(file)


def _wrapped(layer: Any) -> Any:
    """A file of factors, with or without the table [factors] around them."""
    from dataclasses import replace

    if "factors" in layer.table:
        only = {"factors": layer.table["factors"]}
        return replace(layer, table=only)
    from greenlint.messages import say

    raise layer.error(say("A file of factors has tables such as [factors.grid_intensity]."))


def _reading(name: str | None, told: Declared) -> Reading | None:
    from greenlint.cli.measures_written import read_json
    from greenlint.report.measures.reading import reading

    if name is None:
        return None
    held = read_json(Path(name), "--measurement")
    try:
        return reading(held, told.scenario.test)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UsageError(
            "--measurement={name} is not whole: {kind} {why}. Write it anew with "
            "`greenlint profile --json` or `greenlint energy gate -o json`.",
            name=name,
            kind=type(error).__name__,
            why=error,
        ) from None


def _stored(settings: Settings, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    from greenlint.cli.joining import LATEST, known

    asked = given["energy"]
    try:
        held = known(settings, asked or LATEST, store=given["store"])
    except UsageError as error:
        if asked:
            raise
        complain("The report has no stored run. {why}", why=error.said(spoken()))
        return None
    return None if held is None else held.document


def _savings(settings: Settings, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What mended findings saved, as the gate keeps it beside the runs."""
    from greenlint_profiler.past.savings_text import as_record

    with opened(settings, given["store"]) as store:
        return [as_record(one) for one in store.savings()]


def _found(settings: Settings, paths: Sequence[str], held: Mapping[str, Any] | None) -> Found:
    """What a check of the paths finds, joined with the stored run."""
    from greenlint.cli.linting import Lint
    from greenlint.page import read
    from greenlint.report.measures.found import Found
    from greenlint.report.measures.reading import of_suite

    run_id = None if held is None else held["run"]["id"]
    lint = Lint(settings, paths, {"energy": run_id, "no_energy": run_id is None})
    lint.run()
    report = lint.report(lint.sifted, 0.0)
    for problem in (*lint.problems, *lint.told):
        click.echo(f"greenlint: {problem}", err=True)
    return Found(
        report.entries,
        report.hidden,
        lint.baseline is not None,
        lambda info: None if info.page is None else read(info.page),
        report.shown,
        files=lint.counts.files,
        failed=lint.counts.failed,
        counted=held is not None and of_suite(held).why == "suite-only",
    )


def _subject(root: Path) -> Any:
    """What the project's own files and git tell of it."""
    import hashlib
    import os

    from greenlint_profiler.suite.about import run as about

    from greenlint.config_file import PYPROJECT, parse, read_text, shown
    from greenlint.report.measures.document import Subject

    file = root / PYPROJECT
    project: Any = parse(read_text(file), shown(file)).get("project") if file.is_file() else None
    project = project if isinstance(project, dict) else {}
    urls = project.get("urls") if isinstance(project.get("urls"), dict) else {}
    named = {str(key).lower(): url for key, url in urls.items()}
    git = about(root, "pytest", os.environ, datetime.now(UTC), seconds=None)
    names = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.txt")
    lock = next((root / name for name in names if (root / name).is_file()), None)
    return Subject(
        name=str(project.get("name") or root.name),
        repo=next((str(named[key]) for key in ("repository", "source") if key in named), None),
        commit=git["commit"],
        dirty=git["dirty"],
        lock_file=None if lock is None else lock.name,
        lock_sha256=None if lock is None else hashlib.sha256(lock.read_bytes()).hexdigest(),
    )
