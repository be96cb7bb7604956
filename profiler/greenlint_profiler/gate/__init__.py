# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The gate: two revisions measured beside one another, and judged with a controlled error."""
