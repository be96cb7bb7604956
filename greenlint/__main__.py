# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``python -m greenlint``."""

from greenlint.cli import main

if __name__ == "__main__":
    main()
