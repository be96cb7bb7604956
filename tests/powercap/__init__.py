# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Simulated powercap trees: recorded layouts as data, and counters that follow a known power.

Nothing here is hardware.  Every figure that comes out of these trees is a figure of a simulation.
"""
