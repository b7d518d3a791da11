"""What a tool sees of the shop during one call: look-ups that either find a row or say what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.pictures import PictureReader
from ecom_fixtures.worlds.shop.tables import Customer, Line, Order, Product, Shop, Ticket


@dataclass(frozen=True)
class ShopView:
    """One tool call's transaction and what goes with it. Every look-up raises ToolError for an unknown id."""

    session: Session
    today: datetime
    gift_card_rules: str
    pictures: PictureReader

    def shop(self, platform: str, shop_id: str) -> Shop:
        shop = self.session.get(Shop, shop_id)
        if shop is None or shop.platform != platform:
            raise ToolError(f"There is no shop {shop_id} on the platform {platform}.")
        return shop

    def customer(self, platform: str, user_id: str) -> Customer:
        customer = self.any_customer(user_id)
        if customer.platform != platform:
            raise ToolError(f"Customer {user_id} is not on the platform {platform}.")
        return customer

    def any_customer(self, user_id: str) -> Customer:
        customer = self.session.get(Customer, user_id)
        if customer is None:
            raise ToolError(f"There is no customer {user_id}.")
        return customer

    def product(self, shop_id: str, product_id: str) -> Product:
        product = self.session.get(Product, product_id)
        if product is None or product.shop_id != shop_id:
            raise ToolError(f"Shop {shop_id} has no product {product_id}.")
        return product

    def order(self, platform: str, shop_id: str, user_id: str, order_id: str) -> Order:
        """The customer's own order in that shop; somebody else's is as unknown as none."""
        self.shop(platform, shop_id)
        self.customer(platform, user_id)
        order = self.session.get(Order, order_id)
        if order is None or (order.user_id, order.shop_id) != (user_id, shop_id):
            raise ToolError(f"Customer {user_id} has no order {order_id} in shop {shop_id}.")
        return order

    def lines(self, order: Order) -> list[tuple[Line, Product]]:
        """The order's lines with their products, by product id."""
        query = select(Line, Product).join(Product).where(Line.order_id == order.order_id)
        return list(self.session.exec(query.order_by(col(Line.product_id))))

    def line(self, order: Order, product_id: str) -> Line:
        line = self.session.get(Line, (order.order_id, product_id))
        if line is None:
            raise ToolError(f"Order {order.order_id} holds no product {product_id}.")
        return line

    def note(self, order: Order, kind: str) -> None:
        """Leave a ticket, so that a request made twice is seen to have been made twice."""
        self.session.add(Ticket(order_id=order.order_id, kind=kind))
