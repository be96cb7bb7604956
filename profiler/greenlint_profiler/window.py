# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""`with measure() as m:` -- the energy of a piece of code.

A window shows what the whole machine used while it was open: energy counters know no processes.
Windows may be open at once, in each other and in several threads; one opened within another, in
the same thread or task, becomes a part of it.
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar, Token
from dataclasses import replace
from types import TracebackType

from greenlint_profiler.account import Account
from greenlint_profiler.default import default_account
from greenlint_profiler.load import load
from greenlint_profiler.measurement import Energy, Measurement
from greenlint_profiler.meter import Meter
from greenlint_profiler.moment import Moment, stretch
from greenlint_profiler.world import World, here

TYPE_CHECKING = False  # see greenlint_profiler/__init__.py
if TYPE_CHECKING:
    from typing import Any, Self

_AROUND: ContextVar[Window | None] = ContextVar("greenlint_window", default=None)


class Window:
    """A stretch of time whose energy is measured; usable once, as a context manager.

    After its end `measurement` holds the record, also when the code inside raised.
    """

    def __init__(
        self,
        name: str,
        account: Account,
        world: World,
        *,
        nested: bool = True,
        align: bool = False,
    ) -> None:
        self.name = name
        self._account = account
        self._world = world
        self._nested = nested
        self._edge = account.aligned_edge if align else account.edge
        self._parts: list[Measurement] = []
        self._token: Token[Window | None] | None = None
        self._around: Window | None = None
        self._first: Moment | None = None
        self._measurement: Measurement | None = None

    def __enter__(self) -> Self:
        if self._first is not None:
            raise RuntimeError("A window is used once. Call measure() again for another one.")
        if self._nested:
            self._around = _AROUND.get()
            self._token = _AROUND.set(self)
        self._account.opened()
        used = load(self._world)
        self._first = Moment(self._edge(), used)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        edge = self._edge()
        last = Moment(edge, load(self._world))
        self._account.closed()
        self._leave()
        self._measurement = self._measured(last, kind)
        if self._around is not None:
            self._around.add(self._measurement)

    def _leave(self) -> None:
        if self._token is None:
            return
        with suppress(ValueError):  # it ended in another task, whose windows are its own
            _AROUND.reset(self._token)

    def _measured(self, last: Moment, kind: type[BaseException] | None) -> Measurement:
        assert self._first is not None
        measured = stretch(self._account, self._first, last, self.name)
        error = None if kind is None else kind.__qualname__
        return replace(measured, error=error, parts=tuple(self._parts))

    def add(self, part: Measurement) -> None:
        """Take the record of a window that was opened within this one."""
        self._parts.append(part)

    def window(self, name: str) -> Window:
        """A named window within this one, on the same meter."""
        return Window(name, self._account, self._world)

    @property
    def measurement(self) -> Measurement:
        """The record; raises RuntimeError while the window is still open."""
        if self._measurement is None:
            raise RuntimeError("The window is still open: its energy is known when it has ended.")
        return self._measurement

    def as_record(self) -> dict[str, Any]:
        """Plain values for JSON: the measurement, and the machine that it was taken on."""
        from greenlint_profiler.machine import fingerprint

        return self.measurement.as_record() | {"machine": fingerprint(self._world)}

    @property
    def joules(self) -> float | None:
        """Packages and memory; None where they were not measured, see `reason`."""
        return self.measurement.joules

    @property
    def energy_uj(self) -> int | None:
        """The same in microjoules."""
        return self.measurement.energy_uj

    @property
    def reason(self) -> str | None:
        """Why `joules` is None, in words."""
        reason = self.measurement.total.reason
        return None if reason is None else reason.sentence

    @property
    def seconds(self) -> float:
        """How long it was open."""
        return self.measurement.seconds

    @property
    def domains(self) -> dict[str, Energy]:
        """The parts of the machine by name, such as ``package-0``, each with its own energy."""
        return {str(domain): one for domain, one in self.measurement.domains.items()}

    @property
    def parts(self) -> tuple[Measurement, ...]:
        """The windows that were opened within this one."""
        return self.measurement.parts


def measure(
    name: str = "",
    *,
    meter: str | Meter | Account | None = None,
    world: World | None = None,
    align: bool = False,
) -> Window:
    """A window on the best meter of this machine, or on the one that is named.

    With `align`, each edge waits for the counters' next update, about a millisecond, which makes
    short windows ten times as exact and costs that time.

    `meter` is a name that `greenlint doctor` lists, a `Meter`, or an `Account` that windows share.
    Raises `Unavailable` when a named meter does not work here.
    """
    world = world or here()
    return Window(name, account_for(meter, world), world, align=align)


def account_for(meter: str | Meter | Account | None, world: World) -> Account:
    """The books of a meter; those of a meter that is named are kept for the next window."""
    if isinstance(meter, Account):
        return meter
    if meter is None or isinstance(meter, str):
        return default_account(meter, world)
    return Account(meter)
