# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Work that can be counted exactly where no energy counter is: queries, requests, instructions."""
