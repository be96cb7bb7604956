# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint init``: configuration, CI files and the hook of pre-commit, written once."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from greenlint.cli.group import Settings
from greenlint.cli.init_found import SYSTEMS
from greenlint.cli.telling import spoken, told
from greenlint.errors import FixError, UsageError
from greenlint.messages import say as message

if TYPE_CHECKING:
    from greenlint.cli.init_files import Planned

_NONE = "none"
_DOCTOR = "greenlint doctor"
# What to do next, and what it is for.
_TO_DO = {
    "greenlint check": message("finds waste; `greenlint baseline create` accepts it"),
    "@pytest.mark.energy(queries=12)": message("gives a test a budget; the gate judges such tests"),
    "pytest --energy --energy-fail": message("holds tests to their budgets"),
    _DOCTOR: message("on your runner: whether its counter can be read"),
}
_GUIDE = "https://greenlint.readthedocs.io/guide/ci"


@click.command(name="init")
@click.option(
    "--ci",
    multiple=True,
    type=click.Choice([*SYSTEMS, _NONE]),
    help="The CI system to write files for; without it, the one that the repository shows. "
    "Repeatable.",
)
@click.option(
    "--counter", is_flag=True, help="Also the job for a runner of yours with an energy counter."
)
@click.option("--pre-commit", is_flag=True, help="Also a hook in .pre-commit-config.yaml.")
@click.option("--force", is_flag=True, help="Replace CI files of greenlint that differ.")
@click.option("--diff", "show", is_flag=True, help="Show what would be written; write nothing.")
@click.pass_obj
def command(
    settings: Settings,
    ci: tuple[str, ...],
    counter: bool,
    pre_commit: bool,
    force: bool,
    show: bool,
) -> int:
    """Write configuration, pre-commit and CI files.

    For the working directory, which for CI files is the top of the repository.  What is there is
    never replaced, but for CI files of greenlint with --force; your own files are added to, or
    left alone.
    """
    root = Path.cwd()
    seen, systems = _systems(root, ci, counter)
    plan = list(_plan(root, systems, counter=counter, pre_commit=pre_commit, force=force))
    if show:
        return _diff(plan)
    say: Callable[[str], None] = _silent if settings.quiet else click.echo
    for line in seen:
        say(line)
    problems = [*_write(plan, say), *_left(plan)]
    for line in _next(root, plan, systems, counter=counter, pre_commit=pre_commit):
        say(line)
    for problem in problems:
        click.echo(f"greenlint: {problem}", err=True)
    return 2 if problems else 0


def _silent(line: str) -> None:
    """With --quiet, problems alone are told."""


def _systems(root: Path, asked: Sequence[str], counter: bool) -> tuple[list[str], list[str]]:
    """What to say about it, and the CI systems to write files for."""
    from greenlint.cli.init_found import top

    above = top(root)
    inside = above is not None and above != root
    where = message(
        "CI files belong to the top of the repository, {folder}: run `greenlint init` there.",
        folder=above,
    )
    if not asked and not inside:
        return _seen(root, counter)
    if not asked and not counter:
        return [spoken().of(where)], []
    if _NONE in asked and (len(asked) > 1 or counter):
        other = "--counter" if counter else f"--ci {next(one for one in asked if one != _NONE)}"
        raise UsageError("--ci none does not go with {other}. Leave one of them out.", other=other)
    systems = [one for one in dict.fromkeys(asked) if one != _NONE]
    if inside and (systems or counter):
        raise UsageError(where, " Here, `greenlint init --ci none` writes the rest.")
    return [], systems


def _seen(root: Path, counter: bool) -> tuple[list[str], list[str]]:
    """The one CI system that the repository shows."""
    from greenlint.cli.init_found import guesses

    found = guesses(root)
    if len(found) > 1:
        reasons = ", ".join(guess.reason for guess in found)
        ways = ", ".join(f"--ci {guess.system}" for guess in found)
        raise UsageError(
            "More than one CI system is seen here: {reasons}. Say which is meant: "
            "{ways} or --ci none; the option can be given more than once.",
            reasons=reasons,
            ways=ways,
        )
    if found:
        title = SYSTEMS[found[0].system].title
        seen = told("There is {mark}: CI files are for {title}.", mark=found[0].reason, title=title)
        return [seen], [found[0].system]
    choice = message(
        "`greenlint init --ci {systems}` writes files for one.", systems="|".join(SYSTEMS)
    )
    if counter:
        raise UsageError("--counter needs a CI system, and none is seen here: ", choice)
    return [told("No CI system is seen here: {choice}", choice=choice)], []


def _plan(
    root: Path, systems: Sequence[str], *, counter: bool, pre_commit: bool, force: bool
) -> Iterator[Planned]:
    """All files, in the order in which they are told."""
    from greenlint.cli.init_config import tables
    from greenlint.cli.init_files import ci_files
    from greenlint.cli.init_found import default_branch, install
    from greenlint.cli.init_hooks import hook

    installed, branch = install(root), default_branch(root)
    for system in systems:
        yield from ci_files(
            root, system, counter=counter, install=installed, branch=branch, force=force
        )
    yield from tables(root)
    if pre_commit and (planned := hook(root)) is not None:
        yield planned


def _diff(plan: Sequence[Planned]) -> int:
    """All differences, also of files that would be left; 1 where there are any."""
    from greenlint.config_file import shown
    from greenlint.fix import diff

    changed = [one for one in plan if one.before != one.after]
    for one in changed:
        before, after = (
            (text or b"").decode("utf-8", "replace") for text in (one.before, one.after)
        )
        click.echo(diff(shown(one.path), before, after), nl=False)
    return 1 if changed else 0


def _write(plan: Sequence[Planned], say: Callable[[str], None]) -> Iterator[str]:
    """Write what is to be written, and tell it; what could not be written comes back."""
    from greenlint.atomic import write
    from greenlint.cli.init_files import State
    from greenlint.config_file import shown

    width = max((len(shown(one.path)) for one in plan), default=0)
    states = [told(one.value) for one in State]
    most = max(map(len, states))
    for one in plan:
        if one.state not in (State.SAME, State.LEFT):
            try:
                one.path.parent.mkdir(parents=True, exist_ok=True)
                write(one.path, one.after, before=one.before)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                yield told(
                    "Cannot make the folder {folder}: {why}. Move the file that stands in its "
                    "way, or get write access.",
                    folder=shown(one.path.parent),
                    why=reason,
                )
                continue
            except FixError as error:
                yield error.said(spoken())
                continue
        state = told(one.state.value)
        say(f"{state:<{most}}  {shown(one.path):<{width}}  {spoken().of(one.note)}")


def _left(plan: Sequence[Planned]) -> Iterator[str]:
    from greenlint.cli.init_files import State
    from greenlint.config_file import shown

    left = [shown(one.path) for one in plan if one.state is State.LEFT]
    if left:
        yield told(
            "{files}: not as greenlint would write it, and left as it is. `greenlint init --diff` "
            "shows the difference, --force replaces it.",
            files=", ".join(left),
        )


def _next(
    root: Path, plan: Sequence[Planned], systems: Sequence[str], *, counter: bool, pre_commit: bool
) -> Iterator[str]:
    """What is left for a person to do."""
    from greenlint.cli.init_found import install

    yield ""
    yield from _by_hand(root, plan, pre_commit)
    if systems:
        yield from _of_the_project(root)
        installs = "The jobs install the project with `{command}`: see that it fits."
        yield told(installs, command=install(root))
    yield told("Next:")
    width = max(map(len, _TO_DO))
    for command, does in _TO_DO.items():
        if counter or command != _DOCTOR:
            yield f"  {command:<{width}}  {spoken().of(does)}"
    for line in dict.fromkeys(_started(system, counter) for system in systems):
        yield f"  {line}"
    yield told("Guide: {url}", url=_GUIDE)


def _started(system: str, counter: bool) -> str:
    """How the CI system comes to run the files."""
    known = SYSTEMS[system]
    file = known.hosted
    if counter:
        file = told("{hosted}, and the same of {counter}", hosted=file, counter=known.counter)
    if system == "azure":
        return told(
            "once, in Azure DevOps: New pipeline > Existing Azure Pipelines YAML file > {file}",
            file=file,
        )
    if system == "jenkins":
        return told(
            "once, in Jenkins: a multibranch pipeline with the script path {file}", file=file
        )
    return told("commit, push, and open a pull request or merge request")


def _by_hand(root: Path, plan: Sequence[Planned], pre_commit: bool) -> Iterator[str]:
    """What could not be put into files of others, with the text to put in."""
    from greenlint.cli.init_config import unknown_to_ruff
    from greenlint.cli.init_files import INCLUDE, content, template
    from greenlint.cli.init_hooks import NAME, snippet

    entry = content(root / ".gitlab-ci.yml") or b""
    if any(one.path.parent.name == ".gitlab" for one in plan) and INCLUDE.encode() not in entry:
        yield told("Add to .gitlab-ci.yml:")
        yield textwrap.indent(template("gitlab/gitlab-ci.yml"), "  ")
    if pre_commit and not any(one.path.name == NAME for one in plan):
        yield told("Add to the list of .pre-commit-config.yaml:")
        yield textwrap.indent(snippet().partition("\n")[2], "  ")
    if unknown_to_ruff(root):
        ruff = 'Tell ruff that our codes are not its own: `external = ["GRN"]` below its `lint`.'
        yield f"{told(ruff)}\n"


def _of_the_project(root: Path) -> Iterator[str]:
    """Where the jobs may not fit the project."""
    from greenlint.cli.init_config import without_counter

    if not without_counter(root):
        hosted = told(
            "Hosted runners have no energy counter, so budgets of joules fail there; "
            "`require-meter = false` in [tool.greenlint.energy] has them told instead."
        )
        yield f"{hosted}\n"
    if (root / "manage.py").is_file():
        managed = told(
            "Where tests run by manage.py, the job of the budgets is "
            "`greenlint profile --per-test -- python manage.py test`."
        )
        yield f"{managed}\n"
