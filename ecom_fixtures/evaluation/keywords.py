"""Whether the agent said a required keyword: within one message, as an answer, not negated.

What it is to say something stands in `ecom_fixtures.language.saying`. A keyword counts when one of its wordings
stands un-negated in some message and none of its decoys stands un-negated in any: who states the wrong answers too has
recited, not answered.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecom_fixtures.dataset.tasks import Keyword, Task
from ecom_fixtures.evaluation.judgement import Missing
from ecom_fixtures.language.saying import says
from ecom_fixtures.language.text import folded


def missing_keywords(task: Task, messages: Sequence[str]) -> tuple[Missing, ...]:
    """The keywords of ``task`` that the agent's ``messages`` don't give as an answer."""
    texts = [folded(message) for message in messages]
    missing = []
    for intent in task.intents:
        for keyword in intent.keywords:
            what = " or ".join(repr(wording) for wording in keyword.any_of)
            if not any(says(wording, text) for wording in keyword.any_of for text in texts):
                missing.append(Missing(intent=intent.id, what=what, why="never said"))
            elif decoy := _decoy(keyword, texts):
                missing.append(Missing(intent=intent.id, what=what, why=f"said, but so was the wrong answer {decoy!r}"))
    return tuple(missing)


def _decoy(keyword: Keyword, texts: Sequence[str]) -> str | None:
    return next(
        (decoy for decoy in keyword.decoys if any(says(decoy, text, denied_after=True) for text in texts)), None
    )
