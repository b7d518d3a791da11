"""The built-in shop as a world: a copy of its database for every trial, and its tools on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from ecom_fixtures.agents.protocol import AgentSpec
from ecom_fixtures.agents.reference.mistake import Mistake
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.base import Answer, Arguments
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.naming import Catalogue, Deed
from ecom_fixtures.worlds.pictures import PictureReader
from ecom_fixtures.worlds.shop.database import Database, Template
from ecom_fixtures.worlds.shop.house_rules import books_are_in_order, customs, every_read, orders_of, reads_about
from ecom_fixtures.worlds.shop.naming import catalogue, deed
from ecom_fixtures.worlds.shop.policy import forbidden
from ecom_fixtures.worlds.shop.reference import reference_agents
from ecom_fixtures.worlds.shop.reference.mistakes import mistakes
from ecom_fixtures.worlds.shop.rules import RULES, ShopRules
from ecom_fixtures.worlds.shop.source import Source
from ecom_fixtures.worlds.shop.toolbox import Toolbox
from ecom_fixtures.worlds.shop.words import shop_words
from ecom_fixtures.worlds.words import Words

# How many ids that exist, but are the wrong ones, a mistake is made with.
OTHER_PRODUCTS, OTHER_ORDERS = 2, 3


@dataclass(frozen=True)
class ShopSource:
    """The shop of a dataset, with whoever reads its pictures. Implements `ProvableSource`,
    `Revealing` and `Naming`."""

    dataset: Dataset
    pictures: PictureReader

    @property
    def name(self) -> str:
        return "shop"

    @cached_property
    def fingerprint(self) -> str:
        return self.dataset.fingerprint("shop", "images")

    @property
    def rules(self) -> ShopRules:
        return RULES

    @property
    def words(self) -> Words:
        return shop_words()

    @cached_property
    def source(self) -> Source:
        """The shop's files.

        Raises:
            DatasetError: one of them is wrong.
        """
        return Source(self.dataset.folder / "shop")

    @cached_property
    def template(self) -> Template:
        return Template(self.source)

    @asynccontextmanager
    async def open(self, task: Task | None) -> AsyncIterator[ShopWorld]:
        database = self.template.copy()
        try:
            yield ShopWorld(database, self.pictures)
        finally:
            database.close()

    def reads_about(self, task: Task) -> Iterable[Call]:
        return reads_about(self.source, task)

    def catalogue(self, task: Task) -> Catalogue:
        return catalogue(self.source, task)

    def deed(self, task: Task, call: Call) -> Deed:
        return deed(call)

    # What only the built-in shop can prove of its datasets

    @property
    def size(self) -> Mapping[str, int]:
        customers, products = self.source.customers, self.source.products
        orders = sum(len(customer.orders) for customer in customers)
        return {"customers": len(customers), "orders": orders, "products": len(products)}

    def reference_agents(self) -> Mapping[str, AgentSpec]:
        return reference_agents(self.dataset)

    def mistakes(self, task: Task, plan: Task) -> Iterable[Mistake]:
        products = [product.product_id for product in self.source.products[:OTHER_PRODUCTS]]
        return mistakes(plan, orders_of(self.source, task)[:OTHER_ORDERS], products)

    def reads(self) -> Iterable[Call]:
        return every_read(self.source, self.dataset.images)

    async def house_rules(self) -> Iterable[tuple[str, bool]]:
        database = self.template.copy()
        try:
            return await books_are_in_order(self.source, self.dataset.tasks, Toolbox(database, self.pictures))
        finally:
            database.close()

    def customs(self) -> Iterable[tuple[str, bool]]:
        return customs(self.source, self.dataset.tasks)

    def showing(self, pictures: PictureReader) -> ShopSource:
        return replace(self, pictures=pictures)


class ShopWorld:
    """Implements `World` and `Policed` on one database."""

    def __init__(self, database: Database, pictures: PictureReader) -> None:
        self.database = database
        self._toolbox = Toolbox(database, pictures)

    async def call(self, tool: str, arguments: Arguments) -> Answer:
        try:
            return Answer(await self._toolbox.call(tool, dict(arguments)))
        except ToolError as error:
            return Answer(str(error), refused=True)

    async def snapshot(self) -> Snapshot:
        return self.database.snapshot()

    async def forbidden(self, tool: str, arguments: Arguments) -> str | None:
        return forbidden(self.database, tool, arguments)
