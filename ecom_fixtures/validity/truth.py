"""Checks on the ground truth: every wrong turn is caught, every expected change is allowed and asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from random import Random

from ecom_fixtures.agents.reference.mistake import Kind, Mistake
from ecom_fixtures.dataset.tasks import Call, Task
from ecom_fixtures.errors import ToolError
from ecom_fixtures.evaluation.judge import judge
from ecom_fixtures.evaluation.judgement import FailureClass, Judgement
from ecom_fixtures.evaluation.play import Step, play
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.validity.base import Bench, Finding, tally
from ecom_fixtures.worlds.base import CallRules

# Double mistakes are many; so many of them are drawn per task.
DOUBLES = 8
# What a plan comes to: its changes, look-ups and answers, each sorted.
_Sum = tuple[list[str], list[str], list[str]]


async def every_wrong_turn_is_caught(bench: Bench) -> Finding:
    """Single mistakes fail in their dimension alone and with their class, double ones fail; the truth itself passes.

    A change too many that the shop refuses (nothing left to exchange, the card is empty) changes nothing and is none.
    """
    results: list[tuple[str, bool]] = []
    singles = doubles = harmless = 0
    for task in bench.dataset.tasks:
        judgement, _ = await _follow(bench, task, task)
        results.append((f"{task.id}: the ground truth itself fails in {_and(_failing(judgement))}", _solved(judgement)))
        made = []
        for mistake in _singles(bench, task):
            judgement, refused = await _follow(bench, task, mistake.plan)
            if _solved(judgement) and refused:
                harmless += 1
                continue
            made.append(mistake)
            kind = judgement.failure.kind if judgement.failure else None
            right = _failing(judgement) == {mistake.dimension} and kind == _class_of(mistake)
            results.append((f"{task.id}: {mistake.what}: {_unlike(mistake, judgement)}", right))
        singles += len(made)
        if not made:
            results.append((f"{task.id}: nobody can fail it: it asks for no change, look-up or answer", False))
        for what, plan in _doubles(bench, task, made):
            judgement, refused = await _follow(bench, task, plan)
            if not (_solved(judgement) and refused):
                doubles += 1
                results.append((f"{task.id}: {what}: passes", not _solved(judgement)))
    note = f"mistakes: {singles} single, {doubles} double, {harmless} that the {bench.source.name} refuses"
    return tally(results, note=note)


async def truth_obeys_policy(bench: Bench) -> Finding:
    """Each accepted change has an effect and is allowed by the policy in the state in which it is made."""
    results = []
    for task in bench.dataset.tasks:
        for actions in task.accepted():
            for step in (await play(bench.source, task, actions, closely=True)).steps:
                results.append((f"{task.id}: the policy forbids {step.forbidden}", step.forbidden is None))
                results.append((f"{task.id}: {step.call} has no effect", bool(step.changed)))
    return tally(results, nothing="no task has an action")


async def _follow(bench: Bench, task: Task, plan: Task) -> tuple[Judgement, bool]:
    """Judge, against ``task``, an agent that does exactly what ``plan`` says, and tell if the world refused a call."""
    played = await play(bench.source, task, next(plan.accepted()))
    events: list[Event] = [Message(role="customer", text="Yes, please."), *_look_ups(bench, plan)]
    events += [_change(step) for step in played.steps]
    events += spoken(plan)
    judgement = judge(await bench.oracle.truth(task), events, played.state)
    return judgement, any(step.answer.refused for step in played.steps)


def spoken(plan: Task) -> Iterator[Message]:
    """A dialogue in which each thing that ``plan`` has the agent say is said where it is asked for."""
    for intent in plan.intents:
        yield Message(role="customer", text=intent.say[0], intent=intent.id)
        yield from (Message(role="agent", text=f"It is {answer.spoken}.") for answer in intent.wanted)


def _look_ups(bench: Bench, plan: Task) -> Iterator[ToolCall]:
    """The look-ups that ``plan`` names; what it leaves open is as in some look-up that can be made."""
    rules = bench.source.rules
    for search in plan.searches:
        arguments = rules.complete(search, plan.context)
        if left_open := set(rules.tools[search.tool].schema.get("required", ())) - arguments.keys():
            arguments = {**dict.fromkeys(left_open, "-"), **bench.one_of_each.get(search.tool, {}), **arguments}
        yield ToolCall(tool=search.tool, arguments=arguments, result="{}", ok=True, writes=False)


def _change(step: Step) -> ToolCall:
    call, answer = step.call, step.answer
    return ToolCall(tool=call.tool, arguments=call.arguments, result=answer.text, ok=not answer.refused, writes=True)


def _singles(bench: Bench, task: Task) -> Iterator[Mistake]:
    """The mistakes about a task; to do what is right as well is none."""
    right = _right(bench.source.rules, task)
    return (made for made in bench.source.mistakes(task, task) if _sum(bench.source.rules, made.plan) not in right)


def _doubles(bench: Bench, task: Task, singles: Sequence[Mistake]) -> Iterator[tuple[str, Task]]:
    """Two mistakes at once, drawn at random but always the same, each pair once; a pair that undoes itself is none."""
    chance, known = Random(task.id), _right(bench.source.rules, task)
    for _ in range(DOUBLES if singles else 0):
        first = chance.choice(singles)
        if seconds := list(bench.source.mistakes(task, first.plan)):
            second = chance.choice(seconds)
            comes_to = _sum(bench.source.rules, second.plan)
            if comes_to not in known:
                known.append(comes_to)
                yield f"{first.what}, and {second.what}", second.plan


def _solved(judgement: Judgement) -> bool:
    return not _failing(judgement)


def _failing(judgement: Judgement) -> set[str]:
    assert judgement.verdict
    return {dimension for dimension, right in judgement.verdict.dimensions.items() if not right}


def _right(rules: CallRules, task: Task) -> list[_Sum]:
    """All that solving ``task`` may come to."""
    return [_sum(rules, task, actions) for actions in task.accepted()]


def _sum(rules: CallRules, plan: Task, actions: Sequence[Call] | None = None) -> _Sum:
    """What a plan comes to, whatever the order and however it is written."""
    if actions is None:
        actions = next(plan.accepted())
    words = sorted(f"{intent.id}: {answer}" for intent in plan.intents for answer in intent.wanted)
    return sorted(_plainly(rules, action, plan) for action in actions), sorted(map(str, plan.searches)), words


def _plainly(rules: CallRules, call: Call, task: Task) -> str:
    arguments = rules.complete(call, task.context)
    with suppress(ToolError):  # a mistake may take a form that the world refuses
        arguments = rules.normalise(call.tool, arguments)
    return f"{call.tool} {sorted(arguments.items(), key=str)}"


def _unlike(mistake: Mistake, judgement: Judgement) -> str:
    """How a mistake was judged, beside how it should have been."""
    if _solved(judgement):
        return "passes"
    kind = judgement.failure.kind if judgement.failure else "no failure"
    where = f"{kind} in {_and(_failing(judgement))}"
    return f"judged {where}, should be {_class_of(mistake)} in {mistake.dimension}"


def _and(words: Iterable[str]) -> str:
    return " and ".join(sorted(words))


def _class_of(mistake: Mistake) -> FailureClass:
    """An answer that lacks its key word is a case partially resolved."""
    if mistake.kind is Kind.MISSING_KEYWORD:
        return FailureClass.PARTIALLY_RESOLVED
    return FailureClass(mistake.kind.value)
