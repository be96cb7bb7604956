# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Where inside a program the energy goes: stacks of Python, weighed by the joules of their time."""
