"""Tools that look products up: what they are, service texts, fault codes, current offers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from sqlmodel import col, select

from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.shop.arguments import Id, Platform, ProductId, ShopId
from ecom_fixtures.worlds.shop.tables import Fault, Offer, Product
from ecom_fixtures.worlds.shop.view import ShopView

ProductIds = Annotated[list[ProductId], Field(min_length=1, max_length=20, description="Ids of the products")]
FaultCode = Annotated[Id, Field(description="Fault code as the product shows it, for example E4")]


def get_product_info(shop: ShopView, platform: Platform, shop_id: ShopId, product_id: ProductId) -> dict[str, Any]:
    """Look up a product: name, state (on_sale, out_of_stock, off_sale), today's price in yuan, description."""
    return _card(_product(shop, platform, shop_id, product_id))


def compare_products_info(
    shop: ShopView, platform: Platform, shop_id: ShopId, product_ids: ProductIds
) -> dict[str, Any]:
    """Look up several products at once: name, state, today's price in yuan and description of each."""
    wanted = dict.fromkeys(product_ids)
    return {"products": [_card(_product(shop, platform, shop_id, product_id)) for product_id in wanted]}


def get_installation_service_info(
    shop: ShopView, platform: Platform, shop_id: ShopId, product_id: ProductId
) -> dict[str, Any]:
    """Look up how a product is installed: terms of the service, steps and charges."""
    product = _product(shop, platform, shop_id, product_id)
    return {**_title(product), "installation": product.installation}


def get_repair_info(shop: ShopView, platform: Platform, shop_id: ShopId, product_id: ProductId) -> dict[str, Any]:
    """Look up a product's warranty and repair terms."""
    product = _product(shop, platform, shop_id, product_id)
    return {**_title(product), "repair": product.repair}


def get_auxiliary_materials_info(
    shop: ShopView, platform: Platform, shop_id: ShopId, product_id: ProductId
) -> dict[str, Any]:
    """Look up the materials that a product's installation takes, and what they cost."""
    product = _product(shop, platform, shop_id, product_id)
    return {**_title(product), "materials": product.materials}


def get_gift_info(shop: ShopView, platform: Platform, shop_id: ShopId, product_id: ProductId) -> dict[str, Any]:
    """Look up the gifts that come with a product."""
    product = _product(shop, platform, shop_id, product_id)
    return {**_title(product), "gifts": product.gifts}


def get_fault_code_info(
    shop: ShopView, platform: Platform, shop_id: ShopId, product_id: ProductId, fault_code: FaultCode
) -> dict[str, Any]:
    """Look up what a fault code on a product means and what helps."""
    product = _product(shop, platform, shop_id, product_id)
    for fault in shop.session.exec(select(Fault).where(Fault.product_id == product_id)):
        if fault.code.casefold() == fault_code.casefold():
            return {**_title(product), "fault_code": fault.code, "meaning": fault.meaning, "remedy": fault.remedy}
    raise ToolError(f"Product {product_id} has no fault code {fault_code}; check the code that it shows.")


def get_discount_info(shop: ShopView, platform: Platform, shop_id: ShopId) -> dict[str, Any]:
    """Look up the offers that are valid today in a shop."""
    shop.shop(platform, shop_id)
    current = select(Offer).where(Offer.shop_id == shop_id, Offer.starts <= shop.today, Offer.ends >= shop.today)
    offers = shop.session.exec(current.order_by(col(Offer.offer_id)))
    return {
        "offers": [
            {"offer_id": offer.offer_id, "title": offer.title, "terms": offer.terms}
            | {"starts": offer.starts, "ends": offer.ends}
            for offer in offers
        ]
    }


def _product(shop: ShopView, platform: str, shop_id: str, product_id: str) -> Product:
    shop.shop(platform, shop_id)
    return shop.product(shop_id, product_id)


def _title(product: Product) -> dict[str, Any]:
    return {"product_id": product.product_id, "name": product.name}


def _card(product: Product) -> dict[str, Any]:
    return {
        **_title(product),
        "state": product.state,
        "price": product.price,
        "description": product.description,
    }
