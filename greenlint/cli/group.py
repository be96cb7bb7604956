# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The command ``greenlint``: a group that imports a command when it is called."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from greenlint.errors import GreenlintError
from greenlint.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from greenlint.config import Config
    from greenlint.messages import Language
    from greenlint.plugins import Plugins
    from greenlint.work import PluginChoice
    from greenlint.workers import Pool

# Section of the help -> command -> what it does.  The module of a command bears its name.
COMMANDS = {
    "Check code": {
        "check": "Lint files or directories.",
        "rule": "Explain a rule, list all rules, or run a rule's own tests.",
        "evidence": "Measure a rule's before and after on this machine.",
        "baseline": "Accept today's findings; fail only on new ones.",
    },
    "Measure energy": {
        "doctor": "Show which energy meters work here, and how to enable the rest.",
        "profile": "Run a command, module or script and report its energy.",
        "energy": "Gate two revisions; list, compare and export stored measurements.",
        "report": "Join findings, tests and energy into one page, or a report of measures.",
    },
    "Set up": {
        "init": "Write configuration, pre-commit and CI files.",
        "config": "Explain options; show the effective configuration; print its schema.",
        "plugins": "List installed plugins and what they add.",
        "server": "Run the language server, which editors start.",
        "completion": "Print a shell completion script.",
        "clean": "Remove caches.",
        "version": "Show version and environment.",
    },
}


LANGUAGES = ("en", "nl")
# The options before the command that a value follows.
_WITH_VALUE = ("--config", "--color", "--lang")
# Longer than any first sentence of a help text.
_WHOLE = 1000


# Nobody compares or prints settings, and every start would pay for the methods.
@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Settings:
    """What the options before the command say; every command gets it as ``ctx.obj``."""

    config: tuple[str, ...] = ()
    isolated: bool = False
    color: str = "auto"
    quiet: bool = False
    verbose: int = 0
    third_party: bool = True
    pool: Pool | None = None
    lang: str = "en"

    @property
    def language(self) -> Language:
        """The language of what people read."""
        from greenlint.messages import language

        return language(self.lang)

    def load_config(self, paths: tuple[str, ...] = ()) -> Config:
        """The configuration that holds for these paths; see greenlint.config.load."""
        from greenlint.config import load

        return load(paths, self.config, self.isolated)

    def load_plugins(self, config: Config) -> Plugins:
        """Built-in rules and plugins, as the configuration and the environment allow."""
        from greenlint.plugins import load_plugins

        choice = self.plugin_choice(config)
        return load_plugins(
            only=choice.only,
            disabled=choice.disabled,
            local_rules=choice.local_rules,
            third_party=choice.third_party,
        )

    def plugin_choice(self, config: Config) -> PluginChoice:
        """Which plugins to load, as a value that workers understand."""
        from greenlint.work import PluginChoice

        disabled = os.environ.get("GREENLINT_DISABLED_PLUGINS", "")
        return PluginChoice(
            config.plugins,
            tuple(word.strip() for word in disabled.split(",") if word.strip()),
            config.local_rules,
            self.third_party,
        )

    def colored(self, stream: Any) -> bool:
        """Whether to colour what is written to a stream: asked for, or a terminal that likes it."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


class HelpfulGroup(click.Group):
    """A group that answers a word which is none of its commands with the nearest one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from greenlint.messages import language
            from greenlint.messages.guess import guess

            hint = guess(
                args[0], self.list_commands(ctx), lambda name: f"`{ctx.command_path} {name}`"
            )
            told = language(ctx.find_root().params.get("lang", "en")).of(hint)
            raise click.UsageError(f"{error.message}{told}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their first sentence, whole: a part of one is in no catalogue."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, command.get_short_help_str(_WHOLE))
                    for name, command in commands.items()
                    if command and not command.hidden
                ]
            )


class LazyGroup(HelpfulGroup):
    """A group that knows its commands by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        own = [name for commands in COMMANDS.values() for name in commands]
        return [*own, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if any(cmd_name in commands for commands in COMMANDS.values()):
            command: click.Command = import_module(f"greenlint.cli.{cmd_name}").command
            return command
        self._ask_plugins(ctx)
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; its errors speak the language asked for."""
        try:
            return super().invoke(ctx)
        except GreenlintError as error:
            if isinstance(ctx.obj, Settings):
                error.args = (error.said(ctx.obj.language),)
            raise

    def _ask_plugins(self, ctx: click.Context) -> None:
        """Commands of plugins: asked only when a word is none of ours."""
        settings = ctx.obj or Settings()
        plugins = settings.load_plugins(settings.load_config())
        plugins.ask("greenlint_register_commands", group=self)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, commands in COMMANDS.items():
            with formatter.section(section):
                formatter.write_dl(list(commands.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    multiple=True,
    metavar="FILE|KEY=VALUE",
    help="Configuration file, or one TOML override. Repeatable.",
)
@click.option("--isolated", is_flag=True, help="Ignore all configuration files.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    help="Language of messages (codes stay the same).",
)
@click.option("--no-plugins", is_flag=True, help="Load no plugins but the built-in rules.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only.")
@click.option("-v", "--verbose", count=True, help="Say more of what is done.")
@click.version_option(__version__, prog_name="greenlint", message="%(prog)s %(version)s")
@click.pass_context
def group(
    ctx: click.Context,
    config: tuple[str, ...],
    isolated: bool,
    color: str,
    lang: str,
    no_plugins: bool,
    quiet: bool,
    verbose: int,
) -> None:
    """Find, fix and measure energy waste in Python code."""
    ctx.obj = Settings(
        config, isolated, color, quiet, verbose, not no_plugins, pool=ctx.obj, lang=lang
    )


def asked_language(words: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language that the words before the command ask for, else the environment.

    Help is shown, and a word refused, before click has read all of these.
    """
    code = environment.get("GREENLINT_LANG", "en")
    rest = iter(words)
    for word in rest:
        name, given, value = word.partition("=")
        if not word.startswith("-") or word == "--":
            break
        if name in _WITH_VALUE and not given:
            value = next(rest, code)
        if name == "--lang":
            code = value
    return code if code in LANGUAGES else "en"


def run(pool: Pool | None = None) -> int:
    """Run the command in the language asked for, and choose the exit code."""
    lang = asked_language(sys.argv[1:], os.environ)
    if lang == "en":
        return _run(pool, lang)
    from greenlint.cli.spoken import spoken
    from greenlint.messages import language

    with spoken(language(lang, "help"), language(lang, "click")):
        return _run(pool, lang)


def _run(pool: Pool | None, lang: str) -> int:
    """Run the command, print errors as sentences, and choose the exit code."""
    try:
        code = group.main(
            prog_name="greenlint",
            auto_envvar_prefix="GREENLINT",
            standalone_mode=False,
            obj=pool,
        )
    except GreenlintError as error:
        code = _told(str(error))
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
        from greenlint.messages import language

        code = _told(language(lang).say("Interrupted."), 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    except Exception:
        import traceback

        from greenlint.messages import language

        traceback.print_exc()
        code = _told(
            language(lang).say(
                "Internal error in greenlint {version}. Please report the lines above with the "
                "command and, if you can, the file.",
                version=__version__,
            )
        )
    return code if isinstance(code, int) else 0


def _told(sentence: str, code: int = 2) -> int:
    click.echo(f"greenlint: {sentence}", err=True)
    return code
