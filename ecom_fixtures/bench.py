"""From settings to trials: the dataset, the selected cases, and the world that a process's trials share."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ecom_fixtures.dataset import Dataset, default_folder
from ecom_fixtures.errors import EcomError, SettingsError
from ecom_fixtures.tasks import Task

if TYPE_CHECKING:
    from ecom_fixtures.agents.base import Case
    from ecom_fixtures.agents.presets import Preset
    from ecom_fixtures.shop.pictures import PictureReader
    from ecom_fixtures.trial import World


class Choices(Protocol):
    """What a user chooses of a run; see `ecom_fixtures.options.Settings`."""

    @property
    def agent(self) -> str: ...
    @property
    def customer(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def seed(self) -> int: ...
    @property
    def max_turns(self) -> int: ...
    @property
    def time_limit(self) -> float: ...
    @property
    def ecom_dir(self) -> str: ...
    @property
    def vision(self) -> str: ...
    @property
    def persona(self) -> str: ...
    @property
    def root(self) -> Path: ...


@dataclass(frozen=True)
class Numbered:
    """A task and the number of one of its trials, from 1 to the count."""

    task: Task
    trial: int

    def name(self, count: int) -> str:
        """The case in a test id: the task's slug and, when there are several, the zero-padded trial."""
        return self.task.id if count == 1 else f"{self.task.id}-t{self.trial:0{max(2, len(str(count)))}}"


def load_dataset(choices: Choices) -> Dataset:
    """The dataset that was chosen.

    Raises:
        DatasetError: a task file is wrong.
    """
    return Dataset.load((choices.root / choices.ecom_dir) if choices.ecom_dir else default_folder())


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
    from ecom_fixtures.agents.base import Case
    from ecom_fixtures.trial import case_seed

    return Case(numbered.task.id, numbered.trial, case_seed(seed, numbered.task.id, numbered.trial))


def make_world(choices: Choices, dataset: Dataset) -> World:
    """Everything that trials need: agent, customer, picture reader, the shop's template.

    Raises:
        SettingsError: an unknown name, a missing key, a factory that can't be imported.
        DatasetError: the shop's files are wrong.
    """
    from ecom_fixtures.agents.choose import choose_agent
    from ecom_fixtures.agents.presets import load_presets
    from ecom_fixtures.agents.reference import reference_agents
    from ecom_fixtures.dialogue.choose import choose_customer
    from ecom_fixtures.shop.database import Template
    from ecom_fixtures.shop.source import Source
    from ecom_fixtures.trial import World

    presets = load_presets(choices.root / "pyproject.toml")
    reference = reference_agents(dataset)
    agent = choose_agent(choices.agent, presets, reference, choices.root)
    customer = choose_customer(choices.customer or None, choices.agent in reference, presets)
    agent.check()
    customer.check()
    return World(
        dataset=dataset,
        template=Template(Source(dataset.folder / "shop")),
        agent=agent,
        customer=customer,
        pictures=_pictures(choices, dataset, presets),
        max_turns=choices.max_turns,
        time_limit=choices.time_limit,
        persona=_persona(choices, dataset),
    )


def _persona(choices: Choices, dataset: Dataset) -> str:
    if choices.persona not in ("", "random", *dataset.personas):
        near = get_close_matches(choices.persona, dataset.personas, n=3, cutoff=0.4)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise SettingsError(f"unknown persona {choices.persona!r}: an id from personas/*.yaml, or random{hint}")
    return choices.persona


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
    from ecom_fixtures.agents.choose import OwnAgent
    from ecom_fixtures.shop.toolbox import Toolbox
    from ecom_fixtures.trial import innermost

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


def _pictures(choices: Choices, dataset: Dataset, presets: Mapping[str, Preset]) -> PictureReader:
    from ecom_fixtures.agents.presets import chat_model
    from ecom_fixtures.agents.vision import VisionReader
    from ecom_fixtures.shop.pictures import SidecarReader

    if not choices.vision:
        return SidecarReader(dataset.images)
    model = chat_model(choices.vision, presets)
    if model is None:
        known = ", ".join(presets)
        raise SettingsError(f"unknown vision model {choices.vision!r}; models: {known}; or openai:MODEL@URL")
    model.check("--vision")
    return VisionReader(dataset.images, model)
