"""From settings to what all trials of a process share, and what is found out before the first of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from random import Random

from ecom_fixtures.agents.choice import choose_agent
from ecom_fixtures.agents.protocol import Agent, AgentSpec, Brief
from ecom_fixtures.agents.react import ModelAgent
from ecom_fixtures.customers.choice import ByModel, choose_customer
from ecom_fixtures.customers.protocol import Customer, CustomerSpec, Role
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.errors import EcomError, SettingsError
from ecom_fixtures.evaluation.truth import Truth, check_task, truth_of
from ecom_fixtures.models.faults import innermost
from ecom_fixtures.models.presets import Preset, chat_model, load_presets
from ecom_fixtures.settings import Settings
from ecom_fixtures.trial.conversation import MAX_TURNS, TIME_LIMIT
from ecom_fixtures.trial.recorder import Recorder
from ecom_fixtures.worlds.base import WorldSource
from ecom_fixtures.worlds.choice import open_source
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.naming import deeds_of
from ecom_fixtures.worlds.pictures import PictureReader, SidecarReader, VisionReader


@dataclass(frozen=True)
class Setup:
    """What the trials of a process share. ``time_limit`` is in seconds.

    ``persona`` replaces every task's own: an id, ``random`` for one that the trial's seed picks, or ``ablation`` for
    that of the case's group. ``models`` are those that agent, customer and picture reader resolved to, by role.
    """

    dataset: Dataset
    source: WorldSource
    agent: AgentSpec
    customer: CustomerSpec
    max_turns: int = MAX_TURNS
    time_limit: float = TIME_LIMIT
    persona: str = ""
    models: Mapping[str, Preset] = field(default_factory=dict)
    _truths: dict[str, tuple[Task, Truth]] = field(default_factory=dict, repr=False)

    async def truth(self, task: Task) -> Truth:
        """What ``task`` is judged by; found out when first asked for.

        Raises:
            DatasetError: the world refuses the task's own actions.
        """
        of, truth = self._truths.get(task.id, (None, None))
        if truth is None or of is not task:
            truth = await truth_of(task, self.dataset, self.source)
            self._truths[task.id] = task, truth
        return truth

    async def accepted(self, task: Task) -> tuple[Snapshot, ...]:
        """The final states that solve ``task``."""
        return (await self.truth(task)).accepted

    def apart(self) -> Setup:
        """The same, with truths of its own: they are gone when it is."""
        return replace(self, _truths={})

    def persona_of(self, case: Case) -> str:
        """The id of the persona that the customer of this trial has."""
        if case.variant:
            return case.variant
        if self.persona == "random":
            return Random(case.seed).choice(sorted(self.dataset.personas))
        return self.persona or self.dataset.task(case.task_id).persona

    def play(self, case: Case, truth: Truth) -> Customer:
        """The customer of this trial, fresh."""
        role = Role(
            task=truth.task,
            persona=self.dataset.personas[self.persona_of(case)],
            guide=self.dataset.customer_guide,
            rules=self.source.rules,
            seed=case.seed,
            catalogue=truth.catalogue,
            deeds={
                intent.id: deeds_of(self.source, truth.task, sum(intent.accepted, ())) for intent in truth.task.intents
            },
        )
        return self.customer.play(role)

    @asynccontextmanager
    async def meet(self, case: Case, recorder: Recorder) -> AsyncIterator[Agent]:
        """The agent of this trial, fresh, holding an MCP client session on what ``recorder`` offers."""
        import mcp

        async with mcp.Client(recorder.server()) as tools:
            context = self.dataset.task(case.task_id).context
            brief = Brief(tools=tools, policy=self.dataset.agent_policy, context=context)
            async with self.agent.open(brief, case) as agent:
                yield agent


def set_up(settings: Settings, dataset: Dataset) -> Setup:
    """Everything that trials need: the world, the agent, the customer.

    Raises:
        SettingsError: an unknown name, a missing key, a factory that can't be imported.
        DatasetError: the world's files are wrong.
    """
    presets = load_presets(settings.root / "pyproject.toml")
    pictures = _reader(settings, dataset, presets)
    source = open_source(dataset, pictures)
    reference = source.reference_agents()
    agent = choose_agent(settings.agent, presets, reference, settings.root)
    customer = choose_customer(settings.customer or None, settings.agent in reference, presets)
    agent.check()
    customer.check()
    speakers = {"agent": agent, "customer": customer, "vision": pictures}
    return Setup(
        dataset=dataset,
        source=source,
        agent=agent,
        customer=customer,
        max_turns=settings.max_turns,
        time_limit=settings.time_limit,
        persona=_persona(settings, dataset),
        models={
            role: speaker.model.preset
            for role, speaker in speakers.items()
            if isinstance(speaker, ModelAgent | ByModel | VisionReader)
        },
    )


def check_tasks(setup: Setup, tasks: Sequence[Task]) -> None:
    """Find out before any trial is paid for whether the selected tasks can be solved at all.

    Raises:
        DatasetError: a task refers to what isn't there, or the world refuses its actions.
    """
    for task in tasks:
        check_task(task, setup.dataset, setup.source.rules)

    async def accept() -> None:
        for task in tasks:
            await setup.truth(task)

    asyncio.run(accept())


def try_out(setup: Setup, case: Case) -> None:
    """Find out whether the agent can work here: all that it needs is imported, and it is built and closed once.

    Raises:
        SettingsError: the agent can't be built.
    """
    asyncio.run(_meet_once(setup, case))


async def _meet_once(setup: Setup, case: Case) -> None:
    try:
        async with (
            setup.source.open(setup.dataset.task(case.task_id)) as world,
            setup.meet(case, Recorder(world, setup.source.rules)),
        ):
            pass
    except (Exception, SystemExit, BaseExceptionGroup) as error:
        cause = innermost(error)
        if isinstance(cause, EcomError):
            raise cause from error
        text = " ".join(str(cause).split())
        raise SettingsError(f"--agent={setup.agent.name} can't be built: {type(cause).__name__}: {text}") from error


def _persona(settings: Settings, dataset: Dataset) -> str:
    if settings.persona not in ("", "random", "ablation", *dataset.personas):
        near = get_close_matches(settings.persona, dataset.personas, n=3, cutoff=0.4)
        hint = f"; near: {', '.join(near)}" if near else ""
        known = "an id from personas/*.yaml, random or ablation"
        raise SettingsError(f"unknown persona {settings.persona!r}: {known}{hint}")
    return settings.persona


def _reader(settings: Settings, dataset: Dataset, presets: Mapping[str, Preset]) -> PictureReader:
    if not settings.vision:
        return SidecarReader(dataset.images)
    model = chat_model(settings.vision, presets)
    if model is None:
        known = ", ".join(presets)
        raise SettingsError(f"unknown vision model {settings.vision!r}; models: {known}; or openai:MODEL@URL")
    model.check("--vision")
    return VisionReader(dataset.images, model)
