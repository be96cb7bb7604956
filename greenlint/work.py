# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""One file's work, wherever it is done: the job, the plan it follows, and its result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from greenlint.errors import GreenlintError
from greenlint.messages import say
from greenlint.result import UNREADABLE, FileResult, Outcome, refused
from greenlint.rule import Options, RuleInfo
from greenlint.source import SourceFile

if TYPE_CHECKING:
    import ast

    from greenlint.check import ActiveRule, Checker


class Job(NamedTuple):
    """One file to check: where it is, its name in reports, and what of it decides the findings.

    `changed` are the places at which fixes made `raw` of a text that parsed.
    """

    path: Path
    name: str
    is_test: bool = False
    ignored: tuple[str, ...] = ()
    raw: bytes | None = None
    changed: tuple[tuple[int, int], ...] | None = None


#: The code of a result that says that LibCST does not take what fixes made.
UNPROVEN = "unproven"

#: What a worker does with one job: its result, and what that holds for.
Work: TypeAlias = "Callable[[Job], tuple[FileResult, str]]"


class PluginChoice(NamedTuple):
    """How to load plugins again in a worker."""

    only: tuple[str, ...] | None = None
    disabled: tuple[str, ...] = ()
    local_rules: tuple[Path, ...] = ()
    third_party: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """What every file is checked against; picklable, and small."""

    rules: tuple[RuleInfo, ...]
    options: Mapping[str, Options] = field(default_factory=dict)
    target: tuple[int, int] = (3, 11)
    max_lines: int = 30_000
    plugins: PluginChoice = field(default_factory=PluginChoice)

    @property
    def across(self) -> bool:
        """Whether any rule asks about the whole project."""
        return any(info.across for info in self.rules)

    def checker(self) -> Checker:
        """A checker of these rules; this is what loads libcst."""
        from greenlint.check import Checker

        return Checker(self.active(), target=self.target, max_lines=self.max_lines)

    def active(self) -> list[ActiveRule]:
        """The rules with their options, those of plugins loaded again."""
        from greenlint.check import ActiveRule

        foreign = self._from_plugins() if any(not info.module for info in self.rules) else {}
        return [
            ActiveRule(info, foreign.get(info.code), self.options.get(info.code, {}))
            for info in self.rules
            if info.module or info.code in foreign
        ]

    def prepared(self) -> Work:
        """How a worker does a job of this plan."""
        return partial(checked, self.checker(), self.across)

    def _from_plugins(self) -> dict[str, Any]:
        from greenlint.plugins import load_plugins

        choice = self.plugins
        plugins = load_plugins(
            only=choice.only,
            disabled=choice.disabled,
            local_rules=choice.local_rules,
            third_party=choice.third_party,
        )
        wanted = {info.code for info in self.rules if not info.module}
        return {i.code: plugins.loaded(i) for i in plugins.rules() if i.code in wanted}


def read(job: Job) -> SourceFile | FileResult:
    """The file's bytes, or the finding that says why there are none."""
    if job.raw is not None:
        return SourceFile(job.name, job.raw)
    try:
        return SourceFile(job.name, job.path.read_bytes())
    except OSError as error:
        reason = error.strerror or str(error)
        message = say("the file cannot be read: {reason}", reason=reason)
        return refused(job.name, UNREADABLE, message)


def digest_of(source: SourceFile, job: Job) -> str:
    """What a result holds for: the bytes, and what the job says of them."""
    return f"{source.digest}{'t' if job.is_test else ''}{','.join(job.ignored)}"


def checked(checker: Checker, across: bool, job: Job) -> tuple[FileResult, str]:
    """The result of a job, and the digest it holds for ("" where it is not to be remembered)."""
    source = read(job)
    if isinstance(source, FileResult):
        return source, ""
    from greenlint.glance import Syntax
    from greenlint.proof import unparsable

    syntax = Syntax(source)
    try:
        if job.changed is not None and (problem := unparsable(source, syntax, job.changed)):
            return refused(job.name, UNPROVEN, problem), ""
        result = checker.check(source, is_test=job.is_test, ignored=job.ignored, syntax=syntax)
        if across and result.outcome is not Outcome.FAILED and tells(source.raw):
            result = replace(result, facts=facts_of(source, syntax.made, keep=not job.is_test))
    except GreenlintError:
        raise
    except BaseException as error:  # a panic of the parser is no Exception
        return defect(job.name, error), ""
    return result, digest_of(source, job)


# Words of the libraries that the index knows: without them in any file there is nothing to index.
_INDEXED = (b"django", b"rest_framework", b"sqlalchemy", b"sqlmodel", b".objects")


def tells(raw: bytes) -> bool:
    """Whether a file shows that its project uses a library that the index knows."""
    return any(word in raw for word in _INDEXED)


def facts_of(source: SourceFile, tree: ast.Module | None = None, *, keep: bool = False) -> str:
    """What a file tells others, as text; `tree` is its `ast`, where there is one already.  Who will
    be asked to judge the file, too, may `keep` it.
    """
    from greenlint.codec import dumps
    from greenlint.project.facts import Facts, read
    from greenlint.project.syntax import parse
    from greenlint.project.trees import EARLY

    tree = tree or parse(source)
    if tree is None:
        return dumps(Facts({}, (), (), (), ()))
    if keep:
        EARLY.keep(source, tree)
    return dumps(read(tree, source.text))


def defect(name: str, error: BaseException) -> FileResult:
    """An error of ours costs one file, and is told with the place to look at."""
    import traceback

    at = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(at.filename).name}:{at.lineno}"
    return FileResult(
        Outcome.FAILED,
        problems=(
            f"{name} could not be checked: {error!r} in {where}. Exclude the file, and report it.",
        ),
    )
