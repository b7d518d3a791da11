"""What a check is, and what all checks of a dataset share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from ecom_fixtures.agents.protocol import AgentSpec
from ecom_fixtures.customers.choice import Agenda
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.trial.record import Record
from ecom_fixtures.trial.setup import Setup
from ecom_fixtures.trial.trial import run_trial
from ecom_fixtures.worlds.base import ProvableSource
from ecom_fixtures.worlds.choice import open_source


@dataclass(frozen=True)
class Finding:
    """The result of one check: ``held`` of ``total`` single tests held; ``broken`` says which did not, a line each."""

    name: str
    held: int
    total: int
    broken: tuple[str, ...] = ()
    note: str = ""

    @property
    def passed(self) -> bool:
        """A check that tested nothing has shown nothing."""
        return self.held == self.total > 0


@dataclass(frozen=True)
class Bench:
    """A dataset with its world, on which the world's reference agents can be run."""

    source: ProvableSource
    oracle: Setup

    @classmethod
    def of(cls, dataset: Dataset) -> Bench:
        source = open_source(dataset)
        oracle = next(iter(source.reference_agents().values()))
        return cls(source, Setup(dataset, source, oracle, Agenda()))

    @property
    def dataset(self) -> Dataset:
        return self.oracle.dataset

    def setup(self, agent: str | AgentSpec, persona: str = "") -> Setup:
        """The oracle's setup with another agent; what it has computed is shared."""
        spec = self.source.reference_agents()[agent] if isinstance(agent, str) else agent
        return replace(self.oracle, agent=spec, persona=persona)

    async def run(self, setup: Setup, task: Task, trial: int = 1) -> Record:
        return await run_trial(setup, Case.of(task.id, trial))

    def with_tasks(self, tasks: Sequence[Task]) -> Bench:
        dataset = replace(self.dataset, tasks=tuple(tasks))
        return replace(self, oracle=replace(self.oracle, dataset=dataset))


Check = Callable[[Bench], Awaitable[Finding]]


def tally(name: str, results: Sequence[tuple[str, bool]], note: str = "") -> Finding:
    """A finding from (what was tested, whether it held) pairs."""
    broken = tuple(what for what, held in results if not held)
    return Finding(name, len(results) - len(broken), len(results), broken, note)
