# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Plugins found, loaded and asked; whatever fails is told with the plugin's name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pluggy

import greenlint.hookspecs as hookspecs
from greenlint.catalogue import load, with_page
from greenlint.errors import GreenlintError, PluginError
from greenlint.messages import Message, say
from greenlint.rule import CODE, Rule, RuleInfo

if TYPE_CHECKING:
    from greenlint.result import Format, ReportContext

GROUP = "greenlint.plugins"
BUILTIN = "builtin"
hookimpl = pluggy.HookimplMarker("greenlint")


@dataclass
class Plugins:
    """The plugins of one run.  Loading is explicit: see `load_plugins`."""

    manager: pluggy.PluginManager = field(default_factory=lambda: _manager())
    versions: dict[str, str] = field(default_factory=dict)
    local: set[str] = field(default_factory=set)
    homes: dict[str, Path] = field(default_factory=dict)
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
                if isinstance(answer, Iterator):
                    answer = list(answer)  # here its errors have the plugin's name
            except GreenlintError:
                raise
            except (Exception, SystemExit) as error:
                name = implementation.plugin_name
                raise PluginError(
                    "Plugin {name} failed in {hook}: {why}. ",
                    self.way_out(name),
                    name=repr(name),
                    hook=hook,
                    why=repr(error),
                ) from error
            answers.append((implementation.plugin_name, answer))
        return answers

    def answers(self, hook: str) -> bool:
        """Whether any plugin has this hook."""
        return bool(getattr(self.manager.hook, hook).get_hookimpls())

    def rules(self) -> list[RuleInfo]:
        """The facts of all rules, by code; PluginError when two plugins claim one code."""
        found: dict[str, tuple[str, RuleInfo]] = {}
        for plugin, rules in self.ask("greenlint_register_rules"):
            if not isinstance(rules, Iterable | None):
                raise PluginError(
                    "Plugin {plugin} registers {rules}, which is no list of rules. ",
                    self.way_out(plugin),
                    plugin=repr(plugin),
                    rules=repr(rules),
                )
            for rule in rules or ():
                info = self._facts(plugin, rule)
                if info.code in found:
                    other = found[info.code][0]
                    raise PluginError(
                        "Rule code {code} is registered by {other} and by {plugin}. Disable "
                        "one of them with GREENLINT_DISABLED_PLUGINS.",
                        code=info.code,
                        other=repr(other),
                        plugin=repr(plugin),
                    )
                if info.code.startswith("GRN") and plugin != BUILTIN:
                    raise PluginError(
                        "Plugin {plugin} registers {code}; GRN codes are greenlint's own. "
                        "Choose another prefix of three to five capital letters.",
                        plugin=repr(plugin),
                        code=info.code,
                    )
                found[info.code] = (plugin, info)
        return [info for _, (_, info) in sorted(found.items())]

    def _facts(self, plugin: str, rule: object) -> RuleInfo:
        if isinstance(rule, Rule):
            self._rules[rule.code] = rule
            return with_page(rule, _home(rule))
        if isinstance(rule, RuleInfo) and CODE.match(rule.code):
            return rule
        raise PluginError(
            "Plugin {plugin} registers {rule}, which is no Rule. ",
            self.way_out(plugin),
            plugin=repr(plugin),
            rule=repr(rule),
        )

    def loaded(self, info: RuleInfo) -> Rule:
        """The rule with its checks, imported now if it was not yet."""
        if info.code not in self._rules:
            self._rules[info.code] = load(info)
        return self._rules[info.code]

    def formats(self) -> dict[str, Format]:
        """Output formats that plugins add, by name; an error in one names its plugin."""
        found: dict[str, Format] = {}
        for plugin, formats in self.ask("greenlint_register_reporters"):
            if not isinstance(formats, Mapping | None):
                raise PluginError(
                    "Plugin {plugin} registers {formats}, which is no mapping of names to "
                    "formats. ",
                    self.way_out(plugin),
                    plugin=repr(plugin),
                    formats=repr(formats),
                )
            for name, render in (formats or {}).items():
                found[name] = self._named(plugin, name, render)
        return found

    def _named(self, plugin: str, name: str, render: Format) -> Format:
        def rendered(report: ReportContext) -> Iterator[str]:
            try:
                yield from render(report)
            except (GreenlintError, OSError):
                raise
            except Exception as error:
                raise PluginError(
                    "Plugin {plugin} failed in its format {name}: {why}. ",
                    self.way_out(plugin),
                    plugin=repr(plugin),
                    name=repr(name),
                    why=repr(error),
                ) from error

        return rendered

    def files(self) -> Iterator[tuple[str, Path]]:
        """The files that plugins consist of, each with a name that is the same on every machine."""
        for name, home in sorted(self.homes.items()):
            if home.is_dir():
                for file in sorted(home.rglob("*.py")):
                    yield f"{name}/{file.relative_to(home).as_posix()}", file
            else:
                yield name, home

    def way_out(self, plugin: str) -> Message:
        """What a user can do about a plugin that fails."""
        if plugin in self.local:
            return say("Repair it, or take it out of `local-rules`.")
        return say(
            "Repair or uninstall it, or block it with GREENLINT_DISABLED_PLUGINS={plugin}.",
            plugin=plugin,
        )


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
    entries = _entry_points()
    _check_known(only or (), entries)
    for entry in entries:
        name = entry.name
        refused = name in blocked or (only is not None and _names(entry).isdisjoint(only))
        if name != BUILTIN and (refused or not third_party):
            continue
        _register(plugins, name, entry.load)
        plugins.versions[name] = entry.dist.version if entry.dist else ""
        if home := _package(entry.module):
            plugins.homes[name] = home
    for path in local_rules:
        plugins.local.add(str(path))
        _register(plugins, str(path), lambda path=path: _local(path))  # type: ignore[misc]
        plugins.homes[f"{len(plugins.homes)} {path.name}"] = path
    try:
        plugins.manager.check_pending()
    except pluggy.PluginValidationError as error:
        name = str(plugins.manager.get_name(error.plugin))
        raise PluginError(
            "Plugin {name} has a hook that greenlint does not know: {why}. ",
            plugins.way_out(name),
            name=repr(name),
            why=error,
        ) from None
    return plugins


def _entry_points() -> list[Any]:
    """The installed plugins, our own first; PluginError when two have one name."""
    from importlib.metadata import entry_points

    found: dict[str, Any] = {}
    for entry in entry_points(group=GROUP):
        other = found.setdefault(entry.name, entry)
        if other.value != entry.value:
            names = " and ".join(sorted(_distribution(one) for one in (other, entry)))
            raise PluginError(
                "Two plugins are called {name}: {names}. Uninstall one.",
                name=repr(entry.name),
                names=names,
            )
    if BUILTIN not in found:
        raise PluginError(
            "greenlint's own rules are not installed: it has no entry point "
            "{name} in {group}. Install greenlint with pip.",
            name=repr(BUILTIN),
            group=repr(GROUP),
        )
    return [found[name] for name in sorted(found, key=lambda name: (name != BUILTIN, name))]


def _names(entry: Any) -> set[str]:
    """What an allow-list may call a plugin: its own name, or that of its distribution."""
    return {entry.name, entry.dist.name if entry.dist else entry.name}


def _check_known(only: Iterable[str], entries: Iterable[Any]) -> None:
    known = sorted(set().union(*(_names(entry) for entry in entries)) - {BUILTIN})
    for name in only:
        if name not in (*known, BUILTIN):
            raise PluginError(
                "`plugins` allows {name}, which is not installed. Install it, or "
                "choose from: {known}.",
                name=repr(name),
                known=", ".join(known) or "none",
            )


def _distribution(entry: Any) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else str(entry.value)


def _package(module: str) -> Path | None:
    """The folder of a plugin's package, or its one file."""
    loaded = sys.modules.get(module)
    file = getattr(loaded, "__file__", None)
    if loaded is None or file is None:
        return None
    return Path(file).parent if "." in module or hasattr(loaded, "__path__") else Path(file)


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager("greenlint")
    manager.add_hookspecs(hookspecs)
    return manager


def _register(plugins: Plugins, name: str, get: Callable[[], object]) -> None:
    try:
        plugins.manager.register(get(), name=name)
    except GreenlintError as error:
        raise PluginError("Plugin {name}: ", *error.parts, name=repr(name)) from None
    except (Exception, SystemExit) as error:
        raise PluginError(
            "Plugin {name} cannot be loaded: {why}. ",
            plugins.way_out(name),
            name=repr(name),
            why=repr(error),
        ) from error


class _LocalRules:
    """A local rule file as a plugin: every Rule that it defines at module level."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    @hookimpl
    def greenlint_register_rules(self) -> list[Rule]:
        return [value for value in vars(self._module).values() if isinstance(value, Rule)]


def _local(path: Path) -> _LocalRules:
    """Run a local rule file; from its source, so that nothing is written beside it."""
    if not path.is_file():
        raise PluginError("no such file. Name a Python file in `local-rules`.")
    module = ModuleType(f"greenlint_local_{path.stem}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    exec(compile(path.read_bytes(), path, "exec", dont_inherit=True), vars(module))
    return _LocalRules(module)


def _home(rule: Rule) -> Path:
    """The file that registers a rule's first check, or nowhere."""
    return Path(rule.checks[0][1].__code__.co_filename) if rule.checks else Path("nowhere.py")
