# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The language server: findings while one types.  Only the command loads this room."""
