# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Names that tell how often something is done: files that run once or seldom, things of which
there are few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Files that run once, or fill a database to play with.
ONCE = re.compile(
    r"migrat|seed|demo|fixture|(?:^|/|_)fake|(?:test|random|sample)_?data|generate\w*data|testing"
    r"|factor(y|ies)[^/]*$"
)
#: Files that run when an administrator or a developer wants them to.
SELDOM = re.compile(
    r"(^|/)(management|commands?|cli|benchmarks?|performance|setup_configuration|test_utils|tests?"
    r"|upgrades?|user_data)(/|\.py\Z)"
)
#: What a programme or a page has a few of, by the words in a name.
FEW = re.compile(
    r"(?:^|_)(?:forms?|formsets?|fields?|columns?|providers?|plugins?|backends?|permissions?|perms"
    r"|currenc(?:y|ies)|languages?|langs?|locales?|settings?|configs?|configuration|choices?|types?"
    r"|attempts?|retries|relationships?|relations?|queues?|properties|props?|attributes|parameters"
    r"|params|options?|flags?|getlist|cleaned_data|post|alias(?:es)?|models?|roles?|scopes?"
    r"|fees?|tax(?:es)?|captures?|channels?|payment_requests|files?|sites?|groups?)(?:_|\Z)",
    re.IGNORECASE,
)
#: What is one person's, by the last word of a filter's condition.
OF_USER = re.compile(r"(user|email|owner)(_id|_pk|__pk|__id|__iexact)?\Z")
#: Functions that set a programme up, and those that make something up to show.
_SETS_UP = re.compile(
    r"_*(?:init|install|bootstrap|seed|set_?up)_[a-z]"
    r"|_*(?:create|ensure|make|load|get_or_create)_(?:default|initial)(?:_|s?\Z)"
)
_PRETENDS = re.compile(r"(?:^|_)(?:mock|dummy|fake|demo)(?:_|\Z)")
#: What hands out many at once, or holds them.
CHUNKERS = re.compile(r"batch|chunk|grouper|split_|page(s|_range)?\Z|sliced", re.IGNORECASE)


def sets_up(name: str) -> bool:
    """Whether a function, by its name, sets something up, or makes something up to show."""
    return bool(_SETS_UP.match(name) or _PRETENDS.search(name))


def runs_seldom(name: str, parameters: Iterable[str]) -> bool:
    """Whether a function sets something up, or can be tried first (``dry_run``), as what somebody
    starts by hand can.
    """
    return sets_up(name) or "dry_run" in parameters
