"""From the text after ``--customer=`` to a customer: agenda, human, a model, or ``cot:`` and a model."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecom_fixtures.customers.agenda import AgendaCustomer
from ecom_fixtures.customers.protocol import Customer, CustomerSpec, Role, Turn, split_stop
from ecom_fixtures.errors import CustomerFault, SettingsError
from ecom_fixtures.models.presets import ChatModel, Preset, chat_model
from ecom_fixtures.trajectory import Event, last_said

PAPER_CUSTOMER = "qwen-max"
_COT = "cot:"


@dataclass(frozen=True)
class Agenda:
    name: str = "agenda"

    def check(self) -> None:
        """Nothing can be missing."""

    def play(self, role: Role) -> Customer:
        return AgendaCustomer(role)


@dataclass(frozen=True)
class ByModel:
    """A customer played by a chat model. ``hint`` is added when its key is missing."""

    name: str
    model: ChatModel
    thinking: bool = False
    hint: str = ""

    def check(self) -> None:
        try:
            self.model.check("--customer")
        except SettingsError as error:
            raise SettingsError(f"{error}{self.hint}") from error

    def play(self, role: Role) -> Customer:
        from ecom_fixtures.customers.model import ModelCustomer

        return ModelCustomer(role, self.model.endpoint("customer"), thinking=self.thinking)


@dataclass(frozen=True)
class Human:
    """Whoever sits at the terminal."""

    name: str = "human"

    def check(self) -> None:
        if not sys.stdin or not sys.stdin.isatty():
            raise SettingsError("--customer=human needs a terminal: run with -s, without -n, and with --concurrency=1")

    def play(self, role: Role) -> Customer:
        return HumanCustomer(role)


class HumanCustomer:
    """Shows the agent's words on the terminal and reads the answer; an empty line or ###STOP### ends the dialogue."""

    def __init__(self, role: Role) -> None:
        self._role = role

    async def respond(self, events: Sequence[Event]) -> Turn:
        said = last_said(events)
        if len(events) == 1:
            goals = "\n".join(f"  {number}. {intent.goal}" for number, intent in enumerate(self._role.task.intents, 1))
            print(f"\n{self._role.task.title}\n{self._role.task.about}\n{goals}\n", file=sys.__stdout__)
        print(f"agent> {said}", file=sys.__stdout__, flush=True)
        try:
            text, stop = split_stop(await asyncio.to_thread(input, "you> "))
        except EOFError as error:
            raise CustomerFault("the terminal was closed") from error
        return Turn(text, stop=stop or not text)


def choose_customer(name: str | None, agent_is_reference: bool, presets: Mapping[str, Preset]) -> CustomerSpec:
    """The customer called ``name``; by default the agenda beside a reference agent, else the paper's qwen-max.

    Raises:
        SettingsError: no such customer (lists the names).
    """
    if name is None and not agent_is_reference:
        hint = ", or choose --customer=agenda (no model) or --customer=PRESET (another model)"
        return ByModel(PAPER_CUSTOMER, ChatModel(PAPER_CUSTOMER, presets[PAPER_CUSTOMER]), hint=hint)
    match name:
        case None | "agenda":
            return Agenda()
        case "human":
            return Human()
        case "llm" | "cot":
            name = PAPER_CUSTOMER if name == "llm" else _COT + PAPER_CUSTOMER
    if model := chat_model(name.removeprefix(_COT), presets):
        return ByModel(name, model, thinking=name.startswith(_COT))
    raise SettingsError(
        f"unknown customer {name!r}; there are agenda, human, llm, cot, the models {', '.join(presets)}, "
        "openai:MODEL@URL, and cot: before any model"
    )
