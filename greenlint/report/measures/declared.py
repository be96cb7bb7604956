# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What a team declares: the table ``[tool.greenlint.report]``, or a file of its own, as values."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from greenlint.config_file import written
from greenlint.messages import say
from greenlint.report.measures.asking import Asking, Figure
from greenlint.report.measures.factors import Factors, shipped

SERVERS = ("low", "medium", "high")
ODC = "ODC"  # overheidsdatacenter, the site for which there is a factor
YEARS = 5  # of the scenarios, where nobody says otherwise

TEXTS = ("title", "organisation", "team", "contact", "repository", "raw-data",
         "accessibility-statement", "functional-unit")  # fmt: skip
FIGURES = ("runs-per-year", "pue", "water-onsite", "price", "hourly-cost", "growth",
           "demand-reduction")  # fmt: skip
TABLES = ("boundary", "scenario", "hardware", "capacity", "embodied", "effort", "factors", "links")
KEYS = (*TEXTS, *FIGURES, *TABLES, "years", "measures-taken")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What was done while it was measured; `test` names it in a file of several."""

    name: str = ""
    steps: tuple[str, ...] = ()
    data_volume: str = ""
    test: str = ""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Cores that are kept running, before and after; `realised` only with what shows it."""

    before: float
    after: float
    realised: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class Embodied:
    """The server whose making counts, and the part of it that the system holds.

    `hours` of a year; `total_cores` is None for the server of the factor.
    """

    server: str
    reserved_cores: float
    total_cores: float | None
    hours: float


@dataclass(frozen=True, slots=True)
class Declared:
    """All that was declared; "" and None are what was not.

    `figures` are by the name of their key; `effort` are minutes for a whole measure, by rule.
    `repository_link` is an address of the web with "{path}", and perhaps "{line}" and "{commit}".
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Figure] = field(default_factory=dict)
    included: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    scenario: Scenario = Scenario()
    ram: str = ""
    capacity: Capacity | None = None
    embodied: Embodied | None = None
    effort: Mapping[str, float] = field(default_factory=dict)
    taken: tuple[str, ...] = ()
    years: int = YEARS
    site: str = ""
    repository_link: str = ""
    factors: Factors = field(default_factory=shipped)

    def text(self, key: str) -> str:
        """One of TEXTS."""
        return self.texts.get(key, "")

    def figure(self, key: str) -> Figure | None:
        """One of FIGURES."""
        return self.figures.get(key)


def declared(layers: Sequence[Asking]) -> Declared:
    """The tables as one, each key from the last that has it; ConfigError names file and line."""
    held: dict[str, Asking] = {}
    factors = shipped()
    for layer in layers:
        layer.known(KEYS)
        held |= dict.fromkeys(layer.table, layer)
        factors = layer.factors(factors)

    def at(key: str) -> Asking:
        return held.get(key, _NOTHING)

    boundary, scenario, pue = at("boundary"), at("scenario"), at("pue")
    boundary.known(("included", "excluded"), "boundary")
    scenario.known(("name", "steps", "data-volume", "test"), "scenario")
    at("hardware").known(("ram",), "hardware")
    return Declared(
        texts={key: at(key).text(key) for key in TEXTS if key in held},
        figures={key: at(key).figure(key, *_LIMITS[key]) for key in FIGURES if _has(at(key), key)},
        included=boundary.texts("boundary", "included"),
        excluded=boundary.texts("boundary", "excluded"),
        scenario=Scenario(
            scenario.text("scenario", "name"),
            scenario.texts("scenario", "steps"),
            scenario.text("scenario", "data-volume"),
            scenario.text("scenario", "test"),
        ),
        ram=at("hardware").text("hardware", "ram"),
        capacity=_capacity(at("capacity")),
        embodied=_embodied(at("embodied")),
        effort=at("effort").numbers("effort"),
        taken=at("measures-taken").texts("measures-taken"),
        years=at("years").count("years", YEARS),
        site=pue.text("pue", "site") if isinstance(pue.table.get("pue"), Mapping) else "",
        repository_link=_link(at("links")),
        factors=factors,
    )


_LINK = "https://git.example.org/orders/blob/{commit}/{path}#L{line}"


def _link(asking: Asking) -> str:
    """Where a line of source is to be seen.  ConfigError for what is no such address."""
    asking.known(("repository",), "links")
    link = asking.text("links", "repository")
    names = re.findall(r"\{(.*?)\}", link)
    if not link:
        return ""
    if not link.startswith(("https://", "http://")) or "path" not in names:
        problem = say(
            "{given} is no address of the web with {place} in it. ",
            given=f"repository = {written(link)}",
            place="{path}",
        )
    elif unknown := [one for one in names if one not in ("commit", "path", "line")]:
        place = f"{{{unknown[0]}}}"
        problem = say("Nothing is known for {place} in repository. ", place=place)
    else:
        return link
    way_out = say("Write it as {example}.", example=written(_LINK))
    raise asking.error((problem, way_out), "links", "repository")


# Key -> the least and the most that it can be, whether a source must be named, and an example.
_LIMITS: dict[str, tuple[float, float, bool, str]] = {
    "runs-per-year": (0, 1e18, True, '{ value = 1e6, source = "access log of 2025" }'),
    "pue": (1, 10, True, '{ value = 1.3, source = "the data centre, 2025" } or { site = "ODC" }'),
    "water-onsite": (0, 1e3, True, '{ value = 0.1, source = "litres per kWh, data centre" }'),
    "price": (0, 1e3, False, '{ value = 0.25, source = "euro per kWh, contract" }'),
    "hourly-cost": (0, 1e5, False, '{ value = 90, source = "euro per hour" }'),
    "growth": (-0.99, 100, True, '{ value = 0.08, source = "forecast of 2026" }'),
    "demand-reduction": (0, 1, True, '{ value = 0.2, source = "the nightly job goes" }'),
}


def _has(asking: Asking, key: str) -> bool:
    """Whether it states the figure; a site alone names a factor instead."""
    held = asking.table.get(key)
    site = isinstance(held, Mapping) and "value" not in held and held.get("site") == ODC
    return held is not None and not (key == "pue" and site)


def _capacity(asking: Asking) -> Capacity | None:
    """Cores before and after.  ConfigError for a saving that is said to be made, and is not."""
    if "capacity" not in asking.table:
        return None
    keys = ("reserved-cores-before", "reserved-cores-after", "realised", "evidence")
    asking.known(keys, "capacity")
    before, after = (asking.number("capacity", key, least=0) for key in keys[:2])
    realised = asking.flag("capacity", "realised")
    evidence = asking.text("capacity", "evidence")
    if realised and after >= before:
        problem = say(
            "capacity cannot be realised with {after} cores after and {before} before: nothing was "
            "switched off. Set realised = false.",
            after=f"{after:g}",
            before=f"{before:g}",
        )
        raise asking.error(problem, "capacity", "realised")
    if realised and not evidence:
        problem = say(
            "capacity that is realised needs its evidence: say where it can be seen, such as "
            'evidence = "the virtual machines were resized on 2026-10-01".'
        )
        raise asking.error(problem, "capacity")
    return Capacity(before, after, realised, evidence)


def _embodied(asking: Asking) -> Embodied | None:
    if "embodied" not in asking.table:
        return None
    keys = ("server", "reserved-cores", "total-cores", "hours-per-year")
    asking.known(keys, "embodied")
    server = asking.text("embodied", "server") or "medium"
    if server not in SERVERS:
        problem = say(
            "server cannot be {server}. It is one of {known}; another server replaces the factor "
            "server_medium.",
            server=repr(server),
            known=", ".join(SERVERS),
        )
        raise asking.error(problem, "embodied", "server")
    reserved = asking.number("embodied", "reserved-cores", least=0)
    total = None
    if "total-cores" in asking.table["embodied"]:
        total = asking.number("embodied", "total-cores", least=1)
    elif server != "medium":
        needs = "The server {server} needs its total-cores: only those of medium are known."
        raise asking.error(say(needs, server=repr(server)), "embodied")
    if total is not None and reserved > total:
        problem = say(
            "{reserved} cores cannot be reserved of {total}.",
            reserved=f"{reserved:g}",
            total=f"{total:g}",
        )
        raise asking.error(problem, "embodied", "reserved-cores")
    hours = 8760.0
    if "hours-per-year" in asking.table["embodied"]:
        hours = asking.number("embodied", "hours-per-year", least=0, most=8784)
    return Embodied(server, reserved, total, hours)


_NOTHING = Asking.nothing()
