# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Intel's and AMD's energy counters, as files of the kernel's powercap tree."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from greenlint_profiler.counter import Counter
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.said import say
from greenlint_profiler.units import Evidence, Kind, Reason
from greenlint_profiler.world import World
from greenlint_profiler.zones import Zone, counted_once, powercap_root, zones

# A counter has at most 20 digits and a line end.
_SIZE = 32

_REASONS = {
    errno.EACCES: Reason.PERMISSION,
    errno.EPERM: Reason.PERMISSION,
    errno.EIO: Reason.IO_ERROR,
    errno.ENODATA: Reason.NO_DATA,
    errno.ENODEV: Reason.VANISHED,
    errno.ENOENT: Reason.VANISHED,
}

Pread = Callable[[int, int, int], bytes]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A zone and its kept descriptor, or the reason why it could not be opened."""

    zone: Zone
    descriptor: int | None
    reason: Reason


class Powercap:
    """The zones of one tree, each counter once; see `open_meter`."""

    name = "powercap"
    evidence = Evidence.MEASURED
    band = None

    def __init__(self, opened: Sequence[_Opened], notes: Sequence[str], pread: Pread) -> None:
        self.counters: tuple[Counter, ...] = tuple(one.zone.counter for one in opened)
        self.notes = tuple(notes)
        self.zones = tuple(one.zone for one in opened)
        self._handles = [(one.descriptor, one.reason) for one in opened]
        self._pread = pread

    def read(self) -> list[int | Reason]:
        """Every counter in microjoules, or why not."""
        pread = self._pread
        values: list[int | Reason] = []
        for descriptor, reason in self._handles:
            if descriptor is None:
                values.append(reason)
                continue
            try:
                values.append(int(pread(descriptor, _SIZE, 0)))
            except OSError as error:
                values.append(reason_of(error))
            except ValueError:
                values.append(Reason.GARBLED)
        return values

    def close(self) -> None:
        """Close the files."""
        for descriptor, _ in self._handles:
            if descriptor is not None:
                os.close(descriptor)
        self._handles = [(None, Reason.VANISHED)] * len(self._handles)


def reason_of(error: OSError) -> Reason:
    """What an error of the kernel means for a counter."""
    return _REASONS.get(error.errno or 0, Reason.IO_ERROR)


def open_meter(world: World, pread: Pread = os.pread) -> Powercap:
    """Open every counter once and keep it open; raises Unavailable where no package can be read."""
    found, notes = counted_once(zones(world), world)
    packages = [zone for zone in found if zone.domain.kind is Kind.PACKAGE]
    if not packages:
        raise _nothing_there(world, found)
    opened = [_open(zone) for zone in found]
    if not any(one.descriptor is not None for one in opened if one.zone in packages):
        for one in opened:
            if one.descriptor is not None:
                os.close(one.descriptor)
        raise _closed(packages[0], next(one.reason for one in opened if one.zone == packages[0]))
    return Powercap(opened, notes, pread)


def _open(zone: Zone) -> _Opened:
    try:
        descriptor = os.open(zone.energy_path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except OSError as error:
        return _Opened(zone, None, reason_of(error))
    return _Opened(zone, descriptor, Reason.VANISHED)


def _nothing_there(world: World, found: Sequence[Zone]) -> Unavailable:
    root = powercap_root(world)
    if root is None:
        return Unavailable(
            Reason.ABSENT,
            say("{sysfs}/class/powercap is not there: no counter to read.", sysfs=world.sys),
            "absent",
        )
    if found:
        names = ", ".join(str(zone.domain) for zone in found)
        return Unavailable(
            Reason.NO_PACKAGE,
            say("{folder} has {names}, and no package among them.", folder=root, names=names),
            "absent",
        )
    detail = say("{folder} is there and has no zone in it.", folder=root)
    return Unavailable(Reason.MASKED, detail, "masked")


def _closed(zone: Zone, reason: Reason) -> Unavailable:
    path = zone.energy_path
    if reason is not Reason.PERMISSION:
        detail = say("Cannot read {path}: {why}.", path=path, why=say(reason.sentence))
        return Unavailable(reason, detail, "absent")
    try:
        status = os.stat(path)
    except OSError:
        detail = say("Cannot read {path}: permission denied.", path=path)
    else:
        detail = say(
            "Cannot read {path}: permission denied (mode {mode}, owner {owner}).",
            path=path,
            mode=f"{status.st_mode & 0o7777:04o}",
            owner=f"{status.st_uid}:{status.st_gid}",
        )
    return Unavailable(reason, detail, "powercap")
