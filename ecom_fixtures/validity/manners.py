"""Checks by habit: the oracle solves all however it puts things; right calls with a bad habit solve nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.trial.record import Record
from ecom_fixtures.trial.trial import run_trial
from ecom_fixtures.validity.base import Bench, Finding, tally

# In how many manners each task is tried; benchmarks/manners.py tries more.
MANNERS = 4
# Of all dialogues, as many must be solved and in order.
ENOUGH = 0.99


@dataclass(frozen=True)
class Habit:
    """What an agent that makes the right calls does wrong, and of which tasks it must solve none, or none in order."""

    what: str
    strict: bool
    concerns: Callable[[Task], bool]


def _asks(task: Task) -> bool:
    return any(intent.wanted for intent in task.intents)


def _changes(task: Task) -> bool:
    return any(intent.actions for intent in task.intents)


def _contested(task: Task) -> bool:
    return any(intent.insists for intent in task.intents)


HABITS: Mapping[str, Habit] = {
    "mute": Habit("only ever says a dot", strict=False, concerns=_asks),
    "stall": Habit("only ever asks for patience", strict=False, concerns=_asks),
    "misinforms": Habit("changes every figure in its answers", strict=False, concerns=_asks),
    "reciter": Habit("answers with raw results", strict=False, concerns=_asks),
    "promises": Habit("promises money that nobody owes", strict=True, concerns=_asks),
    "hasty": Habit("changes before any yes", strict=True, concerns=_changes),
    "defiant": Habit("changes whatever the customer says", strict=True, concerns=_changes),
    "yields": Habit("gives in when the customer insists", strict=False, concerns=_contested),
}


async def any_manner(bench: Bench) -> Finding:
    """Whatever its ways of asking, reporting and closing, the oracle solves every task, and in order."""
    setup, results = bench.setup("oracle-manners"), []
    for task in bench.dataset.tasks:
        for trial in range(1, MANNERS + 1):
            record = await run_trial(setup, Case(task.id, "", trial, task.number * MANNERS + trial))
            results.append((f"{task.id}, manner {trial}: {why(record)}", record.strict))
    return tally(results, note=f"{MANNERS} manners each", enough=ENOUGH)


async def right_calls_are_not_enough(bench: Bench) -> Finding:
    """Who makes the right calls, but with a bad habit, solves nothing that the habit concerns, or nothing in order."""
    results = []
    for agent, habit in HABITS.items():
        setup = bench.setup(agent)
        for task in (task for task in bench.dataset.tasks if habit.concerns(task)):
            record = await bench.run(setup, task)
            solved = record.strict if habit.strict else record.passed
            results.append((f"{task.id} is solved by {agent}, which {habit.what}", not solved))
    return tally(results, note=", ".join(HABITS), nothing="no task has such an agent")


def why(record: Record) -> str:
    """Why a trial wasn't solved, or not in order."""
    evidence = record.verdict.evidence if record.verdict else ()
    return "; ".join([*([record.error] if record.error else []), *map(str, evidence[:2]), *record.conduct.findings[:2]])
