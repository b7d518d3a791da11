"""The customer who is a language model: persona, rules, and the intents one at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import ValidationError

from ecom_fixtures.customers.protocol import STOP, Role, Turn, split_mark, split_stop
from ecom_fixtures.dataset.tasks import Fact, Intent, Persona
from ecom_fixtures.errors import ContextOverflow, CustomerFault
from ecom_fixtures.trajectory import Event, Message, Usage
from ecom_fixtures.values import Model

NEXT = "###NEXT###"
_EMPTY_ANSWERS = 2


class Chat(Protocol):
    """The one thing a model customer needs: a chat completion."""

    async def complete(self, messages: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], Usage]: ...


class Thought(Model):
    """What the `cot` customer writes before it speaks (structured chain of thought)."""

    agent_said: str
    settled: bool
    message: str


class ModelCustomer:
    """Plays a persona with a chat model.

    The model is told one intent at a time. It marks a settled intent by the line ###NEXT###, is then
    told the next one, and may write ###STOP### only when there is none left. ``thinking`` asks for a
    structured thought before every message (the paper's structured chain-of-thought customer).
    """

    def __init__(self, role: Role, chat: Chat, *, thinking: bool = False) -> None:
        self._role, self._chat, self._thinking = role, chat, thinking
        self._place = 0
        self._usage = Usage()

    async def respond(self, events: Sequence[Event]) -> Turn:
        """The next message; a model that marks an intent as settled is asked again with the next one.

        Raises:
            CustomerFault: only empty answers, or the model's context is full.
            InfraError: the endpoint failed.
        """
        self._usage, said = Usage(), ""
        intents = self._role.task.intents
        for _ in range(len(intents) + _EMPTY_ANSWERS):
            text, stop = split_stop(await self._ask(events, said))
            text, settled = split_mark(text, NEXT)
            said = "\n".join(part for part in (said, text) if part)
            if stop:
                return Turn(said, stop=True, through=self._place == len(intents) - 1, usage=self._usage)
            if settled:
                if self._place == len(intents) - 1:
                    return Turn(said, stop=True, usage=self._usage)
                self._place += 1
            elif text:
                return Turn(said, usage=self._usage)
        raise CustomerFault("the customer's model gave only empty answers")

    async def _ask(self, events: Sequence[Event], said: str) -> str:
        messages: list[dict[str, Any]] = [{"role": "system", "content": self._instructions()}]
        # Seen from the customer, the agent is the one who speaks to the model.
        roles = {"agent": "user", "customer": "assistant"}
        messages += [
            {"role": roles[event.role], "content": event.text} for event in events if isinstance(event, Message)
        ]
        if said:
            messages[-1]["content"] += f"\n\n(You have begun your answer with: {said!r}. Go on with the new intent.)"
        try:
            message, usage = await self._chat.complete(messages)
        except ContextOverflow as error:
            raise CustomerFault(str(error)) from error
        self._usage += usage
        return self._spoken(message["content"]) if self._thinking else str(message["content"])

    def _spoken(self, content: str) -> str:
        start, end = content.find("{"), content.rfind("}")
        try:
            thought = Thought.model_validate_json(content[start : end + 1])
        except ValidationError as error:
            raise CustomerFault(f"the customer's model did not answer in the asked form: {content[:200]!r}") from error
        return f"{thought.message}\n{NEXT}" if thought.settled else thought.message

    def _instructions(self) -> str:
        task, intent = self._role.task, self._role.task.intents[self._place]
        last, goal = self._place == len(task.intents) - 1, self._goal(intent)
        end = (
            f"This is your last intent. When the agent has settled it, say goodbye and write the line {STOP}."
            if last
            else f"When the agent has settled it, write only the line {NEXT}; you will then be told what else you want."
        )
        parts = [
            self._role.guide.strip(),
            f"# Who you are\n\n{portrait(self._role.persona)}",
            f"# Your situation\n\n{task.about}",
            f"# Intent {self._place + 1} of {len(task.intents)}, the one that counts now\n\n{goal}\n\n{end}",
            "# What you tell only when the agent asks for it\n\n" + "\n".join(_fact(fact) for fact in task.facts),
        ]
        if self._thinking:
            parts.append(
                "# Form\n\nAnswer with one JSON object: "
                + json.dumps({"agent_said": "in a few words", "settled": "true or false", "message": "what you say"})
                + "\nUse `settled` instead of writing the line that ends an intent."
            )
        return "\n\n".join(parts)

    def _goal(self, intent: Intent) -> str:
        if not intent.picture:
            return intent.goal
        link = self._role.link(intent.picture)
        return f"{intent.goal}\nYou have a picture for this; send it as this link: {link}"


def portrait(persona: Persona) -> str:
    """A persona in words for a model."""
    traits = {
        "consumer type": persona.consumer,
        "mood": persona.emotion,
        "attention to detail": persona.detail,
        "patience": persona.patience,
        "trust": persona.trust,
        "awareness of consumer rights": persona.rights,
        "way of asking": persona.asking,
        "style of speech": persona.speech,
        "pace": persona.pace,
    }
    return "\n".join([persona.portrait, *(f"- {name}: {value}" for name, value in traits.items())])


def _fact(fact: Fact) -> str:
    return f"- {fact.about}: {fact.tell}"
