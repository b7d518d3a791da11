"""Checks on the ground truth: every wrong turn is caught, every expected change is allowed and asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from ecom_fixtures.agents.reference.mistake import Kind, Mistake
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.evaluation.judge import judge
from ecom_fixtures.evaluation.judgement import FailureClass, Judgement
from ecom_fixtures.evaluation.replay import Step, play
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.validity.base import Bench, Finding, tally
from ecom_fixtures.worlds.base import CallRules

# Double mistakes are many; so many of them are drawn per task.
DOUBLES = 8


async def every_wrong_turn_is_caught(bench: Bench) -> Finding:
    """Single mistakes fail in their dimension alone and with their class, double ones fail; the truth itself passes.

    A change too many that the shop refuses (nothing left to exchange, the card is empty) changes nothing and is none.
    """
    results: list[tuple[str, bool]] = []
    singles = harmless = 0
    for task in bench.dataset.tasks:
        judgement, _ = await _follow(bench, task, task)
        results.append((f"{task.id}: the ground truth itself", _solved(judgement)))
        made = []
        for mistake in bench.source.mistakes(task, task):
            judgement, refused = await _follow(bench, task, mistake.plan)
            if _solved(judgement) and refused:
                harmless += 1
                continue
            made.append(mistake)
            kind = judgement.failure.kind if judgement.failure else None
            right = _failing(judgement) == {mistake.dimension} and kind == _class_of(mistake)
            results.append((f"{task.id}: {mistake.what} ({mistake.kind}, judged {kind})", right))
        singles += len(made)
        for what, plan in _doubles(bench, task, made):
            judgement, refused = await _follow(bench, task, plan)
            if not (_solved(judgement) and refused):
                results.append((f"{task.id}: {what}", not _solved(judgement)))
    doubles = len(results) - singles - len(bench.dataset.tasks)
    note = f"{singles} single mistakes, {doubles} double; {harmless} more the shop refuses, and all is well"
    return tally("every wrong turn is caught", results, note)


async def truth_obeys_policy(bench: Bench) -> Finding:
    """Each expected change has an effect and is allowed by the policy in the state in which it is made."""
    results = []
    for task in bench.dataset.tasks:
        actions = [action for intent in task.intents for action in intent.actions]
        for step in (await play(bench.source, task, actions, closely=True)).steps:
            results.append((f"{task.id}: {step.forbidden}", step.forbidden is None))
            results.append((f"{task.id}: {step.call} has no effect", bool(step.changed)))
    return tally("the truth obeys the policy", results)


async def _follow(bench: Bench, task: Task, plan: Task) -> tuple[Judgement, bool]:
    """Judge, against ``task``, an agent that does exactly what ``plan`` says, and tell if the world refused a call."""
    actions = [action for intent in plan.intents for action in intent.actions]
    played = await play(bench.source, task, actions)
    events: list[Event] = [Message(role="customer", text="Yes, please."), *_look_ups(bench.source.rules, plan)]
    events += [_change(step) for step in played.steps]
    events += [Message(role="agent", text=f"It is {keyword.any_of[0]}.") for keyword in plan.keywords]
    judgement = judge(bench.source.rules, task, events, played.state, await bench.oracle.accepted(task))
    return judgement, any(step.answer.refused for step in played.steps)


def _look_ups(rules: CallRules, plan: Task) -> Iterator[ToolCall]:
    for search in plan.searches:
        arguments = rules.complete(search, plan.context)
        for name in rules.tools[search.tool].schema.get("required", ()):
            arguments.setdefault(name, "-")
        yield ToolCall(tool=search.tool, arguments=arguments, result="{}", ok=True, writes=False)


def _change(step: Step) -> ToolCall:
    call, answer = step.call, step.answer
    return ToolCall(tool=call.tool, arguments=call.arguments, result=answer.text, ok=not answer.refused, writes=True)


def _doubles(bench: Bench, task: Task, singles: Sequence[Mistake]) -> Iterator[tuple[str, Task]]:
    """Two mistakes at once, drawn at random but always the same; a pair that undoes itself is none."""
    chance = Random(task.id)
    for _ in range(DOUBLES):
        first = chance.choice(singles)
        second = chance.choice(list(bench.source.mistakes(task, first.plan)))
        if _sum(second.plan) != _sum(task):
            yield f"{first.what}, and {second.what}", second.plan


def _solved(judgement: Judgement) -> bool:
    return not _failing(judgement)


def _failing(judgement: Judgement) -> set[str]:
    assert judgement.verdict
    return {dimension for dimension, right in judgement.verdict.dimensions.items() if not right}


def _sum(plan: Task) -> tuple[list[str], list[str], list[str]]:
    """What a plan comes to: its changes, look-ups and answers, whatever their order."""
    actions: list[Call] = [action for intent in plan.intents for action in intent.actions]
    return (
        sorted(map(str, actions)),
        sorted(map(str, plan.searches)),
        sorted(keyword.any_of[0] for keyword in plan.keywords),
    )


def _class_of(mistake: Mistake) -> FailureClass:
    """An answer that lacks its key word is a case partially resolved."""
    if mistake.kind is Kind.MISSING_KEYWORD:
        return FailureClass.PARTIALLY_RESOLVED
    return FailureClass(mistake.kind.value)
