# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Plugins found, loaded and asked; whatever fails is told with the plugin's name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pluggy

import greenlint.hookspecs as hookspecs
from greenlint.catalogue import load, with_page
from greenlint.errors import GreenlintError, PluginError
from greenlint.rule import Rule, RuleInfo

if TYPE_CHECKING:
    from greenlint.result import Format

GROUP = "greenlint.plugins"
BUILTIN = "builtin"
hookimpl = pluggy.HookimplMarker("greenlint")


@dataclass
class Plugins:
    """The plugins of one run.  Loading is explicit: see `load_plugins`."""

    manager: pluggy.PluginManager = field(default_factory=lambda: _manager())
    versions: dict[str, str] = field(default_factory=dict)
    _rules: dict[str, Rule] = field(default_factory=dict)

    def ask(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Call one hook plugin by plugin: pairs of plugin name and answer; PluginError names
        the plugin that failed.
        """
        answers = []
        for implementation in getattr(self.manager.hook, hook).get_hookimpls():
            wanted = {name: arguments[name] for name in implementation.argnames}
            try:
                answer = implementation.function(**wanted)
                if answer is not None and not isinstance(answer, (dict, str, int)):
                    answer = list(answer) if isinstance(answer, Iterable) else answer
            except GreenlintError:
                raise
            except Exception as error:
                raise PluginError(
                    f"Plugin {implementation.plugin_name!r} failed in {hook}: {error!r}. Block it "
                    f"with GREENLINT_DISABLED_PLUGINS={implementation.plugin_name}."
                ) from error
            answers.append((implementation.plugin_name, answer))
        return answers

    def rules(self) -> list[RuleInfo]:
        """The facts of all rules, by code; PluginError when two plugins claim one code."""
        found: dict[str, tuple[str, RuleInfo]] = {}
        for plugin, rules in self.ask("greenlint_register_rules"):
            for rule in rules or ():
                info = self._facts(plugin, rule)
                if info.code in found:
                    other = found[info.code][0]
                    raise PluginError(
                        f"Rule code {info.code} is registered by {other!r} and by {plugin!r}. "
                        "Disable one of them with GREENLINT_DISABLED_PLUGINS."
                    )
                if info.code.startswith("GRN") and plugin != BUILTIN:
                    raise PluginError(
                        f"Plugin {plugin!r} registers {info.code}; GRN codes are greenlint's own. "
                        "Choose another prefix of three to five capital letters."
                    )
                found[info.code] = (plugin, info)
        return [info for _, (_, info) in sorted(found.items())]

    def _facts(self, plugin: str, rule: object) -> RuleInfo:
        if isinstance(rule, Rule):
            self._rules[rule.code] = rule
            return with_page(rule, _home(rule))
        if isinstance(rule, RuleInfo):
            return rule
        raise PluginError(f"Plugin {plugin!r} registers {rule!r}, which is no Rule.")

    def loaded(self, info: RuleInfo) -> Rule:
        """The rule with its checks, imported now if it was not yet."""
        if info.code not in self._rules:
            self._rules[info.code] = load(info)
        return self._rules[info.code]

    def formats(self) -> dict[str, Format]:
        """Output formats that plugins add, by name."""
        return {
            name: render
            for _, formats in self.ask("greenlint_register_reporters")
            for name, render in (formats or {}).items()
        }


def load_plugins(
    *,
    only: Sequence[str] | None = None,
    disabled: Iterable[str] = (),
    local_rules: Iterable[Path] = (),
    third_party: bool = True,
) -> Plugins:
    """The built-in rules, installed plugins (`only` is an allow-list) and local rule files."""
    plugins = Plugins()
    blocked = set(disabled)
    for entry in _entry_points():
        name = entry.name
        refused = name in blocked or (only is not None and name not in only)
        if name != BUILTIN and (refused or not third_party):
            continue
        _register(plugins, name, entry.load)
        plugins.versions[name] = entry.dist.version if entry.dist else ""
    for path in local_rules:
        _register(plugins, str(path), lambda path=path: _local(path))  # type: ignore[misc]
    try:
        plugins.manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(f"Plugin hook unknown: {error}.") from None
    return plugins


def _entry_points() -> list[Any]:
    from importlib.metadata import entry_points

    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    return [found[name] for name in sorted(found, key=lambda name: (name != BUILTIN, name))]


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager("greenlint")
    manager.add_hookspecs(hookspecs)
    return manager


def _register(plugins: Plugins, name: str, get: Callable[[], object]) -> None:
    try:
        plugins.manager.register(get(), name=name)
    except GreenlintError:
        raise
    except Exception as error:
        raise PluginError(
            f"Plugin {name!r} cannot be loaded: {error!r}. Repair or uninstall it, or block it "
            f"with GREENLINT_DISABLED_PLUGINS={name}."
        ) from error


class _LocalRules:
    """A local rule file as a plugin: every Rule that it defines at module level."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    @hookimpl
    def greenlint_register_rules(self) -> list[Rule]:
        return [value for value in vars(self._module).values() if isinstance(value, Rule)]


def _local(path: Path) -> _LocalRules:
    name = f"greenlint_local_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None or not path.is_file():
        raise PluginError(f"No local rules at {path}: name a Python file in `local-rules`.")
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return _LocalRules(module)


def _home(rule: Rule) -> Path:
    """The file that registers a rule's first check, or nowhere."""
    return Path(rule.checks[0][1].__code__.co_filename) if rule.checks else Path("nowhere.py")
