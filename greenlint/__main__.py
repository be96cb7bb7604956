# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""``python -m greenlint``."""

import sys

if __name__ == "__main__":
    # The working directory holds what is checked: a click.py there must not be imported.
    if not sys.flags.safe_path:
        del sys.path[0]
    from greenlint.cli import main

    main()
