"""Plays a list of tool calls on a fresh world: the one way to do so outside a trial, for truth, checks and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.worlds.base import Answer, Policed, World, WorldSource
from ecom_fixtures.worlds.diff import Snapshot


@dataclass(frozen=True)
class Step:
    """One call, as it was made, and what came of it; ``forbidden`` and ``changed`` where it was looked at closely."""

    call: Call
    answer: Answer
    forbidden: str | None = None
    changed: bool | None = None


@dataclass(frozen=True)
class Played:
    """What came of a sequence of calls: its steps, and the state in which they left the world."""

    steps: tuple[Step, ...]
    state: Snapshot


async def play(source: WorldSource, task: Task, calls: Sequence[Call], *, closely: bool = False) -> Played:
    """Make ``calls`` one after the other on a fresh world of ``task``, each completed by the task's context.

    A refused call is a step like any other. ``closely`` tells of every step what the policy said to it and whether
    it changed the state, at the price of a snapshot per call.
    """
    async with source.open(task) as world:
        steps = []
        for call in calls:
            made = Call(tool=call.tool, arguments=source.rules.complete(call, task.context))
            steps.append(await (_close_step if closely else _step)(world, made))
        return Played(tuple(steps), await world.snapshot())


async def _step(world: World, call: Call) -> Step:
    return Step(call, await world.call(call.tool, call.arguments))


async def _close_step(world: World, call: Call) -> Step:
    before = await world.snapshot()
    forbidden = await world.forbidden(call.tool, call.arguments) if isinstance(world, Policed) else None
    answer = await world.call(call.tool, call.arguments)
    return Step(call, answer, forbidden, changed=await world.snapshot() != before)
