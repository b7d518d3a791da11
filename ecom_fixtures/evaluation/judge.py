"""Judging a dialogue that is over: the verdict, how the agent went about it, and the class of a failure."""

from __future__ import annotations

from collections.abc import Sequence

from ecom_fixtures.evaluation.conduct import review
from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.failure import classify
from ecom_fixtures.evaluation.judgement import Judgement, Ruling
from ecom_fixtures.evaluation.truth import Truth
from ecom_fixtures.evaluation.verdict import verdict_on
from ecom_fixtures.trajectory import Event
from ecom_fixtures.worlds.diff import Snapshot

# Raise it with every change after which the same dialogue may get another verdict: what counts as said, as looked up,
# as an equal call, as an equal state. Runs judged by other rules are not compared.
JUDGING_RULES = 2


def judge(
    truth: Truth,
    events: Sequence[Event],
    final: Snapshot,
    forbidden: Sequence[str] = (),
    *,
    by: Ruling = "suite",
) -> Judgement:
    """Judge a trial by its trajectory and the world's ``final`` state; see `verdict_on`.

    ``forbidden`` are the changes that the policy forbade in the state in which they were made. Conduct is the same by
    either rules.
    """
    dialogue = Dialogue.of(events)
    verdict, failure = verdict_on(truth, dialogue, final, by), None
    if not verdict.reward:
        missing = [item.intent for item in (*verdict.missing_searches, *verdict.missing_keywords)]
        failure = classify(truth.rules, truth.task, events, missing, settled=verdict.action)
    return Judgement(verdict=verdict, failure=failure, conduct=review(truth, dialogue, forbidden))
