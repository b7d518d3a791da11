"""Amounts of money that stand in look-ups, and those that follow from them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, product
from math import prod
from typing import Any

from ecom_fixtures.language.operations import names_value
from ecom_fixtures.language.values import find

# An amount as a look-up may write it; longer ones are ids and phone numbers.
_AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,9}(?:\.\d+)?")
_MOST_PIECES = 9
# A product with more amounts than these has none that matter.
_MOST_CHARGES = 16
# How many ways there may be to add an order up.
_MOST_SUMS = 256


@dataclass
class Amounts:
    """What is known of amounts. ``things`` are the ids of orders and products."""

    things: frozenset[str]
    # By order or product: the amounts that are fields, and those in its texts.
    _prices: dict[str, set[Decimal]] = field(default_factory=dict)
    _fees: dict[str, set[Decimal]] = field(default_factory=dict)
    # Those of nobody's: balances; in texts about nothing in particular; in pictures.
    _loose: set[Decimal] = field(default_factory=set)
    _other: set[Decimal] = field(default_factory=set)
    _pictured: set[Decimal] = field(default_factory=set)
    _counts: set[int] = field(default_factory=lambda: {1})
    _lists: list[list[Mapping[str, Any]]] = field(default_factory=list)

    def read(self, result: str) -> None:
        """Take in a look-up's answer."""
        try:
            self._walk(json.loads(result), frozenset())
        except ValueError:
            self._other |= _money(result)

    def see(self, shown: str) -> None:
        """Take in what a picture shows."""
        quoted = (text.replace(",", "") for text in re.findall(rf"\"({_AMOUNT.pattern})\"", shown))
        self._pictured |= {*_money(shown), *map(Decimal, quoted)}

    def order(self, arguments: Mapping[str, Any]) -> None:
        """Take in what a call orders, and how many of it."""
        for value in arguments.values():
            if isinstance(value, list):
                self._rows(value)
            elif (number := _number(value)) is not None:
                self._count(number)

    def change(self, arguments: Mapping[str, Any]) -> None:
        """Take in the amounts of a change that was made or is right."""
        self._other |= {number for value in arguments.values() if (number := _number(value)) is not None}

    def count(self, said: Sequence[str]) -> None:
        """Take in the numbers of pieces that the customer speaks of."""
        for text in said:
            for number in find(text, ("count",)):
                self._count(number.value[0])
            if names_value("count", "2", text, 0):
                self._counts.add(2)

    def all(self) -> frozenset[Decimal]:
        """Every amount that is known or follows."""
        owned = set[Decimal]().union(*self._prices.values(), *self._fees.values())
        known = owned | self._loose | self._other | self._pictured
        totals = {price * pieces for price in owned for pieces in self._counts} | set(self._sums())
        apart = {abs(one - other) * pieces for one, other in self._pairs() for pieces in self._counts}
        charged = (each for thing in self.things for n in (2, 3) for each in combinations(self._of(thing), n))
        fees = {sum(each, Decimal(0)) for each in charged}
        due = totals | apart
        left = {amount for loose in self._loose for each in due for amount in (abs(loose - each), loose + each)}
        return frozenset(known | due | fees | left)

    def _walk(self, value: Any, about: frozenset[str]) -> None:
        if isinstance(value, list):
            self._rows(value)
            for each in value:
                self._walk(each, about)
        elif isinstance(value, dict):
            about = self.things.intersection(each for each in value.values() if isinstance(each, str)) or about
            for each in value.values():
                self._walk(each, about)
        elif (number := _number(value)) is not None:
            if isinstance(value, int):
                self._count(number)
            self._put(self._prices, self._loose, about, {number})
        elif isinstance(value, str):
            self._put(self._fees, self._other, about, _money(value))

    def _put(
        self, owned: dict[str, set[Decimal]], free: set[Decimal], about: frozenset[str], amounts: set[Decimal]
    ) -> None:
        for each in about:
            owned.setdefault(each, set()).update(amounts)
        if not about:
            free.update(amounts)

    def _count(self, number: Decimal) -> None:
        if number == int(number) and 1 < number <= _MOST_PIECES:
            self._counts.add(int(number))

    def _rows(self, rows: Sequence[Any]) -> None:
        rows = [row for row in rows if isinstance(row, dict)]
        self._lists += [rows] if rows else []
        for row in rows:
            for value in row.values():
                if isinstance(value, int | str) and (number := _number(value)) is not None:
                    self._count(number)

    def _pairs(self) -> Iterator[tuple[Decimal, Decimal]]:
        """Two amounts of one product, of which a picture may show one."""
        for prices in self._prices.values():
            yield from combinations(prices, 2)
            yield from product(prices, self._pictured)

    def _of(self, thing: str) -> list[Decimal]:
        """The amounts of one product, which charges may add up to."""
        return sorted(self._prices.get(thing, set()) | self._fees.get(thing, set()))[:_MOST_CHARGES]

    def _sums(self) -> Iterator[Decimal]:
        """What the lines of each list of products come to."""
        for rows in self._lists:
            choices = [set(self._line(row)) for row in rows]
            if 1 < prod(map(len, choices)) <= _MOST_SUMS or all(len(each) == 1 for each in choices):
                yield from (sum(lines, Decimal(0)) for lines in product(*choices))

    def _line(self, row: Mapping[str, Any]) -> Iterator[Decimal]:
        """What one line may come to: a price in it, or one that is known of its product, times its pieces."""
        pieces = next((value for value in row.values() if isinstance(value, int)), 1)
        prices = [number for value in row.values() if isinstance(value, str) and (number := _number(value)) is not None]
        named = self.things.intersection(value for value in row.values() if isinstance(value, str))
        for price in prices or set[Decimal]().union(*(self._prices.get(each, set()) for each in named)):
            yield price * pieces


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    text = str(value)
    return Decimal(text.replace(",", "")) if _AMOUNT.fullmatch(text) else None


def _money(text: str) -> set[Decimal]:
    return {found.value for found in find(text, ("money",))}
