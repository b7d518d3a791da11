"""Checks on words: no required answer can be guessed from what the agent is told before it has looked."""

from __future__ import annotations

import re

from ecom_fixtures.agents.protocol import Brief
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.language.saying import says
from ecom_fixtures.language.text import folded
from ecom_fixtures.validity.base import Bench, Finding, tally

_NUMBER_WITH_UNIT = re.compile(r"\d[\d.,]*\s?\S+|\D+\s?\d[\d.,]*")
SHORTEST = 3


async def unguessable(bench: Bench) -> Finding:
    """No keyword stands in the customer's words, the policy or the system prompt; none is too short."""
    results = []
    for task in bench.dataset.tasks:
        told = {"the customer's words": _customers_words(task), "what the agent is told": _system_prompt(bench, task)}
        for keyword in task.keywords:
            for wording in keyword.any_of:
                places = " and ".join(place for place, text in told.items() if says(wording, text))
                results.append((f"{task.id}: {wording!r} stands in {places}", not places))
                results.append((f"{task.id}: {wording!r} is too short", _long_enough(wording)))
            for decoy in keyword.decoys:
                clash = any(says(decoy, wording) or says(wording, decoy) for wording in keyword.any_of)
                results.append((f"{task.id}: decoy {decoy!r} is part of a right answer", not clash))
    return tally(results, nothing="no task has a keyword")


def _customers_words(task: Task) -> str:
    """Everything that the customer may say or was told."""
    spoken = [task.about, *(fact.tell for fact in task.facts)]
    for intent in task.intents:
        spoken += [*intent.say, intent.goal, intent.picture_words, intent.consent]
    return "\n".join(spoken)


def _system_prompt(bench: Bench, task: Task) -> str:
    brief = Brief(tools=None, policy=bench.dataset.agent_policy, context=task.context)  # type: ignore[arg-type]
    return brief.instructions


def _long_enough(wording: str) -> bool:
    return len(folded(wording)) >= SHORTEST or bool(_NUMBER_WITH_UNIT.fullmatch(wording))
