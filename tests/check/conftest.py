# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint check`` as its users have it: a process of its own, in a project of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

# Rules of our own, so that these tests say nothing of the built-in ones.
FACTS = {
    "shout": """code="ACME101",
    name="shouting",
    lifecycle="stable",
    aliases=("LOUD1",),
    fix="safe",
    needles=(b"shout",),
    help="speak softly",
""",
    "curse": """code="ACME102",
    name="cursing",
    severity="note",
    lifecycle="stable",
    fix="unsafe",
    confidence="medium",
    needles=(b"curse",),
""",
    "weep": """code="ACME203",
    name="weeping",
    severity="error",
    lifecycle="stable",
    tests=False,
    needles=(b"weep",),
    options=(Option("most", 0, "How many tears are few."),),
""",
    "trial": """code="BETA101",
    name="trial",
    confidence="low",
    needles=(b"trial",),
""",
}
HITS = {
    "shout": 'Hit(call, "`shout` is loud", Fix("whisper", (Edit(call.func, "whisper"),)))',
    "curse": 'Hit(call, "`curse` is rude", Fix("b", (Edit(call.func, "bless"),), Safety.UNSAFE))',
    "weep": 'Hit(call, f"`weep` is wet on {here.target[1]}")',
    "trial": 'Hit(call, "`trial` is new")',
}
IMPORTS = "import libcst as cst\n\nfrom greenlint import Edit, Fix, Hit, Option, Rule, Safety\n\n"
CONFIG = """\
[tool.greenlint]
select = ["ACME", "BETA"]
min-proof = "reasoned"
extend-exclude = ["tools/"]
"""
LOUD = "shout('a')\ncurse('b')\nweep('c')\n"


def rule(name: str, variable: str = "RULE") -> str:
    """One rule's source: a call of `name` is a finding."""
    few = " and len(call.args) >= here.options['most']" if name == "weep" else ""
    return (
        f"{variable} = Rule(\n    {FACTS[name]})\n\n\n@{variable}.on(cst.Call)\n"
        f"def found_{name}(call, here):\n    if here.code(call.func) == {name!r}{few}:\n"
        f"        yield {HITS[name]}\n\n\n"
    )


LOCAL_RULES = IMPORTS + "".join(rule(name, name.upper()) for name in FACTS)


class Run:
    """A finished run: exit code, standard output and standard error."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.code = done.returncode
        self.raw = done.stdout
        self.out = done.stdout.decode("utf-8", "replace")
        self.err = done.stderr.decode("utf-8", "replace")

    def __repr__(self) -> str:
        return f"exit {self.code}\n{self.out}\n--- stderr\n{self.err}"

    @property
    def findings(self) -> list[dict[str, Any]]:
        """What ``-o json`` found."""
        found: list[dict[str, Any]] = json.loads(self.out)["findings"]
        return found

    @property
    def codes(self) -> list[str]:
        """The codes of ``-o concise``."""
        return [word for word in self.out.split() if word[:3] in ("ACM", "BET", "GRN", "PLU")]


Lint = Callable[..., Run]


def clean_environment(**more: str) -> dict[str, str]:
    """No setting of the machine that the tests run on, but those given."""
    ours = ("GREENLINT_", "GITHUB_", "NO_COLOR", "FORCE_COLOR", "PYTHONPATH", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, **more}


def run_greenlint(
    *words: str, cwd: Path, input: bytes | None = None, program: tuple[str, ...] = (), **env: str
) -> Run:
    """Run ``greenlint WORDS``; keyword arguments are environment variables."""
    command = [*(program or (sys.executable, "-m", "greenlint")), *words]
    done = subprocess.run(
        command, cwd=cwd, env=clean_environment(**env), input=input, capture_output=True, timeout=60
    )
    return Run(done)


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The rules as an installed plugin; the folder is for PYTHONPATH."""
    site = tmp_path_factory.mktemp("acme")
    package, facts = site / "greenlint_acme", site / "greenlint_acme-1.0.dist-info"
    for name, text in {
        "__init__.py": "from pathlib import Path\n\nfrom greenlint import hookimpl\n"
        "from greenlint.catalogue import rules_in\n\n\n@hookimpl\n"
        "def greenlint_register_rules():\n"
        "    return rules_in(__name__, Path(__file__).parent)\n",
        **{f"{name}.py": IMPORTS + rule(name) for name in FACTS},
    }.items():
        package.mkdir(exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    facts.mkdir()
    (facts / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: greenlint-acme\nVersion: 1.0\n", encoding="utf-8"
    )
    (facts / "entry_points.txt").write_text(
        "[greenlint.plugins]\nacme = greenlint_acme\n", encoding="utf-8"
    )
    return str(site)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project, and a package of two files that break the rules."""
    folder = tmp_path / "project"
    for name, text in {
        "pyproject.toml": CONFIG,
        "pkg/a.py": LOUD,
        "pkg/b.py": "def f():\n    shout('again')\n",
        "tests/test_a.py": "weep('t')\nshout('t')\n",
    }.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def local_rules(project: Path) -> Path:
    """The same rules as a file of the project, instead of the plugin."""
    file = project / "tools" / "green_rules.py"
    file.parent.mkdir()
    file.write_text(LOCAL_RULES, encoding="utf-8")
    (project / "pyproject.toml").write_text(
        CONFIG + 'local-rules = ["tools/green_rules.py"]\n', encoding="utf-8"
    )
    return file


@pytest.fixture(scope="session")
def runner() -> Lint:
    """``greenlint WORDS`` anywhere, for what is run once for many tests."""
    return run_greenlint


@pytest.fixture
def greenlint(project: Path, acme: str) -> Lint:
    """``greenlint WORDS`` in the project, the plugin installed."""

    def run(*words: str, cwd: Path = project, **more: Any) -> Run:
        if "local-rules" not in (project / "pyproject.toml").read_text(encoding="utf-8"):
            more.setdefault("PYTHONPATH", acme)
        return run_greenlint(*words, cwd=cwd, **more)

    return run


@pytest.fixture
def check(greenlint: Lint) -> Lint:
    """``greenlint check WORDS -o concise`` in the project, unless another -o is given."""

    def run(*words: str, **more: Any) -> Run:
        output = () if "-o" in words else ("-o", "concise")
        return greenlint("check", *words, *output, **more)

    return run


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One cache for tests that are not about it: what it knows is not where a project lies."""
    return str(tmp_path_factory.mktemp("cache"))


@pytest.fixture
def warm(check: Lint, shared_cache: str) -> Lint:
    """`check`, with the shared cache; three times as fast where it knows the files."""

    def run(*words: str, **more: Any) -> Run:
        return check(*words, "--cache-dir", shared_cache, **more)

    return run
