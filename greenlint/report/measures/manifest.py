# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A report as a manifest of the Impact Framework of the Green Software Foundation.

The pipeline is that of its example ``manifests/examples/pipelines/sci.yml``: operational carbon
from energy and the intensity of the grid, embodied carbon from the making of the server, and their
sum per functional unit.  What a report does not know is left out, and told in a comment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from greenlint.report.measures.words import words

Document = Mapping[str, Any]
HOUR = 3600
# The observation is a year, from which the factors of a year are taken.
SECONDS_PER_YEAR = 8760 * HOUR


def render(held: Document) -> str:
    """YAML.  Without joules, or without declared runs, there is nothing to compute, and the
    manifest has no inputs.
    """
    return "\n".join((*_comments(held), *_yaml(_manifest(held)))) + "\n"


def _comments(held: Document) -> Iterator[str]:
    yield "# Made by greenlint from a measures report; every input has its source there."
    for sentence in words("en")["not-claimed"].split(". "):
        yield f"# {sentence.rstrip('.')}."
    if held["sci"]["missing"]:
        yield f"# Incomplete, and no SCI score: {', '.join(held['sci']['missing'])} missing."


def _manifest(held: Document) -> dict[str, Any]:
    name = held["subject"]["name"]
    unit = held["functional_unit"] or "run"
    complete = held["sci"]["complete"]
    pipeline = ["energy-to-carbon", *(["sum-carbon", "sci"] if complete else [])]
    return {
        "name": f"{name} ({unit})",
        "description": f"One year of {unit}, as measured and declared",
        "initialize": {"plugins": _plugins(unit, complete)},
        "tree": {
            "children": {
                "system": {"pipeline": {"compute": pipeline}, "inputs": _inputs(held)},
            }
        },
    }


def _plugins(unit: str, complete: bool) -> dict[str, Any]:
    plugins: dict[str, Any] = {
        "energy-to-carbon": {
            "method": "Multiply",
            "path": "builtin",
            "config": {
                "input-parameters": ["energy", "grid/carbon-intensity"],
                "output-parameter": "carbon-operational",
            },
        }
    }
    if not complete:
        return plugins
    return plugins | {
        "sum-carbon": {
            "method": "Sum",
            "path": "builtin",
            "config": {
                "input-parameters": ["carbon-operational", "carbon-embodied"],
                "output-parameter": "carbon",
            },
        },
        "sci": {
            "method": "Sci",
            "path": "builtin",
            "config": {"functional-unit": "runs"},
        },
    }


def _inputs(held: Document) -> list[dict[str, Any]]:
    if held["annual"] is None:
        return []
    use = held["annual"]["use"]
    energy = use["kwh_facility"] or use["kwh_it"]
    one: dict[str, Any] = {
        "timestamp": held["measurement"]["date"] or held["generated_at"],
        "duration": SECONDS_PER_YEAR,
        "energy": energy["mid"],
        "grid/carbon-intensity": held["grid"]["intensity_g"],
        "runs": held["runs_per_year"]["mid"],
    }
    if held["embodied"] is not None:
        one["carbon-embodied"] = held["embodied"]["M_g"]["mid"]
    return [one]


def _yaml(value: Any, indent: int = 0) -> Iterator[str]:
    """Lines of YAML in block style; every text is in double quotes, so that it means itself."""
    pad = "  " * indent
    if isinstance(value, dict):
        for key, one in value.items():
            if isinstance(one, dict | list) and one:
                yield f"{pad}{_key(key)}:"
                yield from _yaml(one, indent + 1)
            else:
                yield f"{pad}{_key(key)}: {_scalar(one)}"
    else:
        for one in value:
            if isinstance(one, dict):
                first, *rest = _yaml(one, indent + 1)
                yield f"{pad}- {first.lstrip()}"
                yield from rest
            else:
                yield f"{pad}- {_scalar(one)}"


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("/", "").isalnum() else _scalar(key)


def _scalar(value: Any) -> str:
    """JSON, which is YAML; what is beyond the basic plane is left as it is, for JSON would write
    two halves of it.
    """
    if not isinstance(value, str):
        return json.dumps(value)
    return "".join(char if ord(char) > 0xFFFF else json.dumps(char)[1:-1] for char in value).join(
        '""'
    )
