"""What a check is, and what all checks of a dataset share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from ecom_fixtures.agents.protocol import AgentSpec
from ecom_fixtures.customers.choice import Agenda
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.trial.record import Record
from ecom_fixtures.trial.setup import Setup
from ecom_fixtures.trial.trial import run_trial
from ecom_fixtures.worlds.base import Arguments, ProvableSource
from ecom_fixtures.worlds.choice import open_source


@dataclass(frozen=True)
class Finding:
    """The result of one check: ``held`` of ``total`` single tests held; ``broken`` says which did not, a line each.

    Where ``total`` is 0 there was nothing to look at: the check neither holds nor fails, and ``note`` says why.
    ``enough`` is the share that must hold.
    """

    held: int
    total: int
    broken: tuple[str, ...] = ()
    note: str = ""
    enough: float = 1.0

    @property
    def passed(self) -> bool:
        return self.total > 0 and not self.failed

    @property
    def failed(self) -> bool:
        return self.held < self.enough * self.total


@dataclass(frozen=True)
class Bench:
    """A dataset with its world, on which the world's reference agents can be run.

    ``built_in`` tells whether it is the very dataset that the package brings, wherever its copy lies. A copy with
    changes is somebody's own, and need not keep to the built-in one's customs. So neither the folder's place nor a
    mark inside it, which would be copied along, can tell, but its content.
    """

    source: ProvableSource
    oracle: Setup
    built_in: bool

    @classmethod
    def of(cls, dataset: Dataset) -> Bench:
        source = open_source(dataset)
        oracle = next(iter(source.reference_agents().values()))
        built_in = dataset.fingerprint() == Dataset(default_folder(), ()).fingerprint()
        return cls(source, Setup(dataset, source, oracle, Agenda()), built_in)

    @property
    def dataset(self) -> Dataset:
        return self.oracle.dataset

    @cached_property
    def one_of_each(self) -> Mapping[str, Arguments]:
        """The arguments of a look-up that can be made, by tool."""
        return {read.tool: read.arguments for read in self.source.reads()}

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


def tally(results: Sequence[tuple[str, bool]], *, note: str = "", nothing: str = "", enough: float = 1.0) -> Finding:
    """A finding from (what was tested, whether it held) pairs; ``nothing`` says why there are none, if so."""
    broken = tuple(what for what, held in results if not held)
    return Finding(len(results) - len(broken), len(results), broken, note if results else nothing, enough)
