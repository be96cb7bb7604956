# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The fixed texts of the report, Dutch beside English: words.toml, where both are read together."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from greenlint.report.measures.numbers import LANGS, Lang


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    text = files("greenlint.report.measures").joinpath("words.toml").read_text("utf-8")
    held: Mapping[str, Mapping[str, str]] = tomllib.loads(text)
    return held


@cache
def words(lang: Lang) -> Mapping[str, str]:
    """Every text by its key, in one language."""
    return {key: texts[lang] for key, texts in _texts().items()}


def reason_words(codes: set[str]) -> dict[str, dict[str, str]]:
    """The sentence of each reason, by language."""
    return {code: {lang: words(lang)[f"why-{code}"] for lang in LANGS} for code in sorted(codes)}
