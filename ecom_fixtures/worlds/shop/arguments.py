"""What the tools take: argument types that read forgivingly, and what is wrong when they can't."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from ecom_fixtures.language.text import plain
from ecom_fixtures.worlds.shop.tables import whole_fen


def _text(value: Any) -> Any:
    """An id or a phone number may come as a JSON number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        return value
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("must be text without broken characters")
    return plain(value)


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return plain(value) if isinstance(value, str) else value


def _phone(value: Any) -> Any:
    text = _text(value)
    return re.sub(r"[ ()-]", "", text) if isinstance(text, str) else text


def _choice(value: Any) -> Any:
    return plain(value).lower() if isinstance(value, str) else value


Words = Annotated[str, Field(min_length=1, max_length=20_000), BeforeValidator(_text)]
Id = Annotated[str, Field(min_length=1, max_length=100), BeforeValidator(_text)]
# Put beside a Literal or an enum: letter case and blanks don't matter.
Choice = BeforeValidator(_choice)

Platform = Annotated[Id, Field(description="Platform that the shop is on, for example mapleway")]
ShopId = Annotated[Id, Field(description="Id of the shop, for example S2001")]
UserId = Annotated[Id, Field(description="Id of the customer, for example U1001")]
OrderId = Annotated[Id, Field(description="Id of the order: its 12 digits")]
ProductId = Annotated[Id, Field(description="Id of the product, for example P10-01")]
Phone = Annotated[
    str,
    Field(pattern=r"^\+?[0-9]{5,20}$", description="Phone number, digits only"),
    BeforeValidator(_phone),
    WithJsonSchema({"type": "string", "description": "Phone number, digits only"}),
]
Quantity = Annotated[int, Field(ge=1, le=9999, description="Number of pieces, 1 or more"), BeforeValidator(_number)]
Amount = Annotated[
    Decimal,
    Field(gt=0, le=1_000_000),
    AfterValidator(whole_fen),
    BeforeValidator(_number),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "description": "Amount in yuan, at most two decimals"}),
]


class OrderItem(BaseModel):
    """One product of an order to be placed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product_id: ProductId
    quantity: Quantity


def explain(tool: str, allowed: list[str], error: ValidationError) -> str:
    """Return one sentence, fit for any transport, that says what is wrong with a call and what is right there."""
    return _sentence(tool, allowed, error).encode("utf-8", "backslashreplace").decode()


def _sentence(tool: str, allowed: list[str], error: ValidationError) -> str:
    errors = error.errors(include_url=False)
    extra = (item["loc"] for item in errors if item["type"] == "extra_forbidden")
    unknown = sorted({repr(place[0]) for place in extra if len(place) == 1})
    if unknown:
        return f"{tool} has no argument {', '.join(unknown)}; it takes {', '.join(allowed)}."
    missing = [_place(item["loc"]) for item in errors if item["type"] == "missing"]
    if missing:
        return f"{tool} needs {' and '.join(missing)}."
    return f"{tool}: {'; '.join(_problem(dict(item)) for item in errors)}."


def _place(location: tuple[int | str, ...]) -> str:
    """A location as people write it: product_info_list[0].quantity."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).removeprefix(".")


def _problem(item: dict[str, Any]) -> str:
    place, given, context = _place(item["loc"]), repr(item["input"]), item.get("ctx", {})
    given = given if len(given) <= 80 else f"{given[:77]}..."
    match item["type"]:
        case "literal_error" | "enum":
            allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ")
            return f"{place} must be one of {allowed}, not {given}"
        case "greater_than_equal":
            return f"{place} must be {context['ge']} or more, not {given}"
        case "greater_than":
            return f"{place} must be more than {context['gt']}, not {given}"
        case "less_than_equal":
            return f"{place} must be {context['le']} or less, not {given}"
        case "string_too_short" | "too_short":
            return f"{place} must not be empty"
        case "list_type":
            return f"{place} must be a list, not {given}"
        case "string_pattern_mismatch":
            return f"{place} must be 5 to 20 digits, not {given}"
        case "extra_forbidden":
            return f"{place} is not known here"
        case "value_error":
            return f"{place}: {context['error']}, got {given}"
    return f"{place}: {item['msg'][:1].lower()}{item['msg'][1:]}, got {given}"
