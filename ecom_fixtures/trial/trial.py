"""One trial from left to right: open the world, talk, judge, record."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from ecom_fixtures.customers.faithfulness import customer_faults
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.errors import AgentFault, CustomerFault, Fault, InfraError
from ecom_fixtures.evaluation.judge import judge
from ecom_fixtures.evaluation.judgement import Judgement
from ecom_fixtures.evaluation.truth import Truth
from ecom_fixtures.models.calls import CallLog, call_log
from ecom_fixtures.models.endpoint import CALL_TIMEOUT
from ecom_fixtures.models.faults import fault_of
from ecom_fixtures.trial.conversation import Ending, converse
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.trial.recorder import Recorder, Transcript
from ecom_fixtures.trial.setup import Setup


async def run_trial(setup: Setup, case: Case) -> Record:
    """Run one trial and judge it. Never raises for what agent, customer or endpoints do: the record says it.

    Raises:
        DatasetError: the world refuses the task's own actions.
    """
    task, rules = setup.dataset.task(case.task_id), setup.source.rules
    truth = await setup.truth(task)
    log = CallLog()
    call_log.set(log)
    async with setup.source.open(task) as world:
        recorder = Recorder(world, rules, log)
        ending = await _hold(setup, case, truth, recorder, log)
        judgement = Judgement()
        if ending.judged:
            judgement = judge(truth, recorder.events, await world.snapshot(), recorder.forbidden)
    return _record(setup, task, case, ending, judgement, recorder.transcript())


def lost_trial(setup: Setup, case: Case, error: str) -> Record:
    """The record of a trial whose process was killed: an infra error with nothing else known."""
    ending = Ending.of(InfraError(error))
    return _record(setup, setup.dataset.task(case.task_id), case, ending, Judgement(), Transcript())


async def _hold(setup: Setup, case: Case, truth: Truth, recorder: Recorder, log: CallLog) -> Ending:
    """The dialogue within its time, from the agent's making to its end."""
    customer = setup.play(case, truth)
    ending: Ending | None = None
    deadline = recorder.now + setup.time_limit
    limit = asyncio.timeout(setup.time_limit)
    try:
        async with limit, setup.meet(case, recorder) as agent:
            ending = await converse(recorder, customer, agent, setup.max_turns)
            # The agent's own end is all that may still fail or take time.
            recorder.speaking = "agent"
    except Exception as error:
        if ending and ending.fault:
            return ending
        if limit.expired():
            return Ending("time", _out_of_time(setup, recorder, log.unanswered(deadline)))
        fault = fault_of(error, recorder.speaking)
        return replace(ending, fault=fault) if ending else Ending.of(fault)
    return ending


def _out_of_time(setup: Setup, recorder: Recorder, unanswered: float) -> Fault:
    """Whose fault it is that the time is up: the agent's, unless another made it wait."""
    what = f"the trial took longer than {setup.time_limit:g} s"
    if recorder.speaking == "customer":
        return InfraError(f"{what}, the customer was speaking")
    # A model call that is not answered in its own time, or half the trial's, is why the time was up.
    if unanswered >= min(CALL_TIMEOUT, setup.time_limit / 2):
        return InfraError(f"{what}; the last model call had been unanswered for {unanswered:.0f} s")
    return AgentFault(what)


def _outcome(ending: Ending, judgement: Judgement) -> Outcome:
    match ending.fault:
        case CustomerFault():
            return Outcome.CUSTOMER_FAULT
        case InfraError():
            return Outcome.INFRA_ERROR
    solved = ending.fault is None and judgement.verdict is not None and judgement.verdict.reward
    return Outcome.PASSED if solved else Outcome.FAILED


def _record(
    setup: Setup, task: Task, case: Case, ending: Ending, judgement: Judgement, transcript: Transcript
) -> Record:
    return Record(
        task=task.id,
        number=task.number,
        title=task.title,
        tags=tuple(sorted(task.words)),
        variant=case.variant,
        trial=case.trial,
        seed=case.seed,
        agent=setup.agent.name,
        customer=setup.customer.name,
        persona=setup.persona_of(case),
        outcome=_outcome(ending, judgement),
        ended_by=ending.by,
        error=str(ending.fault or ""),
        customer_notes=customer_faults(setup.source.rules, task, transcript.events, through=ending.through),
        **dict(judgement),
        **vars(transcript),
    )
