"""The pictures that a run keeps: as WebP, small, whatever the PNG was."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PIL import Image

from ecom_fixtures.dataset.folder import default_folder
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.runs.pictures import LIMIT, keep_pictures, small

IMAGES = sorted((default_folder() / "images").glob("*.png"))


def opened(file: Path) -> Image.Image:
    with Image.open(file) as picture:
        picture.load()
    return picture


def noise(file: Path, width: int, height: int) -> Path:
    """A picture that no method makes small."""
    Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3)).save(file)
    return file


def test_every_picture_of_the_dataset_stays_within_the_limit_and_can_still_be_read(tmp_path: Path) -> None:
    kept = keep_pictures(IMAGES, tmp_path)
    assert kept == {file.name: f"{file.stem}.webp" for file in IMAGES}
    for name in kept.values():
        file = tmp_path / "pictures" / name
        assert file.stat().st_size <= LIMIT
        picture = opened(file)
        assert (picture.format, picture.width >= 320) == ("WEBP", True)


def test_a_picture_that_stays_large_in_every_quality_loses_size_until_it_fits(tmp_path: Path) -> None:
    assert len(small(noise(tmp_path / "noise.png", 700, 900))) <= LIMIT


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "I;16", "1"])
def test_a_png_of_any_kind_is_kept(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (40, 30)).save(tmp_path / "some.png")
    assert small(tmp_path / "some.png").startswith(b"RIFF")


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x89PNG\r\n\x1a\n and the rest", b"GIF89a"])
def test_a_file_that_is_no_png_is_left_out_with_a_warning(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "fake.png").write_bytes(content)
    assert keep_pictures([tmp_path / "fake.png"], tmp_path) == {}
    assert "fake.png: is no picture that can be shown" in caplog.text
    assert not (tmp_path / "pictures").exists()


def test_a_picture_cut_short_is_left_out(tmp_path: Path) -> None:
    data = IMAGES[0].read_bytes()
    (tmp_path / "cut.png").write_bytes(data[: len(data) // 2])
    assert keep_pictures([tmp_path / "cut.png"], tmp_path) == {}


def test_a_picture_that_isnt_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"gone\.png"):
        keep_pictures([tmp_path / "gone.png"], tmp_path)
