# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint plugins``: what is installed, what each one adds, and what is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from greenlint.cli.group import Settings
from greenlint.cli.telling import spoken, told
from greenlint.errors import GreenlintError
from greenlint.messages import Message, as_message, say

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint
    from pathlib import Path

    from greenlint.plugins import Plugins
    from greenlint.work import PluginChoice

# Hooks whose answer has a line of its own.
_TOLD = (
    "greenlint_register_rules",
    "greenlint_register_reporters",
    "greenlint_register_commands",
)


@dataclass(frozen=True, slots=True)
class Report:
    """One plugin: where it is from, what it adds, or why it is not loaded.

    `status` is "loaded", "blocked" or "broken"; `detail` says why it is not loaded.
    """

    name: str
    package: str
    version: str
    status: str
    detail: GreenlintError | Message | str = ""
    rules: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()


@click.command(name="plugins")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text")
@click.pass_obj
def command(settings: Settings, output_format: str) -> int:
    """List installed plugins and what they add; exit with 2 when one is broken."""
    config = settings.load_config()
    choice = settings.plugin_choice(config)
    reports = [_installed(entry, choice) for entry in _entry_points()]
    reports += [_local(path, config.root) for path in choice.local_rules]
    broken = any(report.status == "broken" for report in reports)
    if output_format == "json":
        from greenlint.formats.encode import dumps

        plain = [replace(report, detail=str(report.detail)) for report in reports]
        click.echo(dumps(list(map(asdict, plain)), indent=2))
    else:
        for report in reports:
            click.echo("\n".join(_lines(report)))
    if broken:
        return 2
    settings.load_plugins(config).rules()  # raises PluginError when two do not go together
    return 0


def _entry_points() -> list[EntryPoint]:
    """The plugins that are installed, greenlint's own rules first."""
    from importlib.metadata import entry_points

    from greenlint.plugins import BUILTIN, GROUP

    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    return [found[name] for name in sorted(found, key=lambda name: (name != BUILTIN, name))]


def _installed(entry: EntryPoint, choice: PluginChoice) -> Report:
    package = entry.dist.name if entry.dist else ""
    version = entry.dist.version if entry.dist else ""
    if why := _blocked(entry.name, package, choice):
        return Report(entry.name, package, version, "blocked", why)
    try:
        return Report(entry.name, package, version, "loaded", **_added(_alone(entry.name)))
    except GreenlintError as error:
        return Report(entry.name, package, version, "broken", error)


def _local(path: Path, root: Path) -> Report:
    """A file of local rules, named as in the configuration."""
    from greenlint.plugins import BUILTIN, load_plugins

    name = (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
    try:
        plugins = load_plugins(only=(), local_rules=(path,))
        plugins.manager.unregister(name=BUILTIN)
        return Report(name, "", "", "loaded", **_added(plugins))
    except GreenlintError as error:
        return Report(name, "", "", "broken", error)


def _blocked(name: str, package: str, choice: PluginChoice) -> Message | str:
    """Why a plugin is not to be loaded, or ""."""
    from greenlint.plugins import BUILTIN

    if name == BUILTIN:
        return ""
    if not choice.third_party:
        return "--no-plugins"
    if name in choice.disabled:
        return say("GREENLINT_DISABLED_PLUGINS names it")
    if choice.only is not None and {name, package}.isdisjoint(choice.only):
        return say("`plugins` in the configuration does not name it")
    return ""


def _alone(name: str) -> Plugins:
    """One plugin and no other, so that a broken one does not hide the rest."""
    from greenlint.plugins import load_plugins

    plugins = load_plugins(only=(name,))
    for other, _ in plugins.manager.list_name_plugin():
        if other != name:
            plugins.manager.unregister(name=other)
    return plugins


def _added(plugins: Plugins) -> dict[str, Any]:
    group = click.Group()
    plugins.ask("greenlint_register_commands", group=group)
    (plugin,) = plugins.manager.get_plugins()
    hooks = {caller.name for caller in plugins.manager.get_hookcallers(plugin) or ()}
    return {
        "rules": tuple(info.code for info in plugins.rules()),
        "formats": tuple(sorted(plugins.formats())),
        "commands": tuple(sorted(group.commands)),
        "hooks": tuple(sorted(hooks)),
    }


def _why(detail: GreenlintError | Message | str) -> str:
    if isinstance(detail, GreenlintError):
        return detail.said(spoken())
    return spoken().of(as_message(detail))


def _lines(report: Report) -> Iterator[str]:
    """A plugin for people: its name and origin, then a line for each kind of addition."""
    origin = f"{report.package} {report.version}".strip() or told("local rules")
    yield f"{report.name}  ({origin})"
    if report.status != "loaded":
        status = told("not loaded: ") if report.status == "blocked" else told("BROKEN: ")
        yield f"  {status}{_why(report.detail)}"
        return
    others = tuple(hook for hook in report.hooks if hook not in _TOLD)
    additions = {
        "rules": report.rules,
        "formats": report.formats,
        "commands": report.commands,
        "hooks": others,
    }
    width = max(len(told(kind)) for kind in additions) + 1
    for kind, names in additions.items():
        if names:
            yield f"  {told(kind):<{width}} {' '.join(names)}"
    if not any(additions.values()):
        yield told("  adds nothing")
