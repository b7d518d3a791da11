"""The shop as people write it: the YAML files under shop/, checked, and turned into table rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, NaiveDatetime
from sqlmodel import SQLModel

from ecom_fixtures.dataset.files import read_folder, read_yaml
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.worlds.shop import tables
from ecom_fixtures.worlds.shop.tables import OrderState

UNSHIPPED = {OrderState.PENDING_PAYMENT, OrderState.PAID, OrderState.PROCESSING}
MOVING = {OrderState.SHIPPED, OrderState.DELIVERED, OrderState.COMPLETED}


class FaultSource(tables.FaultFields, extra="forbid"):
    pass


class ProductSource(tables.ProductFields, extra="forbid"):
    faults: list[FaultSource] = Field(default_factory=list)
    exchange_options: list[str] = Field(default_factory=list)


class LineSource(tables.LineFields, extra="forbid"):
    pass


class TrackSource(tables.TrackFields, extra="forbid"):
    pass


class ParcelSource(tables.ParcelFields, extra="forbid"):
    track: Annotated[list[TrackSource], Field(min_length=1)]


class CashbackSource(tables.CashbackFields, extra="forbid"):
    pass


class InvoiceSource(tables.InvoiceFields, extra="forbid"):
    pass


class AppointmentSource(tables.AppointmentFields, extra="forbid"):
    pass


class OrderSource(tables.OrderFields, extra="forbid"):
    """An order; address and phone are the customer's own unless they are given."""

    address: str = ""
    phone: str = ""
    lines: Annotated[list[LineSource], Field(min_length=1)]
    parcel: ParcelSource | None = None
    cashback: CashbackSource | None = None
    invoices: list[InvoiceSource] = Field(default_factory=list)
    appointments: list[AppointmentSource] = Field(default_factory=list)


class CustomerSource(tables.CustomerFields, extra="forbid"):
    orders: list[OrderSource] = Field(default_factory=list)


class ShopSource(tables.ShopFields, extra="forbid"):
    pass


class OfferSource(tables.OfferFields, extra="forbid"):
    pass


class MarketSource(SQLModel, extra="forbid"):
    """shop.yaml: the day on which every trial plays, the rules of the gift card, the shops and their offers."""

    today: NaiveDatetime
    gift_card_rules: Annotated[str, Field(min_length=1)]
    shops: list[ShopSource]
    offers: list[OfferSource] = Field(default_factory=list)


class Source:
    """All that stands under ``folder``: shop.yaml, products/*.yaml, customers/*.yaml.

    Raises:
        DatasetError: a file is wrong, an id stands twice, or something refers to what isn't there.
    """

    def __init__(self, folder: Path) -> None:
        self._where: dict[tuple[str, str], Path] = {}
        market_file = folder / "shop.yaml"
        self.market = read_yaml(market_file, MarketSource)
        for shop in self.market.shops:
            self._declare("shop_id", shop.shop_id, market_file)
        self.products: list[ProductSource] = []
        for path, products in read_folder(folder / "products", list[ProductSource]):
            for product in products:
                self._declare("product_id", product.product_id, path)
                self.products.append(product)
        self.customers: list[CustomerSource] = []
        for path, customers in read_folder(folder / "customers", list[CustomerSource]):
            for customer in customers:
                self._declare("user_id", customer.user_id, path)
                self.customers.append(customer)
                for order in customer.orders:
                    self._declare("order_id", order.order_id, path)
        self._check(market_file)

    def rows(self) -> Iterator[SQLModel]:
        """The rows of the template database, in an order that satisfies the foreign keys."""
        yield from (tables.Shop(**shop.model_dump()) for shop in self.market.shops)
        yield from (tables.Offer(**offer.model_dump()) for offer in self.market.offers)
        for product in self.products:
            yield tables.Product(**product.model_dump(exclude={"faults", "exchange_options"}))
        for product in self.products:
            pid = product.product_id
            yield from (tables.Fault(product_id=pid, **fault.model_dump()) for fault in product.faults)
            yield from (tables.ExchangeOption(product_id=pid, option_id=option) for option in product.exchange_options)
        for customer in self.customers:
            yield tables.Customer(**customer.model_dump(exclude={"orders"}))
            for order in customer.orders:
                yield from _order_rows(customer, order)

    def _declare(self, kind: str, key: str, path: Path) -> None:
        if first := self._where.get((kind, key)):
            raise DatasetError(path, kind, f"{key!r} stands twice (first in {first.name})")
        self._where[kind, key] = path

    def _check(self, market_file: Path) -> None:
        for offer in self.market.offers:
            self._refer("shop_id", offer.shop_id, market_file, f"offer {offer.offer_id}")
        for product in self.products:
            path, key = self._where["product_id", product.product_id], f"product {product.product_id}"
            self._refer("shop_id", product.shop_id, path, key)
            for option in product.exchange_options:
                self._refer("product_id", option, path, f"{key}.exchange_options")
            _unique(product.exchange_options, path, f"{key}.exchange_options")
            _unique([fault.code for fault in product.faults], path, f"{key}.faults")
        platforms = {shop.platform for shop in self.market.shops}
        for customer in self.customers:
            path = self._where["user_id", customer.user_id]
            if customer.platform not in platforms:
                raise DatasetError(path, f"customer {customer.user_id}.platform", f"unknown {customer.platform!r}")
            for order in customer.orders:
                key = f"order {order.order_id}"
                self._refer("shop_id", order.shop_id, path, key)
                for line in order.lines:
                    self._refer("product_id", line.product_id, path, f"{key}.lines")
                self._check_story(order, path, key)

    def _check_story(self, order: OrderSource, path: Path, key: str) -> None:
        """States, parcels and dates must tell one story."""
        products = [line.product_id for line in order.lines]
        events = [stop.time for stop in order.parcel.track] if order.parcel else []
        rules: Iterable[tuple[bool, str, str]] = (
            (len(set(products)) == len(products), "lines", "a product stands in two lines"),
            (order.created <= self.market.today, "created", "is after the dataset's today"),
            (not (order.parcel and order.state in UNSHIPPED), "parcel", f"a {order.state} order has no parcel yet"),
            (bool(order.parcel) or order.state not in MOVING, "parcel", f"a {order.state} order needs one"),
            (events == sorted(set(events)), "parcel.track", "the times must rise"),
            (not events or order.created <= events[0], "parcel.track", "starts before the order was created"),
            (not events or events[-1] <= self.market.today, "parcel.track", "ends after the dataset's today"),
        )
        for holds, where, problem in rules:
            if not holds:
                raise DatasetError(path, f"{key}.{where}", problem)

    def _refer(self, kind: str, key: str, path: Path, where: str) -> None:
        if (kind, key) not in self._where:
            raise DatasetError(path, where, f"refers to {kind} {key!r}, which is not in the dataset")


def _unique(values: list[str], path: Path, where: str) -> None:
    for value in values:
        if values.count(value) > 1:
            raise DatasetError(path, where, f"{value!r} stands twice")


def _order_rows(customer: CustomerSource, order: OrderSource) -> Iterator[SQLModel]:
    oid = order.order_id
    parts = {"lines", "parcel", "cashback", "invoices", "appointments"}
    home: dict[str, Any] = {"address": order.address or customer.address, "phone": order.phone or customer.phone}
    yield tables.Order(user_id=customer.user_id, **order.model_dump(exclude=parts | set(home)), **home)
    yield from (tables.Line(order_id=oid, **line.model_dump()) for line in order.lines)
    if order.parcel:
        yield tables.Parcel(order_id=oid, **order.parcel.model_dump(exclude={"track"}))
        yield from (tables.Track(order_id=oid, **stop.model_dump()) for stop in order.parcel.track)
    if order.cashback:
        yield tables.Cashback(order_id=oid, **order.cashback.model_dump())
    yield from (tables.Invoice(order_id=oid, **invoice.model_dump()) for invoice in order.invoices)
    yield from (tables.Appointment(order_id=oid, **visit.model_dump()) for visit in order.appointments)
