# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""How a meter that does not work is made to: exact commands, and what they cost in safety."""

from __future__ import annotations

from dataclasses import dataclass

from greenlint_profiler.said import joined, say


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way out: its steps are shell lines, comments included; `trade_off` is what it costs."""

    id: str
    title: str
    steps: tuple[str, ...]
    trade_off: str


_PLATYPUS = say(
    "Whoever reads these counters can learn what other programs compute, secret keys included "
    "(PLATYPUS, CVE-2020-8694). So give them to a small group, never to everybody, and best on a "
    "machine that keeps nobody's secrets. Do not run your tests as root for it."
)

_ALL = (
    Remedy(
        "powercap",
        say("Let a group read the energy counters (once, as root)"),
        (
            "groupadd --system energy",
            'usermod --append --groups energy "$SUDO_USER"   # then log in again',
            "echo '"
            'SUBSYSTEM=="powercap", KERNEL=="intel-rapl*", '
            'RUN+="/usr/bin/chgrp energy /sys/%p/energy_uj", '
            'RUN+="/usr/bin/chmod g+r /sys/%p/energy_uj"'
            "' > /etc/udev/rules.d/70-greenlint-energy.rules",
            "udevadm control --reload && udevadm trigger --action=add --subsystem-match=powercap",
            "# or, where systemd-tmpfiles sets the rights at boot:",
            "echo 'z /sys/class/powercap/intel-rapl:*/energy_uj 0440 root energy -' "
            "> /etc/tmpfiles.d/greenlint-energy.conf",
            "systemd-tmpfiles --create /etc/tmpfiles.d/greenlint-energy.conf",
        ),
        _PLATYPUS,
    ),
    Remedy(
        "perf",
        say("Let perf events count the whole machine (once, as root)"),
        (
            "sysctl kernel.perf_event_paranoid=0",
            "# or for one copy of the interpreter, which a group may run (Linux 5.8 or later):",
            'install -m 0750 -g energy "$(readlink -f "$(command -v python3)")" '
            "/usr/local/bin/python3-energy",
            "setcap cap_perfmon=ep /usr/local/bin/python3-energy",
        ),
        joined(
            " ",
            (
                say(
                    "With 0 every user may watch what the whole machine does; with the capability, "
                    "whoever may run that copy may."
                ),
                _PLATYPUS,
            ),
        ),
    ),
    Remedy(
        "masked",
        say("Show the counters to the container"),
        (
            "# a container masks the tree, so mount it elsewhere, for reading only:",
            "docker run -v /sys/devices/virtual/powercap:/host/sys/devices/virtual/powercap:ro \\",
            "  -e GREENLINT_SYSFS_ROOT=/host/sys \\",
            '  --group-add "$(getent group energy | cut -d: -f3)" IMAGE COMMAND',
            "# the host's counters must be readable by that group: see `powercap`",
        ),
        joined(
            " ",
            (
                say("The container then sees what the whole host uses, not its own part."),
                _PLATYPUS,
            ),
        ),
    ),
    Remedy(
        "virtual",
        say("Measure where the counters are"),
        (
            "# a virtual machine has no energy counter, and nothing inside it can add one.",
            "# Run what must be measured on a machine of your own, for example as a CI runner;",
            "# here, hold code to CPU time and to counts of work.",
        ),
        say(
            "A runner on real hardware should serve one project only: its counters see all who use "
            "it."
        ),
    ),
    Remedy(
        "hwmon",
        say("Let a group read the board's sensors (once, as root)"),
        (
            "chgrp energy /sys/class/hwmon/hwmon*/energy*_input",
            "chmod g+r /sys/class/hwmon/hwmon*/energy*_input   # until the next boot",
        ),
        _PLATYPUS,
    ),
)

REMEDIES = {remedy.id: remedy for remedy in _ALL}
