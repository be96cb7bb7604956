# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Two values of one counter -> the energy between them, across a wraparound, or why not.

The kernel's powercap driver multiplies a 32-bit count by a fixed unit
(drivers/powercap/intel_rapl_common.c), and shows the largest count as `max_energy_range_uj`.
The step after the largest leads to zero: the modulus is the range and one unit more.
"""

from __future__ import annotations

from greenlint_profiler.units import FROZEN_NS, Domain, Reason
from greenlint_profiler.value import value

_LARGEST_COUNT = 2**32 - 1

# A delta above this many times the most that the hardware draws is not believed.
_MARGIN_PERCENT = 120
# A counter shows what was used up to its last update, which a busy machine may delay.
_LATE_UPDATES = 20
# Where the hardware does not say what it draws at most.
UNKNOWN_CEILING_UW = 500_000_000


@value
class Counter:
    """What is known of one counter before it is read.

    `modulus_uj` is absent where a counter never wraps, `ceiling_uw` where nothing bounds it.
    `in_total` says that the counter is part of the sum: packages and memory, no part of a part.
    """

    domain: Domain
    modulus_uj: int | None
    unit_uj: float
    ceiling_uw: int | None = UNKNOWN_CEILING_UW
    update_ns: int = 1_000_000
    in_total: bool = False

    @property
    def frozen_after_ns(self) -> int:
        """How long it must stand still to be frozen: a step of it at 1 W, and ten updates."""
        a_step_at_one_watt_ns = round(self.unit_uj * 1000)
        return max(FROZEN_NS, 10 * self.update_ns, a_step_at_one_watt_ns)

    @property
    def keep_alive_ns(self) -> int | None:
        """How often it must be read so that no second wraparound goes unseen."""
        if self.modulus_uj is None or self.ceiling_uw is None:
            return None
        return min(60_000_000_000, self.modulus_uj * 1_000_000_000 // (4 * self.ceiling_uw))

    def most_uj(self, ns: int) -> int | None:
        """The most that it can plausibly have counted in a time."""
        if self.ceiling_uw is None:
            return None
        within_ns = ns + _LATE_UPDATES * self.update_ns
        drawn_uj = self.ceiling_uw * within_ns * _MARGIN_PERCENT // 100 // 1_000_000_000
        return drawn_uj + 2 * round(self.unit_uj)


@value
class Span:
    """What lies between two values of a counter: energy, or the reason why it is not known."""

    energy_uj: int | None
    wrapped: bool = False
    reason: Reason | None = None


def unit_of(max_range_uj: int) -> float:
    """The step of a counter, from the largest value that it shows, both in microjoules."""
    return max_range_uj / _LARGEST_COUNT


def modulus_of(max_range_uj: int) -> int:
    """After how many microjoules a counter is where it was."""
    return max_range_uj + max(1, round(unit_of(max_range_uj)))


def spent(counter: Counter, before_uj: int, after_uj: int, ns: int) -> Span:
    """The energy between two values that were read `ns` nanoseconds apart.

    One wraparound is repaired.  What more than one could explain as well, and what the hardware
    cannot have drawn, is not guessed: the span has a reason instead.
    """
    delta_uj, wrapped = after_uj - before_uj, after_uj < before_uj
    if wrapped:
        if counter.modulus_uj is None:
            return Span(None, False, Reason.WENT_BACK)
        delta_uj += counter.modulus_uj
        if delta_uj < 0:
            return Span(None, False, Reason.IMPLAUSIBLE)
    most_uj = counter.most_uj(ns)
    if most_uj is None:
        return Span(delta_uj, wrapped)
    if delta_uj > most_uj:
        return Span(None, wrapped, Reason.IMPLAUSIBLE)
    if counter.modulus_uj is not None and delta_uj + counter.modulus_uj <= most_uj:
        return Span(None, wrapped, Reason.WRAPS_UNKNOWN)
    return Span(delta_uj, wrapped)
