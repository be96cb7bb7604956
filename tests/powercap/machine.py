# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A simulated machine for any program: `python -m tests.powercap.machine --tree KEY -- COMMAND`.

The command, unmodified, finds a simulated tree where the kernel shows its own: in
/sys/devices/virtual/powercap, with the links of /sys/class/powercap.  Counters are computed at each
read (`tests.powercap.fuse`), so that the truth does not depend on how busy the machine is.  All of
it is in a mount namespace that ends with the command: it takes root, and leaves nothing behind.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.powercap.answering import contents
from tests.powercap.fuse import Fuse
from tests.powercap.live import ROOT, powers
from tests.powercap.power import Power
from tests.powercap.simulator import Counters, modulus_uj
from tests.powercap.tree import Zones, build, trees, zones_of

CLASS = Path("/sys/class")
VIRTUAL = Path("/sys/devices/virtual")
TREE = VIRTUAL / "powercap"
CPUS = Path("/sys/devices/system/cpu")


@contextmanager
def machine(
    zones: Zones, power: Mapping[str, Power], *, sockets: int = 1, refused: bool = False
) -> Iterator[Counters]:
    """The machine, for as long as the block runs; call it in a mount namespace of your own.

    Processors are dealt out to so many sockets.  With `refused`, the energy counters belong to
    another user, who alone may read them, as on a kernel where they are root's.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = build(Path(folder, "sys"), zones)
        counters = Counters(files, power, time.monotonic_ns())
        shown = contents(counters, Path(folder, "sys"), [])
        for place in (CLASS, VIRTUAL):
            _mount("-t", "tmpfs", "none", str(place))
            (place / "powercap").mkdir()
        _spread_over(sockets, Path(folder))
        closed = {path for path in shown if path.endswith("/energy_uj")} if refused else set()
        with Fuse(TREE, shown, _links_to_the_class(shown), closed):
            _link_from_the_class(shown)
            yield counters


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, timeout=30)


def _zones(shown: Mapping[str, object]) -> list[str]:
    """The directories of a tree: control types, and the zones below them."""
    above = {str(parent) for path in shown for parent in Path(path).parents}
    return sorted(above - {"."})


def _links_to_the_class(shown: Mapping[str, object]) -> dict[str, str]:
    return {f"{zone}/subsystem": str(CLASS / "powercap") for zone in _zones(shown)}


def _link_from_the_class(shown: Mapping[str, object]) -> None:
    for zone in _zones(shown):
        (CLASS / "powercap" / Path(zone).name).symlink_to(TREE / zone)


def _spread_over(sockets: int, folder: Path) -> None:
    """Show the processors as those of several sockets, since some programs count these."""
    for number in range(sockets):
        (folder / f"socket{number}").write_text(f"{number}\n", encoding="ascii")
    if sockets > (os.cpu_count() or 1):
        raise SystemExit(f"This machine has too few processors for {sockets} sockets.")
    for number in range(os.cpu_count() or 1):
        place = CPUS / f"cpu{number}" / "topology" / "physical_package_id"
        if place.exists():
            _mount("--bind", str(folder / f"socket{number % sockets}"), str(place))


def wrapping(zones: Zones, power: Mapping[str, Power], seconds: float) -> list[dict[str, object]]:
    """The zones, with packages that go round their counter so many seconds after the beginning."""
    turned = [dict(zone) for zone in zones]
    with tempfile.TemporaryDirectory() as folder:
        counters = Counters(build(Path(folder), zones), power)
    for zone, file in zip(turned, counters.files, strict=True):
        if file.name.startswith("package"):
            issued_uj = counters.power_of(file).energy_uj(round(seconds * 1e9))
            zone["energy_uj"] = modulus_uj(file) - issued_uj
    return turned


def apart(module: str, words: Sequence[str]) -> list[str]:
    """The command that runs a module of ours in a mount namespace of its own."""
    return ["unshare", "-m", sys.executable, "-m", module, *words]


def main(words: Sequence[str]) -> int:
    """Run a command on a simulated machine; its exit code."""
    parser = argparse.ArgumentParser("python -m tests.powercap.machine", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--tree", default="client-i5-13500", choices=sorted(trees()))
    parser.add_argument("--power", default="30", help="WATTS, or package=20x300,90x200;dram=3")
    parser.add_argument("--sockets", type=int, default=1, help="over which processors are spread")
    parser.add_argument("--refused", action="store_true", help="only another user may read them")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("command", nargs="+", help="a program and its words, after --")
    asked = parser.parse_args(words)
    if not asked.inside:
        env = os.environ | {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "profiler")))}
        own = apart("tests.powercap.machine", ["--inside", *words])
        return subprocess.run(own, env=env, check=False).returncode
    settings = {"sockets": asked.sockets, "refused": asked.refused}
    with machine(zones_of(asked.tree), powers(asked.power), **settings):
        command = unprivileged(asked.command) if asked.refused else asked.command
        return subprocess.run(command, check=False).returncode


def unprivileged(command: Sequence[str]) -> list[str]:
    """The command without root's privilege to read what belongs to others."""
    return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
