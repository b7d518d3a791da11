"""One trial from left to right: shop, customer, agent, dialogue, evaluation, record. Knows nothing of pytest."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from ecom_fixtures.agents.protocol import Agent, AgentSpec, Brief, Case
from ecom_fixtures.customers.faithfulness import customer_faults
from ecom_fixtures.customers.protocol import Customer, CustomerSpec, Role
from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.errors import AgentFault, CustomerFault, EcomError, InfraError, SettingsError, ToolError
from ecom_fixtures.evaluation.conduct import forbidden, review
from ecom_fixtures.evaluation.failure import classify
from ecom_fixtures.evaluation.judgement import Conduct
from ecom_fixtures.evaluation.truth import accepted_states
from ecom_fixtures.evaluation.verdict import judge
from ecom_fixtures.models.endpoint import CALL_TIMEOUT, Waiting, waiting
from ecom_fixtures.trajectory import ToolCall
from ecom_fixtures.trial.conversation import MAX_TURNS, TIME_LIMIT, Dialogue, blame, converse
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.worlds.diff import Snapshot
from ecom_fixtures.worlds.shop.database import Database, Template
from ecom_fixtures.worlds.shop.pictures import PictureReader
from ecom_fixtures.worlds.shop.toolbox import SPECS, Toolbox


@dataclass(frozen=True)
class World:
    """All that the trials of a process share. ``time_limit`` is in seconds.

    ``persona`` replaces every task's own: an id, or ``random`` for one that the trial's seed picks.
    """

    dataset: Dataset
    template: Template
    agent: AgentSpec
    customer: CustomerSpec
    pictures: PictureReader
    max_turns: int = MAX_TURNS
    time_limit: float = TIME_LIMIT
    persona: str = ""
    _accepted: dict[str, tuple[Snapshot, ...]] = field(default_factory=dict, repr=False)

    async def accepted(self, task: Task) -> tuple[Snapshot, ...]:
        """The final states that solve ``task``; computed once per process."""
        if task.id not in self._accepted:
            self._accepted[task.id] = await accepted_states(task, self.dataset, self.template)
        return self._accepted[task.id]

    def persona_of(self, task: Task, seed: int) -> str:
        """The id of the persona that the customer of this trial has."""
        if self.persona == "random":
            return Random(seed).choice(sorted(self.dataset.personas))
        return self.persona or task.persona

    def play(self, task: Task, seed: int) -> Customer:
        """The task's customer, fresh."""
        persona = self.dataset.personas[self.persona_of(task, seed)]
        return self.customer.play(Role(task, persona, self.dataset.customer_guide, seed))

    @asynccontextmanager
    async def meet(self, task: Task, case: Case, toolbox: Toolbox) -> AsyncIterator[Agent]:
        """The agent, fresh, holding an MCP client session on ``toolbox``."""
        import mcp

        from ecom_fixtures.worlds.shop.server import build_server

        async with mcp.Client(build_server(toolbox)) as tools:
            brief = Brief(tools=tools, policy=self.dataset.agent_policy, context=task.context)
            async with self.agent.open(brief, case) as agent:
                yield agent


def case_seed(seed: int, task_id: str, trial: int) -> int:
    """The seed of one trial: the same in any order and on any number of processes."""
    return int.from_bytes(hashlib.sha256(f"{seed}/{task_id}/{trial}".encode()).digest()[:4])


class WatchedToolbox(Toolbox):
    """The shop's tools during a trial: every call that reaches them goes into the dialogue.

    ``forbidden`` collects the changes that the policy forbids in the state in which they were made.
    """

    def __init__(self, database: Database, pictures: PictureReader, dialogue: Dialogue) -> None:
        super().__init__(database, pictures)
        self._shop, self._dialogue = database, dialogue
        self.forbidden: list[str] = []

    async def call(self, name: str, arguments: dict[str, Any]) -> str:
        writes = name in SPECS and SPECS[name].writes(arguments)
        finding = forbidden(self._shop, name, arguments) if writes else None
        try:
            result = await super().call(name, arguments)
        except ToolError as error:
            self._add(name, arguments, str(error), ok=False, writes=writes)
            raise
        self._add(name, arguments, result, ok=True, writes=writes)
        if finding:
            self.forbidden.append(finding)
        return result

    def _add(self, name: str, arguments: dict[str, Any], result: str, *, ok: bool, writes: bool) -> None:
        call = ToolCall(tool=name, arguments=arguments, result=result, ok=ok, writes=writes)
        self._dialogue.events.append(call)


async def run_trial(world: World, case: Case) -> Record:
    """Run one trial and judge it. Never raises for what agent, customer or endpoints do: the record says it.

    Raises:
        DatasetError: the shop refuses the task's own actions.
    """
    task, dialogue = world.dataset.task(case.task_id), Dialogue()
    accepted = await world.accepted(task)
    started, clock = datetime.now(UTC), time.perf_counter()
    database = world.template.copy()
    toolbox = WatchedToolbox(database, world.pictures, dialogue)
    verdict, failure, conduct = None, None, Conduct()
    try:
        outcome, error = await _converse(world, task, case, toolbox, dialogue)
        if outcome in (Outcome.PASSED, Outcome.FAILED):
            verdict = judge(task, dialogue.events, database.snapshot(), accepted)
            conduct = review(task, dialogue.events, toolbox.forbidden)
            outcome = Outcome.PASSED if verdict.reward and not error else Outcome.FAILED
            if not verdict.reward:
                missing = [item.intent for item in (*verdict.missing_searches, *verdict.missing_keywords)]
                failure = classify(task, dialogue.events, missing, settled=verdict.action)
    finally:
        database.close()
    return _record(world, task, case).model_copy(
        update={
            "outcome": outcome,
            "ended_by": dialogue.ended_by,
            "error": error,
            "verdict": verdict,
            "failure": failure,
            "conduct": conduct,
            "customer_notes": tuple(customer_faults(task, dialogue.events, through=dialogue.through)),
            "events": tuple(dialogue.events),
            "turns": dialogue.turns,
            "agent_usage": dialogue.agent_usage,
            "customer_usage": dialogue.customer_usage,
            "started": started.isoformat(timespec="seconds"),
            "seconds": round(time.perf_counter() - clock, 3),
        }
    )


def lost_trial(world: World, case: Case, error: str) -> Record:
    """The record of a trial whose process was killed: an infra error with nothing else known."""
    return _record(world, world.dataset.task(case.task_id), case).model_copy(
        update={"outcome": Outcome.INFRA_ERROR, "ended_by": "infra", "error": error}
    )


def _record(world: World, task: Task, case: Case) -> Record:
    return Record(
        task=task.id,
        number=task.number,
        title=task.title,
        tags=tuple(sorted(task.words)),
        trial=case.trial,
        seed=case.seed,
        agent=world.agent.name,
        customer=world.customer.name,
        persona=world.persona_of(task, case.seed),
        outcome=Outcome.INFRA_ERROR,
        ended_by="",
    )


async def _converse(world: World, task: Task, case: Case, toolbox: Toolbox, dialogue: Dialogue) -> tuple[Outcome, str]:
    """Run the dialogue; return what its end means (PASSED stands for *to be judged*) and the sentence for it."""
    model_call = Waiting()
    waiting.set(model_call)
    fault: BaseException | None = None
    limit = asyncio.timeout(world.time_limit)
    try:
        async with limit, world.meet(task, case, toolbox) as agent:
            # Kept, not raised: on its way out it would be wrapped in the session's exception group.
            fault = await _talk(world, task, case, agent, dialogue)
            # The agent's own end is all that may still take time.
            dialogue.speaking = "agent"
    except TimeoutError as error:
        fault = fault or (_out_of_time(world, dialogue, model_call) if limit.expired() else _crash(error))
    except Exception as error:
        fault = fault or _crash(innermost(error))
    return _meaning(fault, dialogue)


async def _talk(world: World, task: Task, case: Case, agent: Agent, dialogue: Dialogue) -> Exception | None:
    """What ended the dialogue before its proper end, if anything."""
    try:
        await converse(dialogue, world.play(task, case.seed), agent, world.max_turns)
    except Exception as error:
        return error
    return None


def _crash(error: BaseException) -> EcomError:
    """What went wrong while the agent was made or ended, outside the dialogue."""
    if isinstance(error, SettingsError):
        return AgentFault(str(error))
    return error if isinstance(error, EcomError) else blame(error)


def _meaning(fault: BaseException | None, dialogue: Dialogue) -> tuple[Outcome, str]:
    match fault:
        case None:
            return Outcome.PASSED, ""
        case AgentFault():
            dialogue.ended_by = dialogue.ended_by or "agent"
            return Outcome.FAILED, str(fault)
        case CustomerFault():
            dialogue.ended_by = "customer"
            return Outcome.CUSTOMER_FAULT, str(fault)
        case InfraError():
            dialogue.ended_by = dialogue.ended_by or "infra"
            return Outcome.INFRA_ERROR, str(fault)
        case _:
            raise fault


def _out_of_time(world: World, dialogue: Dialogue, model_call: Waiting) -> EcomError:
    """Whose fault it is that the time is up: the agent's, unless another made it wait."""
    dialogue.ended_by = "time"
    what = f"the trial took longer than {world.time_limit:g} s"
    if dialogue.speaking == "customer":
        return InfraError(f"{what}, the customer was speaking")
    stuck = time.monotonic() - model_call.since if model_call.since else 0.0
    if stuck >= min(CALL_TIMEOUT, world.time_limit / 2):
        return InfraError(f"{what}; the last model call had been unanswered for {stuck:.0f} s")
    return AgentFault(what)


def innermost(error: BaseException) -> BaseException:
    """The one error inside nested exception groups, as the MCP session's task group raises them."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
