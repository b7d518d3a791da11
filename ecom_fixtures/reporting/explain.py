"""Why a trial was not solved, in a few lines that explain themselves."""

from __future__ import annotations

from collections.abc import Iterator

from ecom_fixtures.trajectory import Event, Message
from ecom_fixtures.trial.record import Outcome, Record

_LAST_EVENTS = 6
_WIDTH = 200
_HEADS = {
    Outcome.FAILED: "UNSOLVED",
    Outcome.CUSTOMER_FAULT: "CUSTOMER FAULT (does not count against the agent)",
    Outcome.INFRA_ERROR: "INFRA ERROR (does not count against the agent)",
    Outcome.PASSED: "SOLVED",
}


def explain(record: Record) -> str:
    """The outcome, the evidence in each failed dimension, and how the dialogue ended."""
    return "\n".join(_lines(record))


def _lines(record: Record) -> Iterator[str]:
    why = f": {record.error}" if record.error else ""
    yield f"{_HEADS[record.outcome]}: {record.task}, trial {record.trial}{why}"
    if record.failure:
        where = f" in intent {record.failure.intent}" if record.failure.intent else ""
        yield f"class: {record.failure.kind}{where}" + (f", at {record.failure.call}" if record.failure.call else "")
    if record.verdict:
        yield from _evidence("action: the shop's final state is wrong", record.verdict.state_diff)
        yield from _evidence("search: required look-ups were not made", record.verdict.missing_searches)
        yield from _evidence("output: required answers were not said", record.verdict.missing_keywords)
    found = record.conduct
    findings = (*found.unconfirmed, *found.forbidden, *found.late_searches)
    yield from _evidence("conduct (outside the verdict)", findings)
    if record.events:
        yield f"last of {len(record.events)} messages and tool calls:"
        yield from (f"  {_event(event)}" for event in record.events[-_LAST_EVENTS:])


def _evidence(head: str, findings: tuple[object, ...]) -> Iterator[str]:
    if findings:
        yield f"{head}:"
        yield from (f"  {finding}" for finding in findings)


def _event(event: Event) -> str:
    if isinstance(event, Message):
        text = f"{event.role}: {event.text}"
    else:
        arguments = ", ".join(f"{name}={value!r}" for name, value in event.arguments.items())
        text = f"-> {event.tool}({arguments}) {'ok' if event.ok else f'refused: {event.result}'}"
    text = "".join(letter if letter.isprintable() else " " for letter in " ".join(text.split()))
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
