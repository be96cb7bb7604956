# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What stored runs say of tests and revisions, which is advice: levels, histories, comparisons."""
