"""The tools of any world as an MCP server, for an agent; somebody else answers the calls."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ecom_fixtures import __version__
from ecom_fixtures.worlds.base import Answer, CallRules

if TYPE_CHECKING:
    from mcp.server import Server, ServerRequestContext
    from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams

Caller = Callable[[str, dict[str, Any]], Awaitable[Answer]]


def build_server(name: str, rules: CallRules, call: Caller) -> Server[Any]:
    """Return an MCP server that offers the tools of ``rules`` and answers by ``call``.

    A refused call is a tool result marked as error. Whatever ``call`` raises is a server error: it is logged and never
    dressed up as an answer of the world.
    """
    from mcp.server import Server
    from mcp.types import CallToolResult, TextContent

    listed = tool_list(rules)

    async def list_tools(
        context: ServerRequestContext[Any], parameters: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return listed

    async def call_tool(context: ServerRequestContext[Any], parameters: CallToolRequestParams) -> CallToolResult:
        answer = await call(parameters.name, parameters.arguments or {})
        return CallToolResult(content=[TextContent(text=answer.text)], is_error=answer.refused)

    return Server(name, version=__version__, on_list_tools=list_tools, on_call_tool=call_tool)


def tool_list(rules: CallRules) -> ListToolsResult:
    """The tools as MCP describes them; pure look-ups carry ``readOnlyHint``."""
    from mcp.types import ListToolsResult, Tool, ToolAnnotations

    return ListToolsResult(
        tools=[
            Tool(
                name=tool.name,
                description=tool.description,
                input_schema=dict(tool.schema),
                annotations=ToolAnnotations(read_only_hint=tool.only_reads, open_world_hint=False),
            )
            for tool in rules.tools.values()
        ]
    )
