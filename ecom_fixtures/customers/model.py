"""The customer who is a language model: persona, rules, and the intents one at a time."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import ConfigDict, ValidationError

from ecom_fixtures.customers.protocol import STOP, Role, Turn, split_mark, split_stop
from ecom_fixtures.dataset.tasks import Fact, Intent, Persona
from ecom_fixtures.errors import ContextOverflow, CustomerFault
from ecom_fixtures.language.acts import Act, hear
from ecom_fixtures.trajectory import Event, Message, Usage, calls_in, last_said
from ecom_fixtures.values import Model
from ecom_fixtures.worlds.matching import done

NEXT = "###NEXT###"
_EMPTY_ANSWERS = 2
# How often an answer that isn't in the asked form is asked for.
_TRIES = 2
_NO_CUSTOMER = re.compile(
    r"\bas an? (?:ai|large language model)\b|\bi(?:'m| am) (?:just )?(?:an ai|a language model)\b", re.I
)


class Chat(Protocol):
    """The one thing a model customer needs: a chat completion."""

    async def complete(self, messages: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], Usage]: ...


class Thought(Model):
    """What the `cot` customer writes before it speaks (structured chain of thought); more keys do no harm."""

    model_config = ConfigDict(extra="ignore", frozen=True)

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
        self._raised: set[str] = set()
        self._unread = 0
        self._usage = Usage()

    async def respond(self, events: Sequence[Event]) -> Turn:
        """The next message; a model that marks an intent as settled is asked again with the next one.

        Raises:
            CustomerFault: only empty answers, or the model's context is full.
            InfraError: the endpoint failed.
        """
        self._usage, self._unread, said, held = Usage(), 0, "", False
        intents = self._role.task.intents
        for _ in range(len(intents) + _EMPTY_ANSWERS):
            text, stop = split_stop(await self._ask(events, said, held=held))
            text, settled = split_mark(text, NEXT)
            said = "\n".join(part for part in (said, text) if part)
            if (stop or settled) and self._is_waited_for(events):
                # A mark must not swallow the answer: the agent would wait for it, and be blamed.
                if said:
                    return self._turn(said)
                if held:
                    raise CustomerFault("the customer's model ended an intent while the agent waited for its answer")
                held = True
                continue
            if stop:
                return self._turn(said, stop=True, through=self._place == len(intents) - 1)
            if settled:
                if self._place == len(intents) - 1:
                    return self._turn(said, stop=True)
                self._place += 1
            elif text:
                return self._turn(said)
        raise CustomerFault("the customer's model gave only empty answers")

    def _turn(self, text: str, *, stop: bool = False, through: bool = True) -> Turn:
        intent = self._role.task.intents[self._place].id
        raised = () if intent in self._raised else ("raised",)
        self._raised.add(intent)
        return Turn(text, stop, through, self._usage, intent, raised if text else ())

    def _is_waited_for(self, events: Sequence[Event]) -> bool:
        """Whether the agent waits for an answer without which the present intent's change can't be made."""
        intent = self._role.task.intents[self._place]
        if not intent.actions or intent.id not in self._raised or done(self._role.rules, intent, calls_in(events)):
            return False
        return any(each.act in (Act.PROPOSES, Act.ASKS, Act.OFFERS) for each in hear(last_said(events)))

    async def _ask(self, events: Sequence[Event], said: str, *, held: bool = False) -> str:
        messages: list[dict[str, Any]] = [{"role": "system", "content": self._instructions()}]
        # Seen from the customer, the agent is the one who speaks to the model.
        roles = {"agent": "user", "customer": "assistant"}
        messages += [
            {"role": roles[event.role], "content": event.text} for event in events if isinstance(event, Message)
        ]
        if said:
            messages[-1]["content"] += f"\n\n(You have begun your answer with: {said!r}. Go on with the new intent.)"
        if held:
            messages[-1]["content"] += "\n\n(The agent is still waiting for your answer. Give it before you go on.)"
        try:
            message, usage = await self._chat.complete(messages)
        except ContextOverflow as error:
            raise CustomerFault(str(error)) from error
        self._usage += usage
        # What a model thinks aloud is not said.
        content = str(message["content"]).rpartition("</think>")[2]
        if _NO_CUSTOMER.search(content):
            raise CustomerFault(f"the customer's model did not play its part: {content[:200]!r}")
        return self._spoken(content) if self._thinking else content

    def _spoken(self, content: str) -> str:
        start, end = content.find("{"), content.rfind("}")
        try:
            thought = Thought.model_validate_json(content[start : end + 1])
        except ValidationError as error:
            self._unread += 1
            if self._unread < _TRIES:
                return ""
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
