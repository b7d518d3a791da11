"""What a customer's world calls its things: which orders and products a text may mean, and what a change is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol, runtime_checkable

from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.language.nouns import NOUNS, is_strong, stem

_TOKEN = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# Between two words of one name there may stand this many others: "the Larkvent 26 m³ hood".
_GAP = 2


@dataclass(frozen=True)
class Thing:
    """An order or a product. ``words`` are those that a person would use for it, ``parts`` an order's products."""

    id: str
    kind: Literal["order", "product"]
    name: str = ""
    words: frozenset[str] = frozenset()
    parts: tuple[str, ...] = ()

    @classmethod
    def product(cls, key: str, name: str, category: str = "") -> Thing:
        """A product whose words are those of its name and category."""
        return cls(key, "product", name, frozenset(_stems(f"{name} {category}")))


@dataclass(frozen=True)
class Deed:
    """What a change comes to: its operation, the things it is about, and the values that it sets.

    Naming any of ``things``, or a product of an order among them, names the object. ``values`` are pairs of kind and
    text; the kinds are those of `ecom_fixtures.language.values`, besides address, person and title.
    """

    operation: str
    things: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """The things of one task's world by id."""

    things: Mapping[str, Thing]

    def meant(self, text: str) -> tuple[frozenset[str], ...]:
        """What each mention of a product in ``text`` may mean: product ids, by id or by words. Linear in the text."""
        found: list[frozenset[str]] = []
        held: frozenset[str] = frozenset()
        strong, gap = False, 0
        for token in self._tokens(text):
            named = self._by_id.get(token) or self._by_word.get(stem(token), frozenset())
            both = held & named
            if named and (both or not held):
                held, strong, gap = both or named, strong or is_strong(token), 0
                continue
            gap += 1
            if held and (named or gap > _GAP):
                found += [held] if strong else []
                held, strong, gap = named, bool(named) and is_strong(token), 0
        return tuple([*found, held] if held and strong else found)

    def ids_in(self, text: str) -> frozenset[str]:
        """The ids of orders and products that stand in ``text`` as they are."""
        return frozenset(self._spelled[token] for token in _TOKEN.findall(text.casefold()) if token in self._spelled)

    def named(self, text: str) -> frozenset[str]:
        """The ids of the things that ``text`` names, by id or by words; of an order's products the order too."""
        products = frozenset().union(*self.meant(text))
        orders = {thing.id for thing in self.things.values() if products & set(thing.parts)}
        return self.ids_in(text) | products | orders

    def products_of(self, ids: Iterable[str]) -> frozenset[str]:
        """The products among ``ids`` and those of the orders among them."""
        things = [self.things[each] for each in ids if each in self.things]
        return frozenset(part for thing in things for part in (thing.parts or (thing.id,)))

    def _tokens(self, text: str) -> Iterable[str]:
        """Ids as they are, other words in their parts: a fridge-freezer is a fridge and a freezer."""
        for token in _TOKEN.findall(text.casefold()):
            yield from (token,) if token in self._by_id else token.split("-")

    @cached_property
    def _spelled(self) -> dict[str, str]:
        return {each.casefold(): each for each in self.things}

    @cached_property
    def _by_id(self) -> dict[str, frozenset[str]]:
        return {thing.id.casefold(): frozenset({thing.id}) for thing in self.things.values() if thing.kind == "product"}

    @cached_property
    def _by_word(self) -> dict[str, frozenset[str]]:
        words: dict[str, set[str]] = {}
        for thing in self.things.values():
            for word in thing.words:
                words.setdefault(word, set()).add(thing.id)
        return {word: frozenset(ids) for word, ids in words.items()}


@runtime_checkable
class Naming(Protocol):
    """A source that knows what its customers call things. Without it nothing is known but ids."""

    def catalogue(self, task: Task) -> Catalogue:
        """What the task's customer may speak of: their orders, and all products."""
        ...

    def deed(self, task: Task, call: Call) -> Deed:
        """What a change comes to."""
        ...


def catalogue_of(source: object, task: Task) -> Catalogue:
    """The catalogue of ``task``, empty for a world that knows no names."""
    return source.catalogue(task) if isinstance(source, Naming) else Catalogue({})


def deeds_of(source: object, task: Task, calls: Sequence[Call]) -> tuple[Deed, ...]:
    """What ``calls`` come to; for a world that knows no names, their tools and no more."""
    if isinstance(source, Naming):
        return tuple(source.deed(task, call) for call in calls)
    return tuple(Deed(call.tool) for call in calls)


def _stems(text: str) -> Iterable[str]:
    words = text.casefold().replace("-", " ")
    return (stem(token) for token in _TOKEN.findall(words) if token not in NOUNS.none)
