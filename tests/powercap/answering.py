# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Windows on a tree that answers each read with the counter of that moment.

`unshare -m python -m tests.powercap.answering WINDOWS SECONDS` prints a line of JSON for each
window: what was reported, its interval, what was issued, and what the kernel said of a counter
that fails.  Windows are up to a fifth longer than said: all of whole milliseconds would begin and
end at the same distance from the counters' updates, and err as no others do.
"""

from __future__ import annotations

import errno
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from greenlint_profiler.account import Account
from greenlint_profiler.measurement import between
from greenlint_profiler.meters import powercap
from greenlint_profiler.world import World

from tests.powercap.fuse import Content, Fuse
from tests.powercap.power import Power, constant
from tests.powercap.simulator import Counters, counted
from tests.powercap.tree import File, build, zones_of

CODES = (errno.EIO, errno.ENODATA, errno.ENODEV)


def contents(counters: Counters, sys_root: Path, failing: list[int]) -> dict[str, Content]:
    """Every file of a tree that was written, and its counters as they are when they are read."""

    def counter(file: File) -> Content:
        def value() -> bytes:
            if failing:
                raise OSError(failing[0], os.strerror(failing[0]))
            now_ns = time.monotonic_ns()
            value_uj = counters.value_uj(file, counters.updated_ns(file, now_ns))
            return f"{value_uj}\n".encode("ascii")

        return value

    base = sys_root / "devices" / "virtual" / "powercap"
    texts = [path for path in base.rglob("*") if path.is_file()]
    fixed = {str(path.relative_to(base)): path.read_bytes for path in texts}
    return fixed | {str(file.path.relative_to(base)): counter(file) for file in counters.files}


@contextmanager
def served(power: Mapping[str, Power], failing: list[int]) -> Iterator[tuple[Path, Counters]]:
    """A mounted tree that stands for /sys, and the truth about its counters."""
    with tempfile.TemporaryDirectory() as folder:
        written, mounted = Path(folder, "written"), Path(folder, "sys")
        files = build(written, zones_of("sandy-ep"))
        counters = Counters(files, power, time.monotonic_ns())
        tree = mounted / "devices" / "virtual" / "powercap"
        tree.mkdir(parents=True)
        with Fuse(tree, contents(counters, written, failing)):
            yield mounted, counters


def main(windows: int, seconds: float) -> None:
    """Mount the tree, take the windows, let the counters fail."""
    power = {"package": constant(40), "dram": constant(6), "core": constant(20)}
    failing: list[int] = []
    with served(power, failing) as (mounted, counters):
        account = Account(powercap.open_meter(World(sys=str(mounted))))
        chance = random.Random(1)
        for _ in range(windows):
            take(account, counters, seconds * chance.uniform(1, 1.2))
        for code in CODES:
            failing[:] = [code]
            values = account.meter.read()
            print(json.dumps({"code": code, "reasons": [str(value) for value in values]}))
        account.meter.close()


def take(account: Account, counters: Counters, seconds: float) -> None:
    """One window, told beside its truth."""
    first = account.edge()
    time.sleep(seconds)
    last = account.edge()
    total = between(account.meter, account.counters, first, last).total
    issued = counters.issued_uj(counted(counters.files), first.mid_ns, last.mid_ns)
    interval = [total.low_uj, total.high_uj]
    told = {"energy_uj": total.energy_uj, "interval_uj": interval, "issued_uj": issued}
    print(json.dumps(told | {"gap_ns": first.gap_ns + last.gap_ns}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
