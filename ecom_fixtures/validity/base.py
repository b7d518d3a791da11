"""What a check is, and what all checks of a dataset share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from ecom_fixtures.agents.base import AgentSpec, Case
from ecom_fixtures.agents.reference import reference_agents
from ecom_fixtures.dataset import Dataset
from ecom_fixtures.dialogue.choose import Agenda
from ecom_fixtures.evaluation.record import Record
from ecom_fixtures.evaluation.truth import accepted_states
from ecom_fixtures.shop.database import Template
from ecom_fixtures.shop.pictures import SidecarReader
from ecom_fixtures.shop.snapshot import Snapshot
from ecom_fixtures.shop.source import Source
from ecom_fixtures.tasks import Task
from ecom_fixtures.trial import World, case_seed, run_trial


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
    """A dataset with its shop, on which reference agents can be run."""

    dataset: Dataset
    source: Source
    template: Template
    _accepted: dict[str, tuple[Snapshot, ...]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, dataset: Dataset) -> Bench:
        source = Source(dataset.folder / "shop")
        return cls(dataset, source, Template(source))

    def world(self, agent: str | AgentSpec, persona: str = "") -> World:
        spec = reference_agents(self.dataset)[agent] if isinstance(agent, str) else agent
        return World(self.dataset, self.template, spec, Agenda(), SidecarReader(self.dataset.images), persona=persona)

    async def run(self, world: World, task: Task, trial: int = 1) -> Record:
        return await run_trial(world, Case(task.id, trial, case_seed(0, task.id, trial)))

    async def accepted(self, task: Task) -> tuple[Snapshot, ...]:
        """The final states that solve ``task``; computed once."""
        if task.id not in self._accepted:
            self._accepted[task.id] = await accepted_states(task, self.dataset, self.template)
        return self._accepted[task.id]

    def orders_of(self, user_id: str) -> tuple[str, ...]:
        """The ids of a customer's orders."""
        customers = (customer for customer in self.source.customers if customer.user_id == user_id)
        return tuple(order.order_id for customer in customers for order in customer.orders)

    def with_tasks(self, tasks: Sequence[Task]) -> Bench:
        return replace(self, dataset=replace(self.dataset, tasks=tuple(tasks)))


Check = Callable[[Bench], Awaitable[Finding]]


def tally(name: str, results: Sequence[tuple[str, bool]], note: str = "") -> Finding:
    """A finding from (what was tested, whether it held) pairs."""
    broken = tuple(what for what, held in results if not held)
    return Finding(name, len(results) - len(broken), len(results), broken, note)
