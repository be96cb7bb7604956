# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``greenlint profile --functions`` as its users have it: real programs, sampled for real.

What the machine does at a moment is not told in advance, so shares have tolerances.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from tests.cli.functions import BURN, bare, profile
from tests.powercap.live import live
from tests.profiler.trace_events import problems

pytestmark = pytest.mark.alone

# The program does not notice


SEES = """
import os, sys, threading
print(sys.argv, sys.path, __name__, __file__, sys.flags, sys.stdin.read())
print(threading.enumerate(), threading.active_count(), sorted(sys.modules.keys() & {"random"}))
def fails():
    raise ValueError("as it should")
if "fail" in sys.argv:
    fails()
os.write(2, b"to the end\\n")
raise SystemExit(int(sys.argv[1]))
"""


@pytest.mark.parametrize("words", [["3"], ["0", "--json", "-m"], ["1", "fail"]])
def test_a_program_is_as_without_us(tmp_path: Path, words: list[str]) -> None:
    """Words, path, module, flags, input, output, threads, traceback and exit code."""
    done = profile(tmp_path, "app.py", *words, program=SEES, given="hello")
    alone = bare(tmp_path, "app.py", *words, given="hello")
    main = "MainThread, started"
    assert done.stdout.partition(main)[0] == alone.stdout.partition(main)[0]
    assert done.stdout.splitlines()[-1].endswith("1 []")
    assert done.code == alone.returncode
    assert alone.stderr in done.stderr


def test_a_module_is_run_as_a_module(tmp_path: Path) -> None:
    """Its own words may look like ours."""
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__main__.py").write_text("import sys; print(sys.argv, __package__)")
    done = profile(tmp_path, "-m", "app", "--rate", "3", "-o", "x")
    assert done.stdout == bare(tmp_path, "-m", "app", "--rate", "3", "-o", "x").stdout
    assert "'--rate', '3'" in done.stdout


def test_a_sitecustomize_of_the_site_still_runs(tmp_path: Path) -> None:
    """It is imported as if ours had not been there, and PYTHONPATH keeps what it had."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import builtins; builtins.theirs = 'yes'")
    program = "import sitecustomize, sys\nprint(theirs, sitecustomize.__file__, sys.path)"
    path = str(tmp_path / "site")
    done = profile(tmp_path, "app.py", program=program, environ={"PYTHONPATH": path})
    said, file, *_ = done.stdout.split()
    assert (said, file) == ("yes", str(tmp_path / "site" / "sitecustomize.py"))
    assert "functions" not in done.stdout
    assert done.inside["sampling"]["processes"] == 1


def test_a_program_that_is_killed_has_its_profile(tmp_path: Path) -> None:
    """What was seen until then; the code is that of a shell."""
    program = f"{BURN}\nimport os, signal\nburn(0.8)\nos.kill(os.getpid(), signal.SIGKILL)"
    done = profile(tmp_path, "app.py", program=program)
    assert done.code == 128 + signal.SIGKILL
    assert done.part("self", "burn") > 0.5


@pytest.mark.parametrize("end", ["os._exit(5)", "os.execv('/bin/sh', ['sh', '-c', 'exit 5'])"])
def test_an_end_without_goodbye(tmp_path: Path, end: str) -> None:
    """Nothing that was written is lost."""
    done = profile(tmp_path, "app.py", program=f"{BURN}\nimport os\nburn(0.8)\n{end}")
    assert done.code == 5
    assert done.part("self", "burn") > 0.4


# What is found


SPLIT = f"""{BURN}
def seven():
    for _ in range(7):
        burn(0.002)

def three():
    for _ in range(3):
        burn(0.002)

def main():
    for _ in range(200):
        seven()
        three()

main()
"""


def test_a_known_split_is_found(tmp_path: Path) -> None:
    """70 to 30 in 4 s of CPU time, to within four standard deviations of so many looks, each of
    which says one or the other: 13 points at 200 looks.
    """
    done = profile(tmp_path, "app.py", program=SPLIT)
    assert done.inside["unit"] == "CPU seconds"
    looks = done.inside["sampling"]["looks"]
    assert looks > 60
    seven, three = done.part("total", "seven"), done.part("total", "three")
    assert seven / (seven + three) == pytest.approx(0.70, abs=4 * (0.7 * 0.3 / looks) ** 0.5)
    assert done.part("total", "main") > 0.95 - done.chance(0.95)
    assert "no joules here" in done.stderr


def test_all_of_it_is_somebodys(tmp_path: Path) -> None:
    """Functions and the rest are the total, which is the command's CPU time."""
    done = profile(tmp_path, "app.py", program=f"{BURN}\nburn(0.5)")
    inside = done.inside
    own = sum(row["self"] for row in inside["functions"])
    assert own + sum(inside["rest"].values()) == pytest.approx(inside["total"])
    assert sum(row["self"] for row in inside["lines"]) == pytest.approx(own)
    assert inside["total"] == pytest.approx(done.record["cpu_seconds"], rel=0.02)


def test_the_lines_of_a_function(tmp_path: Path) -> None:
    """The loop's line has the time, and is shown when it is asked for."""
    program = "total = 0\ndef add():\n    global total\n    for n in range(9_000_000):\n"
    program += "        total += n\nadd()\n"
    done = profile(tmp_path, "--lines", "app.py", program=program)
    first = done.inside["lines"][0]
    assert (first["function"], first["path"]) == ("add", "app.py")
    assert first["at"] in (4, 5)
    assert "app.py:5  in add" in done.stderr


def test_every_thread_has_its_own(tmp_path: Path) -> None:
    """One that burns and one that sleeps; also one that `threading` does not know."""
    program = f"""{BURN}
import _thread, threading
def hot(): burn(1.2)
def cold(): time.sleep(1.2)
def raw():
    burn(0.6)
    done.append(1)
done = []
threads = [threading.Thread(target=hot, name="the hot one"), threading.Thread(target=cold)]
for one in threads: one.start()
for one in threads: one.join()
_thread.start_new_thread(raw, ())
while not done: time.sleep(0.01)
"""
    done = profile(tmp_path, "app.py", program=program)
    assert done.part("total", "hot") == pytest.approx(0.6, abs=done.chance(0.6))
    assert done.part("total", "raw") == pytest.approx(0.3, abs=done.chance(0.3))
    assert done.part("total", "cold") < 0.1
    assert "thread the hot one" in done.stderr


def test_tasks_of_asyncio(tmp_path: Path) -> None:
    """By their names, above their coroutines."""
    program = f"""{BURN}
import asyncio
async def work(seconds):
    for _ in range(130):
        burn(seconds / 130)
        await asyncio.sleep(0)
async def main():
    dear = asyncio.create_task(work(2.4), name="dear")
    await asyncio.gather(dear, asyncio.create_task(work(0.8), name="cheap"))
asyncio.run(main())
"""
    done = profile(tmp_path, "app.py", program=program)
    dear, cheap = done.part("total", "task dear"), done.part("total", "task cheap")
    assert dear / (dear + cheap) == pytest.approx(0.75, abs=done.chance(0.75))


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_child_processes_of_python(tmp_path: Path, method: str) -> None:
    """Those of multiprocessing, however they are started."""
    program = f"""{BURN}
import multiprocessing
def child(): burn(1.5)
if __name__ == "__main__":
    process = multiprocessing.get_context({method!r}).Process(target=child)
    process.start()
    process.join()
"""
    done = profile(tmp_path, "app.py", program=program)
    assert done.inside["sampling"]["processes"] >= 2
    assert done.part("total", "child") > 0.7 - done.chance(0.7)


def test_a_fork_warns_nobody(tmp_path: Path) -> None:
    """Python 3.12 and later warn of a fork with threads; the sampler's is not there then."""
    program = f"""{BURN}
import os
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        burn(0.3)
        os._exit(0)
    os.waitpid(pid, 0)
burn(0.6)
"""
    (tmp_path / "app.py").write_text(program)
    done = profile(tmp_path, "--", sys.executable, "-W", "error", "app.py")
    assert done.code == 0, done.stderr
    assert done.inside["sampling"]["processes"] == 4
    assert done.part("self", "burn") > 0.8 - done.chance(0.8)


def test_children_can_be_left_out(tmp_path: Path) -> None:
    """They are counted, and not looked into; neither they nor the program see a trace of us."""
    program = f"""
import os, subprocess, sys
print("PYTHONPATH" in os.environ, [name for name in os.environ if name.endswith("FUNCTIONS")])
subprocess.run([sys.executable, "-c", '''{BURN}\nburn(0.6)'''])
"""
    done = profile(tmp_path, "--no-children", "app.py", program=program)
    assert done.stdout == "False []\n"
    assert done.inside["sampling"]["processes"] == 1
    assert done.part("self", "burn") == 0
    assert done.inside["rest"]["other"] > 0.2


def test_a_program_of_another_language(tmp_path: Path) -> None:
    """It is counted and named; that no Python ran is said."""
    count = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"
    done = profile(tmp_path, "--", "/bin/sh", "-c", count)
    assert done.inside["functions"] == []
    assert "No process of Python was sampled." in done.stderr
    assert done.inside["rest"]["other"] > 0


# Joules


def replayed(folder: Path, watts: float) -> dict[str, str]:
    """A record of constant power for two minutes, every millisecond of the first ten seconds."""
    moments = [*range(10_000), *range(10_000, 120_000, 100)]
    readings = [{"ns": ms * 1_000_000, "values": [round(ms * 1000 * watts)]} for ms in moments]
    record = {
        "schema": "greenlint-replay/1",
        "evidence": "measured",
        "counters": [{"domain": "package", "socket": 0}],
        "readings": readings,
    }
    path = folder / "replay.json"
    path.write_text(json.dumps(record), encoding="utf-8")
    return {"GREENLINT_REPLAY": str(path)}


def test_the_joules_of_the_run_are_divided(tmp_path: Path) -> None:
    """On a replayed record: all of them, with what was waited and what was not sampled."""
    program = f"{BURN}\nimport time\nburn(0.4)\ntime.sleep(0.8)"
    words = ["--meter", "replay", "app.py"]
    done = profile(tmp_path, *words, program=program, environ=replayed(tmp_path, 50))
    inside = done.inside
    assert inside["unit"] == "joules"
    assert inside["total"] == pytest.approx(done.record["joules"])
    assert inside["total"] == pytest.approx(50 * done.record["seconds"], rel=0.02)
    own = sum(row["self"] for row in inside["functions"])
    assert own + sum(inside["rest"].values()) == pytest.approx(inside["total"])
    # A busy machine may keep a program from running, which is waiting too.
    assert own == pytest.approx(50 * 0.4, rel=0.25)
    assert inside["rest"]["waiting"] > 0.75 * 50 * 0.8
    assert "Attribution is an estimate; its basis is" in done.stderr
    assert "meter replay" in done.stderr


def test_joules_of_a_live_tree(tmp_path: Path) -> None:
    """Counters that a simulation drives: what the command used is what its functions have."""
    with live(tmp_path / "live", "sandy-ep", "package=40;dram=6") as tree:
        environ = {"GREENLINT_SYSFS_ROOT": str(tree.sys)}
        words = ["-o", "trace:t.json", "app.py"]
        for _ in range(5):
            done = profile(tmp_path, *words, program=f"{BURN}\nburn(1.2)", environ=environ)
            if done.record["joules"] is not None:
                break  # else the simulation stood still, because the machine was busy
    inside = done.inside
    assert inside["basis"] in ("measured", "shared")
    assert inside["total"] == pytest.approx(done.record["joules"])
    # What is left is waiting, on a busy machine for a processor, and the start of Python.
    own = sum(row["self"] for row in inside["functions"])
    assert done.part("self", "burn") * inside["total"] / own > 0.9 - done.chance(0.9)
    written = (tmp_path / "t.json").read_text("utf-8")
    assert problems(written) == []
    events = json.loads(written)["traceEvents"]
    power = [(one["ts"], one["args"]["W"]) for one in events if one["name"] == "power"]
    joules = sum(watts * (ends - begins) / 1e6 for (begins, watts), (ends, _) in pairwise(power))
    assert joules == pytest.approx(46 * (power[-1][0] - power[0][0]) / 1e6, rel=0.1)
    assert joules == pytest.approx(inside["total"], rel=0.1)


# Outputs and bad input


def test_each_output_is_written(tmp_path: Path) -> None:
    """Where it was asked for; the terminal has its text as well."""
    outputs = {"text": "a.txt", "html": "a.html", "speedscope": "s.json", "trace": "t.json"}
    words = [word for name, path in outputs.items() for word in ("-o", f"{name}:{path}")]
    done = profile(tmp_path, *words, "app.py", program=f"{BURN}\nburn(0.2)")
    assert done.code == 0
    for path in outputs.values():
        assert "burn" in (tmp_path / path).read_text("utf-8")
    assert "call tree" in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["-o", "speedscop:x", "app.py"], "Did you mean `speedscope`?"),
        (["-o", "html", "app.py"], "say where to, such as -o html:profile.html."),
        (["-o", "html:no/such/folder/x", "app.py"], "there is no directory"),
        (["--repeat", "3", "app.py"], "--functions looks into one run: leave out --repeat."),
        (["--idle", "3", "app.py"], "leave out --idle."),
        (["--rate", "0", "app.py"], "0.0 is not in the range 1<=x<=1000"),
        (["nothing.py"], "There is no script 'nothing.py'."),
        (["-m"], "-m names no module."),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(
    tmp_path: Path, words: list[str], sentence: str
) -> None:
    """The value and the way out, and exit code 2."""
    done = profile(tmp_path, *words, program="open('ran', 'w')")
    assert (done.code, sentence in done.stderr) == (2, True), done.stderr
    assert not (tmp_path / "ran").exists()


def test_options_that_need_functions(tmp_path: Path) -> None:
    """They are refused without it."""
    command = [sys.executable, "-m", "greenlint", "profile", "-o", "html:x.html", "--", "true"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "-o belongs to --functions, which was not given." in done.stderr
