"""Which trials of which tasks a run is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecom_fixtures.dataset.tasks import Task


@dataclass(frozen=True, order=True)
class Case:
    """One trial of one task: what identifies it, and the seed of all that is random in it.

    ``variant`` names the group of an ablation that it belongs to, empty in any other run; ``trial`` counts from 1.
    """

    task_id: str
    variant: str
    trial: int
    seed: int

    @classmethod
    def of(cls, task_id: str, trial: int, seed: int = 0, variant: str = "") -> Case:
        """The case of a run with that ``seed``: its own is the same in any order and on any number of processes."""
        own = f"{seed}/{task_id}/{variant}/{trial}" if variant else f"{seed}/{task_id}/{trial}"
        return cls(task_id, variant, trial, int.from_bytes(hashlib.sha256(own.encode()).digest()[:4]))

    def name(self, count: int) -> str:
        """The case in a test id: slug, variant and, when there are several trials, the zero-padded trial."""
        parts = [self.task_id, self.variant, f"t{self.trial:0{max(2, len(str(count)))}}" if count > 1 else ""]
        return "-".join(part for part in parts if part)

    @property
    def key(self) -> str:
        """The case in an address: task/03, or task/variant/03."""
        return "/".join(part for part in (self.task_id, self.variant, f"{self.trial:02d}") if part)


def plan(tasks: Sequence[Task], count: int, seed: int, groups: Iterable[str] = ()) -> list[Case]:
    """Every trial of every task, in an ablation of each of its groups: trial by trial, then task by task, so that an
    interrupted run stays balanced."""
    variants = tuple(groups) or ("",)
    return [
        Case.of(task.id, trial, seed, variant)
        for trial in range(1, count + 1)
        for task in tasks
        for variant in variants
    ]


def shard_of(cases: Iterable[Case], shard: str) -> list[Case]:
    """The part of ``cases`` that a shard, ``2/4``, is: the same whatever their order; parts differ by at most one."""
    number, of = map(int, shard.split("/"))
    return in_turn(cases)[number - 1 :: of]


def in_turn(cases: Iterable[Case]) -> list[Case]:
    """The cases trial by trial, in an order that is theirs alone."""
    return sorted(cases, key=lambda case: (case.trial, case.task_id, case.variant))


def digest_of(cases: Iterable[Case]) -> str:
    """Sixteen hexadecimal digits that tell these cases, in whatever order, from any others."""
    lines = "".join(f"{case.key} {case.seed}\n" for case in in_turn(cases))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def tasks_of(cases: Iterable[Case]) -> tuple[str, ...]:
    """The ids of the cases' tasks, each once, in their order."""
    return tuple(dict.fromkeys(case.task_id for case in cases))
