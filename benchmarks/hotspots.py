# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The three findings with most to save, mended one by one: what a suite uses less, as the gate
measures it, and what the report says of it.

    python -m benchmarks.hotspots [--only PROJECT ...] [--part PART ...] [--folder FOLDER]

Projects are the bundled webshop and a pinned one of the package index; benchmarks/hotspots.toml has
their tests, the fixes as edits of single lines, and what was read of the first ten findings.  Each
step is as a user does it: `greenlint energy collect`, `check --sort=energy`, an edit, `energy gate
--executes`, `energy savings`, `report`.  What was found is kept in benchmarks/hotspots, a file a
project, so that a part can be run again; `--part report` writes benchmarks/RESULTS-hotspots.md.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import hotspots_report
from benchmarks.corpus import DEFAULT_FOLDER
from benchmarks.hotspots_projects import Fix, Json, Project, Stale, projects
from benchmarks.machine import Machine
from benchmarks.measure import Command, Reading, run
from benchmarks.suite_counts import instructions
from tests.powercap.live import live

DATA = Path(__file__).with_name("hotspots")
TOP, ROUNDS = 10, 3
# What a gate may take at most; `--time-limit` ends it without a verdict on what is undecided.
MINUTES = 10
# Of a finding that many tests confirm, those that repeat most.
MOST_TESTS = 4
WATTS, TREE = "15", "client-i5-13500"
STORE, SIMULATED = ".greenlint/energy.sqlite3", ".greenlint/simulated.sqlite3"


def main(words: Sequence[str]) -> int:
    """The parts that were asked for, project by project."""
    parser = argparse.ArgumentParser("python -m benchmarks.hotspots", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--only", nargs="+", default=[], metavar="PROJECT")
    parser.add_argument("--part", nargs="+", choices=[*PARTS, "report"], metavar="PART")
    parser.add_argument("--folder", type=Path, default=DEFAULT_FOLDER / "hotspots")
    parser.add_argument("--minutes", type=int, default=MINUTES, help="that a gate may take")
    asked = parser.parse_args(words)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    parts = asked.part or [*PARTS, "report"]
    if set(parts) & set(PARTS):
        for project in projects(asked.folder.absolute(), asked.only):
            for part in [one for one in PARTS if one in parts]:
                began = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
                about = {"when": began, "load": round(os.getloadavg()[0], 1)}
                print(f"{about['when']} {project.name}: {part}, load {about['load']}", flush=True)
                keep(project, part, about | PARTS[part](project, asked.minutes))
    if "report" in parts:
        hotspots_report.write(DATA)
    return 0


def keep(project: Project, part: str, found: Json) -> None:
    """Add what a part found to what is known of a project."""
    known = held(project) | {part: found}
    known |= {"title": project.title, "machine": Machine.here().words()}
    known |= {"command": ["python", *project.words[1:]]}
    DATA.mkdir(exist_ok=True)
    text = json.dumps(known, indent=1, ensure_ascii=False)
    (DATA / f"{project.name}.json").write_text(f"{text}\n", "utf-8")


def held(project: Project) -> Json:
    """What earlier parts found."""
    path = DATA / f"{project.name}.json"
    found: Json = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def collected(project: Project, _: int) -> Json:
    """Both runs of the suite as published."""
    (project.root / ".coverage").unlink(missing_ok=True)
    for name in (STORE, SIMULATED):
        (project.root / name).unlink(missing_ok=True)
    project.repository.git("checkout", "-q", "-f", first(project))
    began = time.perf_counter()
    project.greenlint("energy", "collect", "--", *project.words)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "run": newest(project)}


def ranking(project: Project, _: int) -> Json:
    """What `check` and the report make of these runs."""
    project.repository.git("checkout", "-q", "-f", first(project))
    found = ranked(project)
    return {
        "findings": len(found),
        "confirmed": sum(bool(one["energy"]["confirmed"]) for one in found),
        "top": [row(one) for one in found[:TOP]],
        "join": joining(project),
        "report": page(project),
    }


def first(project: Project) -> str:
    """The commit that was published."""
    return project.repository.git("rev-list", "--max-parents=0", "HEAD")


def newest(project: Project, store: str = STORE) -> Json:
    """The totals of the last run, of all its tests with their fixtures."""
    (one,) = project.json("energy", "list", "--limit=1", "--json", "--store", store)["runs"]
    return {name: one[name] for name in ("tests", "joules", "cpu_seconds", "queries")}


def ranked(project: Project, store: str = STORE) -> list[Json]:
    """All findings as `check` ranks them."""
    environ = {"GREENLINT_ENERGY_STORE": store}
    words = ("check", "--sort=energy", "--exit-zero", "-o", "json")
    found: list[Json] = project.json(*words, environ=environ)["findings"]
    return found


def row(one: Mapping[str, Any]) -> Json:
    """What is kept of a finding."""
    energy = one["energy"]
    again = energy["confirmed"] or energy["seen"]
    return {
        "rule": one["code"],
        "place": f"{one['path']}:{one['line']}",
        "message": one["message"],
        "standing": "confirmed" if energy["confirmed"] else "seen" if again else "",
        "times": again[0]["count"] if again else 0,
        "in": again[0]["test"] if again else "",
        "again_in": list(dict.fromkeys(each["test"] for each in again)),
        "tests": None if energy["tests"] is None else len(energy["tests"]),
        **{name: energy[name] for name in ("cpu_seconds", "queries", "joules", "ci", "evidence")},
    }


def joining(project: Project) -> Json:
    """Seconds of a check whose results are remembered, joined and not, in turns; medians."""
    words = (str(project.python), "-m", "greenlint", *project.options, "check", "--exit-zero")
    taken: dict[str, list[Reading]] = {"joined": [], "plain": []}
    for _ in range(ROUNDS):
        for name, option in (("joined", "--sort=energy"), ("plain", "--no-energy")):
            taken[name].append(run(Command((*words, option), project.root)))
    return {
        name: {
            "seconds": median(one.wall_seconds for one in held),
            "cpu_seconds": median(one.cpu_seconds for one in held),
        }
        for name, held in taken.items()
    }


def page(project: Project) -> Json:
    """The report page: its size in bytes, the seconds it takes, and whether it tells savings."""
    began = time.perf_counter()
    text = project.greenlint("report", "-o", "html").stdout
    seconds = time.perf_counter() - began
    return {"bytes": len(text.encode()), "seconds": seconds, "saved": 'id="h-saved"' in text}


def mended(project: Project, minutes: int) -> Json:
    """Each fix on top of the one before, and the gate between them; then all, and the suite."""
    start = first(project)
    project.repository.git("checkout", "-q", "-f", start)
    told, began = [], datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    for number, fix in enumerate(project.fixes):
        project.apply(fix, project.fixes[:number])
        found = gated(project, "HEAD", [fix], minutes)
        told.append(found | {"fix": fix.place, "does": fix.message})
        project.repository.git("commit", "-q", "-a", "-m", f"{fix.place}: {fix.message}")
        print(
            f"{project.name}: {fix.place}, {found['verdict']}, {found['seconds']:.0f} s", flush=True
        )
    listed = project.json("energy", "savings", "--json")["savings"]
    listed = [one for one in listed if one["finished"] >= began]
    suite = None
    if project.restarts:
        whole = ("--whole", f"--restarts={project.restarts}", "--test-timeout=10 min")
        suite = gate(project, start, whole, 3 * minutes)
    measured(project)
    return {
        "fixes": told,
        "savings": listed,
        "suite": suite,
        "run": newest(project),
        "top": [row(one) for one in ranked(project)[:TOP]],
        "report": page(project),
    }


def measured(project: Project, **environ: str) -> None:
    """One more run of the suite in the store."""
    subprocess.run(
        [*project.words, "--energy"],
        cwd=project.root,
        env={**os.environ, "PYTHONHASHSEED": "0", **environ},
        stdout=subprocess.DEVNULL,
        check=False,
    )


def apply_all(project: Project) -> None:
    """Make all fixes, in the project as published."""
    for number, fix in enumerate(project.fixes):
        project.apply(fix, project.fixes[:number])


def together(project: Project, minutes: int) -> Json:
    """All fixes at once, over the test of each that repeats most: few tests are decided sooner."""
    project.repository.git("checkout", "-q", "-f", first(project))
    apply_all(project)
    found = gated(project, "HEAD", project.fixes, minutes, 1)
    project.repository.git("checkout", "-q", "-f", "HEAD")
    return found


def counted(project: Project, _: int) -> Json:
    """Instructions of the suite under callgrind: twice as published, and once with all fixes."""
    os.environ["PYTHONHASHSEED"] = "0"
    project.repository.git("checkout", "-q", "-f", first(project))
    command = Command(project.words, project.root, frozenset({0, 1}))
    with tempfile.TemporaryDirectory() as folder:
        base = [instructions(command, Path(folder)) for _ in range(2)]
        apply_all(project)
        head = instructions(command, Path(folder))
    project.repository.git("checkout", "-q", "-f", "HEAD")
    return {"base": base, "head": head}


def gated(
    project: Project,
    base: str,
    fixes: Sequence[Fix],
    minutes: int,
    most: int = MOST_TESTS,
    environ: Mapping[str, str] | None = None,
) -> Json:
    """The gate over so many of the tests that confirmed each finding, as `ranking` has them."""
    known = {one["place"]: one for one in held(project)["rank"]["top"]}
    words = []
    for fix in fixes:
        if fix.place not in known:
            raise Stale(f"{project.name} has no finding at {fix.place} among the first {TOP}")
        words += ["--executes", fix.place]
        words += [f"--only={test}" for test in known[fix.place]["again_in"][:most]]
    return gate(project, base, words, minutes, environ)


def gate(
    project: Project,
    base: str,
    words: Sequence[str],
    minutes: int,
    environ: Mapping[str, str] | None = None,
) -> Json:
    """Hold the checkout against a revision; what is told of each test that changed."""
    limit = f"--time-limit={minutes} min"
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "gate.json")
        options = (f"--base={base}", *words, limit, "-o", f"json:{told}")
        project.greenlint("energy", "gate", *options, "--", *project.words, environ=environ or {})
        found: Json = json.loads(told.read_text("utf-8"))
    outcomes = [found["whole"]] if found["whole"] else found["tests"]
    return {
        "verdict": found["verdict"],
        "seconds": found["seconds"],
        "restarts": found["restarts"],
        "mended": [f"{one['rule']} {one['path']}:{one['line']}" for one in found["mended"]],
        "tests": [_outcome(one) for one in outcomes],
    }


def _outcome(one: Mapping[str, Any]) -> Json:
    compared = one["compared"]
    counted = [
        [each["base"], each["head"]] for each in one["counts"] if each["quantity"] == "queries"
    ]
    return {
        "test": one["test"],
        "verdict": one["verdict"],
        "quantity": one["quantity"],
        "evidence": one["evidence"],
        "base": one["base"] and one["base"]["median"],
        "head": one["head"] and one["head"]["median"],
        "change": compared and compared["change"],
        "restarts": compared and compared["restarts"],
        "queries": next(iter(counted), None),
    }


def simulated(project: Project, minutes: int) -> Json:
    """The suite as published, and a gate of the first fix, beside a counter that is simulated."""
    start, last = first(project), project.repository.git("rev-parse", "HEAD")
    environ = {"GREENLINT_ENERGY_STORE": SIMULATED}
    with (
        tempfile.TemporaryDirectory() as folder,
        live(Path(folder, "live"), TREE, WATTS) as tree,
    ):
        environ["GREENLINT_SYSFS_ROOT"] = str(tree.sys)
        project.repository.git("checkout", "-q", "-f", start)
        measured(project, **environ)
        found: Json = {"run": newest(project, SIMULATED)}
        found["top"] = [row(one) for one in ranked(project, SIMULATED)[:TOP]]
        project.apply(project.fixes[0], ())
        found["gate"] = gated(project, start, project.fixes[:1], minutes, environ=environ)
    project.repository.git("checkout", "-q", "-f", last)
    return {"watts": WATTS, "tree": TREE, **found}


PARTS: Mapping[str, Callable[[Project, int], Json]] = {
    "collect": collected,
    "rank": ranking,
    "mend": mended,
    "together": together,
    "instructions": counted,
    "joules": simulated,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
