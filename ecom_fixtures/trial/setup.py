"""From settings to trials: the dataset, the selected cases, and the world that a process's trials share."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.errors import EcomError, SettingsError
from ecom_fixtures.settings import Settings

if TYPE_CHECKING:
    from ecom_fixtures.agents.protocol import Case
    from ecom_fixtures.models.presets import Preset
    from ecom_fixtures.trial.trial import World
    from ecom_fixtures.worlds.shop.pictures import PictureReader


@dataclass(frozen=True)
class Numbered:
    """A task and the number of one of its trials, from 1 to the count."""

    task: Task
    trial: int

    def name(self, count: int) -> str:
        """The case in a test id: the task's slug and, when there are several, the zero-padded trial."""
        return self.task.id if count == 1 else f"{self.task.id}-t{self.trial:0{max(2, len(str(count)))}}"


def load_dataset(settings: Settings) -> Dataset:
    """The dataset that was chosen.

    Raises:
        DatasetError: a task file is wrong.
    """
    return Dataset.load((settings.root / settings.ecom_dir) if settings.ecom_dir else default_folder())


def all_cases(dataset: Dataset, count: int) -> list[Numbered]:
    """Every trial of every task, trial by trial, so that an interrupted run stays balanced."""
    return [Numbered(task, trial) for trial in range(1, count + 1) for task in dataset.tasks]


def find_case(parameters: str, names: Mapping[str, Numbered]) -> Numbered | None:
    """The case whose name stands in the brackets of a test's id, alone or among other ``parameters``."""
    if parameters in names:
        return names[parameters]
    inside = [name for name in names if f"-{name}-" in f"-{parameters}-"]
    return names[max(inside, key=len)] if inside else None


def case_of(numbered: Numbered, seed: int) -> Case:
    """The case with the seed that belongs to it."""
    from ecom_fixtures.agents.protocol import Case
    from ecom_fixtures.trial.trial import case_seed

    return Case(numbered.task.id, numbered.trial, case_seed(seed, numbered.task.id, numbered.trial))


def make_world(settings: Settings, dataset: Dataset) -> World:
    """Everything that trials need: agent, customer, picture reader, the shop's template.

    Raises:
        SettingsError: an unknown name, a missing key, a factory that can't be imported.
        DatasetError: the shop's files are wrong.
    """
    from ecom_fixtures.agents.choice import choose_agent
    from ecom_fixtures.customers.choice import choose_customer
    from ecom_fixtures.models.presets import load_presets
    from ecom_fixtures.trial.trial import World
    from ecom_fixtures.worlds.shop.database import Template
    from ecom_fixtures.worlds.shop.reference import reference_agents
    from ecom_fixtures.worlds.shop.source import Source

    presets = load_presets(settings.root / "pyproject.toml")
    reference = reference_agents(dataset)
    agent = choose_agent(settings.agent, presets, reference, settings.root)
    customer = choose_customer(settings.customer or None, settings.agent in reference, presets)
    agent.check()
    customer.check()
    return World(
        dataset=dataset,
        template=Template(Source(dataset.folder / "shop")),
        agent=agent,
        customer=customer,
        pictures=_pictures(settings, dataset, presets),
        max_turns=settings.max_turns,
        time_limit=settings.time_limit,
        persona=_persona(settings, dataset),
    )


def _persona(settings: Settings, dataset: Dataset) -> str:
    if settings.persona not in ("", "random", *dataset.personas):
        near = get_close_matches(settings.persona, dataset.personas, n=3, cutoff=0.4)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise SettingsError(f"unknown persona {settings.persona!r}: an id from personas/*.yaml, or random{hint}")
    return settings.persona


def preflight(world: World, tasks: Sequence[Task]) -> None:
    """Find out before any trial is paid for whether the selected tasks and the agent can work at all.

    Raises:
        DatasetError: a task refers to what isn't there, or the shop refuses its actions.
        SettingsError: the agent can't be built.
    """
    from ecom_fixtures.evaluation.truth import check_task

    for task in tasks:
        check_task(task, world.dataset)
    asyncio.run(_try_out(world, tasks))


async def _try_out(world: World, tasks: Sequence[Task]) -> None:
    from ecom_fixtures.agents.choice import OwnAgent
    from ecom_fixtures.trial.trial import innermost
    from ecom_fixtures.worlds.shop.toolbox import Toolbox

    for task in tasks:
        await world.accepted(task)
    # The built-in agents were checked when the world was made; one's own is tried out.
    if not isinstance(world.agent, OwnAgent):
        return
    scratch = world.template.copy()
    try:
        async with world.meet(tasks[0], case_of(Numbered(tasks[0], 1), 0), Toolbox(scratch, world.pictures)):
            pass
    except (Exception, SystemExit, BaseExceptionGroup) as error:
        cause = innermost(error)
        if isinstance(cause, EcomError):
            raise cause from error
        text = " ".join(str(cause).split())
        raise SettingsError(f"--agent={world.agent.name} can't be built: {type(cause).__name__}: {text}") from error
    finally:
        scratch.close()


def _pictures(settings: Settings, dataset: Dataset, presets: Mapping[str, Preset]) -> PictureReader:
    from ecom_fixtures.models.presets import chat_model
    from ecom_fixtures.worlds.shop.pictures import SidecarReader
    from ecom_fixtures.worlds.vision import VisionReader

    if not settings.vision:
        return SidecarReader(dataset.images)
    model = chat_model(settings.vision, presets)
    if model is None:
        known = ", ".join(presets)
        raise SettingsError(f"unknown vision model {settings.vision!r}; models: {known}; or openai:MODEL@URL")
    model.check("--vision")
    return VisionReader(dataset.images, model)
