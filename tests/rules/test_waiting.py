# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""GRN601, GRN602 and GRN603: the borders between waiting, working and spinning."""

from __future__ import annotations

import pytest
from greenlint_rules.waiting import busy_wait, queue_spin, short_sleep_poll

from greenlint.check import ActiveRule, Checker
from greenlint.rule import Options, Rule
from greenlint.source import SourceFile

HEAD = "import asyncio, os, queue, select, time\nflag = False\ndef go(self, q, s, ev, job, x):\n"


def flagged(rule: Rule, body: str, **options: float) -> bool:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    text = HEAD.replace("def", "async def") if "await" in body else HEAD
    settings: Options = {o.name: o.default for o in rule.options} | {
        name.replace("_", "-"): value for name, value in options.items()
    }
    found = Checker([ActiveRule(rule.info(), rule, settings)]).check(
        SourceFile("a.py", (text + lines).encode())
    )
    assert not found.problems
    return bool(found.findings)


SPINS = [
    "while not self.done: pass",
    "while self.count < 3: pass",
    "while job.poll() is None: continue",
    "while not flag: ...",
    "while not (job.done() or self.failed): pass",
    "while not os.path.exists(x): pass",
    "while not self.lock.acquire(False): pass",
    "while not self.box[0]: pass",
    "while not ev.is_set():\n    now = time.time()\n    if now > x:\n        return",
    "while True:\n    if job.finished:\n        break",
    "done = False\ndef hear():\n    nonlocal done\n    done = True\nx(hear)\nwhile not done: pass",
]
WAITS = [
    "while not ev.wait(1): pass",
    "while self.step(): pass",
    "while s.recv(10): pass",
    "while not q.get(): pass",
    "while not job.poll(0.1): pass",
    "while not self.lock.acquire(): pass",
    "while not await job.done(): pass",
    "while (x := s.readline()): pass",
    "while x: pass",
    "while True: pass",
    "while self.i < 3: self.i += 1",
    "while not job.done(): x()",
    "while not job.done():\n    yield",
    "while next(x): pass",
    "while not self.done: self.done = x",
    "for _ in x:\n    while not self.done: time.sleep(1)",
]


@pytest.mark.parametrize("body", SPINS)
def test_a_loop_that_only_asks_is_a_busy_wait(body: str) -> None:
    """The condition is read as fast as possible, and others change it."""
    assert flagged(busy_wait.RULE, body)


@pytest.mark.parametrize("body", WAITS)
def test_a_loop_that_waits_or_works_is_none(body: str) -> None:
    """The body or the condition itself blocks, works, or moves on."""
    assert not flagged(busy_wait.RULE, body)


TRY = (
    "while not self.stop:\n    try:\n        m = q.{get}\n"
    "    except {error}:\n        {then}\n    {rest}"
)
ROUND = [
    TRY.format(get="get_nowait()", error="queue.Empty", then="continue", rest="x(m)"),
    TRY.format(get="get_nowait()", error="queue.Empty", then="pass", rest="now = time.time()"),
    TRY.format(
        get="get(block=False)", error="(OSError, queue.Empty)", then="continue", rest="x(m)"
    ),
    TRY.format(get="get(timeout=0)", error="Exception", then="continue", rest="x(m)"),
    "while True:\n    if q.empty():\n        continue\n    x(q.get())",
    "while True:\n    if self.stop:\n        break\n    if not q.empty():\n        x(q.get())",
    "while True:\n    if select.select([s], [], [], 0)[0]:\n        x(s)",
    "while True:\n    r, w, e = select.select([s], [], [], 0)\n"
    "    if not r:\n        continue\n    x(r)",
    "while True:\n    m = q.poll(timeout=0)\n    if m is not None:\n        x(m)",
    "while not job.done():\n    time.sleep(0)",
    "while not job.done():\n    await asyncio.sleep(0)",
]
GOES = [
    TRY.format(get="get_nowait()", error="queue.Empty", then="break", rest="x(m)"),
    TRY.format(get="get_nowait()", error="queue.Empty", then="return", rest="x(m)"),
    TRY.format(get="get_nowait()", error="queue.Empty", then="time.sleep(1)", rest="x"),
    TRY.format(get="get_nowait()", error="queue.Empty", then="pass", rest="self.update()"),
    TRY.format(get="get_nowait()", error="ValueError", then="continue", rest="x(m)"),
    TRY.format(get="get(timeout=1)", error="queue.Empty", then="continue", rest="x(m)"),
    TRY.replace("not self.stop", "not ev.wait(1)").format(
        get="get_nowait()", error="queue.Empty", then="continue", rest="x(m)"
    ),
    "while not q.empty():\n    try:\n        x(q.get_nowait())\n"
    "    except queue.Empty:\n        continue",
    "while True:\n    x(q.get_nowait())",
    "while True:\n    for one in q:\n        try:\n            one.get_nowait()\n"
    "        except queue.Empty:\n            continue\n    time.sleep(1)",
    "while True:\n    if not q.empty():\n        x(q.get())\n    else:\n        time.sleep(1)",
    "while True:\n    m = q.poll(0)\n    if m is None:\n        break\n    x(m)",
    "while True:\n    m = q.poll(0)\n    if m is None:\n"
    "        self.idle()\n        continue\n    x(m)",
    "while self.more:\n    self.work()\n    time.sleep(0)",
    "while True:\n    if x.empty():\n        continue\n    s.work()",
]


@pytest.mark.parametrize("body", ROUND)
def test_a_turn_that_finds_nothing_and_goes_on_is_a_spin(body: str) -> None:
    """On an empty queue nothing waits."""
    assert flagged(queue_spin.RULE, body)


@pytest.mark.parametrize("body", GOES)
def test_a_turn_that_leaves_waits_or_works_is_none(body: str) -> None:
    """On an empty queue the loop ends, sleeps, or has something else to do."""
    assert not flagged(queue_spin.RULE, body)


@pytest.mark.parametrize(
    ("seconds", "found"),
    [("0.099", True), ("0.1", False), ("0", False), ("1 / 100", True), ("x", False), ("1", False)],
)
def test_pauses_just_under_and_at_the_limit(seconds: str, found: bool) -> None:
    """The limit itself is long enough; no pause at all is GRN603's subject."""
    body = f"while not job.done():\n    time.sleep({seconds})"
    assert flagged(short_sleep_poll.RULE, body) == found


def test_the_limit_is_an_option() -> None:
    """A project may ask for longer pauses."""
    body = "while not job.done():\n    time.sleep(0.5)"
    assert flagged(short_sleep_poll.RULE, body, min_poll_interval=1.0)
