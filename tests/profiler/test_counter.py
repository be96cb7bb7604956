# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Two values of a counter: differences, wraparounds, and what is not believed."""

from __future__ import annotations

import pytest
from greenlint_profiler.counter import Counter, Span, modulus_of, spent, unit_of
from greenlint_profiler.units import Domain, Kind, Reason

SECOND = 1_000_000_000
PACKAGE = Domain(Kind.PACKAGE, 0)
INTEL_UJ = 262_143_328_850
AMD_UJ = 65_532_610_987


def counter(max_range_uj: int = INTEL_UJ, ceiling_uw: int = 100_000_000) -> Counter:
    return Counter(PACKAGE, modulus_of(max_range_uj), unit_of(max_range_uj), ceiling_uw)


@pytest.mark.parametrize(
    ("max_range_uj", "unit_uj", "modulus_uj"),
    [
        (262_143_328_850, 61.035, 262_143_328_911),
        (65_532_610_987, 15.258, 65_532_611_002),
        (65_712_999_613, 15.3, 65_712_999_628),
        (262_143_999_938, 61.03515, 262_143_999_999),
        (4_294_967_295_000_000, 1_000_000, 4_294_967_296_000_000),
    ],
)
def test_a_counter_wraps_one_unit_after_its_largest_value(
    max_range_uj: int, unit_uj: float, modulus_uj: int
) -> None:
    """The modulus is 2^32 units; the largest value shown is one unit less."""
    assert unit_of(max_range_uj) == pytest.approx(unit_uj, rel=1e-6)
    assert modulus_of(max_range_uj) == modulus_uj


@pytest.mark.parametrize(
    ("before", "after", "span"),
    [
        (1000, 6000, Span(5000)),
        (1000, 1000, Span(0)),
        (INTEL_UJ, 0, Span(61, wrapped=True)),
        (INTEL_UJ - 1000, 4000, Span(5061, wrapped=True)),
    ],
)
def test_one_wraparound_is_repaired(before: int, after: int, span: Span) -> None:
    """From the largest value to zero is one unit: nothing is lost or invented."""
    assert spent(counter(), before, after, SECOND) == span


@pytest.mark.parametrize(
    ("delta_uj", "believed"), [(122_399_000, True), (122_401_000 + 123, False)]
)
def test_more_than_the_hardware_draws_is_not_believed(delta_uj: int, believed: bool) -> None:
    """100 W for a second, a fifth more, and the twenty milliseconds that an update may be late."""
    span = spent(counter(), 0, delta_uj, SECOND)
    assert span == (Span(delta_uj) if believed else Span(None, False, Reason.IMPLAUSIBLE))


def test_a_reset_is_no_wraparound() -> None:
    """A counter that begins anew at half of its range would mean kilojoules in a millisecond."""
    assert spent(counter(), INTEL_UJ // 2, 0, 1_000_000).reason is Reason.IMPLAUSIBLE


@pytest.mark.parametrize("seconds", [540, 547])
def test_two_wraparounds_are_told_apart_from_one(seconds: int) -> None:
    """As soon as one turn more would be just as plausible, nothing is guessed."""
    amd = counter(AMD_UJ, 100_000_000)
    span = spent(amd, 5, 4_000_000, seconds * SECOND)
    assert span.reason is (None if seconds == 540 else Reason.WRAPS_UNKNOWN)


def test_a_counter_of_unknown_range_that_goes_back_has_no_energy() -> None:
    """Without its range a wraparound cannot be repaired."""
    unknown = Counter(PACKAGE, None, 61.0)
    assert spent(unknown, 5000, 4000, SECOND) == Span(None, False, Reason.WENT_BACK)


def test_a_value_above_the_range_is_not_believed() -> None:
    """A counter that held more than it can hold was misread."""
    assert spent(counter(AMD_UJ), AMD_UJ * 3, 5, SECOND).reason is Reason.IMPLAUSIBLE


@pytest.mark.parametrize(
    ("max_range_uj", "ceiling_uw", "seconds"),
    [
        (INTEL_UJ, 100_000_000, 60),
        (AMD_UJ, 500_000_000, 32.766305),
        (AMD_UJ, 100_000_000, 60),
        (INTEL_UJ, 4_095_000_000, 16.003),
    ],
)
def test_a_counter_is_read_four_times_a_turn(
    max_range_uj: int, ceiling_uw: int, seconds: float
) -> None:
    """min(60 s, range / (4 x the most that it draws))."""
    ns = counter(max_range_uj, ceiling_uw).keep_alive_ns
    assert ns is not None
    assert ns / SECOND == pytest.approx(seconds, rel=1e-3)


def test_a_counter_of_whole_joules_may_stand_still_longer() -> None:
    """At 1 W a counter with steps of a joule moves once in a second."""
    joules = Counter(Domain(Kind.PSYS), None, 1_000_000)
    assert joules.frozen_after_ns == SECOND
    assert counter().frozen_after_ns == 10_000_000
