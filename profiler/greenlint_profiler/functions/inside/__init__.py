# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""The sampler, as it lives in the profiled program: who runs where, since the last look.

It is loaded by its path into programs of any environment, so it imports nothing but what every
interpreter has.  It reads no energy counter: the command does that, from outside, and joins both by
the monotonic clock, which all processes of a machine share.

Each line of its log is one of

    B ns pid parent period_us words     the process begins; `words` are its arguments, as a literal
    C number name, file, line           a code object, as a literal
    P number code line                  a place: a line of a code object
    S number place ...                  a stack, the innermost place first
    N number name                       a thread; the name as a literal
    K number name                       a task of asyncio
    E text                              a look that went wrong; the text as a literal
    T ns process own waiting thread:used:[~]stack[:task] ...
                                        a look: CPU nanoseconds of the process and of this sampler
                                        since the last one, the main thread's stack where the
                                        process mostly waited (else -1), the threads that ran;
                                        `~` before the stack of one that sleeps there now
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .watch import Watch

VARIABLE = "GREENLINT_FUNCTIONS"
ONCE = "once"
SUFFIX = ".samples"

_BEGUN: list[Watch] = []


def begin(environ: Mapping[str, str], _known: Callable[[str, str], object]) -> bool:
    """Sample this process, if the environment says so; called at the interpreter's start.

    The variable is ``PERIOD_US:FOLDER``, or ``PERIOD_US,once:FOLDER`` for this process without its
    children.  Returns whether children are to be sampled too.
    Raises OSError when the log cannot be written.
    """
    asked, _, folder = environ.get(VARIABLE, "").partition(":")
    period, _, mode = asked.partition(",")
    if _BEGUN or not period.isdigit() or not os.path.isdir(folder):
        return True
    import atexit

    from .watch import Watch

    watch = Watch(folder, int(period))
    _BEGUN.append(watch)
    watch.begin()
    atexit.register(watch.last)
    if hasattr(os, "register_at_fork"):
        in_child = watch.forget if mode == ONCE else watch.again
        os.register_at_fork(before=watch.stop, after_in_parent=watch.go_on, after_in_child=in_child)
    return mode != ONCE
