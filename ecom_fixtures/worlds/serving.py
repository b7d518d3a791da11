"""A world by itself as an MCP server, over stdio or HTTP, for any client; it lives as long as the process."""

from __future__ import annotations

import os
import signal
import socket
import sys
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from ecom_fixtures.errors import SettingsError
from ecom_fixtures.worlds.base import WorldSource
from ecom_fixtures.worlds.server import build_server

if TYPE_CHECKING:
    from mcp.server import Server

HOST = "127.0.0.1"


def serve_stdio(source: WorldSource) -> None:
    """Serve over standard input and output until the client hangs up or Ctrl-C."""
    import anyio
    from mcp.server.stdio import stdio_server

    async def serve() -> None:
        async with source.open(None) as world, stdio_server() as (incoming, outgoing):
            server = build_server(f"ecom-{source.name}", source.rules, world.call)
            print(f"serving the {source.name} over stdio", file=sys.stderr, flush=True)
            await server.run(incoming, outgoing, server.create_initialization_options())

    # Waiting for input can't be cancelled, so Ctrl-C would take effect only at the next line; nothing is to be saved.
    signal.signal(signal.SIGINT, _stop)
    anyio.run(serve)


def serve_http(source: WorldSource, port: int) -> None:
    """Serve streamable HTTP on the loopback address until Ctrl-C; ``port`` 0 takes any free one.

    Raises:
        SettingsError: the port can't be used.
        KeyboardInterrupt: Ctrl-C.
    """
    import anyio

    # Bound first: the requests that are answered have to name the port, and a port in use is the user's to change.
    try:
        listener = socket.create_server((HOST, port))
    except (OSError, OverflowError) as error:
        raise SettingsError(f"--port {port}: can't listen there ({error})") from error

    async def serve() -> None:
        async with source.open(None) as world:
            server = build_server(f"ecom-{source.name}", source.rules, world.call)
            await _listen(server, listener, f"serving the {source.name}")

    anyio.run(serve)


async def _listen(server: Server[Any], listener: socket.socket, what: str) -> None:
    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

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
            print(f"{what} at http://{HOST}:{port}/mcp", file=sys.stderr, flush=True)

    # A client's open event stream must not hold up the end.
    await Announcing(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)).serve(sockets=[listener])


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    # Not print, which raises when the signal falls into another one.
    os.write(2, b"stopped\n")
    os._exit(0)
