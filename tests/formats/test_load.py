# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Every format, whatever it writes: it loads alone, never crashes, and ends its last line."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from greenlint.errors import UsageError
from greenlint.formats import FORMATS, load

HUMAN = ("full", "concise", "grouped", "markdown", "github", "azure")
MAY_BE_EMPTY = {"jsonl", "rdjsonl", "github", "azure"}
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("which", ["report", "empty", "hostile", "many"])
def test_every_format_writes_utf8_and_ends_the_line(name, which, request, written):
    """Whatever was found, the text can be encoded, ends in a newline, and is the same twice."""
    context = request.getfixturevalue(which)
    text = written(name, context)
    text.encode("utf-8")
    assert text.endswith("\n") or (which == "empty" and name in MAY_BE_EMPTY and not text)
    assert text == written(name, context)


@pytest.mark.parametrize("name", FORMATS)
def test_no_control_character_reaches_a_terminal(name, hostile, written):
    """Source, paths and messages cannot write escape sequences."""
    assert not CONTROL.search(written(name, hostile))


@pytest.mark.parametrize("name", FORMATS)
def test_no_command_reaches_a_log(name, hostile, written):
    """Agents obey ``##vso[`` anywhere in a line; source code must not be able to speak to them."""
    commands = re.findall(r"##(?:vso)?\[\S+", written(name, hostile))
    assert set(commands) <= {"##vso[task.logissue"}


@pytest.mark.parametrize("name", HUMAN)
def test_a_finding_cannot_start_a_line_of_its_own(name, hostile, written):
    """A newline in a message does not become a workflow command."""
    assert not re.search(r"^::error::x", written(name, hostile), re.MULTILINE)


def test_only_the_chosen_format_is_imported():
    """Loading one format leaves the others, and their libraries, alone."""
    code = (
        "import sys; from greenlint.formats import load; load('concise');"
        "bad = {'greenlint.formats.sarif', 'greenlint.formats.junit', 'json', 'xml', 'libcst'};"
        "sys.exit(bool(bad & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_json_v1_is_json():
    """The versioned name is the same format."""
    assert load("json-v1") is load("json")


def test_an_unknown_format_names_the_nearest():
    """A misspelt format is answered with the right one."""
    with pytest.raises(UsageError, match=r"no output format 'sarf'.* 'sarif'"):
        load("sarf")


@pytest.mark.parametrize("name", ["github", "gitlab", "azure", "junit", "rdjson", "sonar"])
def test_gates_never_list_what_is_hidden(name, report, written):
    """Consumers without a word for suppressed never see a suppressed finding."""
    text = written(name, replace(report, show_suppressed=True))
    assert "hidden by a comment" not in text
    assert "in the baseline" not in text
