# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Plugins found, loaded and asked; each error with the plugin's name and the way out."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from greenlint.errors import PluginError
from greenlint.plugins import Plugins, hookimpl, load_plugins
from greenlint.rule import Rule, RuleInfo


def with_plugin(**hooks: Any) -> Plugins:
    """Plugins of which one, called acme, has these hooks."""
    plugins = Plugins()
    plugins.manager.register(SimpleNamespace(**{k: hookimpl(v) for k, v in hooks.items()}), "acme")
    return plugins


def test_hooks_get_the_arguments_that_they_name() -> None:
    """And answer with their plugin's name; a generator is run to its end."""
    assert with_plugin(greenlint_configure=lambda: 1).ask("greenlint_configure", config=2) == [
        ("acme", 1)
    ]
    assert with_plugin(greenlint_configure=lambda config: iter([config])).ask(
        "greenlint_configure", config=2
    ) == [("acme", [2])]


@pytest.mark.parametrize("error", [KeyError("x"), SystemExit(0), RecursionError()])
def test_a_hook_that_fails_is_named(error: BaseException) -> None:
    """SystemExit as well: a plugin does not end the command."""

    def fail() -> None:
        raise error

    with pytest.raises(PluginError, match=r"Plugin 'acme' failed in greenlint_configure: .*=acme"):
        with_plugin(greenlint_configure=fail).ask("greenlint_configure", config=1)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (3, "registers 3, which is no list of rules"),
        (Rule("ACME101", "x"), "which is no list of rules"),
        (["x"], "registers 'x', which is no Rule"),
        ([RuleInfo("acme1", "x")], "which is no Rule"),
        ([Rule("GRN100", "x")], "GRN codes are greenlint's own"),
        ([Rule("ACME101", "x"), Rule("ACME101", "y")], "ACME101 is registered by 'acme' and by"),
    ],
)
def test_what_is_no_rule_is_named(answer: Any, said: str) -> None:
    """With the plugin."""
    with pytest.raises(PluginError, match=said):
        with_plugin(greenlint_register_rules=lambda: answer).rules()


def test_rules_come_in_order_of_code() -> None:
    """Whatever the order in which they are registered; none is fine."""
    two = [Rule("ACME102", "b"), Rule("ACME101", "a")]
    plugins = with_plugin(greenlint_register_rules=lambda: two)
    assert [info.code for info in plugins.rules()] == ["ACME101", "ACME102"]
    assert plugins.loaded(plugins.rules()[1]) is two[0]
    assert with_plugin(greenlint_register_rules=lambda: None).rules() == []


def test_formats_are_found_by_name() -> None:
    """An error in one names its plugin; a reader that has gone is no error of the plugin."""

    def broken(report: Any) -> Any:
        yield "a"
        raise report

    plugins = with_plugin(greenlint_register_reporters=lambda: {"x": broken})
    render = plugins.formats()["x"](KeyError("y"))
    assert next(render) == "a"
    with pytest.raises(PluginError, match="'acme' failed in its format 'x': KeyError"):
        next(render)
    with pytest.raises(BrokenPipeError):
        list(plugins.formats()["x"](BrokenPipeError()))


def entry(name: str, value: str, dist: str | None = None) -> Any:
    distribution = SimpleNamespace(name=dist or name, version="1.0")
    return SimpleNamespace(
        name=name, value=value, module=value, dist=distribution, load=lambda: ModuleType(name)
    )


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The entry points that there are."""
    found = [entry("zebra", "zebra"), entry("acme", "acme", "greenlint-acme")]
    found.append(entry("builtin", "greenlint_rules"))
    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found)
    return found


@pytest.mark.parametrize(
    ("choice", "loaded"),
    [
        ({}, "builtin acme zebra"),
        ({"only": ()}, "builtin"),
        ({"only": ("acme",)}, "builtin acme"),
        ({"only": ("greenlint-acme",)}, "builtin acme"),
        ({"disabled": ("acme", "builtin", "unknown")}, "builtin zebra"),
        ({"third_party": False}, "builtin"),
    ],
)
def test_plugins_are_chosen(installed: list[Any], choice: dict[str, Any], loaded: str) -> None:
    """Our own rules are always there, and first."""
    assert " ".join(load_plugins(**choice).versions) == loaded


def test_an_allowed_plugin_that_is_not_there(installed: list[Any]) -> None:
    """A misspelt allow-list is no silent no."""
    with pytest.raises(PluginError, match=r"allows 'acne', .* choose from: acme, greenlint-acme"):
        load_plugins(only=("acne",))


def test_two_plugins_of_one_name(installed: list[Any]) -> None:
    """Neither wins silently, not over ours either."""
    installed.append(entry("builtin", "mine", "other"))
    with pytest.raises(
        PluginError, match=r"Two plugins are called 'builtin': builtin 1.0 and other"
    ):
        load_plugins()


def test_without_our_own_rules_nothing_passes(installed: list[Any]) -> None:
    """A greenlint that was copied and not installed says so, and finds not nothing."""
    installed.pop()
    with pytest.raises(PluginError, match="greenlint's own rules are not installed"):
        load_plugins()


def local(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "rules.py"
    file.write_text(text, encoding="utf-8")
    return file


def test_local_rules(tmp_path: Path) -> None:
    """Every Rule of the file; a page beside it is read; nothing is written beside it."""
    file = local(tmp_path, "from greenlint import Rule\nA = Rule('ACME101', 'a')\nB = [A]\n")
    plugins = load_plugins(only=(), local_rules=[file])
    assert [info.code for info in plugins.rules() if info.code.startswith("ACME")] == ["ACME101"]
    assert [path.name for path in tmp_path.iterdir()] == ["rules.py"]
    assert file in dict(plugins.files()).values()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1/0", r"rules.py' cannot be loaded: ZeroDivisionError.*take it out of `local-rules`"),
        ("def (", r"rules.py' cannot be loaded: SyntaxError"),
        ("exit()", r"rules.py' cannot be loaded: SystemExit"),
        ("x = '\xff'", None),
        (None, r"rules.py': no such file. Name a Python file in `local-rules`"),
        (
            "from greenlint import Rule\nRule('bad', 'x')",
            "Rule code 'bad' of rule 'x' is not three",
        ),
    ],
)
def test_broken_local_rules(tmp_path: Path, text: str | None, said: str | None) -> None:
    """The file, and what to do about it: not the variable that blocks plugins."""
    file = local(tmp_path, text) if text is not None else tmp_path / "rules.py"
    if said is None:
        load_plugins(only=(), local_rules=[file])
        return
    with pytest.raises(PluginError, match=said) as raised:
        load_plugins(only=(), local_rules=[file])
    assert "DISABLED" not in str(raised.value)


def test_a_changed_local_file_is_read_anew(tmp_path: Path) -> None:
    """No compiled copy of it stands in the way."""
    for name in ("a", "b"):
        file = local(tmp_path, f"from greenlint import Rule\nA = Rule('ACME101', '{name}')\n")
        infos = load_plugins(only=(), local_rules=[file]).rules()
        assert [info.name for info in infos if info.code == "ACME101"] == [name]


def test_a_hook_that_does_not_exist(monkeypatch: pytest.MonkeyPatch, installed: list[Any]) -> None:
    """Its plugin is named."""
    misspelt = SimpleNamespace(greenlint_register_rule=hookimpl(lambda: None))
    installed[0].load = lambda: misspelt
    with pytest.raises(
        PluginError, match=r"Plugin 'zebra' has a hook that greenlint does not know"
    ):
        load_plugins()
