# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The meters that come with greenlint, one file each; `greenlint_profiler.choose` knows them."""
