"""Which states of the shop mean the same, though an address, a name or a phone number is spelled otherwise.

What is spelling, and so doesn't count: letter case, blanks, commas and dots of an address or a name, a personal title
before a name, the country code of a phone number, and whether a product was paid at once or piece by piece. Everything
else is meaning: an abbreviation, a part that is left out, another order of the parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ecom_fixtures.language.text import plain
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.shop.state import Row, numbered

_MARKS = str.maketrans(dict.fromkeys(".,;", " ") | {"’": "'"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "madam"})
# Of phone numbers in the country, which have eleven digits.
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")


def same(state: Snapshot) -> Snapshot:
    """The one state that stands for all that mean the same as ``state``; legible, since evidence is told by it."""
    spelled = {table: {key: meant(row) for key, row in state[table].items()} for table in _TABLES}
    for table in ("invoice", "appointment"):
        spelled[table] = numbered(spelled[table].values())
    return {**state, **spelled, "ecardpayment": numbered(_paid(state["ecardpayment"].values()))}


@lru_cache(maxsize=4096)
def words(text: str) -> str:
    """An address or a title of a company: its words."""
    return " ".join(word.capitalize() for word in plain(text.translate(_MARKS)).casefold().split())


@lru_cache(maxsize=4096)
def phone(text: str) -> str:
    """A phone number without the country's code."""
    return _COUNTRY.sub("", re.sub(r"[^\d+]", "", text)).removeprefix("+")


@lru_cache(maxsize=4096)
def person(text: str) -> str:
    """A person's name without title."""
    parts = words(text).split()
    while len(parts) > 1 and parts[0].casefold() in _TITLES:
        del parts[0]
    return " ".join(parts)


# How the columns and arguments of these names are spelled. A title may be a person's or a company's.
_SPELLED: dict[str, Callable[[str], str]] = {
    "address": words,
    "phone": phone,
    "phone_number": phone,
    "user_name": person,
    "title": words,
}
_TABLES = ("orders", "appointment", "invoice")


def meant(values: Mapping[str, Any]) -> dict[str, Any]:
    """A row, or a call's arguments, in the one form of all that mean the same."""
    spelled = {name: _SPELLED[name](value) if name in _SPELLED and value else value for name, value in values.items()}
    # "Dr" may well be a part of a company's name.
    if spelled.get("invoice_type") == "personal" and spelled.get("title"):
        spelled["title"] = person(spelled["title"])
    return spelled


def _paid(rows: Iterable[Row]) -> list[Row]:
    """One payment by gift card for each customer and product."""
    sums: dict[tuple[str, str], Row] = {}
    for row in rows:
        paid = sums.setdefault((row["user_id"], row["product_id"]), {**row, "quantity": "0", "amount": "0.00"})
        paid["quantity"] = str(int(paid["quantity"]) + int(row["quantity"]))
        paid["amount"] = str(Decimal(paid["amount"]) + Decimal(row["amount"]))
    return list(sums.values())
