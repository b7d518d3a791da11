"""A shop of two customers whose every row can be seen at a glance (``small_shop_data/``), and calls to its tools."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from ecom_fixtures.worlds.pictures import SidecarReader
from ecom_fixtures.worlds.shop.database import Database, Template
from ecom_fixtures.worlds.shop.source import Source
from ecom_fixtures.worlds.shop.toolbox import Toolbox

DATA = Path(__file__).parent / "small_shop_data"
S = {"platform": "mapleway", "shop_id": "S1"}
P = {**S, "user_id": "U1"}
CARD = {"platform": "mapleway", "user_id": "U1"}
PAID, DELIVERED, OTHERS = "251112000001", "251020000002", "251113000004"
HOSE = "https://img.mapleway.example/hose.png"
INVOICE = {"title": "Ada Fenwick", "order_id": PAID, "phone_number": "10055500001", "invoice_type": "personal"}
VISIT = {
    **P,
    "order_id": PAID,
    "user_name": "Ada Fenwick",
    "phone_number": "10055500001",
    "service_type": "repair",
    "service_time": "monday",
}
LOOK = {"summarized_query": "Which hose?", "needed_query": "Its colour.", "history_messages": f"See {HOSE}"}
ADD = {**P, "action": "add", "payment": "wallet", "product_info_list": [{"product_id": "P1-02", "quantity": 2}]}
EXCHANGE = {**P, "order_id": PAID, "original_product_id": "P1-01", "action": "exchange"}


@cache
def small_shop() -> Template:
    return Template(Source(DATA / "shop"))


def toolbox(database: Database) -> Toolbox:
    return Toolbox(database, SidecarReader(DATA / "images"))


def call(database: Database, name: str, arguments: dict[str, Any]) -> Any:
    """The tool's answer on ``database``. Raises ToolError when it is refused."""
    return json.loads(asyncio.run(toolbox(database).call(name, arguments)))


def ask(name: str, **arguments: Any) -> Any:
    """The tool's answer on a fresh copy."""
    return call(small_shop().copy(), name, arguments)


def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table, also of those that a snapshot leaves out."""
    with database.session() as session:
        return {table.name: list(session.execute(select(table)).all()) for table in SQLModel.metadata.sorted_tables}


def wide(text: str) -> str:
    """The same characters in full width, as an East Asian keyboard gives them."""
    return "".join(chr(ord(character) + 0xFEE0) for character in text)
