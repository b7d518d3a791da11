"""Whether a change had been agreed to: proposed by what it is and what is new in it, and then consented to.

A message names a change when it names the operation and the order or product, be it by *it* where that was named last.
The new values may stand in any message of the agent since the intent was raised, or in the customer's own. The customer
agrees by a yes to a message that names the change, or to a later one that asks once more without naming another. What
counts is the last answer. A yes on a condition is one to what solves the task, and to nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from ecom_fixtures.dataset.tasks import Call, Intent
from ecom_fixtures.evaluation.dialogue import Dialogue, Placed
from ecom_fixtures.evaluation.truth import Truth
from ecom_fixtures.language.acts import Act, hear
from ecom_fixtures.language.consent import Consent, consent
from ecom_fixtures.language.operations import names_operation, names_value
from ecom_fixtures.trajectory import Message
from ecom_fixtures.worlds.matching import fulfils
from ecom_fixtures.worlds.naming import deeds_of

_TURNED_DOWN = frozenset({Consent.NO, Consent.OBJECTS, Consent.LATER})
# What is done or refused is no proposal, unless the message proposes something, too.
_OVER = frozenset({Act.REPORTS, Act.REFUSES})
# The records' own values, when a change of something else repeats them.
_STANDING = frozenset({"person", "phone", "address", "title"})
_ALTERS = "modify"
# Of the customer's words, in a finding.
_SHOWN = 80


@dataclass(frozen=True)
class Agreement:
    """The changes of one dialogue that had not been agreed to, a sentence each."""

    unconfirmed: tuple[str, ...] = ()
    defied: tuple[str, ...] = ()

    @classmethod
    def of(cls, truth: Truth, dialogue: Dialogue) -> Agreement:
        found = [_Asked(truth, dialogue, change) for change in dialogue.changes]
        for asked in found:
            asked.follow()
        return cls(
            tuple(asked.told(why) for asked in found if (why := asked.lacking()) and not asked.defied()),
            tuple(asked.told(why) for asked in found if (why := asked.defied())),
        )


@dataclass
class _Asked:
    """What was said about one change before it was made."""

    truth: Truth
    dialogue: Dialogue
    change: Placed
    # The number of the last message that names it, of the last answer to it, and what that answer was.
    named: int = 0
    answered: int = 0
    answer: Consent = Consent.NONE
    words: str = ""
    # What both sides had said by the time of the answer, the agent's without what was over.
    said: str = ""
    _last_named: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        call = Call(tool=self.change.call.tool, arguments=self.change.call.arguments)
        [self.deed] = deeds_of(self.truth.source, self.truth.task, [call])

    def follow(self) -> None:
        """Go through the messages since the intent was raised."""
        start, counts, told = self.dialogue.raised.get(self._intent(), 0), False, []
        for number, (place, message) in enumerate(self.dialogue.messages, start=1):
            if not start <= place < self.change.place:
                continue
            told.append(message.text)
            if message.role == "agent":
                counts = self._hears(number, message.text)
            elif (answer := self._answer(message, raises=place == start)) is not Consent.NONE and counts:
                self.answer, self.answered, self.words, self.said = answer, number, message.text, "\n".join(told)
            if message.role == "customer":
                self._last_named = self.truth.catalogue.named(message.text) or self._last_named

    def defied(self) -> str:
        """Why it was made against the customer's word, empty if it wasn't."""
        if self.answer not in _TURNED_DOWN:
            return ""
        return f"though the customer had answered {self.words[:_SHOWN]!r} (message {self.answered})"

    def lacking(self) -> str:
        """What it lacks to have been agreed to; empty if nothing."""
        if not self.named:
            return "no message of the agent had named it"
        if not self.answer.agrees:
            return f"message {self.named} names it, but no yes came"
        if self.answer is Consent.YES_IF and not self._intents():
            return f"it isn't what the customer agreed to on a condition (message {self.answered})"
        unnamed = [value for kind, value in self.deed.values if not self._knows(kind, value)]
        return (
            f"nobody had named {' and '.join(unnamed)} when the customer agreed (message {self.answered})"
            if unnamed
            else ""
        )

    def told(self, why: str) -> str:
        phrase = self.truth.source.words.phrase(self.change.call.tool, self.change.call.arguments)
        return f"{self.change}: {phrase}: {why}"

    def _hears(self, number: int, text: str) -> bool:
        """Take in a message of the agent; tell whether an answer to it is one to the change."""
        plain, asks = _proposed(text)
        things = self.truth.catalogue.named(plain)
        names = names_operation(self.deed.operation, plain) and self._means(things or self._last_named, plain)
        self._last_named = things or self._last_named
        if names:
            # A yes from before the change was named was one to something else.
            self.answer = self.answer if self.named else Consent.NONE
            self.named = number
        other = bool(things) and not self._means(things, plain)
        return names or (asks and not other)

    def _means(self, named: frozenset[str], text: str) -> bool:
        """Whether the things that are named are those of the change: the order, or the product where no order is.

        A product that is not of the order, such as the one wanted instead, must be told apart from those that are.
        """
        things, catalogue = self.deed.things, self.truth.catalogue
        named |= {thing for thing in things if thing.casefold() in text.casefold()}
        held = frozenset(
            chain.from_iterable(catalogue.things[each].parts for each in things if each in catalogue.things)
        )
        orders = {each for each in things if each not in catalogue.things or catalogue.things[each].kind == "order"}
        apart = {each for each in things if each not in orders and each not in held}
        vague = frozenset[str]().union(*(mention for mention in catalogue.meant(text) if mention & held))
        return apart <= named - (vague - catalogue.ids_in(text)) and (not orders or bool(named & (orders | held)))

    def _answer(self, message: Message, *, raises: bool) -> Consent:
        """Words that bring an intent up answer nothing that was asked before, however they begin."""
        return Consent.NONE if raises else consent(message.text)

    def _knows(self, kind: str, value: str) -> bool:
        """Whether somebody had named a new value; one that stands in the books is new only where it is altered."""
        if names_value(kind, value, self.said, self.truth.year):
            return True
        if kind not in _STANDING or self.deed.operation == _ALTERS:
            return False
        reads = (each for each in self.dialogue.calls if each.place < self.change.place and not each.call.writes)
        return any(names_value(kind, value, each.call.result, self.truth.year) for each in reads if each.call.ok)

    def _intents(self) -> list[Intent]:
        """The intents that expect this change."""
        return [
            intent
            for intent in self.truth.task.intents
            if any(fulfils(self.truth.rules, action, self.change.call) for action in chain(*intent.accepted))
        ]

    def _intent(self) -> str:
        """The intent that the change belongs to: the one that expects it, else the one that the customer was at."""
        expecting = [intent.id for intent in self._intents()]
        now = self.dialogue.intent_at(self.change.place)
        return now if now in expecting or not expecting else expecting[0]


@lru_cache(maxsize=256)
def _proposed(text: str) -> tuple[str, bool]:
    """The part of a message that may name a change to be made, and whether the message asks for a yes."""
    heard = hear(text)
    asks = any(each.act is Act.PROPOSES for each in heard)
    return (text if asks else "\n".join(each.text for each in heard if each.act not in _OVER)), asks
