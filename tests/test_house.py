# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The walls of the house: who may import whom, and what every file carries."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "greenlint": ROOT / "greenlint",
    "greenlint_rules": ROOT / "rules" / "greenlint_rules",
    "greenlint_profiler": ROOT / "profiler" / "greenlint_profiler",
    "pytest_greenlint": ROOT / "pytest_plugin" / "pytest_greenlint",
}

# What a package may import besides the standard library and itself.
ALLOWED = {
    "greenlint": {"libcst", "pluggy", "pathspec", "tomli"},
    "greenlint_rules": {"libcst", "greenlint"},
    "greenlint_profiler": set(),
    "pytest_greenlint": {"pytest", "_pytest", "greenlint_profiler"},
}

# Heavier libraries, and the only rooms that may import them: module prefix -> libraries.
ROOMS = {
    "greenlint.cli": {"click", "rich", "coverage", "tomlkit", "greenlint_profiler"},
    "greenlint.report": {"jinja2"},
    "greenlint.report.measures.pdf": {"jinja2", "weasyprint"},
    "greenlint.formats.html": {"jinja2"},
    "greenlint.server": {"pygls", "lsprotocol"},
    "greenlint_profiler.meters.pyrapl": {"pyRAPL"},
    "greenlint_profiler.meters.nvml": {"pynvml"},
    "greenlint_profiler.stores.postgres": {"psycopg"},
    "pytest_greenlint.tracing": {"coverage"},
}

# Of those, the ones that may stand at the top of a module: whoever loads the room wants them.
AT_THE_TOP = {"click", "jinja2", "pygls", "lsprotocol", "greenlint_profiler"}

# Rooms of the engine that only the command loads.
ONLY_FOR_THE_COMMAND = ("greenlint.report", "greenlint.server", "greenlint.formats.html")

# What a rule may know of the engine: the words it speaks and the questions it asks.
# The hook that hands the rules over, greenlint_rules/__init__.py, may know the door as well.
FOR_RULES = (
    "greenlint.rule",
    "greenlint.glance",
    "greenlint.origins",
    "greenlint.here",
    "greenlint.kinds",
    "greenlint.loops",
    "greenlint.messages",
    "greenlint.scope",
    "greenlint.uses",
    "greenlint.walk",
    "greenlint.project",
)
# What rules may share: questions on syntax, turns of loops, databases, networks, requests.
SHAPES = (
    "greenlint_rules.addresses",
    "greenlint_rules.anew",
    "greenlint_rules.arrays",
    "greenlint_rules.shapes",
    "greenlint_rules.stores",
    "greenlint_rules.glances",
    "greenlint_rules.growth",
    "greenlint_rules.rows_glance",
    "greenlint_rules.rows_in_turns",
    "greenlint_rules.training",
    "greenlint_rules.turns",
    "greenlint_rules.orm",
    "greenlint_rules.builders",
    "greenlint_rules.fetched_text",
    "greenlint_rules.few_rows",
    "greenlint_rules.filling",
    "greenlint_rules.lookups",
    "greenlint_rules.loop_names",
    "greenlint_rules.own",
    "greenlint_rules.fetching",
    "greenlint_rules.handlers",
    "greenlint_rules.outside",
    "greenlint_rules.placing",
    "greenlint_rules.readings",
    "greenlint_rules.stores",
    "greenlint_rules.asking",
    "greenlint_rules.columns",
    "greenlint_rules.writes",
    "greenlint_rules.sql",
    "greenlint_rules.sql_texts",
    "greenlint_rules.many",
    "greenlint_rules.often",
    "greenlint_rules.readings",
)
FOR_THE_HOOK = (*FOR_RULES, "greenlint.plugins", "greenlint.catalogue")

# Where an import name differs from the name it is installed by.
INSTALLED_AS = {"_pytest": "pytest", "pynvml": "nvidia-ml-py"}

# Files that are longer than 400 lines and still one idea: path -> why.
LONG: dict[str, str] = {}

# What belongs to a machine or a mirror and never into the repository.
NOT_OURS = re.compile(
    r"(?<![\w.~$}\])>/-])/(?:w[o]rk|r[o]ot|h[o]me/\w+|t[m]p/bash_jobs)/"
    r"|files\.pythonh[o]sted\.org|p[y]pi\.org/simple|registry\.n[p]mjs\.org"
    r"|deb\.d[e]bian\.org|--trusted-h[o]st|--(?:extra-)?index-u[r]l"
)


@dataclass(frozen=True)
class Module:
    """One of our modules: its dotted name, its file, and whether it is a package's own file."""

    name: str
    path: Path

    @property
    def package(self) -> str:
        return self.name.partition(".")[0]

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"), self.path.name)

    def parent(self, level: int) -> str:
        """The package that `level` dots of a relative import stand for."""
        parts = self.name.split(".")
        drop = level - 1 if self.path.name == "__init__.py" else level
        return ".".join(parts[: len(parts) - drop])


@dataclass(frozen=True)
class Import:
    """One module that another imports: `names` are taken from it; `top` when at once."""

    target: str
    names: tuple[str, ...]
    line: int
    top: bool
    typing: bool

    @property
    def library(self) -> str:
        return self.target.partition(".")[0]


def modules() -> list[Module]:
    """Every module of the four packages."""
    found = []
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            parts = parts[:-1] if parts[-1] == "__init__" else parts
            found.append(Module(".".join((package, *parts)), path))
    return found


def imports(module: Module) -> Iterator[Import]:
    """Every import of a module, wherever it stands."""

    def down(node: ast.AST, top: bool, typing: bool) -> Iterator[Import]:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, (), node.lineno, top, typing)
        elif isinstance(node, ast.ImportFrom):
            base = module.parent(node.level) if node.level else ""
            target = ".".join(filter(None, (base, node.module)))
            names = tuple(alias.name for alias in node.names)
            yield Import(target, names, node.lineno, top, typing)
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for statement in node.body:
                yield from down(statement, top, True)
            for statement in node.orelse:
                yield from down(statement, top, typing)
        else:
            inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for child in ast.iter_child_nodes(node):
                yield from down(child, top and not inside, typing)

    return down(module.tree, True, False)


def within(name: str, *rooms: str) -> bool:
    """Whether a module is one of the rooms, or stands in one."""
    return any(name == room or name.startswith(room + ".") for room in rooms)


def at(module: Module, found: Import) -> str:
    """How a broken wall is reported: file, line, what was imported."""
    return f"{module.path.relative_to(ROOT).as_posix()}:{found.line} imports {found.target}"


def every_import() -> list[tuple[Module, Import]]:
    return [(module, found) for module in modules() for found in imports(module)]


def tracked() -> list[Path]:
    """The files of the repository; of an unpacked source distribution, all of its files."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
        files = [ROOT / name for name in listed.split("\0") if name]
    else:
        files = [path for path in ROOT.rglob("*") if ".venv" not in path.parts]
    return [path for path in files if path.is_file() and not path.is_symlink()]


def our_python() -> list[Path]:
    """Every Python file that we maintain; the webshop is another project, and test data is data."""
    return [
        ROOT / "conftest.py",
        *(module.path for module in modules()),
        *sorted((ROOT / "tests").glob("*.py")),
        *sorted((ROOT / "tests" / "powercap").glob("*.py")),
        *sorted((ROOT / "tests" / "profiler").glob("*.py")),
        *sorted((ROOT / "benchmarks").glob("*.py")),
    ]


def parametrize_paths(paths: list[Path]) -> pytest.MarkDecorator:
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    return pytest.mark.parametrize("path", paths, ids=names)


# Who may import whom


def test_a_package_imports_what_it_may() -> None:
    """Each package keeps to the standard library, itself and its short list of libraries."""
    broken = []
    for module, found in every_import():
        allowed = ALLOWED[module.package] | {module.package}
        for room, libraries in ROOMS.items():
            if within(module.name, room):
                allowed = allowed | libraries
        if module.name == "greenlint.hookspecs" and found.typing:
            allowed = allowed | {"click"}
        if found.library not in sys.stdlib_module_names and found.library not in allowed:
            broken.append(at(module, found))
    assert not broken


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    """What a room imports for some of its work is imported inside the function that does it."""
    heavy = set().union(*ROOMS.values()) - AT_THE_TOP
    broken = [
        at(module, found)
        for module, found in every_import()
        if found.library in heavy and found.top and not found.typing
    ]
    assert not broken


def test_nobody_imports_a_package_root() -> None:
    """Modules import modules: import circles run through an `__init__`."""
    broken = [
        at(module, found) for module, found in every_import() if found.target in {*PACKAGES, ""}
    ]
    assert not broken


def test_only_main_imports_the_command() -> None:
    """The engine can be used without the command: only `python -m greenlint` loads it."""
    broken = [
        at(module, found)
        for module, found in every_import()
        if within(found.target, "greenlint.cli")
        and module.name != "greenlint.__main__"
        and not within(module.name, "greenlint.cli")
    ]
    assert not broken


def test_only_the_command_loads_the_heavy_rooms() -> None:
    """Reports, the HTML format and the server cost nothing to a run that does not ask for them."""
    broken = [
        at(module, found)
        for module, found in every_import()
        for room in ONLY_FOR_THE_COMMAND
        if within(found.target, room) and not within(module.name, room, "greenlint.cli")
    ]
    assert not broken


def test_a_rule_knows_only_its_words() -> None:
    """A rule imports the public words of the engine and the shared shapes, never another rule."""
    broken = []
    for module, found in every_import():
        if module.package != "greenlint_rules":
            continue
        words = FOR_THE_HOOK if module.name == "greenlint_rules" else FOR_RULES
        outside = found.library == "greenlint" and not within(found.target, *words)
        another = found.library == "greenlint_rules" and not within(found.target, *SHAPES)
        if outside or another:
            broken.append(at(module, found))
    assert not broken


def test_every_library_is_declared() -> None:
    """What the packages import, pyproject.toml asks for: as a dependency or in an extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project.get("optional-dependencies", {})
    asked = [*project["dependencies"], *(name for extra in extras.values() for name in extra)]
    declared = {re.split(r"[^\w.-]", name)[0].lower() for name in asked}
    used = {found.library for _, found in every_import()} - set(PACKAGES) - sys.stdlib_module_names
    assert {INSTALLED_AS.get(name, name).lower() for name in used} <= declared


# What every file carries


@parametrize_paths(our_python())
def test_a_python_file_says_whose_it_is_and_what_it_is(path: Path) -> None:
    """Every file opens with the licence and one sentence saying what it is."""
    text = path.read_text(encoding="utf-8")
    head = [line for line in text.splitlines()[:3] if not line.startswith("#!")]
    # REUSE-IgnoreStart
    assert head[:2] == [
        "# SPDX-FileCopyrightText: The greenlint developers",
        "# SPDX-License-Identifier: EUPL-1.2",
    ]
    # REUSE-IgnoreEnd
    assert ast.get_docstring(ast.parse(text))


@parametrize_paths(our_python())
def test_a_file_is_one_idea(path: Path) -> None:
    """A file over 400 lines gives its reason in LONG, and leaves the list when it has shrunk."""
    name = path.relative_to(ROOT).as_posix()
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert (lines > 400) == (name in LONG), f"{name} has {lines} lines"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_typed(package: str) -> None:
    """Type checkers of users read our annotations."""
    assert (PACKAGES[package] / "py.typed").is_file()


def test_the_packages_have_one_version() -> None:
    """The four packages are released together."""
    source = (ROOT / "greenlint" / "version.py").read_text(encoding="utf-8")
    stated = re.findall(r'^__version__ = "(.+)"$', source, re.MULTILINE)
    for package in ("greenlint_profiler", "pytest_greenlint"):
        own = (PACKAGES[package] / "__init__.py").read_text(encoding="utf-8")
        assert re.findall(r'^__version__ = "(.+)"$', own, re.MULTILINE) == stated


def test_a_rule_has_its_page_and_a_page_its_rule() -> None:
    """A rule without a page cannot be explained; a page without a rule is never tested."""
    rooms = PACKAGES["greenlint_rules"]
    rules = {
        path.with_suffix("")
        for path in rooms.glob("*/*.py")
        if not path.name.startswith("_") and path.parent.name != "shapes"
    }
    pages = {path.with_suffix("") for path in rooms.glob("*/*.md")}
    assert rules == pages


def test_nothing_of_a_machine_is_committed() -> None:
    """No path of somebody's machine and no address of a package mirror is in the repository."""
    broken = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" in data:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            if NOT_OURS.search(line):
                broken.append(f"{path.relative_to(ROOT).as_posix()}:{number}: {line.strip()}")
    assert not broken


def test_the_checks_are_one_command() -> None:
    """What runs on a merge is `make test`, and nothing less."""
    commands = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert commands[-1] == "exec make test"


def test_news_fragments_are_of_a_known_kind() -> None:
    """A fragment whose name is not understood would silently be left out of the changelog."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    kinds = {kind["directory"] for kind in project["tool"]["towncrier"]["type"]}
    names = [path.name for path in (ROOT / "docs" / "news").iterdir() if path.name != "README.md"]
    fragment = re.compile(rf"(\d+|[A-Z]{{3,5}}\d{{3}}|\+[\w-]+)\.({'|'.join(kinds)})\.md")
    assert [name for name in names if not fragment.fullmatch(name)] == []
