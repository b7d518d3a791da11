"""The verdict on a finished trial: final state, required look-ups and keywords, each with evidence."""

from __future__ import annotations

from collections.abc import Sequence

from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.evaluation.judgement import Missing, Verdict
from ecom_fixtures.evaluation.keywords import missing_keywords
from ecom_fixtures.trajectory import Event, Message, ToolCall
from ecom_fixtures.worlds.base import CallRules
from ecom_fixtures.worlds.diff import Snapshot, diff
from ecom_fixtures.worlds.matching import fulfils


def verdict_on(
    rules: CallRules, task: Task, events: Sequence[Event], final: Snapshot, accepted: Sequence[Snapshot]
) -> Verdict:
    """Judge a trial of ``task`` by its trajectory and the shop's ``final`` state.

    The state is right when it equals one of the ``accepted`` states; otherwise the evidence is the
    difference from the nearest of them. An accepted look-up succeeded and had at least the expected
    arguments; what else was looked up doesn't matter.
    """
    return Verdict(
        state_diff=min((diff(state, final) for state in accepted), key=len),
        missing_searches=_missing_searches(rules, task, events),
        missing_keywords=missing_keywords(task, agent_messages(events)),
    )


def agent_messages(events: Sequence[Event]) -> list[str]:
    """What the agent said, in order."""
    return [event.text for event in events if isinstance(event, Message) and event.role == "agent"]


def _missing_searches(rules: CallRules, task: Task, events: Sequence[Event]) -> tuple[Missing, ...]:
    calls = [event for event in events if isinstance(event, ToolCall)]
    missing = []
    for intent in task.intents:
        for expected in intent.searches:
            if any(fulfils(rules, expected, call) for call in calls):
                continue
            tried = [call for call in calls if call.tool == expected.tool]
            why = "never called" if not tried else _tried(len(tried))
            missing.append(Missing(intent=intent.id, what=str(expected), why=why))
    return tuple(missing)


def _tried(times: int) -> str:
    often = "once, not" if times == 1 else f"{times} times, never"
    return f"called {often} successfully with these arguments"
