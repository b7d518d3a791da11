"""The shop's reference agents: policies that know the task, and those that must never pass."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

from ecom_fixtures.agents.protocol import AgentSpec
from ecom_fixtures.agents.reference.agent import ReferenceAgent
from ecom_fixtures.agents.reference.app import Policy
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.worlds.shop.reference.lucky import Echo, KeywordList, WriteEverything, no_pictures
from ecom_fixtures.worlds.shop.reference.mistakes import mistakes
from ecom_fixtures.worlds.shop.reference.oracle import Oracle
from ecom_fixtures.worlds.shop.reference.simple import Approve, Dump, Null, Transfer
from ecom_fixtures.worlds.shop.reference.unfit import (
    Defiant,
    Guesser,
    Hasty,
    Misinforms,
    Promises,
    Reciter,
    Wordless,
    Yields,
)
from ecom_fixtures.worlds.shop.reference.voice import drawn_voice

# How often the apprentice makes a mistake; gives a pass^1 of about one half.
MISTAKE_RATE = 0.5


def _apprentice(task: Task, case: Case) -> Policy:
    """The oracle that now and then makes one mistake; kind and mistake are drawn by the case's seed."""
    chance = random.Random(case.seed)
    if chance.random() >= MISTAKE_RATE or not (made := list(mistakes(task))):
        return Oracle(task)
    kind = chance.choice(sorted({mistake.kind for mistake in made}))
    mistake = chance.choice([mistake for mistake in made if mistake.kind is kind])
    return Oracle(mistake.plan, trusted=mistake.invented, unsaid=mistake.unsaid)


_POLICIES: Mapping[str, Callable[[Task, Case], Policy]] = {
    "oracle": lambda task, case: Oracle(task),
    "oracle-manners": lambda task, case: Oracle(task, voice=drawn_voice(case.seed)),
    "apprentice": _apprentice,
    "null": lambda task, case: Null(),
    "transfer": lambda task, case: Transfer(task.context),
    "dump": lambda task, case: Dump(task.context),
    "approve": lambda task, case: Approve(task.context),
    "echo": lambda task, case: Echo(),
    "keyword-list": lambda task, case: KeywordList(task),
    "write-everything": lambda task, case: WriteEverything(task),
    "no-pictures": lambda task, case: no_pictures(task),
    "mute": lambda task, case: Wordless(task),
    "stall": lambda task, case: Wordless(task, words="One moment, please."),
    "misinforms": lambda task, case: Misinforms(task),
    "reciter": lambda task, case: Reciter(task),
    "promises": lambda task, case: Promises(task),
    "hasty": lambda task, case: Hasty(task),
    "defiant": lambda task, case: Defiant(task),
    "guesser": lambda task, case: Guesser(task),
    "yields": lambda task, case: Yields(task),
}


def reference_agents(dataset: Dataset) -> dict[str, AgentSpec]:
    """The reference agents by name; the default comes first."""

    def agent(name: str, policy: Callable[[Task, Case], Policy]) -> AgentSpec:
        return ReferenceAgent(name, lambda case: policy(dataset.task(case.task_id), case))

    return {name: agent(name, policy) for name, policy in _POLICIES.items()}
