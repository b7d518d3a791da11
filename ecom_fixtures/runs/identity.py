"""What makes two runs comparable: a hash of each task as it is measured, and of all that a whole run hangs on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from ecom_fixtures.customers.agenda import AGENDA_RULES
from ecom_fixtures.customers.choice import Agenda
from ecom_fixtures.dataset.cases import Case, tasks_of
from ecom_fixtures.dataset.files import read_bytes
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.evaluation.judge import JUDGING_RULES
from ecom_fixtures.evaluation.play import look_up
from ecom_fixtures.trial.setup import Setup
from ecom_fixtures.values import Model
from ecom_fixtures.worlds.base import CallRules, Revealing, WorldSource
from ecom_fixtures.worlds.choice import open_source
from ecom_fixtures.worlds.diff import Snapshot, diff

# What people write about a task, and where it stands: none of it reaches agent, customer or judge.
UNPLAYED = {"title", "notes", "number"}
# Of SHA-256, in hexadecimal digits.
DIGITS = 16
_JUDGING = {"judging rules": str(JUDGING_RULES)}


class Identity(Model):
    """Two runs are comparable where these agree; the same on every machine and in every process.

    ``tasks`` are by task id: over the parsed task without ``UNPLAYED``, the personas that its trials meet, its pictures
    and what stands beside them, what look-ups answer on a fresh world (the truth's, and those of its customer), and how
    each accepted state differs from a fresh world. ``run`` is {what it is, in words: a text that differs with it}.
    """

    tasks: dict[str, str]
    run: dict[str, str]


async def identity_of(setup: Setup, cases: Sequence[Case]) -> Identity:
    """Return the identity of a run of these trials.

    Raises:
        DatasetError: a file of the dataset is wrong, or the world refuses a task's actions.
    """
    # Nobody pays a model for a hash: the pictures themselves are in it.
    source = open_source(setup.dataset) if "vision" in setup.models else setup.source
    personas: dict[str, set[str]] = {task_id: set() for task_id in tasks_of(cases)}
    for case in cases:
        personas[case.task_id].add(_persona(setup, case))
    # Of no task in particular, so that what a task's own world begins with is in its difference too.
    async with source.open(None) as world:
        start = await world.snapshot()
    tasks = {name: await _task(setup, source, start, setup.dataset.task(name), met) for name, met in personas.items()}
    return Identity(tasks=dict(sorted(tasks.items())), run=_run(setup, source.rules))


def _persona(setup: Setup, case: Case) -> str:
    """Who is met: as JSON, or the word random, of which nobody knows beforehand whom it gives."""
    if setup.persona == "random" and not case.variant:
        return setup.persona
    return setup.dataset.personas[setup.persona_of(case)].model_dump_json()


async def _task(setup: Setup, source: WorldSource, start: Snapshot, task: Task, personas: set[str]) -> str:
    about = source.reads_about(task) if isinstance(source, Revealing) else ()
    answers = await look_up(source, task, [*task.searches, *about])
    images = setup.dataset.images
    accepted = [diff(start, state) for state in await setup.accepted(task)]
    pictures = [(images / name, (images / name).with_suffix(".yaml")) for name in sorted(set(task.pictures))]
    return _digest(
        {
            "task": task.model_dump(mode="json", exclude=UNPLAYED),
            "personas": sorted(personas),
            "pictures": [hashlib.sha256(read_bytes(file)).hexdigest() for files in pictures for file in files],
            "answers": [(answer.text, answer.refused) for answer in answers],
            "accepted": [[change.model_dump(mode="json") for change in changes] for changes in accepted],
        }
    )


def _run(setup: Setup, rules: CallRules) -> dict[str, str]:
    # All that MCP lists of a tool, without importing MCP.
    tools = [(tool.name, tool.description, dict(tool.schema), tool.only_reads) for tool in rules.tools.values()]
    own = {"rules of the agenda customer": str(AGENDA_RULES)} if isinstance(setup.customer, Agenda) else {}
    return {
        "policy": _digest(setup.dataset.agent_policy),
        "tools": _digest(tools),
        "customer guide": _digest(setup.dataset.customer_guide),
        **_JUDGING,
        **own,
    }


def _digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
