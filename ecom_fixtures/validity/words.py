"""Checks on words: no required answer can be guessed from what the agent is told before it has looked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ecom_fixtures.agents.protocol import Brief
from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.dataset.tasks import Keyword, Task
from ecom_fixtures.language.saying import says
from ecom_fixtures.language.stating import contradiction, is_stated
from ecom_fixtures.language.text import folded
from ecom_fixtures.validity.base import Bench, Finding, tally

_NUMBER_WITH_UNIT = re.compile(r"\d[\d.,]*\s?\S+|\D+\s?\d[\d.,]*")
SHORTEST = 3


async def unguessable(bench: Bench) -> Finding:
    """No answer stands in the customer's words, the policy or the system prompt; no keyword is too short."""
    results: list[tuple[str, bool]] = []
    for task in bench.dataset.tasks:
        told = {"the customer's words": _customers_words(task), "what the agent is told": _system_prompt(bench, task)}
        for keyword in task.keywords:
            results += _keyword(task, keyword, told)
        for answer in (answer for intent in task.intents for answer in intent.answers):
            results += _answer(task, answer, told)
    return tally(results, nothing="no task asks for an answer")


def _keyword(task: Task, keyword: Keyword, told: dict[str, str]) -> Iterator[tuple[str, bool]]:
    for wording in keyword.any_of:
        places = " and ".join(place for place, text in told.items() if says(wording, text))
        yield f"{task.id}: {wording!r} stands in {places}", not places
        yield f"{task.id}: {wording!r} is too short", _long_enough(wording)
    for decoy in keyword.decoys:
        clash = any(says(decoy, wording) or says(wording, decoy) for wording in keyword.any_of)
        yield f"{task.id}: decoy {decoy!r} is part of a right answer", not clash


def _answer(task: Task, answer: Answer, told: dict[str, str]) -> Iterator[tuple[str, bool]]:
    # A state is one of a few that the policy lists; it is the look-up that can't be guessed.
    if _reason(answer).kind != "state":
        # Where a wrong answer stands as well, the right one is a choice.
        free = (place for place, text in told.items() if is_stated(answer, text) and not _tempts(answer, text))
        places = " and ".join(free)
        yield f"{task.id}: {answer} stands in {places}", not places
    yield f"{task.id}: {answer} is not understood as it is written", is_stated(answer, f"It is {answer.spoken}.")
    clash = contradiction(answer, f"It is {answer.spoken}.")
    yield f"{task.id}: {answer} contradicts itself by {clash!r}", clash is None


def _tempts(answer: Answer, text: str) -> bool:
    return any(says(wrong, folded(text)) for wrong in answer.wrong)


def _reason(answer: Answer) -> Answer:
    return answer.value if isinstance(answer.value, Answer) else answer


def _customers_words(task: Task) -> str:
    """Everything that the customer may say or was told."""
    spoken = [task.about, *(fact.tell for fact in task.facts)]
    for intent in task.intents:
        spoken += [*intent.say, intent.goal, intent.picture_words, intent.consent, intent.condition, intent.objection]
    return "\n".join(spoken)


def _system_prompt(bench: Bench, task: Task) -> str:
    brief = Brief(tools=None, policy=bench.dataset.agent_policy, context=task.context)  # type: ignore[arg-type]
    return brief.instructions


def _long_enough(wording: str) -> bool:
    return len(folded(wording)) >= SHORTEST or bool(_NUMBER_WITH_UNIT.fullmatch(wording))
