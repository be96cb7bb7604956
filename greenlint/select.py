# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the configuration says of each rule: whether it runs, how severely, and what it may fix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from greenlint.config import Config, origin
from greenlint.config_file import nearest, read_layer, written
from greenlint.errors import ConfigError
from greenlint.messages import Message, say
from greenlint.rule import Lifecycle, Options, RuleInfo, Safety, Severity

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

DEFAULT, ALL = "default", "ALL"
_LISTED = say("`greenlint rule --list` shows all.")
PREFIX = re.compile(r"[A-Z]{1,5}[0-9]{0,2}\Z")

# How narrowly a selector speaks of a rule: the narrower one wins.  A prefix counts its letters.
NO, ANY, ROOM, BEGINNING, EXACT = 0, 1, 2, 10, 100


def matches(selector: str, info: RuleInfo) -> int:
    """How narrowly a selector names a rule; 0 when it does not name it.

    Exact: code, name or alias.  Then the longest beginning of the code, then the category and
    `default` (the stable rules that nobody has to ask for), then `ALL`.
    """
    if selector in (info.code, info.name, *info.aliases):
        return EXACT
    if PREFIX.match(selector) and selector != ALL and info.code.startswith(selector):
        return BEGINNING + len(selector)
    if selector == info.category:
        return ROOM
    if selector == DEFAULT:
        return NO if info.opt_in else ROOM
    return ANY if selector == ALL else NO


def narrowest(selectors: Iterable[str], info: RuleInfo) -> int:
    """The narrowest that any of the selectors names the rule."""
    return max((matches(selector, info) for selector in selectors), default=NO)


def active(infos: Iterable[RuleInfo], config: Config) -> tuple[RuleInfo, ...]:
    """The rules to run, by code.  Raises ConfigError for a selector that names nothing."""
    rules = sorted(infos, key=lambda info: info.code)
    check_selectors(rules, config)
    return tuple(info for info in rules if _runs(info, config))


def _runs(info: RuleInfo, config: Config) -> bool:
    asked = narrowest((*config.select, *config.extend_select), info)
    if asked == NO or narrowest(config.ignore, info) >= asked:
        return False
    if asked == EXACT:
        return True
    if info.opt_in and not (config.preview and ALL in (*config.select, *config.extend_select)):
        return False
    on = info.lifecycle is Lifecycle.STABLE
    on = on or (info.lifecycle is Lifecycle.PREVIEW and config.preview)
    # A rule about our own comments claims no waste: there is nothing to prove.
    proven = info.proof.rank <= config.min_proof.rank or info.category == "greenlint"
    return on and proven and info.confidence.rank <= config.min_confidence.rank


def severity_of(info: RuleInfo, config: Config) -> Severity:
    """The rule's severity here: of the narrowest key that names it, else its own."""
    named = [(matches(key, info), severity) for key, severity in config.severity]
    best = max(named, key=lambda one: one[0], default=(NO, info.severity))
    return best[1] if best[0] else info.severity


def ignored_for(name: str, config: Config, infos: Iterable[RuleInfo]) -> frozenset[str]:
    """The codes, out of `infos`, that per-file-ignores keep from a file (POSIX, from the root)."""
    selectors = [
        selector
        for glob, rules in config.per_file_ignores
        if _spec(glob).match_file(name)
        for selector in rules
    ]
    return frozenset(info.code for info in infos if selectors and narrowest(selectors, info))


@lru_cache(maxsize=256)
def _spec(glob: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines([glob])


def fix_allowed(info: RuleInfo, safety: Safety, config: Config) -> bool:
    """Whether a fix of that safety may be applied: a narrower unfixable beats a fixable."""
    may = narrowest(config.fixable, info)
    if not may or narrowest(config.unfixable, info) >= may:
        return False
    trusted = config.unsafe_fixes or narrowest(config.extend_safe_fixes, info) > NO
    return safety is Safety.SAFE or trusted


def check_selectors(infos: Sequence[RuleInfo], config: Config) -> None:
    """Raise ConfigError for the first selector, anywhere, that names no rule there is."""
    for keys, selector in _written_selectors(config):
        if selector in (DEFAULT, ALL) or any(matches(selector, info) for info in infos):
            continue
        from greenlint.refused import refusal

        key = keys[0]
        if why := refusal(selector):
            refused = say("{key} names {rule}. ", key=key, rule=written(selector))
            problem = (refused, Message(why), say(" See docs/guide/refused.md."))
            raise misplaced(config, problem, *keys, value=None if selector in keys else selector)
        known = [word for i in infos for word in (i.code, i.name, i.category, *i.aliases)]
        unknown = say(
            "{key} names {rule}, and there is no such rule, category or beginning of a code. ",
            key=key,
            rule=written(selector),
        )
        problem = (unknown, nearest(selector, [*known, DEFAULT, ALL]), _LISTED)
        raise misplaced(config, problem, *keys, value=None if selector in keys else selector)


def _written_selectors(config: Config) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every selector of the configuration, and the keys that lead to it."""
    lists = ("select", "extend_select", "ignore", "fixable", "unfixable", "extend_safe_fixes")
    for name in lists:
        yield from (((name.replace("_", "-"),), selector) for selector in getattr(config, name))
    yield from ((("severity", selector), selector) for selector, _ in config.severity)
    for glob, rules in config.per_file_ignores:
        yield from ((("per-file-ignores", glob), selector) for selector in rules)


def misplaced(
    config: Config, problem: tuple[Message, ...], *keys: str, value: str | None = None
) -> ConfigError:
    """The error for a value that only the rules could judge, with its place in the files."""
    if (source := origin(config, keys[0])).startswith("--"):
        return ConfigError(f"{source}: ", *problem)
    for file in config.files:
        layer = read_layer(file)
        node: Any = layer.table
        for key in keys:
            node = node.get(key) if isinstance(node, Mapping) else None
        if node is not None and (value is None or value in node):
            return layer.error(problem, *keys, value=value)
    return ConfigError(*problem)


def rule_options(config: Config, infos: Iterable[RuleInfo]) -> Mapping[str, Options]:
    """Of every rule that has options their values, by code: the defaults and what was set.

    Raises ConfigError for an unknown rule or option and for a value of another type.
    """
    rules = list(infos)
    known = {word: rule for rule in rules for word in (rule.code, rule.name, *rule.aliases)}
    values = {rule.code: {o.name: o.default for o in rule.options} for rule in rules}
    for word, table in config.rules:
        if word not in known:
            unknown = say("There is no rule {rule}. ", rule=written(word))
            raise misplaced(config, (unknown, nearest(word, known), _LISTED), "rules", word)
        for name, value in table:
            values[known[word].code][name] = _option(config, known[word], word, name, value)
    return {code: table for code, table in values.items() if table}


def _option(config: Config, rule: RuleInfo, word: str, name: str, value: Any) -> Any:
    default = next((option.default for option in rule.options if option.name == name), None)
    if default is None:
        names = [option.name for option in rule.options]
        guess = nearest(name, names)
        if not guess.template:
            guess = say("It has {options}. ", options=", ".join(names) or say("none"))
        unknown = say(
            "{code} ({rule}) has no option {name}. ",
            code=rule.code,
            rule=rule.name,
            name=written(name),
        )
        raise misplaced(config, (unknown, guess), "rules", word, name)
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if type(value) is not type(default):
        kind = {bool: "true or false", int: "a whole number", float: "a number"}
        problem = say(
            "{name} of {code} ({rule}) must be {expected}, not {value}. The default is {default}.",
            name=name,
            code=rule.code,
            rule=rule.name,
            expected=kind.get(type(default), "a string"),
            value=written(value),
            default=written(default),
        )
        raise misplaced(config, (problem,), "rules", word, name)
    return value
