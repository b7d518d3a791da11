"""What the customer answers to a question: a fact, what they said already, or that they can't know."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from ecom_fixtures.dataset.tasks import Fact, Intent, Task
from ecom_fixtures.language.acts import Act, Heard, Kind, hear, sentences
from ecom_fixtures.language.values import find

# Nobody answers the same question for ever.
PATIENCE = 2
# Kinds whose value stands in a customer's words in a form of its own.
_SPELLED = {Kind.DAY: {"weekday", "date"}, Kind.CONTACT: {"phone"}, Kind.ORDER: {"id"}, Kind.QUANTITY: {"count"}}
_PAYMENT = re.compile(r"\b(?:gift card|bank card|wallet|card)\b", re.I)
_YES = re.compile(r"^(?:yes|sure|okay|ok)\b(?: yes\b)?[ ,.!:]*", re.I)
# What is asked about with these is the object of the change, or the change itself: the wish says it.
_WISH = frozenset({Kind.PRODUCT, Kind.PREFERENCE, Kind.ORDER})


@cache
def phrases() -> dict[str, dict[str, list[str]]]:
    """The word lists of telling.toml."""
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@dataclass
class Telling:
    """What one customer tells in one dialogue; ``chance`` decides among equal wordings."""

    task: Task
    chance: Random
    _told: Counter[str] = field(default_factory=Counter)

    def answer(self, intent: Intent, words: str, asked: Sequence[Heard]) -> str:
        """What to say to the questions of one message, each answered once. Empty if there is nothing to say to them.

        ``words`` are those in which the intent was brought up.
        """
        answers = dict.fromkeys(answer for each in asked for answer in self._one(intent, words, each))
        return " ".join(answers)

    def _one(self, intent: Intent, words: str, asked: Heard) -> Iterator[str]:
        facts = [fact for fact in self.task.facts if _is_asked(fact, asked)]
        if facts:
            yield from (fact.tell for fact in facts if self._fresh(fact.about))
            return
        kinds = sorted(asked.kinds) or [Kind.OTHER]
        for kind in kinds:
            if not self._fresh(f"{intent.id} {kind}"):
                continue
            said = _spoken(kind, [words, intent.consent])
            if said:
                yield said
            elif intent.actions and intent.consent and (asked.act is Act.OFFERS or kind in _WISH):
                yield wish(intent)
            else:
                yield self.chance.choice(phrases()["unknown"].get(kind, phrases()["unknown"]["other"]))

    def _fresh(self, what: str) -> bool:
        self._told[what] += 1
        return self._told[what] <= PATIENCE


def wish(intent: Intent) -> str:
    """What the customer wants, as an answer to a question that isn't answered by a yes."""
    told = _YES.sub("", intent.consent)
    return told[:1].upper() + told[1:]


def _is_asked(fact: Fact, asked: Heard) -> bool:
    return _words_of(fact).search(asked.text) is not None or bool(asked.kinds & _kinds_of(fact.about))


@cache
def _words_of(fact: Fact) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(word)}" for word in fact.asked_by), re.I)


@cache
def _kinds_of(about: str) -> frozenset[Kind]:
    """The kinds of question that a fact answers, as one hears them in a question for it."""
    heard = hear(f"What is {about}?")
    vague = {Kind.OTHER, Kind.PREFERENCE, Kind.REASON, Kind.PICTURE}
    return frozenset().union(*(each.kinds for each in heard)) - vague


def _spoken(kind: Kind, texts: Iterable[str]) -> str:
    """The sentence of the customer's own words that holds a value of that kind."""
    for text in texts:
        for sentence in sentences(text):
            if kind in _SPELLED and find(sentence, _SPELLED[kind]):
                return sentence
            if kind is Kind.PAYMENT and _PAYMENT.search(sentence):
                return sentence
    return ""
