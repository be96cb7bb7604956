# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What is remembered is forgotten when anything that it follows from has changed."""

from __future__ import annotations

import os
from pathlib import Path


def edit(file: Path, old: str, new: str, like: os.stat_result | None = None) -> None:
    """Change a file; with `like`, put its times back."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    if like is not None:
        os.utime(file, ns=(like.st_atime_ns, like.st_mtime_ns))


def test_an_edit_that_changes_neither_size_nor_time_is_seen(check, project: Path) -> None:
    """The bytes decide."""
    file = project / "pkg" / "b.py"
    assert check("pkg/b.py").codes == ["ACME101"]
    before = file.stat()
    edit(file, "shout", "Shout", before)
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert check("pkg/b.py").codes == []


def test_other_settings_are_seen(check, project: Path) -> None:
    """Another selection, target, rule option, per-file-ignores, or name: other findings."""
    assert len(check("pkg").codes) == 4
    assert check("pkg", "--select", "weeping").codes == ["ACME203"]
    assert "on 11" in check("pkg").out
    assert "on 13" in check("pkg", "--target-version", "3.13").out
    most = "--config", "rules.ACME203.most=2"
    assert "ACME203" not in "".join(check("pkg", GREENLINT_CONFIG=most[1]).codes)
    assert check("pkg", "--per-file-ignores", "pkg/*:ACME1").codes == ["ACME203"]
    assert len(check("pkg").codes) == 4
    (project / "pkg" / "a.py").rename(project / "pkg" / "test_a.py")  # weeping skips tests
    assert check("pkg").codes == ["ACME101", "ACME101", "ACME102"]
    short = check("pkg", GREENLINT_CONFIG="max-file-lines=1")
    assert short.codes == ["GRN998", "GRN998"]


def test_a_changed_local_rule_is_seen(check, local_rules: Path) -> None:
    """Though its size and its time are what they were, and whether or not it has a page."""
    rules = local_rules
    assert "`weep` is wet" in check("pkg").out
    edit(rules, "is wet on", "is WET on", rules.stat())
    assert "`weep` is WET" in check("pkg").out
    edit(rules, 'code="ACME203"', 'code="ACME204"', rules.stat())
    assert "ACME204" in check("pkg").codes


def plugin(site: Path, version: str, word: str) -> None:
    """A plugin whose rule reads its word from a second module."""
    for old in site.glob("*.dist-info/*"):
        old.unlink()
    for old in site.glob("*.dist-info"):
        old.rmdir()
    facts = site / f"greenlint_pluto-{version}.dist-info"
    package = site / "greenlint_pluto"
    for folder in (facts, package):
        folder.mkdir(parents=True, exist_ok=True)
    (facts / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: greenlint-pluto\nVersion: {version}\n", encoding="utf-8"
    )
    entry = "[greenlint.plugins]\npluto = greenlint_pluto\n"
    (facts / "entry_points.txt").write_text(entry, encoding="utf-8")
    (package / "words.py").write_text(f"WORD = {word!r}\n", encoding="utf-8")
    (package / "__init__.py").write_text(
        "import libcst as cst\n"
        "from greenlint import Hit, Rule, hookimpl\n"
        "from greenlint_pluto.words import WORD\n"
        "from importlib.metadata import version\n"
        "PLUTO = Rule(code='PLUTO101', name='pluto', lifecycle='stable')\n"
        "@PLUTO.on(cst.Module)\n"
        "def found(node, here):\n"
        "    yield Hit(node.body[0], f'{WORD} {version(\"greenlint-pluto\")}')\n"
        "@hookimpl\n"
        "def greenlint_register_rules():\n"
        "    return [PLUTO]\n",
        encoding="utf-8",
    )


def test_a_changed_plugin_is_seen(check, project: Path, tmp_path: Path) -> None:
    """Another version of it, or another content of any of its files."""
    site = tmp_path / "site"
    words = ("pkg/b.py", "--select", "PLUTO101")
    plugin(site, "1.0", "one")
    assert "one 1.0" in check(*words, PYTHONPATH=str(site)).out
    assert "one 1.0" in check(*words, PYTHONPATH=str(site)).out
    plugin(site, "1.1", "one")
    assert "one 1.1" in check(*words, PYTHONPATH=str(site)).out
    plugin(site, "1.1", "other")
    assert "other 1.1" in check(*words, PYTHONPATH=str(site)).out


def test_what_failed_is_tried_again(check, local_rules: Path) -> None:
    """A rule's failure is told in every run; nothing of that file is remembered."""
    rules = local_rules
    edit(
        rules,
        'yield Hit(call, "`shout`',
        'raise KeyError("volume")\n        yield Hit(call, "`shout`',
    )
    for _ in range(2):
        done = check("pkg")
        assert done.code == 2
        assert done.codes == ["ACME102", "ACME203"]
        assert "Rule ACME101 (shouting) failed on pkg/a.py: KeyError('volume')." in done.err
        assert "--ignore ACME101" in done.err
        assert "pkg/b.py" in done.err


def test_the_cache_is_marked_as_one(check, project: Path) -> None:
    """Backup programs and git leave it alone."""
    check("pkg")
    cache = project / ".greenlint" / "cache"
    assert (cache / "CACHEDIR.TAG").read_text(encoding="utf-8").startswith("Signature: 8a477f59")
    assert (cache / ".gitignore").read_text(encoding="utf-8") == "*\n"
