"""Reference agents: models, not agents, behind an in-process chat endpoint, so that no key is needed.

They take the very path of a real model: client, graph, MCP, database, evaluation.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ecom_fixtures.agents.base import Agent, AgentSpec, Brief, Case
from ecom_fixtures.agents.reference.app import Policy, ReferenceApp
from ecom_fixtures.agents.reference.lucky import Echo, KeywordList, WriteEverything, no_pictures
from ecom_fixtures.agents.reference.mistakes import mistakes
from ecom_fixtures.agents.reference.oracle import Oracle
from ecom_fixtures.agents.reference.simple import Approve, Dump, Null, Transfer
from ecom_fixtures.dataset import Dataset
from ecom_fixtures.tasks import Task

# How often the apprentice makes a mistake; gives a pass^1 of about one half.
MISTAKE_RATE = 0.5


@dataclass(frozen=True)
class ReferenceAgent:
    """The built-in agent over a policy that knows the task."""

    name: str
    dataset: Dataset
    policy: Callable[[Task, Case], Policy]

    def check(self) -> None:
        """Nothing can be missing."""

    @asynccontextmanager
    async def open(self, brief: Brief, case: Case) -> AsyncIterator[Agent]:
        import httpx2

        from ecom_fixtures.agents.endpoint import Endpoint, connect
        from ecom_fixtures.agents.react import ReactAgent

        app = ReferenceApp(self.policy(self.dataset.task(case.task_id), case))
        client = connect("http://reference/v1", "none", httpx2.ASGITransport(app=app))
        async with client:
            yield ReactAgent(Endpoint(client, self.name), brief)


def _apprentice(task: Task, case: Case) -> Policy:
    """The oracle that now and then makes one mistake; kind and mistake are drawn by the case's seed."""
    chance = random.Random(case.seed)
    if chance.random() >= MISTAKE_RATE:
        return Oracle(task)
    made = list(mistakes(task))
    kind = chance.choice(sorted({mistake.kind for mistake in made}))
    mistake = chance.choice([mistake for mistake in made if mistake.kind is kind])
    return Oracle(mistake.plan, trusted=mistake.invented, unsaid=mistake.unsaid)


_POLICIES: Mapping[str, Callable[[Task, Case], Policy]] = {
    "oracle": lambda task, case: Oracle(task),
    "apprentice": _apprentice,
    "null": lambda task, case: Null(),
    "transfer": lambda task, case: Transfer(task.context),
    "dump": lambda task, case: Dump(task.context),
    "approve": lambda task, case: Approve(task.context),
    "echo": lambda task, case: Echo(),
    "keyword-list": lambda task, case: KeywordList(task),
    "write-everything": lambda task, case: WriteEverything(task),
    "no-pictures": lambda task, case: no_pictures(task),
}


def reference_agents(dataset: Dataset) -> dict[str, AgentSpec]:
    """The reference agents by name; the default comes first."""
    return {name: ReferenceAgent(name, dataset, policy) for name, policy in _POLICIES.items()}
