# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What pytest loads at every start: options, markers, a fixture; and the rest when it is asked for.

Nothing else of ours is imported here at the top: a run without `--energy` pays for this file alone.
"""

from __future__ import annotations

import pytest

TYPE_CHECKING = False  # `typing` is there anyway under pytest; this keeps the habit of the house
if TYPE_CHECKING:
    from pytest_greenlint.metering import EnergyMeter

MARKERS = (
    "energy(budget=None, *, cpu, queries, requests, instructions, dram, max_increase, repeat, "
    "warmup, domains, skip): what the test may use, such as "
    '@pytest.mark.energy("5 J", cpu="300 ms", queries=12); see --energy.',
    "energy_budget(budget): the same as energy(budget).",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, all of them in one group."""
    from pytest_greenlint.options import add

    add(parser)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """The hooks that other plugins may implement."""
    import pytest_greenlint.hooks as hooks

    pluginmanager.add_hookspecs(hooks)


def pytest_configure(config: pytest.Config) -> None:
    """Markers are known to every run; measuring begins where it was asked for."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    said = config.option.energy
    wanted = config.getini("energy") if said is None else said
    if wanted and not config.option.help and not config.option.version:
        from pytest_greenlint.start import start

        start(config)
    elif said is None:
        from pytest_greenlint.options import refuse_without_energy

        refuse_without_energy(config)


@pytest.fixture
def energy_meter(request: pytest.FixtureRequest) -> EnergyMeter:
    """Measures a part of a test: `with energy_meter() as m: ...`, then `m.joules`.

    `energy_meter(function, *args, repeat=10)` calls a function so often, and has the median.
    """
    from pytest_greenlint.metering import EnergyMeter

    return EnergyMeter.of(request.config)
