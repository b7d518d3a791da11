"""Reading YAML files: whatever is wrong is said with file and key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ecom_fixtures.dataset.files import read_folder, read_yaml
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.values import Model


class Part(Model):
    name: str
    weight: int = 0


class Thing(Model):
    title: str
    parts: tuple[Part, ...] = ()


def fault(folder: Path, text: str | bytes, shape: Any = Thing) -> DatasetError:
    path = folder / "thing.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(DatasetError) as caught:
        read_yaml(path, shape)
    assert caught.value.path == path
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return caught.value


def test_a_right_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "thing.yaml").write_text("title: Zürich\nparts: [{name: a, weight: 2}]\n", encoding="utf-8")
    assert read_yaml(tmp_path / "thing.yaml", Thing) == Thing(title="Zürich", parts=(Part(name="a", weight=2),))


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        ("title: A\ncolour: red\n", "colour", "is not a key that is known here"),
        ("title: A\nparts: [{name: b, colour: red}]\n", "parts.0.colour", "is not a key that is known here"),
        ("parts: []\n", "title", "field required"),
        ("title: A\nparts: [{weight: 2}]\n", "parts.0.name", "field required"),
        ("title: [A]\n", "title", "input should be a valid string"),
        ("title: 3\n", "title", "input should be a valid string"),
        ("title: A\nparts: [{name: b, weight: heavy}]\n", "parts.0.weight", "input should be a valid integer"),
        ("title: A\nparts: b\n", "parts", "input should be a valid tuple"),
        ("[]\n", "", "input should be a valid dictionary"),
        ("", "", "input should be a valid dictionary"),
    ],
)
def test_what_does_not_fit_is_named_by_its_key(tmp_path: Path, text: str, key: str, problem: str) -> None:
    error = fault(tmp_path, text)
    assert error.key == key
    assert error.problem.startswith(problem)


def test_the_number_of_further_errors_is_told(tmp_path: Path) -> None:
    assert "(and 2 more)" in str(fault(tmp_path, "colour: red\nsize: 3\n"))


@pytest.mark.parametrize("text", ["title: [A\n", "title: A\n  parts: b\n", "\ttitle: A"])
def test_what_is_no_yaml_is_told_with_the_reason(tmp_path: Path, text: str) -> None:
    assert fault(tmp_path, text).problem.startswith("is not valid YAML (")


@pytest.mark.parametrize("text", ["!!python/object/apply:os.getcwd []\n", "title: !!python/name:os.getcwd\n"])
def test_no_object_is_ever_made_from_a_file(tmp_path: Path, text: str) -> None:
    assert "a tag (!!python/" in fault(tmp_path, text).problem


@pytest.mark.parametrize("text", [b"title: \xff\n", b"title: caf\xe9\n"])
def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path, text: bytes) -> None:
    assert fault(tmp_path, text).problem.startswith("is not UTF-8 (byte 0x")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"nowhere\.yaml: cannot be read"):
        read_yaml(tmp_path / "nowhere.yaml", Thing)


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b", "a", "sub/c"):
        (tmp_path / f"{name}.yaml").write_text(f"title: {name}\n")
    (tmp_path / "notes.txt").write_text("no YAML")
    assert [thing.title for _, thing in read_folder(tmp_path, Thing)] == ["a", "b", "sub/c"]


def test_an_empty_or_a_missing_folder_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"no \.yaml file here"):
        read_folder(tmp_path, Thing)
    with pytest.raises(DatasetError, match="no such folder"):
        read_folder(tmp_path / "nowhere", Thing)
