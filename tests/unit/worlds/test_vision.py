"""A vision model as the reader of pictures: what it is sent, and what is never fetched."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from local_endpoint import LocalEndpoint, fails, says

from ecom_fixtures.errors import InfraError
from ecom_fixtures.models.calls import CallLog, call_log
from ecom_fixtures.models.presets import ChatModel, chat_model
from ecom_fixtures.worlds.pictures import NoSuchPicture, VisionReader

PNG = b"\x89PNG\r\n\x1a\n made up"
NAME = "hose.png"


@pytest.fixture
async def model(local: LocalEndpoint) -> AsyncIterator[ChatModel]:
    local.script = [says("An orange hose.")]
    made = chat_model(f"openai:eyes@{local.url}", {})
    assert made is not None
    yield made
    await made.endpoint("vision").client.close()


@pytest.fixture
def reader(model: ChatModel, tmp_path: Path) -> VisionReader:
    (tmp_path / "hose.png").write_bytes(PNG)
    return VisionReader(tmp_path, model)


async def test_the_answer_is_what_the_model_sees(reader: VisionReader) -> None:
    assert await reader.read(NAME, "Which colour?") == {"shows": "An orange hose."}


async def test_the_model_is_sent_the_picture_itself_and_the_question(
    reader: VisionReader, server: LocalEndpoint
) -> None:
    await reader.read(NAME, "Which colour?")
    [request] = server.requests
    assert request["model"] == "eyes"
    [text, picture] = request["messages"][0]["content"]
    assert text["text"].endswith("Which colour?")
    kind, _, data = picture["image_url"]["url"].partition(",")
    assert kind == "data:image/png;base64"
    assert base64.b64decode(data) == PNG


async def test_a_picture_that_is_not_there_is_none_and_nothing_is_sent(
    reader: VisionReader, server: LocalEndpoint
) -> None:
    with pytest.raises(NoSuchPicture):
        await reader.read("missing.png", "Which colour?")
    assert server.requests == []


async def test_what_a_call_of_the_vision_model_took_is_logged(reader: VisionReader) -> None:
    log = CallLog()
    token = call_log.set(log)
    await reader.read(NAME, "Which colour?")
    call_log.reset(token)
    [call] = log.calls
    assert (call.role, call.model, call.input_tokens, call.output_tokens) == ("vision", "eyes", 100, 7)


async def test_a_link_out_of_the_folder_is_refused(reader: VisionReader, server: LocalEndpoint, tmp_path: Path) -> None:
    (tmp_path / "other.png").symlink_to(tmp_path / "hose.png")
    with pytest.raises(NoSuchPicture):
        await reader.read("other.png", "Which colour?")
    assert server.requests == []


async def test_a_failing_vision_model_is_an_infra_error(reader: VisionReader, server: LocalEndpoint) -> None:
    server.script = [fails(401, "bad key")]
    with pytest.raises(InfraError, match="eyes"):
        await reader.read(NAME, "Which colour?")
