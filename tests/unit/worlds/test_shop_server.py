"""The same shop over every transport: in process, stdio, HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.server import Server
from mcp.types import CallToolResult, TextContent
from small_shop import DATA, P, small_shop

from ecom_fixtures.cli import main
from ecom_fixtures.worlds.mcp_server import build_server, tool_list
from ecom_fixtures.worlds.pictures import PictureReader, SidecarReader
from ecom_fixtures.worlds.shop.database import Database
from ecom_fixtures.worlds.shop.rules import RULES
from ecom_fixtures.worlds.shop.toolbox import SPECS
from ecom_fixtures.worlds.shop.world import ShopWorld

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def database() -> Iterator[Database]:
    database = small_shop().copy()
    yield database
    database.close()


def serve(database: Database, pictures: PictureReader | None = None) -> Server[Any]:
    """The shop in this process."""
    return build_server("shop", RULES, ShopWorld(database, pictures or SidecarReader(DATA / "images")).call)


def text(result: Any) -> str:
    assert isinstance(result, CallToolResult)
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


async def visit(client: Client) -> None:
    """One look-up, one change that the next look-up sees, one refusal."""
    async with client:
        assert [tool.name for tool in (await client.list_tools()).tools] == list(SPECS)
        query = {**P, "action": "query", "order_id": "251112000001"}
        assert json.loads(text(await client.call_tool("manage_order", query)))["state"] == "paid"
        changed = await client.call_tool("manage_order", {**query, "action": "cancel"})
        assert not changed.is_error
        assert json.loads(text(await client.call_tool("manage_order", query)))["state"] == "cancelled"
        refused = await client.call_tool("get_user_info", {"user_id": "U9"})
        assert refused.is_error
        assert text(refused) == "There is no customer U9."


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_shop_serves_in_process(database: Database, mode: str) -> None:
    asyncio.run(visit(Client(serve(database), mode=mode)))


def test_the_shop_serves_over_stdio() -> None:
    arguments = ["-m", "ecom_fixtures.shop.server", "--transport", "stdio", "--ecom-dir", str(DATA)]
    asyncio.run(visit(Client(StdioServerParameters(command=sys.executable, args=arguments, env=ENVIRONMENT))))


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ecom_fixtures", "shop", "--ecom-dir", str(DATA), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=ENVIRONMENT)


def finish(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    process = start("--transport", "http", "--port", "0")
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.fullmatch(r"serving the shop at (http://127\.0\.0\.1:\d+/mcp)\n", line)
        assert found, line
        yield found[1]
    finally:
        finish(process)


def test_the_shop_serves_over_http(address: str) -> None:
    asyncio.run(visit(Client(address)))


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1:1"},
        {"host": "localhost.evil.example:8765"},
        {"origin": "https://evil.example"},
    ],
)
def test_a_request_from_elsewhere_is_refused(address: str, headers: dict[str, str]) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accept = {"accept": "application/json, text/event-stream"}
    answer = httpx.post(address, json=body, headers={**accept, **headers}, trust_env=False)
    assert answer.status_code in (403, 421)


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_ctrl_c_ends_the_server_without_a_traceback(transport: str) -> None:
    process = start("--transport", transport, "--port", "0")
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("serving the shop ")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == "stopped\n"
    finally:
        finish(process)


def test_an_error_of_the_shop_itself_is_no_answer(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        async def read(self, name: str, question: str) -> dict[str, Any]:
            raise RuntimeError("the reader is broken")

    look = {"summarized_query": "a", "needed_query": "b"}
    look["history_messages"] = "https://img.mapleway.example/hose.png"

    async def ask() -> None:
        async with Client(serve(database, Broken())) as client:
            with pytest.raises(MCPError, match="Internal server error"):
                await client.call_tool("get_image_info", look)

    asyncio.run(ask())
    assert "the reader is broken" in caplog.text


def test_calls_made_at_once_all_take_effect(database: Database) -> None:
    async def calls() -> None:
        server = serve(database)
        async with Client(server) as client:
            order = {**P, "order_id": "251112000001"}
            await asyncio.gather(*(client.call_tool("manage_urgent", order) for _ in range(20)))

    asyncio.run(calls())
    assert len(database.snapshot()["ticket"]) == 20


def test_pure_look_ups_are_marked_as_read_only() -> None:
    marked = {tool.name for tool in tool_list(RULES).tools if tool.annotations and tool.annotations.read_only_hint}
    assert marked == {name for name in SPECS if name.startswith("get_")} | {"compare_products_info"}


def test_a_bad_folder_is_one_clear_line_and_status_4(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "images").mkdir()
    assert main(["shop", "--ecom-dir", str(tmp_path)]) == 4
    captured = capsys.readouterr()
    assert captured.err.startswith(f"error: {tmp_path / 'shop' / 'shop.yaml'}: cannot be read")
    assert captured.err.count("\n") == 1


def test_a_folder_without_pictures_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shop").symlink_to(DATA / "shop")
    assert main(["shop", "--ecom-dir", str(tmp_path)]) == 4
    assert f"{tmp_path / 'images'}: no such folder" in capsys.readouterr().err


def test_a_port_in_use_is_one_clear_line_and_status_4(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["shop", "--transport", "http", "--port", str(port), "--ecom-dir", str(DATA)]) == 4
    assert f"error: --port {port}: can't listen there" in capsys.readouterr().err


def test_the_help_says_that_all_clients_share_one_shop(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["shop", "--help"]) == 0
    assert "all clients of this process share it" in " ".join(capsys.readouterr().out.split())
