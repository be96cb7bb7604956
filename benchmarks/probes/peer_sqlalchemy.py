# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Functions of SQLAlchemy under pytest-benchmark, as its documentation shows."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, declarative_base, relationship, selectinload

Base: Any = declarative_base()
Bench = Any


class Order(Base):
    """An order with lines."""

    __tablename__ = "orders"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String)
    lines = relationship("Line")


class Line(Base):
    """One of them."""

    __tablename__ = "lines"
    id = sa.Column(sa.Integer, primary_key=True)
    order_id = sa.Column(sa.ForeignKey("orders.id"))
    count = sa.Column(sa.Integer)


@pytest.fixture(scope="module")
def engine() -> Any:
    made = sa.create_engine("sqlite://")
    Base.metadata.create_all(made)
    with Session(made) as session:
        session.add_all(
            Order(name=str(n), lines=[Line(count=m) for m in range(3)]) for n in range(50)
        )
        session.commit()
    return made


def _query() -> Any:
    return sa.select(Order).where(Order.name.in_(["1", "2"])).order_by(Order.id).limit(9)


def test_build(benchmark: Bench) -> None:
    benchmark(_query)


def test_compile(benchmark: Bench) -> None:
    benchmark(lambda: str(_query().compile()))


def test_cache_key(benchmark: Bench) -> None:
    benchmark(lambda: _query()._generate_cache_key())


def test_url(benchmark: Bench) -> None:
    benchmark(lambda: sa.make_url("postgresql://ann:secret@example.org:5432/shop?a=b"))


def test_table(benchmark: Bench) -> None:
    benchmark(
        lambda: sa.Table("t", sa.MetaData(), *[sa.Column(f"c{n}", sa.Integer) for n in range(10)])
    )


def test_rows(benchmark: Bench, engine: Any) -> None:
    def rows() -> Any:
        with engine.connect() as connection:
            return connection.execute(sa.text("select id, name from orders")).all()

    assert len(benchmark(rows)) == 50


def test_load(benchmark: Bench, engine: Any) -> None:
    def load() -> Any:
        with Session(engine) as session:
            return session.scalars(sa.select(Order)).all()

    assert len(benchmark(load)) == 50


def test_load_lines(benchmark: Bench, engine: Any) -> None:
    def load() -> Any:
        with Session(engine) as session:
            return session.scalars(sa.select(Order).options(selectinload(Order.lines))).all()

    assert len(benchmark(load)) == 50


def test_lazy(benchmark: Bench, engine: Any) -> None:
    def load() -> int:
        with Session(engine) as session:
            return sum(len(one.lines) for one in session.scalars(sa.select(Order).limit(10)))

    assert benchmark(load) == 30


def test_insert(benchmark: Bench) -> None:
    made = sa.create_engine("sqlite://")
    Base.metadata.create_all(made)

    def insert() -> None:
        with Session(made) as session:
            session.add_all(Order(name=str(n)) for n in range(20))
            session.flush()

    benchmark(insert)
