# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the command hands to the server: ways to read a project, its pages and its stored runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from greenlint.messages import ENGLISH, Language

if TYPE_CHECKING:
    from greenlint.baseline import Baseline
    from greenlint.config import Config
    from greenlint.hotspots import Measured, Used
    from greenlint.rule import RuleInfo
    from greenlint.ruleset import Ruleset
    from greenlint.work import Job, Plan


@dataclass(frozen=True, eq=False)
class Setup:
    """What holds below one configuration's root.

    `given` makes a job of a path and the bytes that an editor holds; `files` are the project's
    files as they are on disk now, none where nothing says that the root is a project's;
    `checks` says whether a file there is one that `greenlint check` would look at.  What an editor
    shows is in `language`.
    """

    config: Config
    rules: Ruleset
    plan: Plan
    baseline: Baseline | None
    given: Callable[[str, bytes], Job]
    files: Callable[[], list[Job]]
    checks: Callable[[Path], bool]
    language: Language = ENGLISH


@dataclass(frozen=True)
class TestCosts:
    """What the tests of one file used in the latest run: by name without the file, ::
    between classes and functions, one for each of its parameters.
    """

    run: Measured
    tests: Mapping[str, Sequence[Used]]


@dataclass(frozen=True)
class Ways:
    """`config` and `setup` raise GreenlintError, whose sentence is for the user; `page` is a
    rule's in Markdown; `costs` are those of the tests in a file (root, and path from there), None
    where no run is kept.
    """

    config: Callable[[Path], Config]
    setup: Callable[[Config], Setup]
    page: Callable[[RuleInfo], str]
    costs: Callable[[Path, str], TestCosts | None]
    language: Language = ENGLISH
