"""The model calls of one trial: which there were, what they took, and which was unanswered when."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from math import inf

from ecom_fixtures.trajectory import Clock, ModelCall, Role, Usage


@dataclass
class Answer:
    """What is known of a call when it ends: its tokens, None where the endpoint doesn't say, and how it ended."""

    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    finish: str = ""

    @property
    def usage(self) -> Usage:
        return Usage(calls=1, input_tokens=self.input_tokens or 0, output_tokens=self.output_tokens or 0)


@dataclass
class CallLog:
    """Every call of a model in one trial, in the order in which they ended."""

    clock: Clock = field(default_factory=Clock)
    calls: list[ModelCall] = field(default_factory=list)
    _spans: list[list[float]] = field(default_factory=list)

    @contextmanager
    def call(self, role: Role, model: str) -> Iterator[Answer]:
        """Time one call; what the block says of its answer is logged, and so is a call that fails."""
        start, answer = self.clock.now, Answer()
        span = [start, inf]
        self._spans.append(span)
        try:
            yield answer
        except (Exception, asyncio.CancelledError) as error:
            answer.finish = type(error).__name__
            raise
        finally:
            span[1] = self.clock.now
            self.calls.append(ModelCall(role=role, model=model, **vars(answer), **self.clock.span(start)))

    def unanswered(self, moment: float) -> float:
        """For how many seconds a call had been waiting at that ``moment`` of the trial; 0 when none was."""
        return max((moment - start for start, end in self._spans if start <= moment <= end), default=0.0)


# Set by whoever runs a trial; a call outside any trial logs into the void.
call_log: ContextVar[CallLog | None] = ContextVar("call_log", default=None)


def log_call(role: Role, model: str) -> AbstractContextManager[Answer]:
    """Time one call in the log of the trial that is running; see `CallLog.call`."""
    return (call_log.get() or CallLog()).call(role, model)
