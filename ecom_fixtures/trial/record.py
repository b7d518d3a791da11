"""The record of one trial: the only thing that leaves a trial, and all that a report may be computed from."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.evaluation.judgement import Conduct, Failure, Verdict
from ecom_fixtures.trajectory import Event, ModelCall, Usage
from ecom_fixtures.values import Model

# Schema 1 had no times, no model calls and no variants; schema 2 no intents and acts of the customer's messages.
Schema = Literal[1, 2, 3]
SCHEMA: Schema = 3


class Outcome(StrEnum):
    """The four ends of a trial, never mixed."""

    PASSED = "passed"
    FAILED = "failed"
    CUSTOMER_FAULT = "customer_fault"
    INFRA_ERROR = "infra_error"


# Those that say something about the agent.
JUDGED = (Outcome.PASSED, Outcome.FAILED)


class Record(Model):
    """One trial, as it stands in the journal. ``trial`` counts from 1; ``started`` is ISO 8601 in UTC.

    ``calls`` are the calls of models that came to an end, as far as they are known: not those of an agent of one's own,
    whose ``agent_usage`` is what it says itself.

    ``ended_by`` says what ended the dialogue (see `ecom_fixtures.trial.conversation.Ending`),
    ``error`` the sentence that goes with an outcome other than passed or a plain wrong result.
    ``verdict`` is None when there was nothing to judge; ``failure`` classes a trial whose verdict is wrong.
    """

    schema_version: Schema = SCHEMA
    task: str
    number: int
    title: str
    tags: tuple[str, ...]
    variant: str = ""
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
    calls: tuple[ModelCall, ...] = ()
    turns: int = 0
    agent_usage: Usage = Usage()
    customer_usage: Usage = Usage()
    started: str = ""
    seconds: float = 0.0

    @property
    def case(self) -> Case:
        """Which trial of the run it is."""
        return Case(self.task, self.variant, self.trial, self.seed)

    @property
    def passed(self) -> bool:
        return self.outcome is Outcome.PASSED

    @property
    def strict(self) -> bool:
        """Whether it passed, and nothing was found in how the agent went about it."""
        return self.passed and self.conduct.in_order

    @property
    def judged(self) -> bool:
        """Whether the trial says something about the agent."""
        return self.outcome in JUDGED
