# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What `make bench` runs: ratios taken in one run, on corpora that it builds itself."""
