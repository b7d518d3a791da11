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
# Who must solve nothing, and what each of them does instead of serving the customer.
NEVER = {
    "null": "says nothing of use",
    "transfer": "always hands over to a person",
    "approve": "says yes to everything",
    "dump": "looks everything up and recites it (decoys would show that)",
    "echo": "repeats what the customer says",
    "keyword-list": "says every keyword without a look-up",
    "write-everything": "makes every change it can think of",
}
# How the oracle begins where it can't go on: I am stuck, I am sorry.
EXCUSE = "I am "
EMPTY = {"shows": "An empty white page.", "fields": {}}


async def solvable(bench: Bench) -> Finding:
    """The oracle solves every task by the policy, with its own persona and with each of the eight groups.

    On the way: the customer keeps to the task in every dialogue, and brings up every intent.
    """
    results = []
    groups = [group for group in GROUPS if group in bench.dataset.personas]
    for persona in ("", *groups):
        setup = bench.setup("oracle", persona)
        for task in bench.dataset.tasks:
            record = await bench.run(setup, task)
            who = persona or task.persona
            results.append((f"{task.id} with {who}: {_why(record)}", record.passed))
            results.append((f"{task.id} with {who}: {_misconduct(record.conduct)}", record.conduct.in_order))
            faults = [*customer_faults(bench.source.rules, task, record.events), *_unraised(task, record)]
            results.append((f"{task.id} with {who}: the customer: {'; '.join(faults)}", not faults))
    also = f" and {len(groups)} of the {len(GROUPS)} groups" if groups else ""
    return tally(results, note=f"with each task's own persona{also}")


async def not_by_luck(bench: Bench) -> Finding:
    """Agents that don't serve the customer solve nothing."""
    results = []
    for agent, habit in NEVER.items():
        setup = bench.setup(agent)
        for task in bench.dataset.tasks:
            results.append(_unsolved(task, f"{agent}, which {habit}", await bench.run(setup, task)))
    return tally(results, note=", ".join(NEVER))


async def pictures_count(bench: Bench) -> Finding:
    """Whoever doesn't look at the pictures, or is shown others, solves none of the tasks that have one."""
    tasks = [task for task in bench.dataset.tasks if task.pictures]
    blind, deceived = bench.setup("no-pictures"), bench.setup("oracle")
    results = []
    for task in tasks:
        results.append(_unsolved(task, "the oracle that looks at no picture", await bench.run(blind, task)))
        others = _others(bench, task)
        reader = OtherPictures(SidecarReader(bench.dataset.images), others)
        swapped = replace(deceived, source=bench.source.showing(reader))
        shown = " and ".join(sorted({other or "an empty picture" for other in others.values()}))
        results.append(_unsolved(task, f"the oracle that is shown {shown} instead", await bench.run(swapped, task)))
    return tally(results, note=f"tasks with a picture: {len(tasks)}", nothing="no task has a picture")


@dataclass(frozen=True)
class OtherPictures:
    """A reader that shows another picture than the one that was asked for; an empty one in place of None."""

    reader: PictureReader
    instead: Mapping[str, str | None]

    async def read(self, name: str, question: str) -> dict[str, Any]:
        if name not in self.instead:
            raise NoSuchPicture(name)
        other = self.instead[name]
        return await self.reader.read(other, question) if other else EMPTY


def _others(bench: Bench, task: Task) -> dict[str, str | None]:
    """For each of the task's pictures one that proves something else: of another task, else None.

    The built-in dataset has twins for that, the same name with another number. Of somebody else's pictures only
    those that another task sends are known to show another case: two may well be of the same broken lamp.
    """
    used = set(task.pictures)
    foreign = [name for each in bench.dataset.tasks for name in each.pictures if name not in used]
    names = sorted(path.name for path in bench.dataset.images.glob("*.png")) if bench.built_in else []
    others: dict[str, str | None] = {}
    for picture in task.pictures:
        stem = picture.rpartition("-")[0]
        twins = [name for name in names if name.rpartition("-")[0] == stem and name not in used]
        others[picture] = next(iter([*twins, *foreign]), None)
    return others


def _unsolved(task: Task, who: str, record: Record) -> tuple[str, bool]:
    """A trial that could not be judged has shown nothing, so it must have failed, not only not passed."""
    what = "is solved by" if record.passed else f"could not be judged ({record.error}) with"
    return f"{task.id} {what} {who}", record.outcome is Outcome.FAILED


def _unraised(task: Task, record: Record) -> list[str]:
    said = _evenly(" ".join(_said(record, "customer")))
    raised = {event.intent for event in record.events if isinstance(event, Message)}
    return [
        f"intent {intent.id} was never brought up"
        for intent in task.intents
        if intent.id in raised and not any(_evenly(wording) in said for wording in intent.say)
    ]


def _why(record: Record) -> str:
    """Why the oracle failed: where it says that it can't go on, and what is wrong in the end."""
    if record.error or record.verdict is None:
        return record.error or record.outcome
    verdict = record.verdict
    excuses = [text for text in map(_evenly, _said(record, "agent")) if text.startswith(EXCUSE)]
    return "; ".join([*(repr(text) for text in excuses[:1]), *(str(item) for item in verdict.evidence[:3])])


def _misconduct(conduct: Conduct) -> str:
    findings = set(conduct.forbidden)
    return "; ".join(f"the policy forbids {each}" if each in findings else each for each in conduct.findings)


def _said(record: Record, role: str) -> list[str]:
    return [event.text for event in record.events if isinstance(event, Message) and event.role == role]


def _evenly(text: str) -> str:
    return " ".join(text.split())
