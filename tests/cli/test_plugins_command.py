# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint plugins``: what is installed, what it adds, and what is broken."""

from __future__ import annotations

import json
from pathlib import Path

GOOD = '''
import click
from greenlint import Rule, hookimpl


@hookimpl
def greenlint_register_rules():
    return [Rule(code="ACME201", name="one"), Rule(code="ACME200", name="two")]


@hookimpl
def greenlint_register_reporters():
    return {"one-word": lambda context: iter(["word"])}


@hookimpl
def greenlint_register_commands(group):
    group.add_command(click.Command("upload", help="Upload."))


@hookimpl
def greenlint_configure(config):
    """Nothing to do."""
'''


def test_each_plugin_tells_what_it_adds(greenlint, plugin) -> None:
    """Rules by code, formats, commands and other hooks; local rules are a plugin, too."""
    done = greenlint("plugins", PYTHONPATH=plugin("acme", GOOD))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("builtin  (greenlint ")
    assert (
        "acme  (greenlint-acme 1.2)\n"
        "  rules     ACME200 ACME201\n"
        "  formats   one-word\n"
        "  commands  upload\n"
        "  hooks     greenlint_configure\n"
        "tools/loud.py  (local rules)\n"
        "  rules     ACME101\n"
    ) in done.stdout


def test_json_tells_the_same(greenlint, plugin) -> None:
    """An array with every field of every plugin."""
    done = greenlint("plugins", "--output-format", "json", PYTHONPATH=plugin("acme", GOOD))
    builtin, acme, local = json.loads(done.stdout)
    assert (builtin["name"], builtin["status"]) == ("builtin", "loaded")
    assert "GRN101" in builtin["rules"]
    assert (acme["package"], acme["version"]) == ("greenlint-acme", "1.2")
    assert acme["rules"] == ["ACME200", "ACME201"]
    assert acme["commands"] == ["upload"]
    assert "greenlint_register_rules" in acme["hooks"]
    assert local["name"] == "tools/loud.py"


def test_a_broken_plugin_is_shown_and_hides_no_other(greenlint, plugin) -> None:
    """Its error stands in its place, the others are listed, and the command exits 2."""
    plugin("broken", "raise RuntimeError('no ledger')")
    done = greenlint("plugins", PYTHONPATH=plugin("zebra", GOOD))
    assert (done.returncode, done.stderr) == (2, "")
    assert "broken  (greenlint-broken 1.2)\n  BROKEN: Plugin 'broken' cannot be" in done.stdout
    assert "no ledger" in done.stdout
    assert "zebra  (greenlint-zebra 1.2)\n  rules     ACME200 ACME201\n" in done.stdout


def test_a_hook_that_fails_or_is_unknown_breaks_the_plugin(greenlint, plugin) -> None:
    """An error inside a hook and a misspelt hook are told like one at import."""
    plugin("fails", GOOD.replace('return {"one-word"', 'return 1 / 0, {"one-word"'))
    misspelt = GOOD.replace("greenlint_configure", "greenlint_confgure")
    done = greenlint("plugins", "--output-format", "json", PYTHONPATH=plugin("misspelt", misspelt))
    assert done.returncode == 2
    broken = {one["name"]: one["detail"] for one in json.loads(done.stdout) if one["detail"]}
    assert set(broken) == {"fails", "misspelt"}
    assert "ZeroDivisionError" in broken["fails"]
    assert "greenlint_confgure" in broken["misspelt"]


def test_what_is_not_loaded_says_why(greenlint, plugin, project: Path) -> None:
    """The environment, an option and the allow-list each keep a plugin out."""
    plugin("acme", GOOD)
    site = plugin("other", "")
    for words, environment, why in (
        ((), {"GREENLINT_DISABLED_PLUGINS": "acme"}, "GREENLINT_DISABLED_PLUGINS names it"),
        (("--no-plugins",), {}, "--no-plugins"),
        (("--config", 'plugins=["other"]'), {}, "`plugins` in the configuration"),
    ):
        done = greenlint(*words, "plugins", PYTHONPATH=site, **environment)
        assert done.returncode == 0, done.stderr
        assert f"acme  (greenlint-acme 1.2)\n  not loaded: {why}" in done.stdout
        assert "ACME200" not in done.stdout


def test_an_allow_list_that_names_nothing_is_told_below_the_list(greenlint, plugin) -> None:
    """What is installed is listed, and then what is missing."""
    site = plugin("acme", GOOD)
    done = greenlint("--config", 'plugins=["acmee"]', "plugins", PYTHONPATH=site)
    assert done.returncode == 2
    assert "acme  (greenlint-acme 1.2)\n  not loaded:" in done.stdout
    assert "'acmee', which is not installed" in done.stderr
    named = greenlint("--config", 'plugins=["greenlint-acme"]', "plugins", PYTHONPATH=site)
    assert "  rules     ACME200 ACME201\n" in named.stdout


def test_plugins_that_do_not_go_together_are_an_error(greenlint, plugin) -> None:
    """Two that claim one code are each listed, and the clash is told."""
    plugin("acme", GOOD)
    done = greenlint("plugins", PYTHONPATH=plugin("twin", GOOD))
    assert done.returncode == 2
    assert "Rule code ACME201 is registered by 'acme' and by 'twin'." in done.stderr
    assert "twin  (greenlint-twin 1.2)" in done.stdout


def test_a_broken_file_of_local_rules_is_shown(greenlint, project: Path) -> None:
    """Local rules that cannot be loaded are broken like any plugin."""
    (project / "tools" / "loud.py").write_text("def (", encoding="utf-8")
    done = greenlint("plugins")
    assert done.returncode == 2
    assert "tools/loud.py  (local rules)\n  BROKEN: " in done.stdout
    assert "builtin  (greenlint" in done.stdout
