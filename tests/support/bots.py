"""What trials are tried with: a small agent, a customer who does one thing, an endpoint that never answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from ecom_fixtures.agents.choice import OwnAgent
from ecom_fixtures.agents.protocol import AgentSpec, Brief, Case, Reply
from ecom_fixtures.customers.choice import Agenda
from ecom_fixtures.customers.protocol import Customer, Role, Turn
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.models.presets import ChatModel, chat_model
from ecom_fixtures.trajectory import Event, Message
from ecom_fixtures.trial.record import Record
from ecom_fixtures.trial.trial import World, run_trial
from ecom_fixtures.worlds.shop.database import Template
from ecom_fixtures.worlds.shop.pictures import SidecarReader
from ecom_fixtures.worlds.shop.reference import reference_agents

DATASET = Dataset.load(default_folder())
TASK = DATASET.task("swap-for-80-litre-heater-and-expedite")
CASE = Case(TASK.id, 1, 7)


async def warm_world(template: Template) -> World:
    """The oracle's world, warmed up, so that no time limit is spent on imports."""
    made = World(DATASET, template, reference_agents(DATASET)["oracle"], Agenda(), SidecarReader(DATASET.images))
    await run_trial(made, CASE)
    return made


class Bot:
    """An agent of one's own, which answers by a coroutine."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief

    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        return "I am sorry."


def own(factory: Any) -> AgentSpec:
    return OwnAgent("my_bot:build", factory)


class Person:
    """A customer who does one thing."""

    name = "person"

    def __init__(self, does: Any) -> None:
        self._does = does

    def check(self) -> None:
        pass

    def play(self, role: Role) -> Customer:
        return self

    async def respond(self, events: Sequence[Event]) -> Turn:
        turn: Turn = await self._does()
        return turn


@asynccontextmanager
async def silent_endpoint() -> AsyncIterator[ChatModel]:
    """A chat model that takes the connection and never answers."""
    over = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    model = chat_model(f"openai:m@http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", {})
    assert model is not None
    async with server:
        yield model
        over.set()
        await model.endpoint().client.close()


def plain(record: Record) -> dict[str, Any]:
    return record.model_dump(exclude={"started", "seconds"})


class Sleeper(Bot):
    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        await asyncio.sleep(60)
        return "Zzz."
