"""Checks by dialogue: who must solve every task, who must solve none, and how the customer behaves meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ecom_fixtures.customers.faithfulness import customer_faults
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.evaluation.judgement import Conduct
from ecom_fixtures.trajectory import Message
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.validity.base import Bench, Finding, tally
from ecom_fixtures.worlds.pictures import NoSuchPicture, PictureReader, SidecarReader

# The eight groups of the paper's ablation: mood, patience, way of asking.
GROUPS = tuple(
    f"{mood}-{patience}-{asking}"
    for mood in ("calm", "angry")
    for patience in ("patient", "hasty")
    for asking in ("clear", "vague")
)
NEVER = ("null", "transfer", "approve", "dump", "echo", "keyword-list", "write-everything")


async def solvable(bench: Bench) -> Finding:
    """The oracle solves every task by the policy, with its own persona and with each of the eight groups.

    On the way: the customer keeps to the task in every dialogue, and brings up every intent.
    """
    results = []
    for persona in ("", *(group for group in GROUPS if group in bench.dataset.personas)):
        setup = bench.setup("oracle", persona)
        for task in bench.dataset.tasks:
            record = await bench.run(setup, task)
            who = persona or task.persona
            results.append((f"{task.id} with {who}: {_why(record)}", record.passed))
            results.append((f"{task.id} with {who}: {record.conduct}", record.conduct == Conduct()))
            faults = [*customer_faults(bench.source.rules, task, record.events), *_unraised(task, record)]
            results.append((f"{task.id} with {who}: customer: {'; '.join(faults)}", not faults))
    return tally("oracle solves all, the customer is faithful", results)


async def not_by_luck(bench: Bench) -> Finding:
    """Agents that don't serve the customer solve nothing."""
    results = []
    for agent in NEVER:
        setup = bench.setup(agent)
        for task in bench.dataset.tasks:
            results.append(_unsolved(f"{agent} on {task.id}", await bench.run(setup, task)))
    return tally("no luck: " + ", ".join(NEVER), results)


async def pictures_count(bench: Bench) -> Finding:
    """Whoever doesn't look at the pictures, or is shown others, solves none of the tasks that have one."""
    tasks = [task for task in bench.dataset.tasks if task.pictures]
    blind, deceived = bench.setup("no-pictures"), bench.setup("oracle")
    results = []
    for task in tasks:
        results.append(_unsolved(f"{task.id} without looking", await bench.run(blind, task)))
        reader = OtherPictures(SidecarReader(bench.dataset.images), _others(bench, task))
        swapped = replace(deceived, source=bench.source.showing(reader))
        results.append(_unsolved(f"{task.id} with another picture", await bench.run(swapped, task)))
    return tally("no luck: no pictures, wrong pictures", results, note=f"{len(tasks)} multimodal tasks")


@dataclass(frozen=True)
class OtherPictures:
    """A reader that shows another picture than the one that was asked for."""

    reader: PictureReader
    instead: Mapping[str, str]

    async def read(self, name: str, question: str) -> dict[str, Any]:
        if name not in self.instead:
            raise NoSuchPicture(name)
        return await self.reader.read(self.instead[name], question)


def _others(bench: Bench, task: Task) -> dict[str, str]:
    """For each of the task's pictures its twin (the same name with another number), else any foreign one."""
    names = sorted(path.name for path in bench.dataset.images.glob("*.png"))
    used = set(task.pictures)
    others = {}
    for picture in task.pictures:
        stem = picture.rpartition("-")[0]
        twins = [name for name in names if name.rpartition("-")[0] == stem and name not in used]
        others[picture] = (twins or [name for name in names if name not in used])[0]
    return others


def _unsolved(what: str, record: Record) -> tuple[str, bool]:
    """A trial that could not be judged has shown nothing, so it must have failed, not only not passed."""
    return f"{what}: {record.outcome}", record.outcome is Outcome.FAILED


def _unraised(task: Task, record: Record) -> list[str]:
    said = " ".join(event.text for event in record.events if isinstance(event, Message) and event.role == "customer")
    return [f"intent {intent.id} was never brought up" for intent in task.intents if intent.say not in said]


def _why(record: Record) -> str:
    if record.error or record.verdict is None:
        return record.error or record.outcome
    verdict = record.verdict
    evidence = (*verdict.state_diff, *verdict.missing_searches, *verdict.missing_keywords)
    return "; ".join(str(item) for item in evidence[:3])
