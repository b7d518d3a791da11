"""Pictures are found by their links and read from the dataset's folder alone."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest
from small_shop import DATA, HOSE, small_shop

from ecom_fixtures.errors import DatasetError, ToolError
from ecom_fixtures.worlds.pictures import SidecarReader
from ecom_fixtures.worlds.shop.pictures import picture_link, picture_links, picture_name
from ecom_fixtures.worlds.shop.toolbox import Toolbox

HOST = "https://img.mapleway.example/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA / "images", tmp_path / "images"))


def read(folder: Path, text: str) -> dict[str, object]:
    """What the tool answers about the picture that ``text`` links to."""
    words = {"summarized_query": "A picture.", "needed_query": "What is it?"}
    toolbox = Toolbox(small_shop().copy(), SidecarReader(folder))
    answer = asyncio.run(toolbox.call("get_image_info", {**words, "history_messages": text}))
    found: dict[str, object] = json.loads(answer)
    return found


@pytest.mark.parametrize(
    "text",
    [
        HOSE,
        f"Here it is: {HOSE}.",
        f"({HOSE})",
        f"![hose]({HOSE})",
        f'"{HOSE}"',
        f"<{HOSE}>, see?",
        f"**{HOSE}**",
        f"{HOSE} and again {HOSE}",
        f'{{"role": "user", "content": "{HOSE}\\n"}}',
    ],
)
def test_a_link_is_found_within_text(text: str) -> None:
    assert picture_link(text) == HOSE
    assert picture_name(text) == "hose.png"


def test_all_links_are_found_in_their_order() -> None:
    assert picture_links(f"{HOST}b.png http://x.example {HOSE}, {HOST}b.png") == (
        f"{HOST}b.png",
        "http://x.example",
        HOSE,
    )


def test_text_without_a_picture_has_no_picture_link() -> None:
    assert picture_link("img.mapleway.example/hose.png and https://x.example/hose.png") is None


def test_a_reader_answers_what_stands_beside_the_picture(folder: Path) -> None:
    assert read(folder, HOSE) == {"shows": "An orange hose.", "fields": {"colour": "orange"}}


def test_dates_beside_a_picture_are_answered_as_text(folder: Path) -> None:
    assert read(folder, f"{HOST}note.png")["fields"] == {"day": "2025-11-12", "lines": ["one", "two"]}


@pytest.mark.parametrize(
    "link",
    [
        f"{HOST}nothing.png",
        f"{HOST}../images/hose.png",
        f"{HOST}%2e%2e/hose.png",
        f"{HOST}sub/hose.png",
        f"{HOST}hose.yaml",
        f"{HOST}hose.PNG",
        f"{HOST}hose.png?size=2",
        f"{HOST}hose.png%00",
        f"{HOST}hose.png\x00",
        f"{HOST}.png",
        f"{HOST}",
        "http://img.mapleway.example/hose.png",
        "https://img.mapleway.example.evil.example/hose.png",
        "https://evil.example/hose.png",
        "https://img.mapleway.example@evil.example/hose.png",
        "https://img.mapleway.example:443/hose.png",
        "file:///etc/passwd",
        "hose.png",
        "",
    ],
)
def test_whatever_is_not_the_link_of_a_picture_in_the_folder_is_refused(folder: Path, link: str) -> None:
    (folder / "sub").mkdir()
    shutil.copy(folder / "hose.png", folder / "sub")
    shutil.copy(folder / "hose.yaml", folder / "sub")
    with pytest.raises(ToolError):
        read(folder, link)


def test_several_links_are_refused_with_the_advice_to_take_one_at_a_time(folder: Path) -> None:
    with pytest.raises(ToolError, match="2 links; ask about one picture at a time"):
        read(folder, f"{HOSE} {HOST}note.png")


def test_a_symbolic_link_out_of_the_folder_is_refused(folder: Path) -> None:
    shutil.copy(folder / "hose.png", folder.parent / "secret.png")
    (folder / "secret.png").symlink_to(folder.parent / "secret.png")
    (folder / "secret.yaml").write_text("{kind: k, shows: s, fields: {}}")
    with pytest.raises(ToolError, match="no picture at"):
        read(folder, f"{HOST}secret.png")


def test_a_text_that_leads_out_of_the_folder_is_the_datasets_fault(folder: Path) -> None:
    (folder.parent / "secret.yaml").write_text("{kind: k, shows: s, fields: {}}")
    shutil.copy(folder / "hose.png", folder / "secret.png")
    (folder / "secret.yaml").symlink_to(folder.parent / "secret.yaml")
    with pytest.raises(DatasetError, match="symbolic link"):
        read(folder, f"{HOST}secret.png")


def test_a_picture_without_its_text_is_the_datasets_fault(folder: Path) -> None:
    (folder / "hose.yaml").unlink()
    with pytest.raises(DatasetError, match=r"hose\.yaml"):
        read(folder, HOSE)


def test_a_folder_reached_by_a_symbolic_link_is_as_good(folder: Path) -> None:
    (folder.parent / "alias").symlink_to(folder)
    assert read(folder.parent / "alias", HOSE)["shows"] == "An orange hose."
