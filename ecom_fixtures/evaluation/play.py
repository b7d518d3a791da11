"""Plays a list of tool calls on a fresh world: the one way to do so outside a trial, for truth, checks and tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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


async def play(
    source: WorldSource, task: Task, calls: Sequence[Call], *, closely: bool = False, recorded: bool = False
) -> Played:
    """Make ``calls`` one after the other on a fresh world of ``task``, each completed by the task's context.

    A refused call is a step like any other. ``closely`` tells of every step what the policy said to it and whether
    it changed the state, at the price of a snapshot per call. ``recorded`` calls are an agent's own: they are made as
    they stand, and the policy is asked of those that change something, as in a trial.
    """
    rules, steps = source.rules, []
    async with source.open(task) as world:
        for call in calls:
            if recorded:
                steps.append(await _step(world, call, ask=rules.writes(call.tool, call.arguments)))
            else:
                made = Call(tool=call.tool, arguments=rules.complete(call, task.context))
                steps.append(await (_close_step(world, made) if closely else _step(world, made)))
        return Played(tuple(steps), await world.snapshot())


async def look_up(source: WorldSource, task: Task, calls: Sequence[Call]) -> tuple[Answer, ...]:
    """What ``calls`` answer, played as by ``play`` where nobody asks for the state: it costs as much as many calls."""
    async with source.open(task) as world:
        completed = [(call.tool, source.rules.complete(call, task.context)) for call in calls]
        return tuple([await world.call(tool, arguments) for tool, arguments in completed])


async def _step(world: World, call: Call, *, ask: bool = False) -> Step:
    forbidden = await world.forbidden(call.tool, call.arguments) if ask and isinstance(world, Policed) else None
    return Step(call, await world.call(call.tool, call.arguments), forbidden)


async def _close_step(world: World, call: Call) -> Step:
    before = await world.snapshot()
    step = await _step(world, call, ask=True)
    return replace(step, changed=await world.snapshot() != before)
