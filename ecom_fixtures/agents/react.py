"""The built-in agent: a LangGraph graph of two nodes, one calls the model, one calls the shop's tools."""

from __future__ import annotations

import json
import operator
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from typing_extensions import TypedDict

from ecom_fixtures.agents.protocol import GREETING, Agent, Brief, Reply
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.errors import AgentFault, InfraError
from ecom_fixtures.models.endpoint import Endpoint
from ecom_fixtures.models.presets import ChatModel
from ecom_fixtures.trajectory import Message, Usage

if TYPE_CHECKING:
    import mcp
    from langgraph.graph.state import CompiledStateGraph

MODEL_CALLS_PER_TURN = 30


class State(TypedDict):
    """``messages`` are OpenAI chat messages; ``spent`` has one entry per model call of this turn."""

    messages: Annotated[list[dict[str, Any]], operator.add]
    spent: Annotated[list[Usage], operator.add]


@dataclass(frozen=True)
class Means:
    """What the nodes work with, handed over per run so that the graph itself is compiled once."""

    endpoint: Endpoint
    tools: mcp.Client
    schemas: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class ModelAgent:
    """The built-in ReAct agent over a chat model."""

    model: ChatModel

    @property
    def name(self) -> str:
        return self.model.name

    def check(self) -> None:
        self.model.check("--agent")

    @asynccontextmanager
    async def open(self, brief: Brief, case: Case) -> AsyncIterator[Agent]:
        yield ReactAgent(self.model.endpoint("agent"), brief)


class ReactAgent:
    """Answers a customer by reasoning and acting (ReAct, arXiv 2210.03629) until it has something to say.

    The history keeps tool calls and results from turn to turn.
    """

    def __init__(self, endpoint: Endpoint, brief: Brief) -> None:
        self._endpoint = endpoint
        self._brief = brief
        self._means: Means | None = None
        self._history: list[dict[str, Any]] = [
            {"role": "system", "content": brief.instructions},
            {"role": "assistant", "content": GREETING},
        ]

    async def reply(self, messages: Sequence[Message]) -> Reply:
        """Answer the customer's last message.

        Raises:
            AgentFault: more than 30 model calls in one turn, or the context is full.
            InfraError: the endpoint or the shop's server failed.
        """
        if self._means is None:
            self._means = Means(self._endpoint, self._brief.tools, await schemas(self._brief.tools))
        known = len(self._history) + 1
        self._history.append({"role": "user", "content": messages[-1].text})
        state = await graph().ainvoke(
            {"messages": self._history, "spent": []},
            {"recursion_limit": 2 * MODEL_CALLS_PER_TURN + 4},
            context=self._means,
        )
        self._history += state["messages"][known:]
        return Reply(self._history[-1]["content"], sum(state["spent"], Usage()))


async def schemas(tools: mcp.Client) -> list[dict[str, Any]]:
    """The shop's tools in the form that chat endpoints take."""
    listed = await tools.list_tools()
    return [
        {
            "type": "function",
            "function": {"name": tool.name, "description": tool.description, "parameters": tool.input_schema},
        }
        for tool in listed.tools
    ]


@cache
def graph() -> CompiledStateGraph[State, Means, State, State]:
    """The compiled graph, one per process: model -> tools -> model ... -> end."""
    from langgraph.graph import END, START, StateGraph
    from langgraph.runtime import Runtime

    async def model(state: State, runtime: Runtime[Means]) -> dict[str, Any]:
        if len(state["spent"]) >= MODEL_CALLS_PER_TURN:
            raise AgentFault(f"more than {MODEL_CALLS_PER_TURN} model calls in one turn")
        message, usage = await runtime.context.endpoint.complete(state["messages"], runtime.context.schemas)
        return {"messages": [message], "spent": [usage]}

    async def tools(state: State, runtime: Runtime[Means]) -> dict[str, Any]:
        calls = state["messages"][-1]["tool_calls"]
        return {"messages": [await use_tool(runtime.context.tools, call) for call in calls]}

    async def next_step(state: State) -> str:
        # Asynchronous, since LangGraph would give a plain function a thread at each step.
        return "tools" if state["messages"][-1].get("tool_calls") else END

    builder = StateGraph(State, context_schema=Means)
    builder.add_node("model", model)
    builder.add_node("tools", tools)
    builder.add_edge(START, "model")
    builder.add_conditional_edges("model", next_step, ["tools", END])
    builder.add_edge("tools", "model")
    return builder.compile()


async def use_tool(tools: mcp.Client, call: dict[str, Any]) -> dict[str, Any]:
    """Make one tool call and return the ``tool`` message; malformed arguments are answered, for the model to repair.

    Raises:
        InfraError: the shop's server broke down.
    """
    import mcp

    name, raw = call["function"]["name"], call["function"]["arguments"]
    try:
        arguments = json.loads(raw)
    except ValueError as error:
        content = f"The arguments are not valid JSON: {error}. Send one JSON object."
    else:
        if not isinstance(arguments, dict):
            content = f"The arguments must be one JSON object, got {type(arguments).__name__}."
        else:
            try:
                result = await tools.call_tool(name, arguments)
            except mcp.MCPError as error:
                raise InfraError(f"the shop's server failed in {name}: {error}") from error
            content = "\n".join(part.text for part in result.content if part.type == "text")
    return {"role": "tool", "tool_call_id": call["id"], "content": content}
