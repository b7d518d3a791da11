"""Whether a call that was made is a call that was expected."""

from __future__ import annotations

from collections.abc import Sequence

from ecom_fixtures.dataset.tasks import Call, Intent
from ecom_fixtures.trajectory import ToolCall
from ecom_fixtures.worlds.base import CallRules


def fulfils(rules: CallRules, expected: Call, actual: ToolCall) -> bool:
    """Whether a successful ``actual`` call has every argument that ``expected`` names, in the same meaning."""
    if not actual.ok or actual.tool != expected.tool:
        return False
    wanted = rules.normalise(expected.tool, expected.arguments, partial=True)
    got = rules.normalise(actual.tool, actual.arguments)
    return all(name in got and got[name] == value for name, value in wanted.items())


def remaining(rules: CallRules, actions: Sequence[Call], calls: Sequence[ToolCall]) -> list[Call]:
    """The ``actions`` that have not happened yet, each by a call of its own."""
    unused, left = list(calls), []
    for action in actions:
        made = next((call for call in unused if fulfils(rules, action, call)), None)
        if made is None:
            left.append(action)
        else:
            unused.remove(made)
    return left


def done(rules: CallRules, intent: Intent, calls: Sequence[ToolCall]) -> bool:
    """Whether one of the intent's accepted lists of actions has happened."""
    return any(not remaining(rules, actions, calls) for actions in intent.accepted)
