# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Names that tell how often something is done: files that run once or seldom, things of which
there are few.
"""

from __future__ import annotations

import re

#: Files that run once, or fill a database to play with.
ONCE = re.compile(r"migrat|seed|demo|fixture|test_data|generate\w*data|testing|factor(y|ies)[^/]*$")
#: Files that run when an administrator or a developer wants them to.
SELDOM = re.compile(
    r"(^|/)(management|benchmarks?|performance|setup_configuration|test_utils|tests?|upgrades?"
    r"|user_data)(/|\.py\Z)"
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
#: What hands out many at once, or holds them.
CHUNKERS = re.compile(r"batch|chunk|grouper|split_|page(s|_range)?\Z|sliced", re.IGNORECASE)
