# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""`@measured`: each call of a function is a window, whatever kind of function it is.

A coroutine function is measured while the coroutine runs, a generator function from the first
value asked for until the last; what others do between two steps is in the window, for a counter
counts the whole machine.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator
from functools import partial, wraps
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from typing import Any, TypeVar, overload

from greenlint_profiler.account import Account
from greenlint_profiler.measurement import Measurement
from greenlint_profiler.meter import Meter
from greenlint_profiler.window import Window, account_for
from greenlint_profiler.world import World, here

_KEPT = 1000
_Called = TypeVar("_Called", bound=Callable[..., Any])


@overload
def measured(function: _Called, /) -> _Called: ...
@overload
def measured(
    name: str = "",
    /,
    *,
    meter: str | Meter | Account | None = None,
    world: World | None = None,
    keep: Callable[[Measurement], object] | None = None,
) -> Callable[[_Called], _Called]: ...
def measured(
    function: Any = "",
    /,
    *,
    meter: str | Meter | Account | None = None,
    world: World | None = None,
    keep: Callable[[Measurement], object] | None = None,
) -> Any:
    """Measure each call of a function, coroutine function, generator function or method.

    The last thousand records are in `function.measurements`, oldest first; `keep` is called with
    each record as well.  A call that raises leaves its record behind, with the exception's name.
    The meter is chosen at the first call, not at the import.
    """
    name = function if isinstance(function, str) else ""
    settings = _Settings(name, meter, world, keep)
    return settings.wrap if isinstance(function, str) else settings.wrap(function)


class _Settings:
    """What the decorator was told."""

    def __init__(
        self,
        name: str,
        meter: str | Meter | Account | None,
        world: World | None,
        keep: Callable[[Measurement], object] | None,
    ) -> None:
        self.name = name
        self.world = world or here()
        self.keep = keep
        self._meter = meter
        self._account: Account | None = None

    def window(self, name: str, *, nested: bool) -> Window:
        if self._account is None:
            self._account = account_for(self._meter, self.world)
        return Window(name, self._account, self.world, nested=nested)

    def wrap(self, function: Any) -> Any:
        if isinstance(function, classmethod | staticmethod):
            return type(function)(self.wrap(function.__func__))
        name = self.name or getattr(function, "__qualname__", repr(function))
        records: deque[Measurement] = deque(maxlen=_KEPT)
        call = _kind_of(function)(function, partial(_Call, self, name, records))
        call.measurements = records
        return call


class _Call:
    """One call: a window whose record is kept, however the call ends."""

    def __init__(
        self, settings: _Settings, name: str, records: deque[Measurement], *, nested: bool = True
    ) -> None:
        self._window = settings.window(name, nested=nested)
        self._records = records
        self._keep = settings.keep

    def __enter__(self) -> None:
        self._window.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._window.__exit__(*error)
        self._records.append(self._window.measurement)
        if self._keep is not None:
            self._keep(self._window.measurement)


_Open = Callable[..., _Call]


def _kind_of(function: Any) -> Callable[[Any, _Open], Any]:
    if iscoroutinefunction(function):
        return _coroutine
    if isasyncgenfunction(function):
        return _async_generator
    return _generator if isgeneratorfunction(function) else _plain


def _plain(function: Any, call: _Open) -> Any:
    @wraps(function)
    def measured_call(*args: Any, **kwargs: Any) -> Any:
        with call():
            return function(*args, **kwargs)

    return measured_call


def _coroutine(function: Any, call: _Open) -> Any:
    @wraps(function)
    async def measured_coroutine(*args: Any, **kwargs: Any) -> Any:
        with call():
            return await function(*args, **kwargs)

    return measured_coroutine


def _generator(function: Any, call: _Open) -> Any:
    @wraps(function)
    def measured_generator(*args: Any, **kwargs: Any) -> Generator[Any, Any, Any]:
        with call(nested=False):
            return (yield from function(*args, **kwargs))

    return measured_generator


def _async_generator(function: Any, call: _Open) -> Any:
    @wraps(function)
    async def measured_generator(*args: Any, **kwargs: Any) -> AsyncGenerator[Any, Any]:
        inner = function(*args, **kwargs)
        with call(nested=False):
            try:
                value = await anext(inner)
                while True:
                    try:
                        sent = yield value
                    except GeneratorExit:
                        raise
                    except BaseException as error:
                        value = await inner.athrow(error)
                    else:
                        value = await inner.asend(sent)
            except StopAsyncIteration:
                return
            finally:
                await inner.aclose()

    return measured_generator
