# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Settings: where they are found, what they may be, which of them wins, and what an error says."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # it has no stubs

from greenlint.cli.config import full_schema
from greenlint.config import Config, describe, effective, load, origin, override, schema
from greenlint.config_file import glob_problem, parse
from greenlint.config_place import position
from greenlint.errors import ConfigError, UsageError
from greenlint.rule import Confidence, Proof, Severity

ROOT = Path(__file__).resolve().parent.parent
OURS = "[tool.greenlint]"


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, body: str) -> Config:
    """The configuration of a greenlint.toml with this text."""
    write(folder / "greenlint.toml", body)
    return load(cwd=folder)


def refused(folder: Path, body: str) -> str:
    """The error for a greenlint.toml with this text, from the line number on."""
    with pytest.raises(ConfigError) as caught:
        loaded(folder, body)
    return str(caught.value).partition("greenlint.toml:")[2]


# Where it is found


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    """Nothing is required: without any file the working directory is the root."""
    config = load(cwd=tmp_path)
    assert config == Config(tmp_path, cache_dir=tmp_path / ".greenlint" / "cache")
    assert origin(config, "select") == "default"


@pytest.mark.parametrize(
    ("files", "root", "read"),
    [
        ({"greenlint.toml": ""}, "", "greenlint.toml"),
        ({".greenlint.toml": "", "greenlint.toml": ""}, "", ".greenlint.toml"),
        ({"greenlint.toml": "", "pyproject.toml": OURS}, "", "greenlint.toml"),
        ({"pyproject.toml": OURS, "a/pyproject.toml": "[tool.black]"}, "", "pyproject.toml"),
        ({"pyproject.toml": OURS, "a/pyproject.toml": OURS}, "a", "a/pyproject.toml"),
        ({"pyproject.toml": "[tool.greenlint.energy]"}, "", "pyproject.toml"),
        ({"a/pyproject.toml": "", ".git/HEAD": ""}, "a", None),
        ({".git/HEAD": ""}, "", None),
    ],
)
def test_the_nearest_file_upwards_is_read(
    tmp_path: Path, files: dict[str, str], root: str, read: str | None
) -> None:
    """From the first path upwards, the nearest file with our table decides, and is the root."""
    for name, text in files.items():
        write(tmp_path / name, text)
    source = write(tmp_path / "a" / "b" / "app.py")
    config = load([source, tmp_path.parent], cwd=tmp_path)
    assert config.root == tmp_path / root
    assert config.files == (() if read is None else (tmp_path / read,))


def test_standard_input_looks_from_the_working_directory(tmp_path: Path) -> None:
    """`-` is no path; a path that does not exist looks from where it would be."""
    write(tmp_path / "greenlint.toml", "preview = true")
    assert load(["-"], cwd=tmp_path).preview
    assert load(["src/no.py"], cwd=tmp_path).preview


def test_a_named_file_replaces_the_found_one(tmp_path: Path) -> None:
    """--config FILE is read alone; the root stays that of the project, paths start at FILE."""
    write(tmp_path / "pyproject.toml", "[tool.greenlint]\npreview = true")
    write(tmp_path / "ci" / "strict.toml", 'fail-on = "note"\nbaseline = "old.json"')
    config = load(cwd=tmp_path, config_options=["ci/strict.toml"])
    assert (config.root, config.preview, config.fail_on) == (tmp_path, False, Severity.NOTE)
    assert config.baseline == tmp_path / "ci" / "old.json"
    write(tmp_path / "ci" / "pyproject.toml", "[tool.black]")
    with pytest.raises(ConfigError, match=r"has no \[tool.greenlint\] table"):
        load(cwd=tmp_path, config_options=["ci/pyproject.toml"])


def test_isolated_reads_no_file(tmp_path: Path) -> None:
    """--isolated leaves every file alone, even a broken one, and keeps the root."""
    write(tmp_path / "pyproject.toml", "[tool.greenlint\nrequires-python")
    config = load(cwd=tmp_path / "", isolated=True, config_options=["preview=true"])
    assert config.root == tmp_path
    assert config.preview


@pytest.mark.parametrize(
    ("options", "isolated"), [(["a.toml"], True), (["a.toml", "b.toml"], False)]
)
def test_options_that_exclude_each_other(
    tmp_path: Path, options: list[str], isolated: bool
) -> None:
    """A file with --isolated, and two files, are told which option to leave out."""
    with pytest.raises(UsageError, match=r"--config a.toml does not go with --\w+.*Leave one"):
        load(cwd=tmp_path, config_options=options, isolated=isolated)


# What a value may be


def test_every_key_arrives(tmp_path: Path) -> None:
    """Words become enums, lists tuples, tables pairs, paths absolute; the whole can be pickled."""
    config = loaded(
        tmp_path,
        """
        target-version = "3.13"
        min-proof = "measured"
        fail-on = "never"
        per-file-ignores = { "tests/**" = ["GRN3"] }
        plugins = []
        local-rules = ["tools/rules.py"]
        severity.GRN301 = "error"
        rules.GRN601 = { min-poll-interval = 0.1, names = ["a", "b"] }
        energy.budgets = [{ test = "anything" }]
        """,
    )
    assert config.target_version == (3, 13)
    assert config.min_proof is Proof.MEASURED
    assert config.fail_on is None
    assert config.per_file_ignores == (("tests/**", ("GRN3",)),)
    assert config.plugins == ()
    assert config.local_rules == (tmp_path / "tools" / "rules.py",)
    assert config.severity == (("GRN301", Severity.ERROR),)
    assert config.severity[0][1] is Severity.ERROR
    assert config.rules == (("GRN601", (("min-poll-interval", 0.1), ("names", ("a", "b")))),)
    assert pickle.loads(pickle.dumps(config)) == config
    assert hash(config) == hash(load(cwd=tmp_path))


@pytest.mark.parametrize(
    ("required", "minor"),
    [
        *((">=3.12", 12), (">=3.9,<4", 9), ("<4.0, >= 3.10, !=3.11.*", 10), ("~=3.13", 13)),
        *(("==3.12.*", 12), (">3.10", 10), ("<3.12", 11), ("*", 11)),
    ],
)
def test_the_target_follows_requires_python(tmp_path: Path, required: str, minor: int) -> None:
    """The lower bound of requires-python is the target; without one, the oldest maintained."""
    write(tmp_path / "pyproject.toml", f'[project]\nrequires-python = "{required}"')
    assert load(cwd=tmp_path).target_version == (3, minor)
    assert loaded(tmp_path, 'target-version = "3.14"').target_version == (3, 14)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            'selct = ["GRN3"]',
            '1:1: Unknown key "selct" in the configuration. Did you mean "select"?',
        ),
        ("min_proof = 1", '1:1: Unknown key "min_proof" in the configuration. Did you mean "min-'),
        ("\n[tool.greenlint]\n", '2:2: Unknown key "tool" in the configuration. `greenlint config'),
        ("[sevrity]\nGRN3 = 'note'", '1:2: Unknown key "sevrity" in the configuration. Did you'),
        ('preview = "true"', '1:1: preview must be true or false, not "true". Example'),
        (
            'select = "GRN3"',
            '1:1: select must be a list of strings, not "GRN3". Example: select = [',
        ),
        ("select = [3]", "1:1: select must be a list of strings, not [3]. Example: select = ["),
        ("max-file-lines = 0", "1:1: max-file-lines must be a whole number above zero, not 0."),
        ("max-file-lines = true", "1:1: max-file-lines must be a whole number above zero, not tr"),
        ('target-version = "3.11.4"', '1:1: target-version must be a version such as "3.11", not'),
        ('baseline = ""', '1:1: baseline must be a path in quotes, not "". Example: baseline = "g'),
        ('min-proof = "mesured"', '1:13: min-proof cannot be "mesured". Did you mean "measured"? '),
        ('fail-on = "all"', '1:11: fail-on cannot be "all". It is one of "error", "warning", "no'),
        ('severity = { GRN3 = "warn" }', '1:14: severity.GRN3 cannot be "warn". Did you mean "w'),
        ('per-file-ignores = ["GRN3"]', "1:1: per-file-ignores must be a table from globs to li"),
        ('[per-file-ignores]\n"a/**" = "GRN3"', "2:1: per-file-ignores.a/** must be a list, not"),
        ("[rules]\nGRN601 = 3", "2:1: rules.GRN601 must be a table, not 3. Example: rules = { GR"),
        ('exclude = ["a",\n  "["]', "2:3: exclude has the glob \"[\", which has a '[' without its"),
        ('[per-file-ignores]\n"!a" = []', '2:1: per-file-ignores has the glob "!a", which can'),
        ("preview = true\nselect = [", "2:11: This is not TOML: Invalid value."),
        ("a = 1\nb = ", "2:5: This is not TOML: Invalid value."),
        ("a = 1\na = 2", "2:6: This is not TOML: Cannot overwrite a value."),
    ],
)
def test_an_error_has_its_place_and_the_way_out(tmp_path: Path, body: str, message: str) -> None:
    """Each mistake is answered with file, line, column, the value, and what would be right."""
    assert refused(tmp_path, body).startswith(message)


@pytest.mark.parametrize(
    ("glob", "problem"),
    [
        *((good, "") for good in ("a", "/a", "a/", "**/a[0-9]", "!a", "*.py", "a..b", r"\#a")),
        *((bad, "names nothing") for bad in ("", " ", "/", "//", "!")),
        ("#a", "is a comment"),
        ("src\\", "ends in a backslash"),
        ("../a", "leaves the project"),
        ("a[b", "has a '[' without"),
    ],
)
def test_a_glob_that_cannot_match_is_named(glob: str, problem: str) -> None:
    """A glob that git would read as nothing is an error instead of silence."""
    assert glob_problem(glob).startswith(problem)
    assert bool(glob_problem(glob)) == bool(problem)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing file and one that is not UTF-8 are sentences with a way out."""
    with pytest.raises(ConfigError, match=r"^Cannot read .*no.toml: no such file.*--isolated"):
        load(cwd=tmp_path, config_options=["no.toml"])
    (tmp_path / "greenlint.toml").write_bytes(b'select = ["\xff"]')
    with pytest.raises(ConfigError, match=r"byte 11 is not UTF-8. Save it as UTF-8"):
        load(cwd=tmp_path)
    (tmp_path / "greenlint.toml").write_bytes(b"\xef\xbb\xbfpreview = true")
    assert load(cwd=tmp_path).preview, "a byte-order mark does no harm"


@pytest.mark.parametrize(
    ("text", "keys", "value", "at"),
    [
        ("[tool.greenlint]\nselect = []", "tool greenlint select", None, (2, 1)),
        ("[tool]\ngreenlint.select = []", "tool greenlint select", None, (2, 1)),
        ("tool.greenlint = { select = [] }", "tool greenlint select", None, (1, 20)),
        ("[a]\nselect = 1\n[b]\n  select = 2", "b select", None, (4, 3)),
        ('[b."x.y"]\nz = 1', "b x.y z", None, (2, 1)),
        ("[ b . 'c' ]  # why\nz = 1", "b c z", None, (2, 1)),
        ("a = [\n ['x'],\n [\n'b'\n]\n]\nb = 1", "b", None, (7, 1)),
        ('a = """\n[b]\nc = 1\n"""\n[b]\nc = 2', "b c", None, (6, 1)),
        ("a = '['  # ]]\nb = 1", "b", None, (2, 1)),
        ('a = [\n  "x", # "y"\n  "yy",\n  "z"]', "a", "z", (4, 3)),
        ("a = ['é', 'z']", "a", "z", (1, 11)),
        ("a = 1", "a", "z", (1, 1)),
        ("[a.b.c]", "a b", None, (1, 2)),
    ],
)
def test_places(text: str, keys: str, value: str | None, at: tuple[int, int] | None) -> None:
    """A key is found in its own table, in whichever of TOML's spellings; a value behind its key."""
    tomllib.loads(text)
    assert position(text, tuple(keys.split()), value) == at


def test_the_standard_parser_serves_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without tomli, tomllib reads the file and its errors keep their place."""
    monkeypatch.setitem(sys.modules, "tomli", None)
    assert parse("a = 1", "f") == {"a": 1}
    with pytest.raises(ConfigError, match=r"^f:2:5: This is not TOML: Invalid value"):
        parse("a = 1\nb = ", "f")


# Which value wins


def test_a_child_extends_its_parent(tmp_path: Path) -> None:
    """Lists replace, extend-* add, tables are joined, and each path starts at its own file."""
    parent = """[tool.greenlint]
        ignore = ["GRN1"]
        extend-exclude = ["old/"]
        baseline = "b.json"
        severity = { GRN1 = "note", GRN3 = "note" }
        rules.GRN601 = { a = 1, b = 1 }"""
    child = """extend = "../base/pyproject.toml"
        ignore = ["GRN2"]
        extend-exclude = ["gen/", "old/"]
        severity = { GRN3 = "error" }
        rules.GRN601 = { b = 2 }"""
    write(tmp_path / "base" / "pyproject.toml", parent)
    config = loaded(tmp_path / "app", child)
    assert config.root == tmp_path / "app"
    assert [file.name for file in config.files] == ["greenlint.toml", "pyproject.toml"]
    assert config.ignore == ("GRN2",)
    assert config.extend_exclude == ("old/", "gen/")
    assert config.baseline == tmp_path / "app" / ".." / "base" / "b.json"
    assert dict(config.severity) == {"GRN1": Severity.NOTE, "GRN3": Severity.ERROR}
    assert config.rules == (("GRN601", (("a", 1), ("b", 2))),)
    assert origin(config, "baseline").endswith("base/pyproject.toml")
    assert origin(config, "ignore").endswith("app/greenlint.toml")


def test_extending_in_a_circle_or_nothing_is_an_error(tmp_path: Path) -> None:
    """Files that extend each other, and a parent that is not there, are told at their line."""
    write(tmp_path / "b.toml", 'preview = true\nextend = "greenlint.toml"')
    with pytest.raises(ConfigError, match=r"b.toml:2:1: extend = .* leads back .* Take one"):
        loaded(tmp_path, 'extend = "b.toml"')
    message = refused(tmp_path, '\nextend = "no.toml"')
    assert message == f'2:1: extend = "no.toml" names no file; it is meant from {tmp_path}.'


def test_an_override_wins_over_the_file(tmp_path: Path) -> None:
    """--config KEY=VALUE comes after the file, repeated ones one after the other."""
    write(tmp_path / "greenlint.toml", 'fail-on = "note"\nselect = ["GRN1"]')
    options = ['fail-on="error"', 'fail-on = "never"', "rules.GRN601.a = 1", 'baseline="b.json"']
    config = load(cwd=tmp_path, config_options=options)
    assert (config.fail_on, config.select) == (None, ("GRN1",))
    assert config.rules == (("GRN601", (("a", 1),)),)
    assert config.baseline == tmp_path / "b.json"
    assert origin(config, "fail-on") == "--config 'fail-on = \"never\"'"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("fail-on=error", """is TOML: a string needs its quotes, as in 'fail-on="error"'."""),
        ("fial-on='error'", """--config 'fial-on='error'':1:1: Unknown key "fial-on" in the con"""),
        ("preview=1", "--config 'preview=1':1:1: preview must be true or false, not 1."),
    ],
)
def test_an_override_that_cannot_be(tmp_path: Path, given: str, message: str) -> None:
    """An override is judged as a file is, and a forgotten pair of quotes is explained."""
    with pytest.raises(ConfigError) as caught:
        load(cwd=tmp_path, config_options=[given])
    assert message in str(caught.value)


def test_the_command_line_wins(tmp_path: Path) -> None:
    """select starts anew, ignore and extend-* add, the rest replaces; None was not given."""
    lists = 'select = ["GRN1"]\nextend-select = ["GRN601"]\nignore = ["GRN301", "GRN102"]'
    file = loaded(tmp_path, lists + '\nextend-exclude = ["a/"]\nfail-on = "note"')
    config = override(file, cwd=tmp_path / "sub", select=["GRN301"], ignore=("GRN302",))
    assert (config.select, config.extend_select) == (("GRN301",), ())
    assert config.ignore == ("GRN102", "GRN302")
    assert origin(config, "select") == "--select"
    config = override(file, cwd=tmp_path / "sub", baseline=Path("b.json"), extend_exclude=["b/"])
    assert config.baseline == tmp_path / "sub" / "b.json"
    assert config.extend_exclude == ("a/", "b/")
    config = override(file, min_confidence=Confidence.HIGH, fail_on=None)
    assert (config.min_confidence, config.fail_on) == (Confidence.HIGH, Severity.NOTE)
    with pytest.raises(ConfigError, match=r'^--min-proof: min-proof cannot be "x". It is one of'):
        override(file, min_proof="x")


# What is derived from the table of options


def test_the_schema_is_current() -> None:
    """The published JSON Schema is the one that the options give, the profiler's among them."""
    published = (ROOT / "docs" / "schemas" / "greenlint-config-1.json").read_text(encoding="utf-8")
    assert published == json.dumps(full_schema(), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize(
    "body",
    [
        *("selct = []", "fail-on = 'all'", "preview = 1", "severity = { GRN3 = 'warn' }"),
        *("max-file-lines = 0", "target-version = '3.11.1'", "rules.X = 1", "exclude = ['']"),
    ],
)
def test_the_schema_agrees_with_the_loader(tmp_path: Path, body: str) -> None:
    """An editor that checks against the schema complains of what the loader refuses."""
    assert not Draft202012Validator(schema()).is_valid(tomllib.loads(body))
    assert refused(tmp_path, body)


def test_what_holds_can_be_shown(tmp_path: Path) -> None:
    """The effective values are as TOML has them, fit the schema, and load as the same again."""
    before = loaded(tmp_path, 'severity = { GRN3 = "note" }\nrules.X.a = 1\nfail-on = "never"')
    values = {name: value for name, value in effective(before).items() if value is not None}
    assert (values["cache-dir"], values["fail-on"]) == (".greenlint/cache", "never")
    assert (values.pop("severity"), values.pop("rules")) == ({"GRN3": "note"}, {"X": {"a": 1}})
    assert Draft202012Validator(schema()).is_valid(values)
    inline = [f"{name}={json.dumps(value)}" for name, value in values.items()]
    assert load(cwd=tmp_path, config_options=inline) == before


def test_every_option_is_explained(tmp_path: Path) -> None:
    """Each key has a sentence, an example that works as it stands, and a place in the guide."""
    guide = (ROOT / "docs" / "guide" / "configuration.md").read_text(encoding="utf-8")
    examples = "\n".join(doc.example for doc in describe())
    assert Draft202012Validator(schema()).is_valid(tomllib.loads(examples))
    write(tmp_path / "pyproject.toml", OURS)
    loaded(tmp_path / "inner", examples)
    for doc in describe():
        assert doc.help.endswith(".")
        assert doc.example.startswith(f"{doc.name} = ")
        assert doc.type
        if doc.field and doc.name not in ("max-file-lines", "rules"):
            assert f"`{doc.name}`" in guide


def test_reading_settings_is_cheap() -> None:
    """Importing the settings loads no TOML parser, no pathspec and no package metadata."""
    code = "import sys, greenlint.config; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    heavy = {"tomli", "tomllib", "difflib", "json", "pathspec", "libcst", "importlib.metadata"}
    assert "greenlint.config" in done.stdout.split()
    assert heavy.isdisjoint(done.stdout.split())
