"""What a check is, and what all checks of a dataset share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from ecom_fixtures.agents.protocol import AgentSpec, Case
from ecom_fixtures.customers.choice import Agenda
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.trial.record import Record
from ecom_fixtures.trial.trial import World, case_seed, run_trial
from ecom_fixtures.worlds.shop.database import Template
from ecom_fixtures.worlds.shop.pictures import SidecarReader
from ecom_fixtures.worlds.shop.reference import reference_agents
from ecom_fixtures.worlds.shop.source import Source


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

    source: Source
    oracle: World

    @classmethod
    def of(cls, dataset: Dataset) -> Bench:
        source = Source(dataset.folder / "shop")
        oracle = reference_agents(dataset)["oracle"]
        return cls(source, World(dataset, Template(source), oracle, Agenda(), SidecarReader(dataset.images)))

    @property
    def dataset(self) -> Dataset:
        return self.oracle.dataset

    @property
    def template(self) -> Template:
        return self.oracle.template

    def world(self, agent: str | AgentSpec, persona: str = "") -> World:
        """The oracle's world with another agent; what it has computed is shared."""
        spec = reference_agents(self.dataset)[agent] if isinstance(agent, str) else agent
        return replace(self.oracle, agent=spec, persona=persona)

    async def run(self, world: World, task: Task, trial: int = 1) -> Record:
        return await run_trial(world, Case(task.id, trial, case_seed(0, task.id, trial)))

    def orders_of(self, user_id: str) -> tuple[str, ...]:
        """The ids of a customer's orders."""
        customers = (customer for customer in self.source.customers if customer.user_id == user_id)
        return tuple(order.order_id for customer in customers for order in customer.orders)

    def with_tasks(self, tasks: Sequence[Task]) -> Bench:
        dataset = replace(self.dataset, tasks=tuple(tasks))
        return replace(self, oracle=replace(self.oracle, dataset=dataset))


Check = Callable[[Bench], Awaitable[Finding]]


def tally(name: str, results: Sequence[tuple[str, bool]], note: str = "") -> Finding:
    """A finding from (what was tested, whether it held) pairs."""
    broken = tuple(what for what, held in results if not held)
    return Finding(name, len(results) - len(broken), len(results), broken, note)
