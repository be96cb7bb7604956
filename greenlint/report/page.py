# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The report as one HTML page that loads nothing, in English or in Dutch.

Every value is hostile: names of tests, paths, messages and source come from a project.  jinja2
escapes each, and `shown` takes out before that what a browser or a reader would be misled by.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path

import jinja2
from markupsafe import Markup

from greenlint.formats.words import UNSAFE
from greenlint.report.annotated import annotated, places
from greenlint.report.contents import Contents
from greenlint.report.speech import Speech
from greenlint.report.views import Findings, files, tests
from greenlint.report.views_run import machine_and_method, overview
from greenlint.report.views_saved import saved
from greenlint.report.weight import fitting

# More rows than that are no reading; the other formats have all.
MOST_FINDINGS, MOST_TESTS = 1000, 1000
_HOME = Path(__file__).parent


def render(contents: Contents, language: str) -> Iterator[str]:
    """The page, in pieces."""
    speech = Speech(language)
    found = Findings(speech, contents.link)
    ranked = enumerate(contents.entries[:MOST_FINDINGS], 1)
    views = fitting(found.view(rank, entry) for rank, entry in ranked)
    rows = fitting(tests(speech, contents.tests[:MOST_TESTS]))
    source = annotated(contents, contents.entries[: len(views)])
    numbers = {file.path: number for number, file in enumerate(source.files, 1)}
    there = set(places(source.files))
    script = _asset("page.js")
    template = _environment().get_template("page.html")
    yield from template.generate(
        language=language,
        say=speech.say,
        word=speech.word,
        number=speech.count,
        whole=speech.whole,
        lang=partial(_lang, language),
        anchor=_anchors(numbers, there),
        style=Markup(_asset("page.css")),
        script=Markup(script),
        digest=f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
        project=contents.project,
        version=contents.version,
        made=speech.day(contents.made),
        told=contents.told,
        told_lang=contents.told_lang,
        saved=fitting(saved(speech, contents.saved)),
        count=len(contents.entries),
        findings=views,
        left_out=len(contents.entries) - len(views),
        files=files(speech, source.files, views),
        files_left_out=source.left_out,
        tests=rows,
        tests_left_out=len(contents.tests) - len(rows),
        **overview(speech, contents),
        **machine_and_method(speech, contents),
    )


def shown(value: object) -> object:
    """A value as it goes into the page: without control characters, and nothing for None.

    Bidirectional controls reorder what a reader sees (CVE-2021-42574), null bytes and surrogates
    are no HTML; each is shown as U+FFFD.
    """
    if value is None:
        return ""
    if isinstance(value, str) and not isinstance(value, Markup):
        return UNSAFE.sub("\ufffd", value.replace("\n", " ").replace("\t", " "))
    return value


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HOME),
        autoescape=True,
        finalize=shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _asset(name: str) -> str:
    return (_HOME / name).read_text(encoding="utf-8")


def _lang(page: str, language: str) -> Markup:
    """The attribute that says that a part is in another language than the page."""
    return Markup("") if language == page else Markup(' lang="{}"').format(language)


def _anchors(
    numbers: dict[str, int], there: set[tuple[str, int]]
) -> Callable[[str, int], str | None]:
    """Where a line of a file is on the page; None where it is not."""

    def anchor(path: str, line: int) -> str | None:
        return f"s{numbers[path]}-{line}" if (path, line) in there else None

    return anchor
