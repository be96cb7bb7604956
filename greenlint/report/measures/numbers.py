# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Figures as people read them: two significant digits, in the signs of their language."""

from __future__ import annotations

import math
from typing import Literal

from greenlint.report.measures.interval import Interval

Lang = Literal["nl", "en"]
LANGS: tuple[Lang, ...] = ("nl", "en")
DIGITS = 2

_POINT = {"nl": ",", "en": "."}
_GROUP = {"nl": ".", "en": ","}
_LARGE = {
    "nl": ((1e9, "miljard"), (1e6, "miljoen")),
    "en": ((1e9, "billion"), (1e6, "million")),
}
_SMALL, _HUGE = 1e-4, 1e12
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def shown(value: float, lang: Lang, digits: int = DIGITS) -> str:
    """A figure to so many significant digits: ``34``, ``8,6``, ``24 miljoen``."""
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits - 1}e}")
    size = abs(rounded)
    if size < _SMALL or size >= _HUGE:
        mantissa, exponent = f"{rounded:.{digits - 1}e}".split("e")
        power = str(int(exponent)).translate(_RAISED)
        return f"{_localised(mantissa, lang)} × 10{power}"
    for scale, word in _LARGE[lang]:
        if size >= scale:
            return f"{_plain(rounded / scale, lang, digits)} {word}"
    return _plain(rounded, lang, digits)


def within(value: Interval, lang: Lang) -> str:
    """A figure with its bounds where they differ from it as shown: ``34 (33–50)``."""
    lo, mid, hi = (shown(one, lang) for one in (value.lo, value.mid, value.hi))
    if lo == mid == hi:
        return mid
    dash = "–" if value.lo >= 0 else f" {'tot' if lang == 'nl' else 'to'} "
    return f"{mid} ({lo}{dash}{hi})"


def cited(value: float, lang: Lang) -> str:
    """A factor as its source has it, with all its digits."""
    text = f"{value:.10g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        return f"{_localised(mantissa, lang)} × 10{str(int(exponent)).translate(_RAISED)}"
    whole, point, rest = text.partition(".")
    return _grouped(whole, lang) + (_POINT[lang] + rest if point else "")


def _plain(value: float, lang: Lang, digits: int) -> str:
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    whole, _, rest = f"{value:.{places}f}".partition(".")
    return _grouped(whole, lang) + (_POINT[lang] + rest if rest else "")


def _grouped(whole: str, lang: Lang) -> str:
    sign, digits = ("−", whole[1:]) if whole.startswith("-") else ("", whole)
    if len(digits) > 4:
        digits = f"{int(digits):,}".replace(",", _GROUP[lang])
    return sign + digits


def _localised(text: str, lang: Lang) -> str:
    return text.replace(".", _POINT[lang]).replace("-", "−")
