"""Reading the shop's state as a snapshot in which generated ids and times don't count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table, inspect, select
from sqlmodel import SQLModel

from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.shop import tables
from ecom_fixtures.worlds.shop.canonical import spell

Row = dict[str, str]
# Nearly all cells are the same in every trial. Typed, as 1 and Decimal(1) are equal but spelled differently.
_spell = lru_cache(maxsize=20_000, typed=True)(spell)


def _table(model: type[SQLModel]) -> Table:
    table = inspect(model, raiseerr=True).local_table
    assert isinstance(table, Table)
    return table


# Shop, product, fault, exchange option, offer, parcel and track are left out: no tool writes them.
_KEYED = {
    _table(model): tuple(column.name for column in _table(model).primary_key)
    for model in (tables.Customer, tables.Order, tables.Line, tables.Cashback)
}
# Rows with a generated number: what they say is their key.
_LISTED = tuple(
    _table(model) for model in (tables.Invoice, tables.Appointment, tables.Ticket, tables.EcardPayment, tables.Transfer)
)


def read_state(connection: Connection, known_orders: frozenset[str]) -> Snapshot:
    """Return everything that a tool can write, as canonical text.

    An order that is not among ``known_orders`` goes by ``new-1``, ``new-2``, ..., in the order of what it says,
    wherever its id stands; its time doesn't count. A row with a generated number goes by what it says and a
    running number among its equals. So the same changes made in another sequence give an equal snapshot.
    """
    rows = {table.name: _rows(connection, table) for table in (*_KEYED, *_LISTED)}
    _rename_new_orders(rows, known_orders)
    snapshot: Snapshot = {}
    for table, key in _KEYED.items():
        snapshot[table.name] = {" ".join([row.pop(column) for column in key]): row for row in rows[table.name]}
    for table in _LISTED:
        snapshot[table.name] = numbered(rows[table.name])
    return snapshot


def numbered(rows: Iterable[Row]) -> dict[str, Row]:
    """Rows by what they say, with a running number among equals."""
    seen: Counter[str] = Counter()
    found = {}
    for row in rows:
        text = ", ".join(row.values())
        seen[text] += 1
        found[f"{text} #{seen[text]}"] = row
    return found


def _rows(connection: Connection, table: Table) -> list[Row]:
    columns = [column for column in table.columns if column.name != "id"]
    names = [column.name for column in columns]
    return [dict(zip(names, map(_spell, values), strict=True)) for values in connection.execute(select(*columns))]


def _rename_new_orders(rows: dict[str, list[Row]], known: frozenset[str]) -> None:
    """Give every new order the name that follows from what it and the rows about it say."""
    orders = {row["order_id"]: row for row in rows["orders"] if row["order_id"] not in known}
    if not orders:
        return
    about: defaultdict[str, list[tuple[str, Row]]] = defaultdict(list)
    for table, entries in rows.items():
        for entry in entries:
            if table != "orders" and entry.get("order_id") in orders:
                about[entry["order_id"]].append((table, entry))
    for order in orders.values():
        del order["created"]
    in_order = sorted(orders, key=lambda order_id: _content(orders[order_id], about[order_id]))
    for number, order_id in enumerate(in_order, start=1):
        for entry in (orders[order_id], *(entry for _, entry in about[order_id])):
            entry["order_id"] = f"new-{number}"


def _content(order: Row, about: list[tuple[str, Row]]) -> tuple[Any, ...]:
    """What orders the new orders: whose, how paid, where to, what; then the rest, so that ties are true equals."""

    def said(table: str, row: Row) -> tuple[str, ...]:
        return (table, *(value for column, value in row.items() if column != "order_id"))

    # However it is written, so that states of one meaning number their orders alike.
    first = tuple(order[column].casefold() for column in ("user_id", "payment", "address", "phone"))
    lines = sorted(said(table, row) for table, row in about if table == "line")
    others = sorted(said(table, row) for table, row in about if table != "line")
    return first, lines, said("orders", order), others
