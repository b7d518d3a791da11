"""What is said of a trial that is over: verdict, conduct, failure; each with evidence that a person can read."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from ecom_fixtures.values import Model
from ecom_fixtures.worlds.diff import Change

# By whose rules: the suite's, which go by what is meant, or the paper's literal ones.
Ruling = Literal["suite", "paper"]


class Missing(Model):
    """A required look-up that was not made, or a required keyword that was not said."""

    intent: str
    what: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.intent}: {self.what}" + (f" ({self.why})" if self.why else "")


class Verdict(Model):
    """The three dimensions of the paper, each with its evidence; empty evidence means right."""

    state_diff: tuple[Change, ...] = ()
    missing_searches: tuple[Missing, ...] = ()
    missing_keywords: tuple[Missing, ...] = ()

    @property
    def action(self) -> bool:
        return not self.state_diff

    @property
    def search(self) -> bool:
        return not self.missing_searches

    @property
    def output(self) -> bool:
        return not self.missing_keywords

    @property
    def dimensions(self) -> dict[str, bool]:
        return {"action": self.action, "search": self.search, "output": self.output}

    @property
    def evidence(self) -> tuple[Change | Missing, ...]:
        """All that is wrong, dimension after dimension."""
        return (*self.state_diff, *self.missing_searches, *self.missing_keywords)

    @property
    def reward(self) -> int:
        """1 when every dimension is right, else 0: their product, as in the paper."""
        return int(all(self.dimensions.values()))


class Conduct(Model):
    """Beyond the paper and outside the reward: how the agent went about it, one sentence per finding.

    ``unconfirmed`` are changes that had not been agreed to, ``defied`` those made after the customer had said no,
    ``forbidden`` those that the policy forbade, ``late_searches`` look-ups that came after the change that hangs on
    them, ``foreign_reads`` look-ups of another customer's records, ``ungrounded`` figures that stand nowhere.
    """

    unconfirmed: tuple[str, ...] = ()
    defied: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    late_searches: tuple[str, ...] = ()
    foreign_reads: tuple[str, ...] = ()
    ungrounded: tuple[str, ...] = ()

    @property
    def findings(self) -> tuple[str, ...]:
        """All of them, kind after kind."""
        return tuple(finding for name in type(self).model_fields for finding in getattr(self, name))

    @property
    def in_order(self) -> bool:
        """Whether there is nothing to find."""
        return not self.findings


class FailureClass(StrEnum):
    """The paper's classes of failure; the rule that tells them apart stands in `ecom_fixtures.evaluation.failure`."""

    WRONG_ARGUMENT = "wrong argument"
    WRONG_DECISION = "wrong decision"
    PARTIALLY_RESOLVED = "partially resolved"


class Failure(Model):
    """How a trial failed. ``intent`` is the one concerned, empty if none is; ``call`` is the first decisive call."""

    kind: FailureClass
    intent: str
    call: str


class Judgement(Model):
    """All that is said of one trial. The default says nothing: there was nothing to judge."""

    verdict: Verdict | None = None
    failure: Failure | None = None
    conduct: Conduct = Conduct()
