# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What greenlint says of its own comments, and of files that it could not check."""
