# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What an organisation reads before it adopts a program says what is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from greenlint.version import __version__

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
# Sections "Top-level keys and sections" and "description" of the standard, version 0.4.
REQUIRED = {
    *("publiccodeYmlVersion", "name", "url", "platforms", "developmentStatus", "softwareType"),
    *("description", "legal", "maintenance", "localisation"),
}
# Its lists of words, of which those that a program such as this may use.
VOCABULARY = {
    "developmentStatus": {"concept", "development", "beta", "stable", "obsolete"},
    "softwareType": {
        *(f"standalone/{kind}" for kind in ("mobile", "iot", "desktop", "web", "backend", "other")),
        *("addon", "library", "configurationFiles"),
    },
}
PLATFORMS = {"web", "windows", "mac", "linux", "ios", "android"}
SCOPES = {
    *("agriculture", "culture", "defence", "education", "emergency-services", "employment"),
    *("energy", "environment", "finance-and-economic-development", "foreign-affairs"),
    *("government", "healthcare", "infrastructures", "justice", "local-authorities"),
    *("manufacturing", "research", "science-and-technology", "security", "society", "sport"),
    *("tourism", "transportation", "welfare"),
}
DESCRIBED = {"shortDescription", "longDescription", "features"}


def described() -> Any:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))


def test_publiccode_has_what_its_standard_wants() -> None:
    """In Dutch and English, within the lengths that catalogues show."""
    held = described()
    assert held.keys() >= REQUIRED
    assert held["softwareVersion"] == __version__
    assert held["legal"]["license"] == "EUPL-1.2"
    assert set(held["description"]) == {"en", "nl"}
    for text in held["description"].values():
        assert text.keys() >= DESCRIBED
        assert len(text["shortDescription"]) <= 150
        assert 500 <= len(text["longDescription"]) <= 10_000
        assert text["features"]
        assert all(len(feature) <= 100 for feature in text["features"])
        assert len(text["genericName"]) <= 35
    assert all(held[key] in words for key, words in VOCABULARY.items())
    assert set(held["platforms"]) <= PLATFORMS
    assert set(held["intendedAudience"]["scope"]) <= SCOPES
    assert all(re.fullmatch("[a-z]{2}", one) for one in held["intendedAudience"]["countries"])
    assert held["localisation"]["localisationReady"] is True
    assert set(held["localisation"]["availableLanguages"]) == set(held["description"])
    assert all(one["name"] for one in held["dependsOn"]["open"])
    assert held["url"].startswith("https://")
    assert held["maintenance"]["type"] == "community"
    assert all(contact["name"] for contact in held["maintenance"]["contacts"])


def test_the_licence_stands_where_people_and_tools_look() -> None:
    """The same text in both places."""
    licence = (ROOT / "LICENSE").read_bytes()
    assert (ROOT / "LICENSES" / "EUPL-1.2.txt").read_bytes() == licence


@pytest.mark.parametrize(
    "name", ["SECURITY", "SUPPORT", "GOVERNANCE", "CODE_OF_CONDUCT", "CONTRIBUTING", "CHANGELOG"]
)
def test_what_forges_look_for_is_there(name: str) -> None:
    """By the names that they know, in the source distribution too."""
    assert (ROOT / f"{name}.md").read_text("utf-8").strip()
