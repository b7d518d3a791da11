"""The dialogue loop: customer, agent, customer, agent ... until a stop or a limit."""

from __future__ import annotations

from dataclasses import dataclass

from ecom_fixtures.agents.protocol import GREETING, Agent, Reply
from ecom_fixtures.customers.protocol import Customer, Turn
from ecom_fixtures.errors import AgentFault, CustomerFault, Fault
from ecom_fixtures.models.faults import fault_of
from ecom_fixtures.trial.recorder import Recorder

MAX_TURNS = 20
TIME_LIMIT = 600.0
_EARLY = CustomerFault("the customer stopped before every intent was through")


@dataclass(frozen=True)
class Ending:
    """How a dialogue ended.

    ``by`` is what ended it: ``stop`` (the customer's), ``transfer``, ``turns``, ``time``, ``agent``, ``customer`` or
    ``infra``. ``fault`` is None for a proper end. ``through`` is false where the customer stopped too early.
    """

    by: str
    fault: Fault | None = None
    through: bool = True

    @classmethod
    def of(cls, fault: Fault) -> Ending:
        """The end that a fault makes."""
        match fault:
            case AgentFault():
                return cls("agent", fault)
            case CustomerFault():
                return cls("customer", fault)
        return cls("infra", fault)

    @property
    def judged(self) -> bool:
        """Whether the dialogue says something about the agent."""
        return self.fault is None or isinstance(self.fault, AgentFault)


async def converse(recorder: Recorder, customer: Customer, agent: Agent, max_turns: int = MAX_TURNS) -> Ending:
    """Run the dialogue to its end and say how it ended; ``recorder`` holds what was said, also when this is cancelled.

    Raises:
        Exception: a bug of the suite's own customer.
    """
    try:
        return await _talk(recorder, customer, agent, max_turns)
    except (Exception, SystemExit) as error:
        return Ending.of(fault_of(error, recorder.speaking))


async def _talk(recorder: Recorder, customer: Customer, agent: Agent, max_turns: int) -> Ending:
    recorder.say("agent", GREETING, recorder.now)
    while True:
        turn = await _listen(recorder, customer)
        if turn.stop:
            return Ending("stop") if turn.through else Ending("customer", _EARLY, through=False)
        if not turn.text:
            raise CustomerFault("the customer said nothing")
        if recorder.turns == max_turns:
            return Ending("turns", AgentFault(f"the customer was not through after {max_turns} turns"))
        before = len(recorder.events)
        await _ask(recorder, agent)
        if recorder.handed_over(since=before):
            return Ending("transfer")


async def _listen(recorder: Recorder, customer: Customer) -> Turn:
    recorder.speaking, start = "customer", recorder.now
    turn = await customer.respond(tuple(recorder.events))
    recorder.spend("customer", turn.usage)
    if turn.text:
        recorder.say("customer", turn.text, start, turn.intent, turn.acts)
    return turn


async def _ask(recorder: Recorder, agent: Agent) -> None:
    recorder.turns += 1
    recorder.speaking, start = "agent", recorder.now
    answer = await agent.reply(recorder.messages)
    reply = Reply(answer) if isinstance(answer, str) else answer
    if not isinstance(reply, Reply):
        raise AgentFault(f"the agent's reply must be a str or a Reply, got {type(answer).__name__}")
    if not reply.text.strip():
        raise AgentFault("the agent gave an empty answer")
    recorder.spend("agent", reply.usage)
    recorder.say("agent", reply.text, start)
