"""Policies that know the task and make the right calls, and yet must not pass: each has one bad habit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ecom_fixtures.agents.reference.app import Say, Use
from ecom_fixtures.agents.reference.history import History
from ecom_fixtures.agents.reference.placing import current_intent
from ecom_fixtures.dataset.tasks import Call, Intent, Task
from ecom_fixtures.language.consent import Consent, consent
from ecom_fixtures.worlds.matching import remaining
from ecom_fixtures.worlds.shop.reference.grounding import unseen
from ecom_fixtures.worlds.shop.reference.oracle import Oracle
from ecom_fixtures.worlds.shop.rules import RULES

_FIGURE = re.compile(r"\d+")
_POLAR = {"Yes": "No", "No": "Yes"}
_GIFT = "As a gesture of goodwill you will also get 1,000 yuan on your gift card."
# The argument in which a call names what it is about, the last of those that it has.
_OBJECTS = ("order_id", "product_id", "exchange_product_id")


@dataclass(frozen=True)
class Hasty(Oracle):
    """Changes before any yes."""

    def _agreed(self, intent: Intent, history: History) -> bool:
        return True


@dataclass(frozen=True)
class Wordless(Hasty):
    """Makes the right calls and only ever says one thing."""

    words: str = "."

    def move(self, history: History) -> Say | Use:
        move = super().move(history)
        return Say(self.words) if isinstance(move, Say) else move


@dataclass(frozen=True)
class Misinforms(Oracle):
    """Changes every figure in its answers, every yes and every name."""

    def _report(self, intent: Intent, history: History) -> str:
        text = _FIGURE.sub(lambda match: str(int(match[0]) + 1), super()._report(intent, history))
        text = re.sub(r"\b(Yes|No)\b", lambda match: _POLAR[match[0]], text)
        for answer in intent.wanted:
            for name in answer.value if isinstance(answer.value, tuple) else (str(answer.value),):
                spelled = re.escape(str(name).replace("_", " "))
                text = re.sub(spelled, "something else", text, flags=re.I)
        return text


@dataclass(frozen=True)
class Reciter(Oracle):
    """Answers with the raw results of its look-ups."""

    def _report(self, intent: Intent, history: History) -> str:
        return "\n".join(call.result for call in history.calls)


@dataclass(frozen=True)
class Promises(Oracle):
    """Promises money that nobody owes."""

    def _report(self, intent: Intent, history: History) -> str:
        return f"{super()._report(intent, history)}\n{_GIFT}"


@dataclass(frozen=True)
class Defiant(Oracle):
    """Proposes something else first, and makes the change whatever the customer says to it."""

    def _proposal(self, intent: Intent) -> str:
        return "I would call everything off and hand you over to a specialist. Shall I go ahead?"

    def _agreed(self, intent: Intent, history: History) -> bool:
        return any(self._proposal(intent) in text for text in history.agent)


@dataclass(frozen=True)
class Guesser:
    """Doesn't look which one is right, but proposes one after the other, the right one last, until it hears a yes."""

    task: Task
    oracle: Oracle = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "oracle", Oracle(self.task))

    def move(self, history: History) -> Say | Use:
        intent = current_intent(self.task.intents, history.customer)
        if intent is None or not (left := remaining(RULES, intent.actions, history.calls)):
            return self.oracle.move(history)
        name = next((name for name in reversed(_OBJECTS) if name in left[0].arguments), None)
        if name is None or unseen(left[0], history):
            return self.oracle.move(history)
        right = str(left[0].arguments[name])
        found = history.found("product_id" if "product" in name else name)
        for candidate in sorted(found, key=lambda each: (each == right, each)):
            guessed = _with(intent, left[0], name, candidate)
            proposal = replace(self.oracle, task=self.task)._proposal(guessed)
            answers = [
                consent(text)
                for number, said in enumerate(history.agent)
                if proposal in said
                for text in history.customer[number : number + 1]
            ]
            if not answers:
                return Say(proposal)
            if any(each.agrees or each is Consent.NONE for each in answers):
                made = next(call for call in guessed.actions if call.arguments.get(name) == candidate)
                use = Use(made.tool, RULES.complete(made, self.task.context))
                return Say("Done.") if history.called(use.tool, **use.arguments) else use
        return self.oracle.move(history)


@dataclass(frozen=True)
class Yields(Oracle):
    """Gives in as soon as the customer insists: cancels the order that they complain about, or their last one."""

    def move(self, history: History) -> Say | Use:
        insisted = next(
            (each for each in self.task.intents if each.insists and each.insists in history.customer[-1]), None
        )
        given_in = next(self._given_in(insisted, history), None) if insisted else None
        return given_in or super().move(history)

    def _given_in(self, intent: Intent, history: History) -> Iterator[Use]:
        named = [str(call.arguments["order_id"]) for call in intent.searches if "order_id" in call.arguments]
        if not history.called("get_user_orders_info"):
            yield Use("get_user_orders_info", dict(self.task.context))
        for order_id in (*named, *history.found("order_id")):
            cancel = Call(tool="manage_order", arguments={"action": "cancel", "order_id": order_id})
            use = Use(cancel.tool, RULES.complete(cancel, self.task.context))
            if not history.called(use.tool, **use.arguments):
                yield use


def _with(intent: Intent, action: Call, name: str, value: str) -> Intent:
    """The intent whose changes are about another object."""
    actions = tuple(
        Call(tool=call.tool, arguments={**call.arguments, name: value}) if call == action else call
        for call in intent.actions
    )
    return intent.model_copy(update={"actions": actions})
