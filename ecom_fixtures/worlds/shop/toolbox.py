"""The 21 tools by name, their schemas, and the one way to call them."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from ecom_fixtures.errors import ToolError
from ecom_fixtures.language.text import plain
from ecom_fixtures.worlds.pictures import PictureReader
from ecom_fixtures.worlds.shop.arguments import explain
from ecom_fixtures.worlds.shop.canonical import spell
from ecom_fixtures.worlds.shop.database import Database
from ecom_fixtures.worlds.shop.schema import tidy_schema
from ecom_fixtures.worlds.shop.tools import aftersales, customers, giftcard, orders, pictures, products, services
from ecom_fixtures.worlds.shop.view import ShopView

ALWAYS = frozenset({"*"})


@dataclass(frozen=True)
class ToolSpec:
    """A tool, as it follows from one typed function whose first parameter is the shop.

    ``reads_when`` holds the values of ``action`` with which the tool only looks up; ``ALWAYS`` if it never
    writes, nothing if it always does.
    """

    name: str
    function: Callable[..., Any]
    description: str
    arguments: type[BaseModel]
    reads_when: frozenset[str]

    @classmethod
    def of(cls, function: Callable[..., Any], reads_when: frozenset[str]) -> ToolSpec:
        """Return the tool that ``function`` defines by its name, docstring and annotations."""
        return cls(function.__name__, function, inspect.getdoc(function) or "", _model(function, False), reads_when)

    def writes(self, arguments: Mapping[str, Any]) -> bool:
        """Whether a call with these arguments, as an agent sends them, changes the shop when it succeeds."""
        if self.reads_when == ALWAYS:
            return False
        return plain(str(arguments.get("action"))).lower() not in self.reads_when

    def parse(self, arguments: Mapping[str, Any], partial: bool = False) -> BaseModel:
        """Return ``arguments`` checked; null, blank text and empty lists count as not given where that is allowed.

        With ``partial``, arguments may be missing. Raises ToolError with what is wrong.
        """
        fields = self.arguments.model_fields
        given = {
            name: value
            for name, value in arguments.items()
            if name not in fields or fields[name].is_required() or not _blank(value)
        }
        try:
            return (_model(self.function, True) if partial else self.arguments).model_validate(given)
        except ValidationError as error:
            raise ToolError(explain(self.name, list(fields), error)) from error

    def schema(self) -> dict[str, Any]:
        """The JSON schema of the arguments, without references, titles and null alternatives."""
        return tidy_schema(self.arguments.model_json_schema())


def _blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())


@cache
def _model(function: Callable[..., Any], partial: bool) -> type[BaseModel]:
    hints = get_type_hints(function, include_extras=True)
    _shop, *parameters = inspect.signature(function).parameters.values()
    fields: dict[str, Any] = {}
    for parameter in parameters:
        required = parameter.default is parameter.empty
        fields[parameter.name] = (hints[parameter.name], ... if required and not partial else None)
        assert required or parameter.default is None, "an optional argument of a tool defaults to None"
    return create_model(function.__name__, __config__=ConfigDict(extra="forbid", frozen=True), **fields)


_READS: tuple[Callable[..., Any], ...] = (
    customers.get_user_info,
    customers.get_user_orders_info,
    products.get_product_info,
    products.compare_products_info,
    products.get_installation_service_info,
    products.get_repair_info,
    products.get_fault_code_info,
    products.get_auxiliary_materials_info,
    products.get_gift_info,
    products.get_discount_info,
    orders.get_logistics_info,
    pictures.get_image_info,
)
_WRITES: tuple[tuple[Callable[..., Any], frozenset[str]], ...] = (
    (orders.manage_order, frozenset({"query"})),
    (aftersales.manage_return, frozenset()),
    (aftersales.manage_exchange, frozenset({"query"})),
    (aftersales.manage_urgent, frozenset()),
    (giftcard.manage_ecard, frozenset({"info", "balance"})),
    (services.manage_invoice, frozenset()),
    (services.schedule_service, frozenset()),
    (services.register_cashback_by_review, frozenset({"query"})),
    (services.transfer_to_specialist, frozenset()),
)
SPECS: Mapping[str, ToolSpec] = {
    function.__name__: ToolSpec.of(function, reads_when)
    for function, reads_when in (*((function, ALWAYS) for function in _READS), *_WRITES)
}


def spec_of(name: str) -> ToolSpec:
    """Return the tool of that name; ToolError names those that there are."""
    spec = SPECS.get(name)
    if spec is None:
        raise ToolError(f"There is no tool {name!r}; the tools are {', '.join(SPECS)}.")
    return spec


class Toolbox:
    """The tools on one database."""

    def __init__(self, database: Database, pictures: PictureReader) -> None:
        self._database, self._pictures = database, pictures

    async def call(self, name: str, arguments: dict[str, Any]) -> str:
        """Call a tool in one transaction and return its answer as JSON text, amounts as text with two decimals.

        Raises:
            ToolError: the call is refused; one sentence says why, and nothing has changed.
        """
        spec = spec_of(name)
        checked = spec.parse(arguments)
        values = {argument: getattr(checked, argument) for argument in spec.arguments.model_fields}
        database = self._database
        with database.session() as session:
            shop = ShopView(session, database.today, database.gift_card_rules, self._pictures)
            answer = spec.function(shop, **values)
            # A tool that waits (the picture reader) leaves the session alone: all calls share one connection.
            if inspect.isawaitable(answer):
                answer = await answer
            return json.dumps(answer, default=spell, ensure_ascii=False)
