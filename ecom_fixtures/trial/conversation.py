"""The dialogue loop: customer, agent, customer, agent ... until a stop or a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ecom_fixtures.agents.protocol import GREETING, Agent, Reply
from ecom_fixtures.customers.protocol import Customer
from ecom_fixtures.errors import AgentFault, CustomerFault, EcomError, InfraError
from ecom_fixtures.trajectory import Event, Message, ToolCall, Usage

MAX_TURNS = 20
TIME_LIMIT = 600.0


@dataclass
class Dialogue:
    """What has happened so far. The shop adds the tool calls, `converse` the messages.

    ``turns`` counts the customer's messages; ``speaking`` is whose answer is being waited for,
    ``through`` is false when the customer has stopped too early.
    """

    events: list[Event] = field(default_factory=list)
    turns: int = 0
    speaking: str = "agent"
    ended_by: str = ""
    agent_usage: Usage = Usage()
    customer_usage: Usage = Usage()
    through: bool = True

    @property
    def messages(self) -> list[Message]:
        return [event for event in self.events if isinstance(event, Message)]


async def converse(dialogue: Dialogue, customer: Customer, agent: Agent, max_turns: int = MAX_TURNS) -> None:
    """Run the dialogue to its end; ``dialogue`` holds what was said even when an error leaves this function.

    Raises:
        AgentFault: the agent crashed, gave an empty answer, or the customer was not through after ``max_turns``.
        CustomerFault: the customer stopped before every intent was through, or said nothing.
        InfraError: an endpoint or the shop's server failed.
    """
    dialogue.events.append(Message(role="agent", text=GREETING))
    while True:
        dialogue.speaking = "customer"
        turn = await customer.respond(tuple(dialogue.events))
        dialogue.customer_usage += turn.usage
        if turn.text:
            dialogue.events.append(Message(role="customer", text=turn.text))
        if turn.stop:
            dialogue.ended_by = "stop"
            if not turn.through:
                dialogue.through = False
                raise CustomerFault("the customer stopped before every intent was through")
            return
        if not turn.text:
            raise CustomerFault("the customer said nothing")
        if dialogue.turns == max_turns:
            dialogue.ended_by = "turns"
            raise AgentFault(f"the customer was not through after {max_turns} turns")
        dialogue.turns += 1
        dialogue.speaking = "agent"
        before = len(dialogue.events)
        reply = await _reply(agent, dialogue.messages)
        dialogue.agent_usage += reply.usage
        dialogue.events.append(Message(role="agent", text=reply.text))
        if _handed_over(dialogue.events[before:]):
            dialogue.ended_by = "transfer"
            return


async def _reply(agent: Agent, messages: Sequence[Message]) -> Reply:
    try:
        answer = await agent.reply(messages)
    except EcomError:
        raise
    except (Exception, SystemExit) as error:
        raise blame(error) from error
    reply = Reply(answer) if isinstance(answer, str) else answer
    if not isinstance(reply, Reply):
        raise AgentFault(f"the agent's reply must be a str or a Reply, got {type(answer).__name__}")
    if not reply.text.strip():
        raise AgentFault("the agent gave an empty answer")
    return reply


def blame(error: BaseException) -> EcomError:
    """A crash is the agent's doing, unless what failed is its model's endpoint or the network."""
    import httpx2
    import mcp
    import openai

    from ecom_fixtures.models.endpoint import ContextOverflow, describe, overflows

    if isinstance(error, openai.APIError) and overflows(error):
        return ContextOverflow(f"the conversation no longer fits the model's context: {describe(error)}")
    if isinstance(error, openai.APIError | httpx2.TransportError | ConnectionError | TimeoutError | mcp.MCPError):
        return InfraError(f"the agent's endpoint: {describe(error)}")
    return AgentFault(f"the agent crashed with {describe(error)}")


def _handed_over(events: Sequence[Event]) -> bool:
    return any(isinstance(event, ToolCall) and event.tool == "transfer_to_specialist" and event.ok for event in events)
