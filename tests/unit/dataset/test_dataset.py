"""A dataset folder: what is loaded, and that whatever is wrong is said with file and key."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.dataset.tasks import Task
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.evaluation.truth import accepted_states, check_task
from ecom_fixtures.worlds.choice import open_source
from ecom_fixtures.worlds.shop.rules import RULES

REAL = Dataset.load(default_folder())
NAME = "refund-app-price-drop-install-and-invoice"


class Copy:
    """A dataset of one task, to be spoilt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "tasks" / f"{NAME}.yaml"
        for part in ("personas", "policy", "shop"):
            shutil.copytree(REAL.folder / part, folder / part)
        (folder / "images").mkdir()
        for picture in REAL.task(NAME).pictures:
            for name in (picture, f"{Path(picture).stem}.yaml"):
                shutil.copy(REAL.images / name, folder / "images" / name)
        self.file.parent.mkdir()
        self.content: dict[str, Any] = yaml.safe_load((REAL.folder / "tasks" / f"{NAME}.yaml").read_text())

    def spoil(self, change: Callable[[dict[str, Any]], object]) -> None:
        change(self.content)
        self.file.write_text(yaml.safe_dump(self.content, sort_keys=False))

    def fault(self) -> DatasetError:
        """What loading and checking say."""
        with pytest.raises(DatasetError) as caught:
            load_and_check(self.folder)
        return caught.value


def load_and_check(folder: Path) -> Dataset:
    dataset = Dataset.load(folder)
    for task in dataset.tasks:
        check_task(task, dataset, RULES)
    return dataset


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def claim(content: dict[str, Any]) -> dict[str, Any]:
    """The intent with a picture, a search and an action."""
    [found] = [intent for intent in content["intents"] if intent["id"] == "prove-the-price-and-claim"]
    assert isinstance(found, dict)
    return found


def put(where: Callable[[dict[str, Any]], dict[str, Any]], key: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(content: dict[str, Any]) -> None:
        where(content)[key] = value

    return change


def whole(content: dict[str, Any]) -> dict[str, Any]:
    return content


KEY = "intents.prove-the-price-and-claim"


@pytest.mark.parametrize(
    ("change", "key", "told"),
    [
        (put(whole, "colour", "red"), "colour", "is not a key that is known here"),
        (put(claim, "colour", "red"), "intents.1.colour", "is not a key that is known here"),
        (lambda content: content.pop("title"), "title", "field required"),
        (lambda content: claim(content).pop("goal"), "intents.1.goal", "field required"),
        (put(whole, "number", "six"), "number", "valid integer"),
        (put(whole, "tags", "refund"), "tags", "valid tuple"),
        (put(whole, "persona", "No Slug"), "persona", "should match pattern"),
        (put(whole, "intents", []), "intents", "at least 1"),
        (put(claim, "keywords", [{"any_of": []}]), "intents.1.keywords.0.any_of", "at least 1"),
        (put(claim, "actions", [{"a": {}, "b": {}}]), "intents.1.actions.0", "write one call as {tool_name"),
        (put(whole, "id", "another-name"), "id", f"must be the file's name, '{NAME}', got 'another-name'"),
        (put(whole, "persona", "nobody"), "persona", "no persona 'nobody' under"),
        (put(claim, "picture", "missing.png"), f"{KEY}.picture", "no file 'missing.png' under"),
        (put(claim, "searches", [{"get_weather": {}}]), f"{KEY}.searches", "unknown tool 'get_weather'; the tools are"),
        (put(claim, "actions", [{"get_weather": {}}]), f"{KEY}.actions", "unknown tool 'get_weather'"),
        (put(claim, "actions", [{"manage_urgent": {"order": "1"}}]), f"{KEY}.actions", "no argument 'order'"),
        (put(claim, "searches", [{"get_user_info": {"name": "x"}}]), f"{KEY}.searches", "no argument 'name'"),
        (put(claim, "actions", [{"manage_urgent": {}}]), f"{KEY}.actions", "manage_urgent needs order_id"),
        (
            put(claim, "actions", [{"manage_ecard": {"action": "gift"}}]),
            f"{KEY}.actions",
            "action must be one of",
        ),
        (
            put(claim, "actions", [{"manage_ecard": {"action": "balance"}}]),
            f"{KEY}.actions",
            "changes nothing: it belongs under searches",
        ),
        (
            put(claim, "or_actions", [[{"manage_ecard": {"action": "balance"}}]]),
            f"{KEY}.actions",
            "changes nothing: it belongs under searches",
        ),
        (
            put(claim, "searches", [{"manage_urgent": {"order_id": "1"}}]),
            f"{KEY}.searches",
            "changes the shop: it belongs under actions",
        ),
    ],
)
def test_what_is_wrong_in_a_task_is_named_by_file_and_key(
    copy: Copy, change: Callable[[dict[str, Any]], object], key: str, told: str
) -> None:
    copy.spoil(change)
    error = copy.fault()
    assert (error.path, error.key) == (copy.file, key)
    assert told in error.problem


def test_an_unspoilt_copy_is_right(copy: Copy) -> None:
    copy.spoil(lambda content: None)
    dataset = load_and_check(copy.folder)
    assert dataset.tasks == (REAL.task(NAME),)


def test_two_intents_of_one_name_are_refused(copy: Copy) -> None:
    copy.spoil(lambda content: content["intents"].append(deepcopy(content["intents"][0])))
    assert "intents: ids must differ" in str(copy.fault())


@pytest.mark.parametrize(
    ("text", "told"),
    [(b"number: [1\n", "is not valid YAML"), (b"title: \xff\n", "is not UTF-8"), (b"", "valid dictionary")],
)
def test_a_task_file_that_cannot_be_read_is_named(copy: Copy, text: bytes, told: str) -> None:
    copy.file.write_bytes(text)
    error = copy.fault()
    assert error.path == copy.file
    assert told in error.problem


def test_a_number_that_stands_twice_is_refused_with_both_tasks(copy: Copy) -> None:
    copy.spoil(lambda content: None)
    twin = copy.file.with_name("zz-twin.yaml")
    twin.write_text(yaml.safe_dump({**copy.content, "id": "zz-twin"}))
    error = copy.fault()
    assert (error.path, error.key) == (twin, "number")
    assert error.problem == f"6 is also the number of {NAME}"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ({"manage_urgent": {"order_id": "999999999999"}}, "has no order 999999999999"),
        ({"manage_urgent": {"order_id": "251112001011"}}, "251112001011"),
        ({"manage_ecard": {"action": "pay", "product_id": "P10-01", "quantity": 9999}}, "balance"),
    ],
    ids=["unknown order", "another customer's order", "too expensive"],
)
async def test_an_action_that_the_shop_refuses_is_named_with_the_reason(copy: Copy, call: object, told: str) -> None:
    copy.spoil(put(claim, "actions", [call]))
    dataset = Dataset.load(copy.folder)
    with pytest.raises(DatasetError) as caught:
        await accepted_states(dataset.tasks[0], dataset, open_source(dataset))
    assert (caught.value.path, caught.value.key) == (copy.file, "actions")
    assert "the shop refuses manage_" in caught.value.problem
    assert told.lower() in caught.value.problem.lower()


def test_a_persona_that_stands_twice_is_refused(copy: Copy) -> None:
    copy.spoil(lambda content: None)
    twin = shutil.copy(REAL.folder / "personas" / "core.yaml", copy.folder / "personas" / "more.yaml")
    error = copy.fault()
    assert (error.path, error.line, error.key) == (twin, 2, "0.id")
    assert "stands twice" in error.problem


@pytest.mark.parametrize("name", ["agent", "customer"])
def test_a_missing_policy_is_named(copy: Copy, name: str) -> None:
    copy.spoil(lambda content: None)
    (copy.folder / "policy" / f"{name}.md").unlink()
    dataset = Dataset.load(copy.folder)
    with pytest.raises(DatasetError, match=rf"{name}\.md: cannot be read"):
        _ = dataset.agent_policy if name == "agent" else dataset.customer_guide


def test_a_folder_without_tasks_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="tasks: no such folder"):
        Dataset.load(tmp_path)


def test_tasks_come_in_the_order_of_their_numbers() -> None:
    numbers = [task.number for task in REAL.tasks]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("task", REAL.tasks, ids=lambda task: task.id)
def test_every_task_of_the_built_in_dataset_is_right(task: Any) -> None:
    check_task(task, REAL, RULES)


@pytest.mark.parametrize("task", REAL.tasks, ids=lambda task: task.id)
def test_a_task_that_was_written_down_with_a_run_is_the_same_when_it_is_read(task: Task) -> None:
    assert Task.model_validate_json(task.model_dump_json()) == task


def test_the_fingerprint_follows_names_and_bytes(copy: Copy) -> None:
    copy.spoil(lambda content: None)
    dataset = Dataset.load(copy.folder)
    seen = {dataset.fingerprint()}
    policy = dataset.fingerprint("policy/agent.md")
    copy.file.write_text(copy.file.read_text() + "\n")
    seen.add(dataset.fingerprint())
    copy.file.rename(copy.file.with_suffix(".txt"))
    seen.add(dataset.fingerprint())
    assert len(seen) == 3
    assert dataset.fingerprint("policy/agent.md") == policy
