# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The rules of a run: all that there are, those that are on, and what a result depends on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from greenlint.cache import ruleset_key
from greenlint.own.rules import infos as own_infos
from greenlint.rule import Confidence, Options, RuleInfo
from greenlint.select import active, ignored_for, matches, rule_options
from greenlint.version import __version__

if TYPE_CHECKING:
    from greenlint.config import Config
    from greenlint.plugins import Plugins

# A file that was not checked is told, whatever is selected.
ALWAYS = ("GRN997", "GRN998", "GRN999")


@dataclass(frozen=True)
class Ruleset:
    """Every rule there is, and those that run, with their options."""

    every: tuple[RuleInfo, ...]
    active: tuple[RuleInfo, ...]
    options: Mapping[str, Options]
    config: Config
    plugins: Plugins

    @cached_property
    def running(self) -> tuple[RuleInfo, ...]:
        """The active rules that have checks on code: greenlint's own are judged without a tree, and
        those at run time by a stored run.
        """
        return tuple(
            info for info in self.active if info.category != "greenlint" and not info.run_time
        )

    @cached_property
    def at_run_time(self) -> tuple[RuleInfo, ...]:
        """The active rules on what a stored run saw."""
        return tuple(info for info in self.active if info.run_time)

    @cached_property
    def silent(self) -> frozenset[str]:
        """The codes of active rules whose silence says that there is nothing: not of those at run
        time, as another run may see it again.
        """
        return frozenset(info.code for info in self.active if not info.run_time)

    @cached_property
    def by_code(self) -> Mapping[str, RuleInfo]:
        """All rules by code."""
        return {info.code: info for info in self.every}

    @cached_property
    def known(self) -> Mapping[str, frozenset[str]]:
        """The codes that a word in a suppression stands for: a code, a name or an alias."""
        words: dict[str, set[str]] = {}
        for info in self.every:
            for word in (info.code, info.name, *info.aliases):
                words.setdefault(word, set()).add(info.code)
        return {word: frozenset(codes) for word, codes in words.items()}

    def ignored(self, name: str) -> tuple[str, ...]:
        """The codes that do not run on a file, by per-file-ignores."""
        return tuple(sorted(ignored_for(name, self.config, self.active) - set(ALWAYS)))

    def active_on(self, ignored: Collection[str], is_test: bool) -> frozenset[str]:
        """The codes that ran on a file, and would find again what was there."""
        return frozenset(
            info.code
            for info in self.active
            if info.code in self.silent and info.code not in ignored and (info.tests or not is_test)
        )

    def sure_enough(self, code: str, confidence: Confidence) -> bool:
        """Whether a finding is as sure as the configuration asks; naming the rule is asking."""
        if confidence.rank <= self.config.min_confidence.rank:
            return True
        asked = (*self.config.select, *self.config.extend_select)
        return any(matches(word, self.by_code[code]) >= 100 for word in asked)

    def key(self) -> str:
        """What findings follow from besides a file's bytes and name, as one word."""
        return ruleset_key(
            {
                "version": __version__,
                "python": sys.version_info[:2],
                "rules": [
                    (info.code, sorted(self.options.get(info.code, {}).items()))
                    for info in self.running
                ],
                "target": self.config.target_version,
                "lines": self.config.max_file_lines,
                "plugins": sorted(self.plugins.versions.items()),
                "files": list(_digests(self.plugins)),
            }
        )


def read_rules(plugins: Plugins, config: Config) -> Ruleset:
    """The rules that plugins register and those that the configuration turns on.

    Raises ConfigError for a selector or rule option that does not exist, PluginError for a plugin
    that fails.
    """
    every = (*plugins.rules(), *own_infos())
    on = {info.code: info for info in active(every, config)}
    on |= {info.code: info for info in every if info.code in ALWAYS}
    return Ruleset(
        every,
        tuple(on[code] for code in sorted(on)),
        rule_options(config, every),
        config,
        plugins,
    )


def _digests(plugins: Plugins) -> Iterator[tuple[str, str]]:
    """Every file that decides, by its content, as times differ from checkout to checkout: the
    engine's, those of the plugins (our own rules are one), and libcst's version.
    """
    engine = Path(__file__).parent
    own = (*sorted(engine.glob("*.py")), *sorted(engine.glob("project/*.py")))
    files = [(file.relative_to(engine).as_posix(), file) for file in own]
    versions = (Path(path) / "libcst" / "_version.py" for path in sys.path if path)
    for name, file in (*files, *plugins.files(), *(("libcst", path) for path in versions)):
        with contextlib.suppress(OSError):
            yield name, blake2b(file.read_bytes(), digest_size=16).hexdigest()
