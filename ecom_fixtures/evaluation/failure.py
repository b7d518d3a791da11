"""The failure classes of a trial (the paper's error analysis), told apart by rule.

The changes that were made are set against the changes that were expected, each by a call of its own. The
first change left over decides (or, when none was made too many, the first that was tried and refused):

1. *wrong argument*: a missing change has the same tool and operation on the same order, so only some
   argument is off.
2. *wrong decision*: there is no such counterpart: another tool, another order, a change that nobody asked
   for or that had been made already.
3. *partially resolved*: nothing is left over; only changes, look-ups or answers are missing.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecom_fixtures.dataset.tasks import Call, Intent, Task
from ecom_fixtures.errors import ToolError
from ecom_fixtures.evaluation.judgement import Failure, FailureClass
from ecom_fixtures.trajectory import Event, ToolCall
from ecom_fixtures.worlds.base import CallRules
from ecom_fixtures.worlds.matching import fulfils, remaining


def classify(
    rules: CallRules, task: Task, events: Sequence[Event], missing: Sequence[str], *, settled: bool = False
) -> Failure:
    """Class a failed trial. ``missing`` are the intents whose look-ups or answers are missing, in order.

    ``settled`` says that the shop's final state is right, by whatever calls.
    """
    if settled:
        return Failure(kind=FailureClass.PARTIALLY_RESOLVED, intent=missing[0] if missing else "", call="")
    changes = [event for event in events if isinstance(event, ToolCall) and event.writes]
    made = [call for call in changes if call.ok]
    expected = [(intent.id, action) for intent in task.intents for action in _accepted(rules, intent, made)]
    extra, absent = _left_over(rules, made, expected)
    # A refused attempt tells what went wrong only where its purpose was not reached after all.
    refused = [call for call in changes if not call.ok and not _is_among(rules, call, absent)] if absent else []
    for call in extra or refused:
        if near := _counterpart(rules, call, absent):
            return Failure(kind=FailureClass.WRONG_ARGUMENT, intent=near[0], call=_words(call))
        return Failure(kind=FailureClass.WRONG_DECISION, intent=_intent_of(rules, call, expected), call=_words(call))
    if absent:
        intent, action = absent[0]
        return Failure(kind=FailureClass.PARTIALLY_RESOLVED, intent=intent, call=str(action))
    return Failure(kind=FailureClass.PARTIALLY_RESOLVED, intent=missing[0] if missing else "", call="")


def _accepted(rules: CallRules, intent: Intent, made: Sequence[ToolCall]) -> Sequence[Call]:
    """The list of actions that has happened, if one has."""
    return next((actions for actions in intent.accepted if not remaining(rules, actions, made)), intent.actions)


def _left_over(
    rules: CallRules, made: Sequence[ToolCall], expected: Sequence[tuple[str, Call]]
) -> tuple[list[ToolCall], list[tuple[str, Call]]]:
    """The changes made that were not expected, and the expected ones that were not made."""
    extra, absent = list(made), []
    for intent, action in expected:
        match = next((call for call in extra if fulfils(rules, action, call)), None)
        if match:
            extra.remove(match)
        else:
            absent.append((intent, action))
    return extra, absent


def _is_among(rules: CallRules, refused: ToolCall, absent: Sequence[tuple[str, Call]]) -> bool:
    """Whether a refused call was the expected one to the letter: what it needed was missing."""
    granted = refused.model_copy(update={"ok": True})
    try:
        return any(fulfils(rules, action, granted) for _, action in absent)
    except ToolError:
        return False


def _counterpart(rules: CallRules, call: ToolCall, absent: Sequence[tuple[str, Call]]) -> tuple[str, Call] | None:
    """The missing change that has the call's tool, operation and order."""
    return next(
        (
            (intent, action)
            for intent, action in absent
            if rules.aim(call.tool, call.arguments) == rules.aim(action.tool, action.arguments)
        ),
        None,
    )


def _intent_of(rules: CallRules, call: ToolCall, expected: Sequence[tuple[str, Call]]) -> str:
    """The intent that expects this very change: it was made once too often. Empty if none does."""
    return next((intent for intent, action in expected if fulfils(rules, action, call)), "")


def _words(call: ToolCall) -> str:
    return str(Call(tool=call.tool, arguments=call.arguments))
