"""The shop's database: built once from its source, then copied for every trial."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Engine, StaticPool, create_engine
from sqlmodel import Session, SQLModel, select

from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.shop.source import Source
from ecom_fixtures.worlds.shop.state import read_state
from ecom_fixtures.worlds.shop.tables import Order


class Database:
    """One trial's shop in memory. Any thread may use it, one at a time.

    ``today`` is the moment at which every trial plays, ``gift_card_rules`` the platform's text about its card.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        engine: Engine,
        today: datetime,
        gift_card_rules: str,
        known_orders: frozenset[str],
    ) -> None:
        self.today, self.gift_card_rules = today, gift_card_rules
        self._connection, self._engine, self._known_orders = connection, engine, known_orders

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back when an error leaves the block."""
        with Session(self._engine) as session, session.begin():
            yield session

    def snapshot(self) -> Snapshot:
        """Return the state of everything that a tool can write; see `ecom_fixtures.worlds.shop.state.read_state`."""
        with self._engine.connect() as connection:
            return read_state(connection, self._known_orders)

    def close(self) -> None:
        """Free the memory; the database can't be used any more."""
        self._engine.dispose()
        self._connection.close()


class Template:
    """The database as the source describes it; every copy starts from this and never touches it."""

    def __init__(self, source: Source) -> None:
        self._today, self._rules = source.market.today, source.market.gift_card_rules
        self._lock = Lock()
        self._connection = _connect()
        connection = self._connection
        engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
        SQLModel.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            for row in source.rows():
                session.add(row)
        with Session(engine) as session:
            self._known_orders = frozenset(session.exec(select(Order.order_id)))
        self._dialect, self._url = engine.dialect, engine.url
        self._compiled: dict[Any, Any] = {}

    def copy(self) -> Database:
        """Return a fresh, independent database; may be called from any thread."""
        connection = _connect()
        with self._lock:
            self._connection.backup(connection)
        # Only here: the session adds the template's rows in an order of its own, and the source is checked already.
        connection.execute("PRAGMA foreign_keys = ON")
        return Database(connection, self._engine(connection), self._today, self._rules, self._known_orders)

    def close(self) -> None:
        """Free the memory; copies made before live on."""
        self._connection.close()

    def _engine(self, connection: sqlite3.Connection) -> Engine:
        """All copies share the compiled statements, which would cost each trial milliseconds to compile anew."""

        def creator() -> Any:
            return connection

        options = {"compiled_cache": self._compiled}
        return Engine(StaticPool(creator), self._dialect, self._url, execution_options=options)


def _connect() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", check_same_thread=False)
