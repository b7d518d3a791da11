"""The record of one trial: the only thing that leaves a trial, and all that a report may be computed from."""

from __future__ import annotations

from enum import StrEnum

from ecom_fixtures.evaluation.judgement import Conduct, Failure, Verdict
from ecom_fixtures.trajectory import Event, Usage
from ecom_fixtures.values import Model

SCHEMA = 1


class Outcome(StrEnum):
    """The four ends of a trial, never mixed. Only the first two say something about the agent."""

    PASSED = "passed"
    FAILED = "failed"
    CUSTOMER_FAULT = "customer_fault"
    INFRA_ERROR = "infra_error"


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
