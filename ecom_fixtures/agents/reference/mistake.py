"""A single corruption of a ground truth: a copy of the task in which one thing is different."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ecom_fixtures.dataset.answers import Answer
from ecom_fixtures.dataset.tasks import Task


class Kind(StrEnum):
    """The failure classes of the paper's error analysis, and the answer that lacks its key word."""

    WRONG_ARGUMENT = "wrong argument"
    WRONG_DECISION = "wrong decision"
    PARTIALLY_RESOLVED = "partially resolved"
    MISSING_KEYWORD = "missing keyword"


@dataclass(frozen=True)
class Mistake:
    """``plan`` is the task with the mistake in it; ``dimension`` is where the verdict must fail.

    ``invented`` are the values that stand in the plan but in nothing the agent has seen, ``unsaid`` the answers
    that it must not give although a look-up shows them.
    """

    kind: Kind
    what: str
    plan: Task
    dimension: Literal["action", "search", "output"]
    invented: frozenset[str] = frozenset()
    unsaid: tuple[Answer, ...] = ()
