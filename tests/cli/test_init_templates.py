# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The CI files that ``greenlint init`` writes, held to what can be checked without their systems.

GitHub: zizmor (offline) and SchemaStore's schema.  GitLab and Azure DevOps: the schemas of their
makers, as check-jsonschema ships them.  Jenkins has no checker outside a Jenkins: its two files
were read, were parsed once as Groovy 4, and are held to the commands of the others here.  No file
has run on its system.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from greenlint.cli.energy import COMMANDS as ENERGY
from greenlint.cli.group import group
from greenlint.cli.init_files import TEMPLATES, filled
from greenlint.formats import FORMATS

# Commits of actions and their releases.  The first stands in this project's design; the others are
# what these source distributions on the index, each with its own workflows, say of them.
PINS = {
    # also attrs 26.1, svcs 26.2, cibuildwheel 4.3
    "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1": "v7.0.1",
    # svcs 26.2, cibuildwheel 4.3, pluggy
    "actions/setup-python@5fda3b95a4ea91299a34e894583c3862153e4b97": "v7.0.0",
    # svcs 26.2, structlog 26.1
    "actions/upload-artifact@043fb46d1a93c77aae656e7c1c64a875d1fc6a0a": "v7.0.1",
    # attrs 26.1
    "github/codeql-action/upload-sarif@0d579ffd059c29b07949a3cce3983f0780820c98": "v4.32.6",
}
GITHUB, GITLAB, AZURE, JENKINS = (
    sorted((TEMPLATES / system).iterdir()) for system in ("github", "gitlab", "azure", "jenkins")
)
JOBS = [path for path in (*GITHUB, *GITLAB, *AZURE, *JENKINS) if path.name != "gitlab-ci.yml"]
COUNTER = [path for path in JOBS if path.stem.endswith("-counter")]
# What the gate of two revisions takes; it is parsed by the command itself where that is there.
GATE = {"--base", "--time-limit", "-o"}
GATE_FORMATS = {"text", "json", "junit", "markdown", "html", "github", "gitlab", "azure"}


def of(paths: list[Path]) -> pytest.MarkDecorator:
    names = [path.relative_to(TEMPLATES).as_posix() for path in paths]
    return pytest.mark.parametrize("path", paths, ids=names)


def strings(holder: Any, *keys: str) -> Iterator[str]:
    """All text below these keys, wherever they are."""
    if isinstance(holder, dict):
        for key, held in holder.items():
            if key in keys and isinstance(held, str | list):
                yield from [held] if isinstance(held, str) else held
            else:
                yield from strings(held, *keys)
    elif isinstance(holder, list):
        for one in holder:
            yield from strings(one, *keys)


def scripts(path: Path) -> list[str]:
    """The shell scripts of a template."""
    text = path.read_text("utf-8")
    if path.parent.name == "jenkins":
        return re.findall(r"sh '''\n(.*?)'''", text, re.DOTALL)
    return list(strings(yaml.safe_load(text), "run", "script"))


def commands(path: Path) -> list[list[str]]:
    """What a template runs of ours, word by word."""
    lines = "\n".join(scripts(path)).replace("\\\n", " ").splitlines()
    return [
        words for line in lines if (words := shlex.split(line))[:1] in (["greenlint"], ["pytest"])
    ]


# What others say of them


def zizmor(folder: Path, persona: str = "pedantic") -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).with_name("zizmor")
    if not tool.exists():
        pytest.skip("zizmor has no wheel for this platform")
    return subprocess.run(
        [tool, "--offline", "--no-config", "--no-progress", "--persona", persona, folder],
        capture_output=True,
        text=True,
    )


def workflows(folder: Path, *texts: str) -> Path:
    """A repository with these workflows."""
    held = folder / ".github" / "workflows"
    held.mkdir(parents=True)
    for number, text in enumerate(texts):
        (held / f"{number}.yml").write_text(text, "utf-8")
    return folder


def test_zizmor_finds_nothing(tmp_path: Path) -> None:
    """Not in the templates, nor in what another project gets of them; its nits included."""
    texts = [path.read_text("utf-8") for path in GITHUB]
    texts += [filled(text, install="pip install -e '.[dev]'", branch="x/y") for text in texts]
    done = zizmor(workflows(tmp_path, *texts))
    assert done.returncode == 0, done.stdout
    assert "No findings to report" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "audit"),
    [
        ("$BASE", "${{ github.base_ref }}", "template-injection"),
        ("@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1", "@v7", "unpinned-uses"),
        ("          persist-credentials: false\n", "          lfs: true\n", "artipacked"),
        ("  pull_request:\n", "  pull_request_target:\n", "dangerous-triggers"),
    ],
)
def test_zizmor_would_find_it(tmp_path: Path, right: str, wrong: str, audit: str) -> None:
    """Without one of its precautions the same file is reported."""
    text = (TEMPLATES / "github" / "greenlint.yml").read_text("utf-8")
    assert right in text
    done = zizmor(workflows(tmp_path, text.replace(right, wrong)), "regular")
    assert done.returncode > 10, done.stdout
    assert f"[{audit}]" in done.stdout


def violations(path: Path, schema: str, tmp_path: Path, text: str | None = None) -> str:
    """What check-jsonschema says; "" where a file keeps its schema.

    Azure reads each value of a file as text, and its schema is written for that.
    """
    text = path.read_text("utf-8") if text is None else text
    loader = yaml.BaseLoader if schema == "azure-pipelines" else yaml.SafeLoader
    if schema == "github-workflows":  # the key `on` is a boolean for YAML 1.1
        text = text.replace("\non:\n", '\n"on":\n')
    held = tmp_path / "instance.json"
    held.write_text(json.dumps(yaml.load(text, loader)), "utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    command += ["--regex-variant", "nonunicode" if schema == "azure-pipelines" else "default"]
    done = subprocess.run([*command, str(held)], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout + done.stderr if done.returncode else ""


SCHEMAS = [
    *((path, "github-workflows") for path in GITHUB),
    *((path, "gitlab-ci") for path in GITLAB),
    *((path, "azure-pipelines") for path in AZURE),
]
NAMES = [path.relative_to(TEMPLATES).as_posix() for path, _ in SCHEMAS]


@pytest.mark.parametrize(("path", "schema"), SCHEMAS, ids=NAMES)
def test_a_file_keeps_its_schema(tmp_path: Path, path: Path, schema: str) -> None:
    """That of the CI system it is for."""
    assert violations(path, schema, tmp_path) == ""


@pytest.mark.parametrize(
    ("path", "schema", "right", "wrong"),
    [
        (GITHUB[0], "github-workflows", "runs-on:", "run-on:"),
        (GITLAB[-1], "gitlab-ci", "script:", "scripts:"),
        (AZURE[0], "azure-pipelines", "persistCredentials:", "persistCredential:"),
    ],
)
def test_a_schema_would_find_it(
    tmp_path: Path, path: Path, schema: str, right: str, wrong: str
) -> None:
    """A key that does not exist."""
    text = path.read_text("utf-8")
    assert right in text
    assert violations(path, schema, tmp_path, text.replace(right, wrong)) != ""


# What we say of them


@of(GITHUB)
def test_actions_are_pinned(path: Path) -> None:
    """By commits that are known to be those releases; each is told in a comment."""
    used = re.findall(r"uses: (\S+)(?: # (\S+))?$", path.read_text("utf-8"), re.MULTILINE)
    assert used
    assert dict(used).items() <= PINS.items()


@of(GITHUB)
def test_least_permissions(path: Path) -> None:
    """None for the workflow, reading for a job, and writing where findings are handed in."""
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {}
    given = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    writes = given.get("lint", {}).pop("security-events", "write")
    assert (writes, *given.values()) == ("write", *({"contents": "read"} for _ in given))


@of(JOBS)
def test_nothing_is_expanded_into_a_script(path: Path) -> None:
    """A branch may be named `$(...)`: scripts read variables of their shell, between quotes."""
    for script in scripts(path):
        assert "${{" not in script
        assert not re.search(r"\$\((?!git merge-base )", script)
        outside = re.sub(r'"[^"\n]*"', "", script)
        assert "$" not in outside.replace("$(git merge-base ", ""), outside
    if path.parent.name == "jenkins":  # Groovy expands what stands in other quotes
        text = path.read_text("utf-8")
        assert '"""' not in text
        assert len(re.findall(r"\bsh\b", text)) == len(scripts(path))


@of(JOBS)
def test_the_jobs_do_the_same_everywhere(path: Path) -> None:
    """Lint, budgets and gate; with a counter the doctor first, and joules insisted on."""
    ran = [tuple(words[: 3 if "energy" in words[:2] else 2]) for words in commands(path)]
    gate = ("greenlint", "energy", "gate")
    if path in COUNTER:
        assert ran == [("greenlint", "doctor"), ("pytest", "-m"), gate]
        assert "--energy-require=measured" in commands(path)[1]
        assert commands(path)[0][2:] == ["--require", "measured"]
    else:
        assert ran == [("greenlint", "check"), ("pytest", "--energy"), gate]
    (last,) = (words for words in commands(path) if words[2:3] == ["gate"])
    assert last[last.index("--") + 1 :] == ["pytest", "-q", "-m", "energy"]
    assert {"--energy", "--energy-fail"} <= set(commands(path)[1])


@of(JOBS)
def test_every_command_can_be_parsed(
    path: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By greenlint and by pytest, with the options and formats that they have."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for words in commands(path):
        if words[0] == "pytest":
            pytester.parseconfig("-p", "pytest_greenlint.plugin", *words[1:])
        elif words[1:3] != ["energy", "gate"]:
            parsed(group, words[1:])
            assert formats(words) <= set(FORMATS)
        else:
            end = words.index("--")
            assert formats(words[:end]) <= GATE_FORMATS
            assert set(words[3:end:2]) == GATE
            if "gate" in ENERGY:
                parsed(group, words[1:])


def formats(words: list[str]) -> set[str]:
    """The formats that `-o` asks for."""
    return {after.partition(":")[0] for before, after in pairwise(words) if before == "-o"}


def parsed(command: click.Command, words: list[str]) -> None:
    """Parse the words as the command would; UsageError where it could not."""
    while isinstance(command, click.Group):
        _, found, words = command.resolve_command(click.Context(command), words)
        assert found is not None
        command = found
    command.make_context(command.name, words)


@of(COUNTER)
def test_a_runner_of_ones_own_is_not_for_forks(path: Path) -> None:
    """The file leaves pull requests of forks out, and says what such a condition is worth."""
    text = path.read_text("utf-8")
    condition = {
        "github": "github.event.pull_request.head.repo.full_name == github.repository",
        "gitlab": "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID",
        "azure": "ne(variables['System.PullRequest.IsFork'], 'True')",
        "jenkins": "env.CHANGE_FORK == null",
    }
    assert condition[path.parent.name] in text
    prose = re.sub(r"\n(?:#|//) ?", " ", text)
    assert "forks away that mean no harm. What keeps out the others is a setting: " in prose
    assert "greenlint is no sandbox." in prose


@of(JENKINS)
def test_jenkinsfiles_are_whole(path: Path) -> None:
    """Brackets close in order; a stage has an agent and steps."""
    text = re.sub(
        r"^\s*//[^\n]*$|'''.*?'''|'[^'\n]*'", "", path.read_text("utf-8"), flags=re.M | re.S
    )
    opened: list[str] = []
    for bracket in re.findall(r"[][(){}]", text):
        if bracket in "([{":
            opened.append(bracket)
        else:
            assert opened.pop() + bracket in ("()", "[]", "{}")
    assert not opened
    stages = len(re.findall(r"\bstage\(", text))
    assert stages == len(re.findall(r"\bsteps \{", text)) == len(re.findall(r"agent \{", text))
