# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Reports for people: pages that only `greenlint report` loads."""
