# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A command under ``greenlint profile`` is as it is without: streams, arguments, codes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.profiling import PROFILE, checked, environment, profile, record
from tests.powercap.tree import build, zones_of

pytestmark = pytest.mark.alone

ECHO = "import sys; sys.stdout.write(sys.stdin.read().upper()); sys.stderr.write('oops\\n')"


@pytest.mark.parametrize("code", [0, 1, 2, 3, 7, 255])
def test_the_exit_code_is_the_commands_own(code: int) -> None:
    """Whatever it is, and also where it means something else for greenlint."""
    assert profile("--", "sh", "-c", f"exit {code}").returncode == code


def test_a_command_that_a_signal_killed() -> None:
    """The exit code is the shell's: 128 and the signal's number; the report says it."""
    done = profile("--", "sh", "-c", "kill -9 $$")
    assert done.returncode == 137
    assert "the command was ended by signal 9 (exit code 137)." in done.stderr


@pytest.mark.parametrize(
    ("name", "code", "sentence"),
    [
        ("no-such-command", 127, "Cannot run no-such-command: there is no such command."),
        ("", 127, "Cannot run '': there is no such command."),
        ("./plain.txt", 126, "Cannot run ./plain.txt: permission denied."),
        ("/", 126, "Cannot run /: permission denied."),
        (
            "./lost.sh",
            127,
            "Cannot run ./lost.sh: the interpreter that its first line names is not there.",
        ),
    ],
)
def test_a_command_that_cannot_be_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int, sentence: str
) -> None:
    """The code is the shell's, and nothing is reported but the reason; one that is not there is
    told at once, and not after a look at the idle machine.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain.txt").write_text("text\n")
    (tmp_path / "lost.sh").write_text("#!/no/such/interpreter\n")
    (tmp_path / "lost.sh").chmod(0o755)
    build(tmp_path / "sys", zones_of("client-i5-13500"))
    idle = "60" if "no such command" in sentence else "0"
    done = profile("--idle", idle, "--", name, sys_root=tmp_path / "sys")
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr == f"greenlint: {sentence}\n"


def test_a_script_without_a_first_line_is_the_shells(tmp_path: Path) -> None:
    """As when a shell runs it; its arguments reach it."""
    script = tmp_path / "script"
    script.write_text('echo "$0 $1"\n')
    script.chmod(0o755)
    assert profile(str(script), "two words").stdout == f"{script} two words\n"


def test_streams_pass_through() -> None:
    """Input reaches it, its output is alone on standard output, the report is on standard error."""
    done = profile("--", sys.executable, "-c", ECHO, input="quiet\n")
    assert done.stdout == "QUIET\n"
    assert done.stderr.startswith("oops\n1 run, cpu (proxy)\n")


def test_bytes_and_options_pass_through() -> None:
    """Arguments that are no text, and those that look like ours, reach the command."""
    told = "import sys, os; sys.stdout.buffer.write(b'|'.join(map(os.fsencode, sys.argv[1:])))"
    words = [*map(os.fsencode, PROFILE), os.fsencode(sys.executable), b"-c", told.encode()]
    words += [b"\xff\xfe", b"--json", b"--", b"-h"]
    done = subprocess.run(words, env=environment(), capture_output=True, timeout=60)
    assert done.stdout == b"\xff\xfe|--json|--|-h"


def test_the_environment_is_untouched() -> None:
    """Also under the C locale, where Python gives itself a variable that no child should see."""
    command = ["-i", f"PATH={os.environ['PATH']}", f"PYTHONPATH={os.pathsep.join(sys.path)}"]
    bare = subprocess.run(["env", *command, "env"], capture_output=True, text=True, timeout=60)
    done = subprocess.run(
        ["env", *command, *PROFILE, "env"], capture_output=True, text=True, timeout=60
    )
    assert sorted(done.stdout.splitlines()) == sorted(bare.stdout.splitlines())


def test_signals_and_files_are_as_without(tmp_path: Path) -> None:
    """The child ignores, blocks and holds open what it would without us, who hold counters open.

    But for signals 32 and 33, which glibc keeps for itself and lets a spawned process ignore.
    """
    told = "grep -E '^Sig(Ign|Blk)' /proc/self/status; ls /proc/self/fd"
    bare = subprocess.run(["sh", "-c", told], capture_output=True, text=True, timeout=60)
    build(tmp_path, zones_of("client-i5-13500"))
    done = profile("--idle", "0", "--", "sh", "-c", told, sys_root=tmp_path)
    assert "powercap" in done.stderr
    assert without_glibcs_own(done.stdout) == without_glibcs_own(bare.stdout)


def without_glibcs_own(text: str) -> str:
    ignored = re.search(r"SigIgn:\t(.*)", text)
    assert ignored is not None
    kept = int(ignored[1], 16) & ~(0b11 << 31)
    return text.replace(ignored[1], f"{kept:016x}")


def test_a_file_is_read_anew_by_each_run(tmp_path: Path) -> None:
    """Standard input that is a file is read from the same place by every run."""
    (tmp_path / "lines").write_text("skipped\none\ntwo\n")
    command = f"exec <lines; read x; {' '.join(PROFILE)} --repeat 2 -- cat"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=tmp_path,
        env=environment() | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "one\ntwo\n" * 3  # a warm-up and two runs


def test_a_daemon_is_not_waited_for() -> None:
    """What the command leaves running is none of its own time."""
    began = time.monotonic()
    done = record("--", "sh", "-c", "sleep 20 >/dev/null 2>&1 & exit 0")
    assert time.monotonic() - began < 15
    assert done["seconds"] < 10


def test_json_on_standard_output_is_alone_there() -> None:
    """What the command writes there goes to standard error."""
    done = profile("--json", "-", "--", sys.executable, "-c", ECHO, input="quiet\n")
    assert checked(done.stdout)["exit_code"] == 0
    assert "QUIET\n" in done.stderr
    assert "1 run, cpu (proxy)" in done.stderr


@pytest.mark.parametrize("code", [0, 4])
def test_a_report_that_nobody_reads_changes_nothing(code: int) -> None:
    """Standard error is full, a pipe without a reader, or closed: the code is the command's."""
    read, write = os.pipe()
    os.close(read)
    with open("/dev/full", "w") as full:
        for error in (full, write):
            done = subprocess.run(
                [*PROFILE, "--", "sh", "-c", f"exit {code}"],
                env=environment(),
                stderr=error,
                timeout=60,
            )
            assert done.returncode == code
    os.close(write)
    closed = f"{shlex.join(PROFILE)} -- sh -c 'exit {code}' 2>&-"
    assert subprocess.run(closed, shell=True, env=environment(), timeout=60).returncode == code


def test_a_reader_that_leaves_ends_the_command_by_its_signal() -> None:
    """As in a pipe without us: SIGPIPE reaches the command, and 141 is its code."""
    pipe = f"{shlex.join(PROFILE)} -- yes | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", pipe], env=environment(), capture_output=True, timeout=60)
    assert (done.returncode, done.stdout) == (141, b"y\n")


def test_cpu_time_is_that_of_the_command_and_its_children() -> None:
    """Of a shell's child that works for half a second, and not our own."""
    work = "import time\nwhile time.process_time() < 0.5: pass"
    (run,) = record("--", "sh", "-c", f"{sys.executable} -c '{work}'; true")["runs"]
    assert 0.5 <= run["cpu_seconds"] < 0.9
    assert run["cpu_seconds"] == pytest.approx(run["user_seconds"] + run["system_seconds"])
    assert run["max_rss_bytes"] > 1_000_000


def test_repeats_end_at_the_first_failure(tmp_path: Path) -> None:
    """The code is that of the run that failed; the figures are those of the runs before it."""
    count = f'n=$(cat {tmp_path}/n 2>/dev/null); echo x$n > {tmp_path}/n; [ "$n" != xxx ] || exit 9'
    done = profile("--repeat", "5", "--json", str(tmp_path / "p.json"), "--", "sh", "-c", count)
    assert done.returncode == 9
    told = checked((tmp_path / "p.json").read_text("utf-8"))
    assert [run["exit_code"] for run in told["runs"]] == [0, 0, 9]
    assert [run["counted"] for run in told["runs"]] == [True, True, False]
    assert told["summary"]["seconds"]["runs"] == 2
    assert "2 of 5 runs were not done." in told["notes"]


def test_a_warm_up_that_fails_ends_it() -> None:
    """Nothing was measured, and the command's own code says why."""
    done = profile("--warmup", "1", "--cpu", "1 s", "--", "sh", "-c", "exit 4")
    assert done.returncode == 4
    assert "a warm-up failed with exit code 4: nothing was measured." in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--budget", "60"], "'60' has no unit; it is an energy, such as `60 J`"),
        (["--budget", "2 s"], "'2 s' is a time, and not an energy."),
        (["--budget", "-1 J"], "'-1 J' is not an energy, such as `60 J`."),
        (["--budget", "0 J"], "'0 J' is nothing; it is an energy"),
        (["--cpu", "60 J"], "'60 J' is an energy, and not a time."),
        (["--cpu", "3 parsecs"], "'3 parsecs' has the unit 'parsecs'; it is a time"),
        (["--repeat", "0"], "0 is not in the range x>=1"),
        (["--meter", "powercup"], "Did you mean `powercap`?"),
        (
            ["--json", "no/such/folder/p.json"],
            "--json no/such/folder/p.json: there is no directory",
        ),
        (["--require", "proxy"], "'proxy' is not one of"),
    ],
)
def test_a_wrong_option_runs_nothing(words: list[str], sentence: str) -> None:
    """Exit code 2, the value and the way out, before anything is started."""
    done = profile(*words, "--", "echo", "ran")
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.split())
    assert done.stdout == ""


def test_a_command_must_be_named() -> None:
    """No command is a usage error."""
    assert profile().returncode == 2
    assert profile("--repeat", "2").returncode == 2
