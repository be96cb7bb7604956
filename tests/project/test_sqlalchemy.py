# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What the index knows of SQLAlchemy: mapped classes, relationships, queries, loader options."""

from __future__ import annotations

import ast

import pytest

from greenlint.project import flow, models, schemas, sqlalchemy
from greenlint.project.frames import Frame, frames_in
from greenlint.project.project import Class, Project
from greenlint.project.values import AWAITED, Kind, Parts, Row, Rows, Seq
from tests.project.conftest import found_by, project_of

MODELS = """
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.ext.declarative import declared_attr
from sqlalchemy.orm import DeclarativeBase, Mapped, backref, mapped_column, relationship

class Base(DeclarativeBase):
    pass

class Owned:
    @declared_attr
    def owner(cls):
        return relationship("Customer")

class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    orders: Mapped[list["Order"]] = relationship(back_populates="customer")

class Order(Owned, Base):
    __tablename__ = "orders"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    customer = relationship("Customer", back_populates="orders")
    lines = relationship("Line", backref="order")
    tags = relationship("Tag", secondary="order_tag", lazy="selectin")
    invoice = relationship("Invoice", uselist=False, backref=backref("of", uselist=False))

class Line(Base):
    __tablename__ = "line"
    id = Column(Integer, primary_key=True)
    order_id = Column(ForeignKey(Order.id))

class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("tag.id"))
    parent = relationship("Tag", remote_side=[id], backref="children")

class Invoice(Base):
    __tablename__ = "invoice"
    order_id = Column(ForeignKey("orders.id"), primary_key=True)
"""

FLASK = """
from flask_sqlalchemy import SQLAlchemy
db = SQLAlchemy()
class ShopUser(db.Model):
    id = db.Column(db.Integer, primary_key=True)
class Note(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    user_id = db.Column(db.Integer, db.ForeignKey("shop_user.id"))
    user = db.relationship("ShopUser", backref="notes")
"""

SQLMODEL = """
from sqlmodel import Field, Relationship, SQLModel
class TeamBase(SQLModel):
    name: str
class Team(TeamBase, table=True):
    id: int | None = Field(default=None, primary_key=True)
    heroes: list["Hero"] = Relationship(back_populates="team")
class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    team_id: int | None = Field(default=None, foreign_key="team.id")
    team: Team | None = Relationship(back_populates="heroes")
class HeroOut(SQLModel):
    team: TeamBase
"""

IMPERATIVE = """
from sqlalchemy.orm import registry, relationship
mapper_registry = registry()
class Shelf: ...
class Book: ...
mapper_registry.map_imperatively(Book, books, properties=dict(shelf=relationship(Shelf)))
mapper_registry.map_imperatively(Shelf, shelves, properties={"books": relationship(Book)})
"""

QUERIES = """
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, defaultload, joinedload, selectinload
from shop.models import Customer, Line, Order
OPTIONS = [joinedload(Order.customer), selectinload(Order.lines).joinedload(Line.order)]

def wide():
    return [joinedload(Order.customer)]

def queries(session, db, unknown):
    joined = session.query(Order).options(joinedload(Order.customer)).filter(Order.id > 3).all()
    constant = session.execute(select(Order).options(*OPTIONS)).scalars().all()
    made = session.scalars(select(Order).options(*wide())).unique()
    old = session.query(Order).options(joinedload("customer").joinedload("orders"))
    path = session.query(Customer).options(selectinload(Customer.orders.lines.order))
    below = select(Customer).options(defaultload(Customer.orders).joinedload(Order.lines))
    doubted = session.query(Order).options(*unknown)
    whole = session.query(Order).options(joinedload("*"))
    pairs = session.query(Order, func.count(Line.id)).all()
    first = Order.query.filter_by(customer_id=3).first()
    got = session.get(Order, 3, options=OPTIONS)
    few = session.query(Order).limit(3)
    number = session.query(Order).count()
    columns = session.query(Order.id, Order.customer_id).all()
    lines = first.lines
    member = db.session.query(Order).filter(Order.customer_id == 3)

async def awaited(session):
    rows = (await session.execute(select(Order))).scalars().all()
"""


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of(
        {
            "shop/models.py": MODELS,
            "shop/flask.py": FLASK,
            "shop/heroes.py": SQLMODEL,
            "shop/books.py": IMPERATIVE,
            "shop/queries.py": QUERIES,
        }
    )


def cls(project: Project, name: str) -> Class:
    """The class of that name."""
    return next(one for one in project.classes if one.name == name)


def test_mapped_classes_have_tables(project: Project) -> None:
    """Declared classes are mapped; bases, mixins and schemas are not."""
    mapped = {one.name for one in project.classes if sqlalchemy.is_mapped(project, one)}
    assert mapped == {
        *("Customer", "Order", "Line", "Tag", "Invoice"),
        *("ShopUser", "Note", "Team", "Hero", "Shelf", "Book"),
    }
    assert not any(models.is_django(project, one) for one in project.classes)


@pytest.mark.parametrize(
    ("owner", "name", "target", "many", "lazy"),
    [
        ("Customer", "orders", "Order", True, "select"),
        ("Order", "customer", "Customer", False, "select"),
        ("Order", "owner", "Customer", False, "select"),
        ("Order", "lines", "Line", True, "select"),
        ("Order", "tags", "Tag", True, "selectin"),
        ("Order", "invoice", "Invoice", False, "select"),
        ("Line", "order", "Order", False, "select"),
        ("Invoice", "of", "Order", False, "select"),
        ("Tag", "parent", "Tag", False, "select"),
        ("Tag", "children", "Tag", True, "select"),
        ("Note", "user", "ShopUser", False, "select"),
        ("ShopUser", "notes", "Note", True, "select"),
        ("Team", "heroes", "Hero", True, "select"),
        ("Hero", "team", "Team", False, "select"),
        ("Book", "shelf", "Shelf", False, "select"),
        ("Shelf", "books", "Book", True, "select"),
    ],
)
def test_relationships(
    project: Project, owner: str, name: str, target: str, many: bool, lazy: str
) -> None:
    """A relationship gives one row or several by its words, its annotation or the foreign key."""
    link = models.link(project, cls(project, owner), name)
    assert link is not None
    assert link.target is not None
    assert (link.target.name, link.many, link.lazy) == (target, many, lazy)


def value(project: Project, name: str) -> Kind | None:
    """What a name in the file of queries stands for."""
    for frame in frames_in(project, project.units["shop/queries.py"]):
        for bind in frame.bindings.get(name, ()):
            if isinstance(frame.scope, (ast.FunctionDef, ast.AsyncFunctionDef)):
                return flow.value(project, bind.value, frame)
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("name", "kind", "fetched"),
    [
        ("joined", Rows, {"customer"}),
        ("constant", Rows, {"customer", "lines", "lines__order"}),
        ("made", Rows, {"customer"}),
        ("old", Rows, {"customer", "customer__orders"}),
        ("path", Rows, {"orders", "orders__lines", "orders__lines__order"}),
        ("below", Rows, {"orders__lines"}),
        ("first", Row, set()),
        ("got", Row, {"customer", "lines", "lines__order"}),
        ("lines", Rows, set()),
    ],
)
def test_queries_give_rows_with_what_they_load(
    project: Project, name: str, kind: type, fetched: set[str]
) -> None:
    """Options in the query, in a name and in a function say what is loaded along."""
    found = value(project, name)
    assert isinstance(found, (Rows, Row))
    assert isinstance(found, kind)
    assert found.fetched.prefetched == fetched
    assert not found.fetched.unsure


def test_what_is_not_known_leaves_doubt(project: Project) -> None:
    """Options from elsewhere may load anything; a star loads all; awaited rows are loaded."""
    doubted, whole, rows = (value(project, name) for name in ("doubted", "whole", "rows"))
    assert isinstance(doubted, Rows)
    assert doubted.fetched.unsure
    assert isinstance(whole, Rows)
    assert whole.fetched.covers("customer")
    assert isinstance(rows, Rows)
    assert rows.fetched.unsure == AWAITED


def test_tuples_columns_and_numbers(project: Project) -> None:
    """A query for a class and a number gives pairs; one for columns or a count gives no rows."""
    pairs = value(project, "pairs")
    assert isinstance(pairs, Seq)
    assert isinstance(pairs.of, Parts)
    assert isinstance(pairs.of.items[0], Row)
    assert pairs.of.items[1] is None
    assert value(project, "number") is None
    assert value(project, "columns") is None


def test_filters_and_limits(project: Project) -> None:
    """What a filter fixes is loaded once; a small limit leaves few rows."""
    member, few = value(project, "member"), value(project, "few")
    assert isinstance(member, Rows)
    assert member.fetched.known == {"customer"}
    assert isinstance(few, Rows)
    assert few.few


def test_schemas_read_their_fields(project: Project) -> None:
    """A field reads the attribute of its name, and those of a nested schema below it."""
    found = schemas.accesses(project, cls(project, "HeroOut"))
    assert [one.path for one in found] == [("team",), ("team", "name")]
    frame = Frame(project.units["shop/heroes.py"], project.units["shop/heroes.py"].tree)
    note = ast.parse("list[HeroOut]", mode="eval").body
    shape = schemas.shape(project, note, frame)
    assert shape is not None
    assert shape.many
    assert shape.schema is cls(project, "HeroOut")


@pytest.mark.parametrize("code", ["GRN304", "GRN307", "GRN310", "GRN312", "GRN325"])
def test_rules_on_django_leave_sqlalchemy_alone(code: str) -> None:
    """Rows of a session are no queryset: no rule tells them Django's words."""
    text = (
        "from shop.models import Order\n"
        "def last(session, number):\n"
        "    return session.query(Order).filter_by(id=number).first()\n"
        "def rows(session, numbers):\n"
        "    for order in session.query(Order):\n"
        "        print(order.customer.id)\n"
        "    for number in numbers:\n"
        "        print(last(session, number))\n"
        "    if session.query(Order).count() > 0:\n"
        "        return len(session.query(Order).all())\n"
    )
    assert not found_by(code, {"shop/models.py": MODELS, "shop/rows.py": text})
