"""What the customer knows of a proposal: that it is right, that it is wrong, or that they can't tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from ecom_fixtures.language.acts import Act, Heard
from ecom_fixtures.language.text import folded
from ecom_fixtures.language.values import find
from ecom_fixtures.worlds.naming import Catalogue, Deed

# What a customer takes away from their own words: "not the hood", "instead of the grey one".
_DENIED = re.compile(r"\b(?:not|never|instead of|rather than|except|but no)\b[^.,;:!?\n]*", re.I)
# Addresses and people as they are written, whoever's they are.
_ADDRESS = re.compile(r"\b\d{1,4}[a-z]? (?:[A-Z][\w']+[ ,]*){1,5}")
_PERSON = re.compile(
    r"(?:\bcontact(?: person)?:?|\bname:?|\bfor|\bunder|\bin the name of|\btitled?:?|\bmade out to)"
    r"[ *\"'“]{1,4}((?:[A-Z][\w'&.-]+ ){1,4}[A-Z][\w'&.-]+)"
)
_QUANTITY = re.compile(r"\b(\d{1,2}) ?(?:x|×|pieces?|units?)(?= )")
_PROSE = ("address", "person", "title")
_PAYMENTS = ("gift card", "bank card", "credit card", "debit card", "wallet", "cash", "cheque")


class Checked(StrEnum):
    """``UNCHECKED``: the proposal names what the customer has no way to know. ``BARE``: it names nothing."""

    RIGHT = "right"
    UNCHECKED = "unchecked"
    WRONG = "wrong"
    BARE = "bare"


@dataclass(frozen=True)
class Knowledge:
    """What a customer can hold against a proposal for one intent.

    ``deeds`` are the changes that are right, of every accepted list; ``words`` what the customer was given to say
    about them, ``about`` their situation, which tells who they are. The right values only count where they stand in
    these words: nothing else is known.
    """

    catalogue: Catalogue
    deeds: tuple[Deed, ...]
    words: str
    about: str = ""

    def check(self, proposal: str) -> Checked:
        """Hold what ``proposal`` names against what the customer knows."""
        found = [self._objects(proposal), *self._values(proposal)]
        for worst in (Checked.WRONG, Checked.UNCHECKED, Checked.RIGHT):
            if worst in found:
                return worst
        return Checked.BARE

    @cached_property
    def own_words(self) -> str:
        """The customer's words without what they deny."""
        return _DENIED.sub(" ", self.words)

    @cached_property
    def described(self) -> frozenset[str]:
        """The products that the customer's own words may mean."""
        return frozenset().union(*self.catalogue.meant(self.own_words))

    def _objects(self, proposal: str) -> Checked:
        things = [thing for deed in self.deeds for thing in deed.things]
        right = self.catalogue.products_of(things)
        mentions = self.catalogue.meant(proposal)
        orders = {each for each in self.catalogue.ids_in(proposal) if self.catalogue.things[each].kind == "order"}
        wanted = {thing for thing in things if thing in self.catalogue.things and thing not in right}
        strange = [mention for mention in mentions if not mention & right]
        if strange and self.described and not all(mention & self.described for mention in strange):
            return Checked.WRONG
        if orders and wanted and not orders & wanted and wanted & self.catalogue.ids_in(self.own_words):
            return Checked.WRONG
        if mentions and not strange and orders <= wanted and self._told_apart(mentions, right):
            return Checked.RIGHT
        return Checked.UNCHECKED if mentions or orders else Checked.BARE

    def _told_apart(self, mentions: Iterable[frozenset[str]], right: frozenset[str]) -> bool:
        """Whether the customer's words mean what is mentioned and, of all that they could mean, only what is right."""
        owned = frozenset(part for thing in self.catalogue.things.values() for part in thing.parts)
        known = self.described & owned or self.described
        return bool(known & right) and known <= right and any(mention & known for mention in mentions)

    def _values(self, proposal: str) -> Iterable[Checked]:
        wanted: dict[str, set[str]] = {}
        for deed in self.deeds:
            for kind, value in deed.values:
                wanted.setdefault(kind, set()).add(folded(value))
        quantities = wanted.pop("count", set())
        for kind, values in wanted.items():
            named = {folded(value) for value in _named(kind, proposal)}
            if not named:
                continue
            known = {value for value in values if self._knows(kind, value)}
            right = [any(_same(kind, one, other) for other in values) for one in named]
            # Of some kinds a proposal may name more than what is new: a price beside a refund, today's day.
            if any(right) if kind in ("money", "weekday") else all(right):
                yield Checked.RIGHT if known else Checked.UNCHECKED
            else:
                yield Checked.WRONG if known else Checked.UNCHECKED
        counted = set(_QUANTITY.findall(proposal))
        if counted - (quantities | {"1"}) or (counted and quantities and not counted & quantities):
            yield Checked.WRONG

    def _knows(self, kind: str, value: str) -> bool:
        """Whether the customer's words hold the value, or their situation, which tells no day, amount or payment."""
        told = self.words if kind in ("money", "weekday", "payment") else f"{self.words}\n{self.about}"
        if kind in _PROSE:
            return value in folded(told)
        return any(_same(kind, folded(each), value) for each in _named(kind, told))


def proposed(heard: Sequence[Heard]) -> str:
    """The part of a message that a proposal in it is about: all that is neither done, refused nor asked."""
    return "\n".join(each.text for each in heard if each.act in (Act.PROPOSES, Act.STATES))


def _found(kind: str) -> Callable[[str], list[str]]:
    return lambda text: [str(value.value) for value in find(text, {kind})]


def _payments(text: str) -> list[str]:
    plain = folded(text)
    return [words.replace(" ", "_") for words in _PAYMENTS if words in plain]


# How the values of a kind are found in a text. A person and a title look alike.
_FINDERS: dict[str, Callable[[str], list[str]]] = {
    "weekday": _found("weekday"),
    "money": _found("money"),
    "phone": _found("phone"),
    "payment": _payments,
    "address": _ADDRESS.findall,
    "person": _PERSON.findall,
    "title": _PERSON.findall,
}


def _named(kind: str, text: str) -> list[str]:
    return _FINDERS[kind](text) if kind in _FINDERS else []


def _same(kind: str, one: str, other: str) -> bool:
    """Whether a value that is named is the other; of an address or a name, whether it is the beginning of it."""
    if kind in _PROSE:
        named, whole = (re.sub(r"\W+", " ", each).strip() for each in (one, other))
        return whole.startswith(named)
    if kind == "money":
        return float(one) == float(other)
    if kind == "phone":
        first, second = (re.sub(r"\D", "", each) for each in (one, other))
        return first.endswith(second) or second.endswith(first)
    return one == other
