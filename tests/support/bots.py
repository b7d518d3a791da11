"""What trials are tried with: a small agent, a customer who does one thing, an endpoint that never answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from ecom_fixtures.agents.choice import OwnAgent
from ecom_fixtures.agents.protocol import AgentSpec, Brief, Reply
from ecom_fixtures.customers.choice import Agenda
from ecom_fixtures.customers.protocol import Customer, Role, Turn
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.models.presets import ChatModel, chat_model
from ecom_fixtures.trajectory import Event, Message
from ecom_fixtures.trial.record import Record
from ecom_fixtures.trial.setup import Setup
from ecom_fixtures.trial.trial import run_trial
from ecom_fixtures.worlds.base import ProvableSource
from ecom_fixtures.worlds.choice import open_source

DATASET = Dataset.load(default_folder())
TASK = DATASET.task("swap-for-80-litre-heater-and-expedite")
CASE = Case(TASK.id, "", 1, 7)


SOURCES: dict[int, ProvableSource] = {}


def source_of(dataset: Dataset) -> ProvableSource:
    """The world of ``dataset``, made once in a process of tests."""
    return SOURCES.setdefault(id(dataset), open_source(dataset))


def setup_of(agent: str | AgentSpec, dataset: Dataset = DATASET) -> Setup:
    """The setup in which ``agent``, a reference agent by its name or any other, serves the agenda customer."""
    source = source_of(dataset)
    spec = source.reference_agents()[agent] if isinstance(agent, str) else agent
    return Setup(dataset, source, spec, Agenda())


async def warm_setup() -> Setup:
    """The oracle's setup, warmed up, so that no time limit is spent on imports."""
    made = setup_of("oracle")
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
        await model.endpoint("agent").client.close()


def plain(record: Record) -> dict[str, Any]:
    """The record without times."""
    content = record.model_dump(exclude={"started", "seconds"})
    for timed in (*content["events"], *content["calls"]):
        del timed["start"], timed["duration"]
    return content


class Sleeper(Bot):
    async def reply(self, messages: Sequence[Message]) -> Reply | str:
        await asyncio.sleep(60)
        return "Zzz."
