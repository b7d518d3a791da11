"""Reference agents: models, not agents, behind an in-process chat endpoint, so that no key is needed.

They take the very path of a real model: client, graph, MCP, database, evaluation.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ecom_fixtures.agents.base import Agent, AgentSpec, Brief, Case
from ecom_fixtures.agents.reference.app import Policy, ReferenceApp
from ecom_fixtures.dataset import Dataset
from ecom_fixtures.tasks import Task

# How often the apprentice makes a mistake; gives a pass^1 of about one half.
MISTAKE_RATE = 0.5


@dataclass(frozen=True)
class ReferenceAgent:
    """The built-in agent over a policy that knows the task."""

    name: str
    dataset: Dataset
    policy: Callable[[Task, Case, Dataset], Policy]

    def check(self) -> None:
        """Nothing can be missing."""

    @asynccontextmanager
    async def open(self, brief: Brief, case: Case) -> AsyncIterator[Agent]:
        import httpx2

        from ecom_fixtures.agents.endpoint import Endpoint, connect
        from ecom_fixtures.agents.react import ReactAgent

        app = ReferenceApp(self.policy(self.dataset.task(case.task_id), case, self.dataset))
        client = connect("http://reference/v1", "none", httpx2.ASGITransport(app=app))
        async with client:
            yield ReactAgent(Endpoint(client, self.name), brief)


def reference_agents(dataset: Dataset) -> dict[str, AgentSpec]:
    """The reference agents by name; the default comes first."""
    policies: dict[str, Callable[[Task, Case, Dataset], Policy]] = {
        "oracle": _oracle,
        "apprentice": _apprentice,
        "null": _null,
        "transfer": _transfer,
        "dump": _dump,
        "approve": _approve,
        "echo": _echo,
        "keyword-list": _keyword_list,
        "write-everything": _write_everything,
        "no-pictures": _no_pictures,
    }
    return {name: ReferenceAgent(name, dataset, policy) for name, policy in policies.items()}


def _oracle(task: Task, case: Case, dataset: Dataset) -> Policy:
    from ecom_fixtures.agents.reference.oracle import Oracle

    return Oracle(task)


def _apprentice(task: Task, case: Case, dataset: Dataset) -> Policy:
    from ecom_fixtures.agents.reference.mistakes import mistakes
    from ecom_fixtures.agents.reference.oracle import Oracle

    chance = random.Random(case.seed)
    if chance.random() >= MISTAKE_RATE:
        return Oracle(task)
    made = list(mistakes(task))
    kind = chance.choice(sorted({mistake.kind for mistake in made}))
    mistake = chance.choice([mistake for mistake in made if mistake.kind is kind])
    return Oracle(mistake.plan, trusted=mistake.invented, unsaid=mistake.unsaid)


def _null(task: Task, case: Case, dataset: Dataset) -> Policy:
    from ecom_fixtures.agents.reference.simple import Null

    return Null()


def _transfer(task: Task, case: Case, dataset: Dataset) -> Policy:
    from ecom_fixtures.agents.reference.simple import Transfer

    return Transfer(task.context)


def _dump(task: Task, case: Case, dataset: Dataset) -> Policy:
    from ecom_fixtures.agents.reference.simple import Dump

    return Dump(task.context)


def _approve(task: Task, case: Case, dataset: Dataset) -> Policy:
    from ecom_fixtures.agents.reference.simple import Approve

    return Approve(task.context)


def _echo(task: Task, case: Case, dataset: Dataset) -> Policy:
    from ecom_fixtures.agents.reference.lucky import Echo

    return Echo()


def _keyword_list(task: Task, case: Case, dataset: Dataset) -> Policy:
    from ecom_fixtures.agents.reference.lucky import KeywordList

    return KeywordList(task)


def _write_everything(task: Task, case: Case, dataset: Dataset) -> Policy:
    from ecom_fixtures.agents.reference.lucky import WriteEverything

    return WriteEverything(task)


def _no_pictures(task: Task, case: Case, dataset: Dataset) -> Policy:
    from ecom_fixtures.agents.reference.lucky import no_pictures

    return no_pictures(task)
