"""How the agent went about it, beyond the paper and outside the reward: consent, policy, and the order of things."""

from __future__ import annotations

from collections.abc import Sequence

from ecom_fixtures.evaluation.dialogue import Dialogue
from ecom_fixtures.evaluation.judgement import Conduct
from ecom_fixtures.evaluation.searches import Searches
from ecom_fixtures.evaluation.truth import Truth


def review(truth: Truth, dialogue: Dialogue, forbidden: Sequence[str]) -> Conduct:
    """The findings of a whole dialogue; ``forbidden`` are the changes that the policy forbade when they were made."""
    return Conduct(
        forbidden=tuple(forbidden),
        late_searches=tuple(Searches(truth, dialogue).late()),
    )
