"""The verdict on a finished trial: final state, required look-ups and answers, each with evidence."""

from __future__ import annotations

from ecom_fixtures.evaluation.answers import missing_answers
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.judgement import Missing, Ruling, Verdict
from ecom_fixtures.evaluation.keywords import missing_keywords
from ecom_fixtures.evaluation.searches import Searches
from ecom_fixtures.evaluation.truth import Truth
from ecom_fixtures.worlds.base import Meaning
from ecom_fixtures.worlds.diff import Change, Snapshot, diff


def verdict_on(truth: Truth, dialogue: Dialogue, final: Snapshot, by: Ruling = "suite") -> Verdict:
    """Judge a trial by its dialogue and the world's ``final`` state.

    The state is right when it means the same as one of the accepted ones; otherwise the evidence is the difference from
    the nearest of them. By the ``paper``'s literal rules the state equals one, look-ups go by their arguments, and
    keywords count wherever they stand.
    """
    literal = by == "paper"
    return Verdict(
        state_diff=_difference(truth, final, literal=literal),
        missing_searches=tuple(Searches(truth, dialogue, literal).missing()),
        missing_keywords=_missing_words(truth, dialogue, literal=literal),
    )


def _difference(truth: Truth, final: Snapshot, *, literal: bool) -> tuple[Change, ...]:
    rules = truth.rules
    if literal or not isinstance(rules, Meaning):
        return min((diff(state, final) for state in truth.accepted), key=len)
    meant = rules.same(final)
    found, nearest = min(
        ((diff(rules.same(state), meant), state) for state in truth.accepted), key=lambda each: len(each[0])
    )
    # Told as it was written, not in the one form in which states are compared.
    written = {(change.table, change.key, change.column): change for change in diff(nearest, final)}
    return tuple(written.get((change.table, change.key, change.column), change) for change in found)


def _missing_words(truth: Truth, dialogue: Dialogue, *, literal: bool) -> tuple[Missing, ...]:
    """What the agent had to say and didn't."""
    return missing_keywords(truth.task, dialogue.said("agent")) if literal else missing_answers(truth.task, dialogue)
