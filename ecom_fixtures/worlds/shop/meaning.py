"""Which states of the shop mean the same, though an address, a name or a phone number is spelled otherwise.

What is spelling, and so doesn't count: letter case, blanks, commas and dots of an address or a name, a personal title
before a name, the country code of a phone number, and whether a product was paid at once or piece by piece. Everything
else is meaning: an abbreviation, a part that is left out, another order of the parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache

from ecom_fixtures.language.text import plain
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.shop.state import Row, numbered

_MARKS = str.maketrans(dict.fromkeys(".,;", " ") | {"’": "'"})
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "madam"})
# Of phone numbers in the country, which have eleven digits.
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1\d{10}$)")


def same(state: Snapshot) -> Snapshot:
    """The one state that stands for all that mean the same as ``state``; legible, since evidence is told by it."""
    meant = {table: rows if table not in _SPELLED else _respelled(table, rows) for table, rows in state.items()}
    for table in ("invoice", "appointment"):
        meant[table] = numbered(meant[table].values())
    meant["ecardpayment"] = numbered(_paid(meant["ecardpayment"].values()))
    return meant


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


_SPELLED: dict[str, dict[str, Callable[[str], str]]] = {
    "orders": {"address": words, "phone": phone},
    "appointment": {"user_name": person, "phone_number": phone},
    "invoice": {"title": words, "phone_number": phone},
}


def _respelled(table: str, rows: dict[str, Row]) -> dict[str, Row]:
    spell = _SPELLED[table]
    meant = {key: {name: spell[name](cell) if name in spell else cell for name, cell in row.items()}
             for key, row in rows.items()}  # fmt: skip
    if table == "invoice":
        # "Dr" may well be a part of a company's name.
        personal = (row for row in meant.values() if row["invoice_type"] == "personal")
        for row in personal:
            row["title"] = person(row["title"])
    return meant


def _paid(rows: Iterable[Row]) -> list[Row]:
    """One payment by gift card for each customer and product."""
    sums: dict[tuple[str, str], Row] = {}
    for row in rows:
        paid = sums.setdefault((row["user_id"], row["product_id"]), {**row, "quantity": "0", "amount": "0.00"})
        paid["quantity"] = str(int(paid["quantity"]) + int(row["quantity"]))
        paid["amount"] = str(Decimal(paid["amount"]) + Decimal(row["amount"]))
    return list(sums.values())
