# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A real plugin, installed beside greenlint: its rule, page, format, command and hooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

PLUGIN = '''
import json, os

from greenlint import hookimpl
from greenlint.finding import Finding
from greenlint.source import SourceFile


def noted(word):
    with open(os.environ["NOTES"], "a") as file:
        print(word, file=file)


@hookimpl
def greenlint_register_rules():
    from greenlint_plum.ledger import RULE

    return [RULE]


@hookimpl
def greenlint_register_reporters():
    def one_word(report):
        yield "waste\\n" if report.entries else "clean\\n"

    return {"one-word": one_word}


@hookimpl
def greenlint_register_commands(group):
    import click

    @group.command()
    @click.argument("name")
    def greet(name):
        """Say hello."""
        click.echo(f"hello {name}")


@hookimpl
def greenlint_configure(config):
    noted(f"configured {config.root.name}")


@hookimpl
def greenlint_collect_file(path, config):
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_bytes())["cells"]
        return SourceFile(path.name, "".join(cells).encode())


@hookimpl
def greenlint_modify_findings(findings, config):
    findings[:] = [one for one in findings if one.symbol != "quiet"]


@hookimpl
def greenlint_run_finished(result, config):
    noted(f"finished {len(result.entries)}")
'''
RULE = """
from collections.abc import Iterator

import libcst as cst

from greenlint import Edit, Fix, Here, Hit, Rule

RULE = Rule(
    code="PLUM101",
    name="ledger-opened-in-loop",
    needles=(b"open_ledger",),
    since="1.0",
    lifecycle="stable",
    fix="safe",
    help="open it once, before the loop",
)


@RULE.on(cst.Call)
def opened_again(call: cst.Call, here: Here) -> Iterator[Hit]:
    if here.qualified(call.func) == "plum.open_ledger" and here.every_turn(call):
        fix = Fix("use the ledger", (Edit(call, "ledger"),))
        yield Hit(call, "`open_ledger` connects again on every turn of this loop", fix)
"""
PAGE = """\
# ledger-opened-in-loop

Ledgers that are opened on every turn of a loop.

Opening connects to another machine.

## Flagged

```python flagged
import plum

for item in items:
    plum.open_ledger()  # flagged
```

## Fix safety

Safe.

## Evidence

```toml evidence
source = "A study"
url = "https://example.org/study"
claim = "opening a ledger takes 2 ms"
```
"""
WASTE = "from plum import open_ledger as o\n\nfor x in y:\n    o()\n"
Install = Callable[..., str]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Install a distribution with one plugin; the folder is for PYTHONPATH."""

    def made(code: str, name: str = "plum", **files: str) -> str:
        site = tmp_path / f"site-{name}"
        facts = site / f"greenlint_{name}-1.2.dist-info"
        package = site / f"greenlint_{name}"
        facts.mkdir(parents=True)
        package.mkdir()
        (package / "__init__.py").write_text(code, encoding="utf-8")
        for file, text in files.items():
            (package / file.replace("_md", ".md").replace("_py", ".py")).write_text(text)
        (facts / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: greenlint-{name}\nVersion: 1.2\n", encoding="utf-8"
        )
        (facts / "entry_points.txt").write_text(
            f"[greenlint.plugins]\n{name} = greenlint_{name}\n", encoding="utf-8"
        )
        return str(site)

    return made


@pytest.fixture
def plum(install: Install, project: Path, tmp_path: Path) -> dict[str, str]:
    """The plugin above, installed, and a project that it has something to say of."""
    (project / "pyproject.toml").write_text("[tool.greenlint]\nselect = ['PLUM']\n")
    (project / "pkg" / "ledger.py").write_text(WASTE, encoding="utf-8")
    site = install(PLUGIN, ledger_py=RULE, ledger_md=PAGE)
    return {"PYTHONPATH": site, "NOTES": str(tmp_path / "notes")}


def test_a_rule_with_a_page(check, greenlint, plum: dict[str, str]) -> None:
    """Its page gives it the proof that lets it run by default, and is shown like any other."""
    for _ in range(2):  # fresh, and from the cache
        done = check("pkg", "-o", "full", **plum)
        assert "pkg/ledger.py:4:5: PLUM101 [*] `open_ledger` connects again" in done.out, done
        assert "proof: published" in done.out
    assert check("pkg", "--min-proof", "measured", **plum).code == 0
    assert "Opening connects to another machine." in greenlint("rule", "PLUM101", **plum).out


def test_a_format_and_a_command(check, greenlint, plum: dict[str, str]) -> None:
    """Both are there by their names; a command that nobody has is told."""
    assert check("pkg", "-o", "one-word", **plum).out == "waste\n"
    assert check("pkg", "-o", "one-wort", **plum).code == 2
    assert greenlint("greet", "world", **plum).out == "hello world\n"
    done = greenlint("chekc", **plum)
    assert done.code == 2
    assert "Did you mean `greenlint check`?" in done.err


def test_hooks_of_a_run(check, project: Path, plum: dict[str, str]) -> None:
    """configure and run_finished are called once, in this order, with what they announce."""
    check("pkg", "--fix", **plum)
    assert Path(plum["NOTES"]).read_text().splitlines() == ["configured project", "finished 0"]


def test_findings_that_a_plugin_drops_are_neither_shown_nor_fixed(
    check, project: Path, plum: dict[str, str]
) -> None:
    """What modify_findings takes out is gone, for --fix as well."""
    file = project / "pkg" / "ledger.py"
    quiet = "\n\ndef quiet():\n    for x in y:\n        o()\n"
    file.write_text(WASTE + quiet, encoding="utf-8")
    assert check("pkg", **plum).codes == ["PLUM101"]
    check("pkg", "--fix", **plum)
    assert file.read_text(encoding="utf-8") == WASTE.replace("o()", "ledger") + quiet


def test_files_that_are_no_python(check, project: Path, plum: dict[str, str]) -> None:
    """A plugin makes Python of them: found when walked and when named, shown, never written."""
    import json

    book = project / "pkg" / "book.ipynb"
    book.write_text(json.dumps({"cells": WASTE.splitlines(keepends=True)}), encoding="utf-8")
    before = book.read_bytes()
    for path in ("pkg", "pkg/book.ipynb"):
        for _ in range(2):
            done = check(path, "--fix", **plum)
            assert "pkg/book.ipynb:4:5: warning PLUM101" in done.out, done
            assert (done.code, done.err) == (1, "")
            assert book.read_bytes() == before
    assert "4 |     o()" in check("pkg/book.ipynb", "-o", "full", **plum).out
    assert check("pkg/book.ipynb").code == 2


@pytest.mark.parametrize(
    ("words", "variables", "runs"),
    [
        ("", {}, True),
        ("", {"GREENLINT_DISABLED_PLUGINS": "other, plum"}, False),
        ("--no-plugins", {}, False),
        ("", {"GREENLINT_CONFIG": "plugins=['plum']"}, True),
        ("", {"GREENLINT_CONFIG": "plugins=['greenlint-plum']"}, True),
        ("", {"GREENLINT_CONFIG": "plugins=[]"}, False),
    ],
)
def test_a_plugin_is_kept_out(
    greenlint,
    shared_cache: str,
    plum: dict[str, str],
    words: str,
    variables: dict[str, str],
    runs: bool,
) -> None:
    """By the environment, by --no-plugins, and by an allow-list that does not name it."""
    done = greenlint(
        *words.split(), "check", "pkg", "--cache-dir", shared_cache, **plum, **variables
    )
    if runs:
        assert "PLUM101" in done.out
    else:
        assert done.code == 2
        assert 'select names "PLUM"' in done.err
    assert Path(plum["NOTES"]).exists() is runs


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nothing_of_that_name", "Plugin 'plum' cannot be loaded: ModuleNotFoundError"),
        ("raise SystemExit(0)", "Plugin 'plum' cannot be loaded: SystemExit(0)"),
        ("def f(:", "Plugin 'plum' cannot be loaded: SyntaxError"),
        ("H\ndef greenlint_configure(config): 1/0", "Plugin 'plum' failed in greenlint_configure"),
        ("H\ndef greenlint_run_finished(result): 1/0", "Plugin 'plum' failed in greenlint_run"),
        ("H\ndef greenlint_modify_findings(findings): exit()", "Plugin 'plum' failed in greenlint"),
        ("H\ndef greenlint_register_rule(): pass", "Plugin 'plum' has a hook that greenlint does"),
        ("H\ndef greenlint_configure(nothing): pass", "Plugin 'plum' cannot be loaded"),
        ("H\ndef greenlint_register_rules(): return 3", "registers 3, which is no list of rules"),
        ("H\ndef greenlint_register_rules(): return [3]", "registers 3, which is no Rule"),
        ("H\ndef greenlint_register_rules(): yield 1/0", "Plugin 'plum' failed in greenlint_reg"),
        (
            "H\ndef greenlint_register_rules(): return [Rule(code='GRN100', name='mine')]",
            "GRN codes are greenlint's own",
        ),
        (
            "H\ndef greenlint_register_rules(): return [Rule(code='PLUM1', name='mine')]",
            "Rule code 'PLUM1' of rule 'mine' is not three to five capital letters",
        ),
        (
            "H\ndef greenlint_register_rules(): return 2 * [Rule(code='PLUM101', name='mine')]",
            "PLUM101 is registered by 'plum' and by 'plum'",
        ),
        ("H\ndef greenlint_register_reporters(): return ['x']", "no mapping of names to formats"),
        (
            "def r(report): yield 1/0\nH\ndef greenlint_register_reporters(): return {'x': r}",
            "Plugin 'plum' failed in its format 'x': ZeroDivisionError",
        ),
    ],
)
def test_a_broken_plugin_is_named(warm, acme: str, install: Install, code: str, said: str) -> None:
    """Exit 2 with the plugin's name and a way out, no traceback."""
    head = "from greenlint import Rule, hookimpl\n"
    site = install(head + code.replace("H\n", "@hookimpl\n") + "\n")
    done = warm("pkg", *(["-o", "x"] if "reporters" in code else []), PYTHONPATH=f"{site}:{acme}")
    assert done.code == 2, done
    assert said in done.err, done
    assert "Traceback" not in done.err
    if "run_finished" in code:
        assert "ACME203" in done.out  # what was found is shown all the same


def test_two_plugins_of_one_code(warm, install: Install) -> None:
    """Both are named."""
    rule = "from greenlint import Rule, hookimpl\n@hookimpl\ndef greenlint_register_rules():\n"
    rule += "    return [Rule(code='PLUM101', name='mine')]\n"
    one, two = install(rule), install(rule, "prune")
    done = warm("pkg", PYTHONPATH=f"{one}:{two}")
    assert done.code == 2
    assert "Rule code PLUM101 is registered by 'plum' and by 'prune'" in done.err


SAMPLE = """
from collections.abc import Iterator
import libcst as cst
from greenlint import Here, Hit, Rule
RULE = Rule(code="ACME102", name="string-concat-in-loop", severity="warning", confidence="medium",
            aliases=("GCI105",), needles=(b"+=",), since="0.1.0")

@RULE.on(cst.AugAssign)
def concat(node: cst.AugAssign, here: Here) -> Iterator[Hit]:
    if here.every_turn(node) and here.is_text(node.target):
        yield Hit(node, f"`{here.code(node.target)}` is rebuilt with += on every turn")
"""


def test_the_sample_rule_works_as_it_is_printed(check, project: Path, local_rules: Path) -> None:
    """The rule that the documents show, as a local rule file."""
    local_rules.write_text(SAMPLE, encoding="utf-8")
    (project / "pyproject.toml").write_text(
        '[tool.greenlint]\nlocal-rules = ["tools/green_rules.py"]\nselect = ["ACME102"]\n'
    )
    (project / "pkg" / "a.py").write_text(
        "text = ''\nfor row in rows:\n    text += row\nnumber = 0\nfor row in rows:\n"
        "    number += 1\ntext += 'end'\n"
    )
    done = check("pkg")
    assert done.out.splitlines()[0] == (
        "pkg/a.py:3:5: warning ACME102 `text` is rebuilt with += on every turn"
    )
    assert done.codes == ["ACME102"]
