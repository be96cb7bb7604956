# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The measures report as it is written: formats and files, each whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenlint.cli.saved import save, save_bytes
from greenlint.errors import UsageError
from greenlint.messages import say

if TYPE_CHECKING:
    from greenlint.report.measures.numbers import Lang
    from greenlint.report.measures.sheet import Sheet

FORMATS = ("html", "json", "markdown", "pdf", "if-manifest")
Output = tuple[str, str]


def outputs(given: Mapping[str, Any]) -> list[Output]:
    """FORMAT and PATH of each output; "" is standard output.  Raises UsageError."""
    from greenlint.config_file import nearest

    if given.get("export"):
        return [(given["export"], "")]
    found = []
    for one in given["output_format"] or ("html",):
        name, _, path = one.partition(":")
        if name not in FORMATS:
            raise UsageError(
                "There is no format {name} of this report. ",
                nearest(name, FORMATS),
                say("There are: {known}.", known=", ".join(FORMATS)),
                name=repr(name),
            )
        found.append((name, path))
    if any(name == "pdf" and not path for name, path in found):
        raise UsageError("A PDF needs a file: -o pdf:PATH.")
    if sum(not path for _, path in found) > 1:
        raise UsageError("Only one output can be standard output. Name files: -o FORMAT:PATH.")
    return found


def write(made: Mapping[str, Any], wanted: Sequence[Output], langs: Sequence[Lang]) -> None:
    """A report in each of its outputs, in order."""
    from greenlint.report.measures.view import sheet

    sheets = [sheet(made, lang) for lang in langs]
    for name, path in wanted:
        if name == "if-manifest":
            from greenlint.report.measures.manifest import render

            put(render(made), path)
        else:
            _write(made, sheets, name, path)


def write_merged(made: Mapping[str, Any], wanted: Sequence[Output], langs: Sequence[Lang]) -> None:
    """The totals of several in each of their outputs, on as many pages as they take."""
    from greenlint.report.measures.view_merge import sheet

    sheets = [sheet(made, lang) for lang in langs]
    for name, path in wanted:
        _write(made, sheets, name, path)


def _write(made: Mapping[str, Any], sheets: Sequence[Sheet], name: str, path: str) -> None:
    if name == "json":
        from greenlint.formats.encode import dumps

        put(dumps(made, indent=2) + "\n", path)
    else:
        pages(sheets, name, path)


def pages(sheets: Sequence[Sheet], name: str, path: str) -> None:
    """Pages as HTML, Markdown or PDF."""
    if name == "markdown":
        from greenlint.report.measures import markdown

        put(markdown.render(sheets), path)
    elif name == "html":
        from greenlint.report.measures import html

        put(html.render(sheets), path)
    else:
        from greenlint.report.measures import pdf

        save_bytes(Path(path), pdf.render(sheets))


def put(text: str, path: str) -> None:
    """Into a file, or to standard output."""
    if path:
        save(Path(path), (text,))
    else:
        click.echo(text, nl=False)


def read_json(file: Path, option: str) -> Any:
    """The document in a file.  Raises UsageError."""
    try:
        held = json.loads(file.read_text("utf-8"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            "Cannot read {option} {file}: {why}. Name another file.",
            option=option,
            file=file,
            why=reason,
        ) from None
    except ValueError as error:
        raise UsageError(
            "{option} {file} is not JSON: {why}. Name another file.",
            option=option,
            file=file,
            why=error,
        ) from None
    if not isinstance(held, dict):
        raise UsageError(
            "{option} {file} holds no object. Name another file.", option=option, file=file
        )
    return held
