"""Judges a trial that is over once more: its recorded calls on a fresh world, its events by the rules of today."""

from __future__ import annotations

import json
from dataclasses import dataclass

from ecom_fixtures.customers.faithfulness import customer_faults
from ecom_fixtures.dataset.tasks import Call
from ecom_fixtures.evaluation.judge import judge
from ecom_fixtures.evaluation.judgement import Ruling
from ecom_fixtures.evaluation.play import play
from ecom_fixtures.evaluation.truth import Truth
from ecom_fixtures.trajectory import ToolCall
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.worlds.base import Answer, CallRules, Pictured


@dataclass(frozen=True)
class Otherwise:
    """A recorded call, number ``place`` of its trial's events, that the world answers otherwise today."""

    place: int
    call: ToolCall
    today: Answer


@dataclass(frozen=True)
class Rescored:
    """A trial as it is judged today; ``read`` counts the calls whose answers, a vision model's, were not compared."""

    record: Record
    otherwise: tuple[Otherwise, ...]
    read: int


async def rescore(record: Record, truth: Truth, *, by_model: bool, by: Ruling = "suite") -> Rescored:
    """Judge a judged trial by the ``truth`` of its task as it stands, and by the rules that ``by`` names.

    The state is that in which the recorded calls, refused ones among them, leave a fresh world; the look-ups and words
    are those of the record. ``by_model`` says that a model has read the pictures: its answers stay as they are, since
    the texts beside the pictures say other words. They change no state.
    """
    task, source, rules = truth.task, truth.source, truth.rules
    made = [(place, event) for place, event in enumerate(record.events) if isinstance(event, ToolCall)]
    calls = [Call(tool=event.tool, arguments=event.arguments) for _, event in made]
    played = await play(source, task, calls, recorded=True)
    forbidden = [step.forbidden for step in played.steps if step.forbidden and not step.answer.refused]
    judgement = judge(truth, record.events, played.state, forbidden, by=by)
    # What the agent did by a fault of its own, or by taking too long, is no matter of rules.
    solved = not record.error and judgement.verdict is not None and judgement.verdict.reward
    today = record.model_copy(
        update={
            "number": task.number,
            "title": task.title,
            "tags": tuple(sorted(task.words)),
            "outcome": Outcome.PASSED if solved else Outcome.FAILED,
            "customer_notes": customer_faults(rules, task, record.events, through=True),
            **dict(judgement),
        }
    )
    read = [by_model and _shows_pictures(rules, event) for _, event in made]
    otherwise = [
        Otherwise(place, event, step.answer)
        for (place, event), step, by_other in zip(made, played.steps, read, strict=True)
        if event.ok is step.answer.refused or (event.result != step.answer.text and not by_other)
    ]
    return Rescored(today, tuple(otherwise), sum(read))


def _shows_pictures(rules: CallRules, call: ToolCall) -> bool:
    """Whether a look-up is about pictures: it names one."""
    return (
        isinstance(rules, Pictured)
        and not call.writes
        and bool(rules.links_in(json.dumps(call.arguments, ensure_ascii=False)))
    )
