# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The folder that stands on PYTHONPATH while a program is looked into: see sitecustomize.py."""
