"""Why a trial was not solved, in a few lines that explain themselves: reason, evidence, and where it went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.evaluation.judgement import Failure
from ecom_fixtures.reporting.reason import Explainer
from ecom_fixtures.reporting.words import CONDUCT, COUNTS_NOT, DIMENSIONS, OUTCOMES, trial_name
from ecom_fixtures.runs.figures import FINDINGS
from ecom_fixtures.trajectory import Event, Message
from ecom_fixtures.trial.record import Record
from ecom_fixtures.worlds.words import Words

# Of the dialogue, from where the failed intent came up.
EXCERPT = 7
_BEFORE = 2
_WIDTH = 200


def reason(record: Record, words: Words, task: Task | None) -> str:
    """Why the trial was not solved, in one sentence; empty for a solved one. ``task`` is None where none was kept."""
    return Explainer(record, words, task).reason()


def explain(record: Record, words: Words, task: Task | None) -> str:
    """The outcome, its reason, the evidence in each failed dimension, and the dialogue where it went wrong."""
    return "\n".join(_lines(record, Explainer(record, words, task)))


def class_of(failure: Failure) -> str:
    """*wrong argument in intent refund, at manage_return(...)*."""
    where = f" in intent {failure.intent}" if failure.intent else ""
    return f"{failure.kind}{where}" + (f", at {failure.call}" if failure.call else "")


def _lines(record: Record, explainer: Explainer) -> Iterator[str]:
    judged = "" if record.judged else f" ({COUNTS_NOT})"
    yield f"{OUTCOMES[record.outcome].upper()}{judged}: {record.task}, {trial_name(record)}"
    if why := explainer.reason():
        yield why
    if record.failure:
        yield f"class: {class_of(record.failure)}"
    found = explainer.evidence()
    yield from _evidence(f"action: {DIMENSIONS['action']}", found.action)
    yield from _evidence(f"search: {DIMENSIONS['search']}", found.search)
    yield from _evidence(f"output: {DIMENSIONS['output']}", found.output)
    if found.not_reached:
        yield f"not reached: {', '.join(found.not_reached)}"
    for kind in FINDINGS:
        yield from _evidence(f"conduct, outside the verdict: {CONDUCT[kind][1]}", getattr(record.conduct, kind))
    yield from _excerpt(record.events, explainer)


def _evidence(head: str, findings: Sequence[str]) -> Iterator[str]:
    if findings:
        yield f"{head}:"
        yield from (f"  {finding}" for finding in findings)


def _excerpt(events: Sequence[Event], explainer: Explainer) -> Iterator[str]:
    if not events:
        return
    where, first = _place(events, explainer)
    shown = events[first : first + EXCERPT]
    yield f"{where} (messages and tool calls {first + 1} to {first + len(shown)} of {len(events)}):"
    yield from (f"  {_event(event)}" for event in shown)


def _place(events: Sequence[Event], explainer: Explainer) -> tuple[str, int]:
    """What part of the dialogue is shown, in words, and the number of its first event."""
    end = max(0, len(events) - EXCERPT)
    if explainer.ended_early or not explainer.record.judged:
        return "the end of the dialogue", end
    intent, decisive = explainer.intent(), explainer.decisive()
    start = explainer.course.start(intent) if explainer.course else None
    # A call that came much later says more than the words that asked for it.
    if decisive is not None and (start is None or decisive >= start + EXCERPT):
        return "where it went wrong", min(max(0, decisive - EXCERPT + 1 + _BEFORE), end)
    if start is not None:
        return f"where the customer brought up {intent}", start
    return "the end of the dialogue", end


def _event(event: Event) -> str:
    if isinstance(event, Message):
        text = f"{event.role}: {event.text}"
    else:
        arguments = ", ".join(f"{name}={value!r}" for name, value in event.arguments.items())
        text = f"-> {event.tool}({arguments}) {'ok' if event.ok else f'refused: {event.result}'}"
    text = "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
