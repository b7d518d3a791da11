"""The record of one trial: the only thing that leaves a trial, and all that a report may be computed from."""

from __future__ import annotations

from enum import StrEnum

from ecom_fixtures.shop.snapshot import Change
from ecom_fixtures.tasks import Model
from ecom_fixtures.trajectory import Event, Message, ToolCall, Usage

__all__ = [
    "Change",
    "Conduct",
    "Event",
    "Failure",
    "FailureClass",
    "Message",
    "Missing",
    "Outcome",
    "Record",
    "ToolCall",
    "Usage",
    "Verdict",
]

SCHEMA = 1


class Outcome(StrEnum):
    """The four ends of a trial, never mixed. Only the first two say something about the agent."""

    PASSED = "passed"
    FAILED = "failed"
    CUSTOMER_FAULT = "customer_fault"
    INFRA_ERROR = "infra_error"


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
    def reward(self) -> int:
        """1 when every dimension is right, else 0: their product, as in the paper."""
        return int(all(self.dimensions.values()))


class Conduct(Model):
    """Beyond the paper and outside the reward: how the agent went about it, one line per finding."""

    unconfirmed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    late_searches: tuple[str, ...] = ()


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


class Record(Model):
    """One trial, as it stands in the journal. ``trial`` counts from 1; ``started`` is ISO 8601 in UTC.

    ``ended_by`` says what ended the dialogue (``stop``, ``turns``, ``time``, ``agent``, ``customer``, ``infra``),
    ``error`` the sentence that goes with an outcome other than passed or a plain wrong result.
    ``verdict`` is None when there was nothing to judge; ``failure`` classes a trial whose verdict is wrong.
    """

    schema_version: int = SCHEMA
    task: str
    number: int
    title: str
    tags: tuple[str, ...]
    trial: int
    seed: int
    agent: str
    customer: str
    persona: str
    outcome: Outcome
    ended_by: str
    error: str = ""
    verdict: Verdict | None = None
    failure: Failure | None = None
    conduct: Conduct = Conduct()
    customer_notes: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    turns: int = 0
    agent_usage: Usage = Usage()
    customer_usage: Usage = Usage()
    started: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASSED

    @property
    def judged(self) -> bool:
        """Whether the trial says something about the agent."""
        return self.outcome in (Outcome.PASSED, Outcome.FAILED)
