"""The shop's tables. Money is yuan as Decimal, kept in SQLite as whole fen."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, NaiveDatetime
from sqlalchemy import Dialect, Integer
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

FEN = Decimal("0.01")


def whole_fen(amount: Decimal) -> Decimal:
    """Return ``amount`` with two decimals; ValueError if it has a fraction of a fen."""
    try:
        exact = amount.quantize(FEN)
    except InvalidOperation:
        raise ValueError("is not an amount of money") from None
    if exact != amount:
        raise ValueError("an amount of money has at most two decimals")
    return exact


Yuan = Annotated[Decimal, AfterValidator(whole_fen)]


class Fen(TypeDecorator[Decimal]):
    """Decimal yuan in Python, integer fen in SQLite."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        return None if value is None else int(whole_fen(Decimal(value)) * 100)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2).quantize(FEN)


class OrderState(StrEnum):
    """Where an order stands. Pending, paid and processing orders haven't left the warehouse."""

    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"
    PROCESSING = "processing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    RETURN_REQUESTED = "return_requested"


class ProductState(StrEnum):
    ON_SALE = "on_sale"
    OUT_OF_STOCK = "out_of_stock"
    OFF_SALE = "off_sale"


class Payment(StrEnum):
    GIFT_CARD = "gift_card"
    BANK_CARD = "bank_card"
    WALLET = "wallet"


class CashbackState(StrEnum):
    NOT_REGISTERED = "not_registered"
    REGISTERED = "registered"
    PAID = "paid"


class InvoiceType(StrEnum):
    PERSONAL = "personal"
    COMPANY = "company"
    VAT_SPECIAL = "vat_special"


class ServiceType(StrEnum):
    REPAIR = "repair"
    INSPECT = "inspect"
    INSTALL = "install"


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class ShopFields(SQLModel):
    platform: str
    shop_id: str
    name: str


class Shop(ShopFields, table=True):
    shop_id: str = Field(primary_key=True)


class CustomerFields(SQLModel):
    user_id: str
    platform: str
    name: str
    phone: str
    address: str
    ecard_balance: Yuan = Field(default=Decimal(0), sa_type=Fen, ge=0)


class Customer(CustomerFields, table=True):
    user_id: str = Field(primary_key=True)


class ProductFields(SQLModel):
    """A product; the long texts are what the look-up tools answer with."""

    product_id: str
    shop_id: str
    name: str
    category: str
    state: ProductState = ProductState.ON_SALE
    price: Yuan = Field(sa_type=Fen, gt=0)
    description: str
    installation: str
    repair: str
    materials: str
    gifts: str


class Product(ProductFields, table=True):
    product_id: str = Field(primary_key=True)


class FaultFields(SQLModel):
    code: str
    meaning: str
    remedy: str


class Fault(FaultFields, table=True):
    product_id: str = Field(primary_key=True, foreign_key="product.product_id")
    code: str = Field(primary_key=True)


class ExchangeOption(SQLModel, table=True):
    product_id: str = Field(primary_key=True, foreign_key="product.product_id")
    option_id: str = Field(primary_key=True, foreign_key="product.product_id")


class OfferFields(SQLModel):
    offer_id: str
    shop_id: str
    title: str
    terms: str
    starts: NaiveDatetime
    ends: NaiveDatetime


class Offer(OfferFields, table=True):
    offer_id: str = Field(primary_key=True)


class OrderFields(SQLModel):
    order_id: str
    shop_id: str
    state: OrderState
    payment: Payment
    created: NaiveDatetime
    address: str
    phone: str


class Order(OrderFields, table=True):
    __tablename__ = "orders"

    order_id: str = Field(primary_key=True)
    user_id: str = Field(foreign_key="customer.user_id", index=True)


class LineFields(SQLModel):
    product_id: str
    quantity: int = Field(default=1, ge=1)
    unit_price: Yuan = Field(sa_type=Fen, gt=0)


class Line(LineFields, table=True):
    order_id: str = Field(primary_key=True, foreign_key="orders.order_id")
    product_id: str = Field(primary_key=True, foreign_key="product.product_id")


class ParcelFields(SQLModel):
    carrier: str
    tracking_number: str


class Parcel(ParcelFields, table=True):
    order_id: str = Field(primary_key=True, foreign_key="orders.order_id")


class TrackFields(SQLModel):
    time: NaiveDatetime
    event: str


class Track(TrackFields, table=True):
    order_id: str = Field(primary_key=True, foreign_key="parcel.order_id")
    time: NaiveDatetime = Field(primary_key=True)


class CashbackFields(SQLModel):
    amount: Yuan = Field(sa_type=Fen, gt=0)
    state: CashbackState = CashbackState.NOT_REGISTERED
    terms: str


class Cashback(CashbackFields, table=True):
    order_id: str = Field(primary_key=True, foreign_key="orders.order_id")


class InvoiceFields(SQLModel):
    title: str
    phone_number: str
    invoice_type: InvoiceType


class Invoice(InvoiceFields, table=True):
    id: int | None = Field(default=None, primary_key=True)
    order_id: str = Field(foreign_key="orders.order_id")


class AppointmentFields(SQLModel):
    user_name: str
    phone_number: str
    service_type: ServiceType
    service_time: Weekday


class Appointment(AppointmentFields, table=True):
    id: int | None = Field(default=None, primary_key=True)
    order_id: str = Field(foreign_key="orders.order_id")


class Ticket(SQLModel, table=True):
    """One accepted request about an order, so that a request made twice is seen to have been made twice."""

    id: int | None = Field(default=None, primary_key=True)
    order_id: str = Field(foreign_key="orders.order_id")
    kind: str


class EcardPayment(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(foreign_key="customer.user_id")
    product_id: str = Field(foreign_key="product.product_id")
    quantity: int
    amount: Yuan = Field(sa_type=Fen)


class Transfer(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    user_id: str = Field(foreign_key="customer.user_id")
