"""Figures that the agent states as facts about the customer, though they stand nowhere and follow from nothing.

Looked at are amounts of money, full dates and ids. Nothing is said of a question, an example, or a figure that is only
roughly meant. What follows from what is known:

- an amount that is a price times a quantity that was ordered or spoken of, the sum of an order's lines, the sum or the
  difference of two amounts of one product, or what a balance (an amount of no product) lacks or comes to by these;
- a date that falls on a weekday that was named, or that a known term leads to from a known date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

from ecom_fixtures.evaluation.amounts import Amounts
from ecom_fixtures.evaluation.dates import follows
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.truth import Truth
from ecom_fixtures.language.acts import sentences
from ecom_fixtures.language.values import Value, find
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.base import Arguments, Pictured

_KINDS = ("money", "date", "id")
# Who states more figures in a message has recited; the first ones tell enough.
_MOST_CLAIMS = 200
_EXAMPLE = re.compile(r"\b(?:for example|for instance|e\.g\.|such as|suppose|let's say)", re.I)


def ungrounded(truth: Truth, dialogue: Dialogue) -> Iterator[str]:
    """The figures without a ground, each once, with the number of the message that first states it."""
    known, number, told = _Known(truth, [placed.call.arguments for placed in dialogue.calls]), 0, set[object]()
    for event in dialogue.events:
        if isinstance(event, Message):
            number += 1
            for value in islice(_claims(event.text), _MOST_CLAIMS) if event.role == "agent" else ():
                if value.value not in told and not known.has(value, event.text):
                    told.add(value.value)
                    figure = value.text.strip(" .,")
                    yield f"message {number}: {figure} stands in no look-up, policy, picture or message"
        known.hear(event)


def _claims(text: str) -> Iterator[Value]:
    """The figures that a message states as facts."""
    for sentence in sentences(text):
        if not sentence.rstrip("\"')*_ ").endswith("?") and not _EXAMPLE.search(sentence):
            yield from (value for value in find(sentence, _KINDS) if not value.about and value.value != 0)


class _Known:
    """What the agent may know at one point of the dialogue. ``ordered`` are the arguments of all its calls."""

    def __init__(self, truth: Truth, ordered: Sequence[Arguments]) -> None:
        expected = [call.arguments for intent in truth.task.intents for actions in intent.accepted for call in actions]
        self._truth, self._ordered, self._changes = truth, [*ordered, *expected], list(expected)
        # In lower case.
        self._texts = [truth.policy.casefold(), *(each.casefold() for each in truth.task.context.values())]
        # What solves the task is right, however it was found.
        self._texts += [str(arguments).casefold() for arguments in expected]
        self._texts += [str(answer).casefold() for intent in truth.task.intents for answer in intent.answers]
        self._texts += [wording.casefold() for keyword in truth.task.keywords for wording in keyword.any_of]
        self._results: list[str] = []
        self._pictures: list[str] = []
        self._customer: list[str] = []
        self._amounts: frozenset[Decimal] | None = None

    def hear(self, event: Event) -> None:
        """Take in what the customer says or sends, what a look-up answers, and what was changed."""
        self._amounts = None
        if isinstance(event, ToolCall):
            self._answered(event)
        elif event.role == "customer":
            pictures = [text for name, text in self._truth.pictures.items() if name in event.text]
            self._pictures += pictures
            self._customer.append(event.text)
            self._add(event.text, *pictures)

    def has(self, value: Value, message: str) -> bool:
        """Whether the figure stands in what is known, or follows from it."""
        match value.kind:
            case "id":
                return any(value.value in text for text in self._texts)
            case "date":
                spellings = (value.text.casefold(), value.value.removeprefix("-"))
                written = any(spelling in text for text in self._texts for spelling in spellings)
                return written or follows(value.value, self._texts, message, self._truth.today)
        if self._stands(value.value):
            return True
        if self._amounts is None:
            self._amounts = self._known_amounts()
        return value.value in self._amounts

    def _answered(self, call: ToolCall) -> None:
        rules, asked = self._truth.rules, json.dumps(call.arguments, ensure_ascii=False, default=str)
        shows = isinstance(rules, Pictured) and not call.writes and rules.links_in(asked)
        (self._pictures if shows else self._results).append(call.result)
        self._add(call.result)
        if call.writes and call.ok:
            self._changes.append(call.arguments)
            self._add(asked)

    def _add(self, *texts: str) -> None:
        self._texts += [text.casefold() for text in texts]

    def _stands(self, amount: Decimal) -> bool:
        """Whether the amount stands somewhere as money: with a currency, or as look-ups write it."""
        whole, _, part = f"{amount:.2f}".partition(".")
        number = f"{int(whole):,}".replace(",", ",?") + (r"(?:\.00)?" if part == "00" else rf"\.{part.rstrip('0')}0?")
        before, behind = r"(?:[¥￥\"']|rmb|cny) ?", r" ?(?:[\"'元¥]|yuan|rmb|cny)"
        written = re.compile(
            rf"{before}{number}(?!\d|[.,]\d)|(?<![\d.,]){number}{behind}|(?<![\d.,]){whole}\.{part}(?!\d)"
        )
        return any(written.search(text) for text in self._texts)

    def _known_amounts(self) -> frozenset[Decimal]:
        known = Amounts(frozenset(self._truth.catalogue.things))
        for result in self._results:
            known.read(result)
        for picture in self._pictures:
            known.see(picture)
        for arguments in self._ordered:
            known.order(arguments)
        for arguments in self._changes:
            known.change(arguments)
        known.count(self._customer)
        return known.all()
