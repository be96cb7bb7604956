# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The folder that stands on PYTHONPATH while functions are profiled: see sitecustomize.py."""
