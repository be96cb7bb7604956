# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Watts of one virtual processor by generation, and which generation this is.

From Cloud Carbon Footprint's coefficients (Apache License 2.0, (c) Thoughtworks, Inc.), which
derive them from SPECpower results: the power of a whole server over its virtual processors, idle
and at full load.  Its row for the fifth EPYC averages nearly all servers by mistake; ours is from
the same data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SOURCE = "Cloud Carbon Footprint coefficients (Apache-2.0)"


@dataclass(frozen=True, slots=True)
class Watts:
    """One generation: watts of a virtual processor when idle, and at full load."""

    generation: str
    idle: float
    full: float


TABLE = {
    watts.generation: watts
    for watts in (
        Watts("EPYC 1", 0.847, 2.604),
        Watts("EPYC 2", 0.474, 1.693),
        Watts("EPYC 3", 0.456, 1.957),
        Watts("EPYC 4", 0.739, 2.282),
        Watts("EPYC 5", 0.267, 1.481),
        Watts("Haswell", 1.857, 5.595),
        Watts("Broadwell", 0.713, 3.685),
        Watts("Skylake", 0.613, 4.104),
        Watts("Cascade Lake", 0.690, 4.063),
        Watts("Ice Lake", 0.767, 3.758),
        Watts("Sapphire Rapids", 1.036, 4.160),
        Watts("Emerald Rapids", 0.814, 4.482),
        Watts("Granite Rapids", 0.582, 2.527),
    )
}

# Family and model of /proc/cpuinfo (arch/x86/include/asm/intel-family.h, and AMD's own numbers).
_INTEL = {
    63: "Haswell",
    79: "Broadwell",
    86: "Broadwell",
    85: "Skylake",
    106: "Ice Lake",
    108: "Ice Lake",
    143: "Sapphire Rapids",
    207: "Emerald Rapids",
    173: "Granite Rapids",
    174: "Granite Rapids",
}
_AMD = {
    (23, 1): "EPYC 1",
    (23, 49): "EPYC 2",
    (25, 1): "EPYC 3",
    (25, 17): "EPYC 4",
    (25, 160): "EPYC 4",
    (26, 2): "EPYC 5",
    (26, 17): "EPYC 5",
}


def generation(cpuinfo: str) -> str | None:
    """The row of the table for a processor, from the text of /proc/cpuinfo."""
    fields = dict(re.findall(r"^([\w ]+?)\s*: *(.*)$", cpuinfo.partition("\n\n")[0], re.MULTILINE))
    try:
        family, model, stepping = (
            int(fields[name]) for name in ("cpu family", "model", "stepping")
        )
    except (KeyError, ValueError):
        return None
    if fields.get("vendor_id") == "AuthenticAMD":
        return _AMD.get((family, model))
    if fields.get("vendor_id") != "GenuineIntel" or family != 6:
        return None
    return "Cascade Lake" if model == 85 and stepping >= 5 else _INTEL.get(model)
