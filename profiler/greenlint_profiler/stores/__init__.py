# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where runs are kept: one code path over DB-API, in SQLite here or in PostgreSQL for a team."""
