"""The shop as an MCP server: in process for every trial, or by itself over stdio or HTTP (``python -m``)."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from ecom_fixtures import __version__
from ecom_fixtures.errors import DatasetError, SettingsError, ToolError

if TYPE_CHECKING:
    from mcp.server import Server, ServerRequestContext
    from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams

    from ecom_fixtures.worlds.shop.toolbox import Toolbox

HOST = "127.0.0.1"


def build_server(toolbox: Toolbox) -> Server[Any]:
    """Return an MCP server that offers the 21 tools on this toolbox.

    A refused call is a tool result marked as error, with one sentence. Any other exception is a server error:
    it is logged and never dressed up as an answer of the shop.
    """
    from mcp.server import Server
    from mcp.types import CallToolResult, TextContent

    async def list_tools(
        context: ServerRequestContext[Any], parameters: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return tool_list()

    async def call_tool(context: ServerRequestContext[Any], parameters: CallToolRequestParams) -> CallToolResult:
        try:
            text, refused = await toolbox.call(parameters.name, parameters.arguments or {}), False
        except ToolError as error:
            text, refused = str(error), True
        return CallToolResult(content=[TextContent(text=text)], is_error=refused)

    return Server("ecom-shop", version=__version__, on_list_tools=list_tools, on_call_tool=call_tool)


@cache
def tool_list() -> ListToolsResult:
    """The tools as MCP describes them; pure look-ups carry ``readOnlyHint``."""
    from mcp.types import ListToolsResult, Tool, ToolAnnotations

    from ecom_fixtures.worlds.shop.toolbox import ALWAYS, SPECS

    return ListToolsResult(
        tools=[
            Tool(
                name=spec.name,
                description=spec.description,
                input_schema=spec.schema(),
                annotations=ToolAnnotations(read_only_hint=spec.reads_when == ALWAYS, open_world_hint=False),
            )
            for spec in SPECS.values()
        ]
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until the client hangs up or Ctrl-C; 2 when the dataset or the port can't be used."""
    options = _parser().parse_args(arguments)
    try:
        toolbox = _toolbox(options.ecom_dir)
        if options.transport == "http":
            _serve_http(build_server(toolbox), options.port)
        else:
            _serve_stdio(build_server(toolbox))
    except (DatasetError, SettingsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ecom_fixtures.worlds.shop.server",
        description="Serve the small shop of the benchmark, with its 21 customer-service tools, to any MCP client. "
        "The shop lives in memory: it starts as the dataset describes it, all clients of this process share it and "
        "see each other's changes, and it is gone when the process ends.",
    )
    parser.add_argument(
        "--transport",
        choices=["stdio", "http"],
        default="stdio",
        help="stdio: talk over standard input and output, for a client that starts this command itself; "
        "http: streamable HTTP on the loopback address (default: stdio)",
    )
    parser.add_argument(
        "--port",
        type=int,
        default=8765,
        help="port for --transport http, 0 for any free one (default: 8765)",
    )
    parser.add_argument(
        "--ecom-dir",
        type=Path,
        metavar="DIR",
        help="dataset folder, with shop/ and images/ in it (default: the built-in dataset)",
    )
    return parser


def _toolbox(folder: Path | None) -> Toolbox:
    from ecom_fixtures.dataset.folder import dataset_files, default_folder
    from ecom_fixtures.worlds.shop.database import Template
    from ecom_fixtures.worlds.shop.pictures import SidecarReader
    from ecom_fixtures.worlds.shop.source import Source
    from ecom_fixtures.worlds.shop.toolbox import Toolbox

    folder = folder or default_folder()
    if not (folder / "images").is_dir():
        raise DatasetError(folder / "images", "", "no such folder")
    dataset_files(folder)
    return Toolbox(Template(Source(folder / "shop")).copy(), SidecarReader(folder / "images"))


def _serve_stdio(server: Server[Any]) -> None:
    import anyio
    from mcp.server.stdio import stdio_server

    async def serve() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    # Waiting for input can't be cancelled, so Ctrl-C would take effect only at the next line; nothing is to be saved.
    signal.signal(signal.SIGINT, _stop)
    print("serving the shop over stdio", file=sys.stderr, flush=True)
    anyio.run(serve)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    # Not print, which raises when the signal falls into another one.
    os.write(2, b"stopped\n")
    os._exit(0)


def _serve_http(server: Server[Any], port: int) -> None:
    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    listener = _listen(port)
    port = listener.getsockname()[1]
    hosts = [f"{name}:{port}" for name in (HOST, "localhost", "[::1]")]
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=hosts,
        allowed_origins=[f"http://{host}" for host in hosts],
    )
    app = server.streamable_http_app(transport_security=security, host=HOST)

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print(f"serving the shop at http://{HOST}:{port}/mcp", file=sys.stderr, flush=True)

    # A client's open event stream must not hold up the end.
    Announcing(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)).run(sockets=[listener])


def _listen(port: int) -> socket.socket:
    """Bind first: the requests that are answered have to name the port, and a port in use is the user's to change."""
    try:
        return socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        raise SettingsError(f"--port {port}: can't listen there ({error})") from error


if __name__ == "__main__":
    sys.exit(main())
