"""The agenda customer: no language model; walks the intents in order and watches what happens in the shop."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from random import Random

from ecom_fixtures.customers.manner import Manner
from ecom_fixtures.customers.protocol import Role, Turn
from ecom_fixtures.dataset.tasks import Fact, Intent
from ecom_fixtures.language.acts import asks, asks_for_a_yes, closes, sentences
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.matching import done

# Raise it with every change after which this customer may say something else to the same words, here, in `manner` or in
# `language.acts`. Runs with other rules are not compared.
AGENDA_RULES = 1


class AgendaCustomer:
    """Raises one intent after the other in the persona's manner, answers by the task's facts, agrees to proposals.

    An intent with actions is over when they have happened in the shop, one without when it was
    answered; after as many reminders as the persona has patience for, the customer gives up on it.
    """

    def __init__(self, role: Role) -> None:
        self._role = role
        self._place = -1
        self._nudged = 0
        self._told: Counter[str] = Counter()
        self._manner = Manner(role.persona, Random(role.seed))
        self._unsaid: list[str] = []

    async def respond(self, events: Sequence[Event]) -> Turn:
        heard = next((event.text for event in reversed(events) if isinstance(event, Message)), "")
        calls = [event for event in events if isinstance(event, ToolCall)]
        if self._unsaid:
            return Turn(self._unsaid.pop(0))
        if self._place < 0:
            return self._raise_next()
        intent = self._role.task.intents[self._place]
        if intent.actions and done(self._role.rules, intent, calls):
            return self._raise_next()
        if answer := self._answer(intent, heard):
            return Turn(answer)
        if intent.actions and self._nudged < len(self._manner.reminders):
            self._nudged += 1
            return Turn(self._manner.reminders[self._nudged - 1])
        return self._raise_next()

    def _raise_next(self) -> Turn:
        self._place, self._nudged = self._place + 1, 0
        intents = self._role.task.intents
        if self._place == len(intents):
            return Turn(self._manner.farewell, stop=True)
        intent = intents[self._place]
        messages = self._manner.messages(intent.say, first=self._place == 0)
        if intent.picture:
            messages[-1] += f" {intent.picture_words} {self._role.link(intent.picture)}"
        first, *self._unsaid = messages
        return Turn(first)

    def _answer(self, intent: Intent, heard: str) -> str | None:
        """Answers to whatever ``heard`` asks: facts, or a yes or no. None when it asks for neither."""
        asked = [sentence for sentence in sentences(heard) if asks(sentence) and not closes(sentence)]
        proposals = [sentence for sentence in asked if asks_for_a_yes(sentence)]
        questions = [sentence for sentence in asked if sentence not in proposals]
        told = [fact.tell for fact in self._role.task.facts if self._wanted(fact, questions)]
        if told:
            return " ".join(told)
        if proposals and self._first_times(f"proposal {intent.id}", 3):
            return intent.answer_to_proposal
        if questions and self._first_times(f"question {intent.id}", 1):
            return "I am afraid I don't know that; please look it up."
        return None

    def _wanted(self, fact: Fact, questions: Sequence[str]) -> bool:
        words = re.compile("|".join(rf"\b{re.escape(word)}" for word in fact.asked_by), re.I)
        return any(words.search(question) for question in questions) and self._first_times(fact.about, 2)

    def _first_times(self, what: str, limit: int) -> bool:
        """Whether this has come up at most ``limit`` times; nobody answers the same question for ever."""
        self._told[what] += 1
        return self._told[what] <= limit
