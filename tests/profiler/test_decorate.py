# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""`@measured` on functions, coroutines, generators and methods: the work is in the window."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from greenlint_profiler.account import Account
from greenlint_profiler.decorate import measured
from greenlint_profiler.measurement import Measurement

from tests.powercap.power import constant
from tests.powercap.tree import zones_of
from tests.profiler.conftest import Machine, MakeMachine

SECOND = 1_000_000_000


@pytest.fixture
def made(machine: MakeMachine) -> Machine:
    return machine(zones_of("ryzen-9950x3d-near-wrap"), {"package": constant(10)}, grid_ns=0)


@pytest.fixture
def account(made: Machine) -> Account:
    return made.account()


def joules(function: Any) -> list[float | None]:
    return [record.joules for record in function.measurements]


def test_a_function_is_measured_at_each_call(made: Machine, account: Account) -> None:
    """It keeps its name, its result and a record of every call."""

    @measured("work", meter=account, world=made.world)
    def work(seconds: int) -> int:
        """Works."""
        made.clock.advance(seconds * SECOND)
        return seconds

    assert work(1) + work(3) == 4
    assert joules(work) == [10, 30]
    assert work.measurements[0].name == "work"  # type: ignore[attr-defined]
    assert (work.__name__, work.__doc__) == ("work", "Works.")


def test_it_works_without_brackets() -> None:
    """`@measured` alone takes the best meter when the function is called, not when it is made."""

    @measured
    def work() -> int:
        return sum(range(1000))

    assert work() == 499500
    (record,) = work.measurements  # type: ignore[attr-defined]
    assert record.name.endswith("work")


def test_a_coroutine_is_measured_while_it_runs(made: Machine, account: Account) -> None:
    """Not its creation, which does nothing: its run, waits included."""

    @measured(meter=account, world=made.world)
    async def work() -> str:
        await asyncio.sleep(0)
        made.clock.advance(2 * SECOND)
        return "done"

    coroutine = work()
    made.clock.advance(50 * SECOND)
    assert asyncio.run(coroutine) == "done"
    assert joules(work) == [20]
    assert inspect.iscoroutinefunction(work)


def test_a_generator_is_measured_from_its_first_value_to_its_last(
    made: Machine, account: Account
) -> None:
    """Sent values, the result and the clean-up pass through; making it costs nothing."""

    @measured(meter=account, world=made.world)
    def work() -> Iterator[Any]:
        got = yield 1
        made.clock.advance(SECOND)
        yield got
        made.clock.advance(SECOND)
        return "result"

    generator: Any = work()
    made.clock.advance(50 * SECOND)
    assert next(generator) == 1
    assert generator.send("sent") == "sent"
    with pytest.raises(StopIteration) as stopped:
        next(generator)
    assert stopped.value.value == "result"
    assert joules(work) == [20]


def test_a_generator_that_is_left_early_keeps_its_record(made: Machine, account: Account) -> None:
    """Closing it closes its window."""

    @measured(meter=account, world=made.world)
    def work() -> Iterator[int]:
        made.clock.advance(SECOND)
        yield 1

    generator: Any = work()
    next(generator)
    generator.close()
    (record,) = work.measurements  # type: ignore[attr-defined]
    assert (record.joules, record.error) == (10, "GeneratorExit")


def test_an_async_generator_is_measured_until_its_end(made: Machine, account: Account) -> None:
    """Values, sent values and thrown exceptions reach the code inside."""
    caught: list[str] = []

    @measured(meter=account, world=made.world)
    async def work() -> AsyncIterator[Any]:
        got = yield 1
        made.clock.advance(SECOND)
        try:
            yield got
        except KeyError:
            caught.append("KeyError")
            yield "after"

    async def use() -> list[Any]:
        stream: Any = work()
        first = await anext(stream)
        values = [first, await stream.asend("sent"), await stream.athrow(KeyError())]
        return [*values, *[value async for value in stream]]

    assert asyncio.run(use()) == [1, "sent", "after"]
    assert caught == ["KeyError"]
    assert joules(work) == [10]


def test_methods_are_bound_as_before(made: Machine, account: Account) -> None:
    """Instance, class and static methods, the decorator above or below the other one."""
    decorate = measured(meter=account, world=made.world)

    class Shop:
        @decorate
        def mine(self, seconds: int) -> Shop:
            made.clock.advance(seconds * SECOND)
            return self

        @classmethod
        @decorate
        def ours(cls) -> type[Shop]:
            made.clock.advance(SECOND)
            return cls

        @decorate  # type: ignore[arg-type]
        @staticmethod
        def anybodys() -> str:
            made.clock.advance(SECOND)
            return "free"

    shop = Shop()
    assert shop.mine(2) is shop
    assert Shop.ours() is Shop
    assert shop.anybodys() == "free"
    assert joules(Shop.mine) == [20]
    assert joules(Shop.ours) == joules(Shop.anybodys) == [10]


@pytest.mark.parametrize("kind", ["function", "coroutine", "generator", "async generator"])
def test_a_call_that_raises_keeps_its_record(made: Machine, account: Account, kind: str) -> None:
    """The exception goes on to the caller; the record knows it."""
    kept: list[Measurement] = []
    decorate = measured(meter=account, world=made.world, keep=kept.append)

    def fail() -> None:
        made.clock.advance(SECOND)
        raise LookupError(kind)

    @decorate
    def function() -> None:
        fail()

    @decorate
    async def coroutine() -> None:
        fail()

    @decorate
    def generator() -> Iterator[int]:
        yield 1
        fail()

    @decorate
    async def stream() -> AsyncIterator[int]:
        yield 1
        fail()

    async def drain() -> None:
        async for _ in stream():
            pass

    run = {
        "function": function,
        "coroutine": lambda: asyncio.run(coroutine()),
        "generator": lambda: list(generator()),
        "async generator": lambda: asyncio.run(drain()),
    }
    with pytest.raises(LookupError, match=kind):
        run[kind]()
    (record,) = kept
    assert (record.joules, record.error) == (10, "LookupError")


def test_a_call_of_itself_is_a_part(made: Machine, account: Account) -> None:
    """A recursive function has a record of each level, the inner ones inside the outer one."""

    @measured("down", meter=account, world=made.world)
    def down(levels: int) -> None:
        made.clock.advance(SECOND)
        if levels > 1:
            down(levels - 1)

    down(3)
    assert joules(down) == [10, 20, 30]
    outer = down.measurements[-1]  # type: ignore[attr-defined]
    assert outer.parts[0].parts[0].joules == 10
