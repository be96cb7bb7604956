# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""pyRAPL as a meter: its sensor gives the values, and everything else is done here.

pyRAPL 0.2.3.1 repairs no wraparound, and its import adds a handler to the root logger and warns;
so it is imported when it is asked for, the logger and the filters are put back as they were, and
only `Sensor.energy()` is used.
"""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from greenlint_profiler.counter import UNKNOWN_CEILING_UW, Counter
from greenlint_profiler.meter import Unavailable
from greenlint_profiler.said import say
from greenlint_profiler.units import Domain, Evidence, Kind, Reason
from greenlint_profiler.world import World
from greenlint_profiler.zones import zones

_KINDS = (Kind.PACKAGE, Kind.DRAM)


class PyRapl:
    """One sensor of pyRAPL; see `open_meter`."""

    name = "pyrapl"
    evidence = Evidence.MEASURED
    band = None
    notes: tuple[str, ...] = ()

    def __init__(self, sensor: Any, world: World) -> None:
        self._sensor = sensor
        self._lock = threading.Lock()  # its files have one position for all threads
        known = {zone.domain: zone.counter for zone in zones(world)}
        self._places = [index for index, value in enumerate(sensor.energy()) if value >= 0]
        domains = [Domain(_KINDS[index % 2], index // 2) for index in self._places]
        self.counters = tuple(known.get(domain) or _unknown(domain) for domain in domains)

    def read(self) -> list[int | Reason]:
        """The sensor's values, which are microjoules."""
        try:
            with self._lock:
                values = self._sensor.energy()
        except OSError:
            return [Reason.IO_ERROR] * len(self._places)
        except ValueError:
            return [Reason.GARBLED] * len(self._places)
        return [int(values[index]) for index in self._places]

    def close(self) -> None:
        """Its files are closed when the sensor goes."""
        self._sensor = None


def _unknown(domain: Domain) -> Counter:
    """A counter whose range nobody tells, so that a wraparound cannot be repaired."""
    return Counter(domain, None, 61.035, UNKNOWN_CEILING_UW, in_total=True)


def open_meter(world: World) -> PyRapl:
    """A sensor of all packages, and of memory where there is any; raises Unavailable."""
    if world.sys != "/sys":
        raise Unavailable(
            Reason.UNSUPPORTED,
            say("pyRAPL reads /sys only, and the counters are in {sysfs}.", sysfs=world.sys),
        )
    with _quietly():
        answer = _tried(world)
    if isinstance(answer, Unavailable):
        raise answer
    return answer


def _tried(world: World) -> PyRapl | Unavailable:
    """The meter, or why there is none: returned, so that no traceback keeps its files open."""
    try:
        import pyRAPL
    except ImportError:
        detail = say("pyRAPL is not installed: `pip install 'greenlint[pyrapl]'`.")
        return Unavailable(Reason.NOT_INSTALLED, detail)
    try:
        return PyRapl(pyRAPL.Sensor(), world)
    except PermissionError as error:
        detail = say("pyRAPL may not read {path}.", path=error.filename)
        return Unavailable(Reason.PERMISSION, detail, "powercap")
    except (pyRAPL.PyRAPLException, OSError, ValueError, IndexError) as error:
        kind = type(error).__name__
        detail = say("pyRAPL finds no counter that it knows ({kind}).", kind=kind)
        return Unavailable(Reason.ABSENT, detail, "absent")


@contextmanager
def _quietly() -> Iterator[None]:
    """Nothing that pyRAPL logs or warns of is seen, and its handler is taken off again."""
    root = logging.getLogger()
    before = list(root.handlers)
    root.addFilter(_not_of_pyrapl)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.removeFilter(_not_of_pyrapl)
        for handler in list(root.handlers):
            if handler not in before:
                root.removeHandler(handler)


def _not_of_pyrapl(record: logging.LogRecord) -> bool:
    return "pyRAPL" not in record.pathname
