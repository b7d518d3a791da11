"""The manifest: what was planned, also of runs of older versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from records import case, manifest

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.runs.files import JournalError
from ecom_fixtures.runs.manifest import Manifest

# As version 0.1.0 wrote it.
SCHEMA_1: dict[str, Any] = {
    "schema_version": 1,
    "run": "20261124-172056-oracle",
    "created": "2026-11-24T17:20:56+00:00",
    "agent": "oracle",
    "customer": "agenda",
    "count": 2,
    "seed": 5,
    "concurrency": 8,
    "processes": 2,
    "max_turns": 20,
    "time_limit": 600.0,
    "persona": "random",
    "vision": "",
    "tasks": ["refund", "hose"],
    "dataset_hash": "2efc",
    "policy_hash": "2cb3",
    "prompts_hash": "01f4",
    "versions": {"ecom-fixtures": "0.1.0"},
    "python": "3.11.7",
    "platform": "Linux",
    "interrupted": True,
    "wall_seconds": 9.85,
}


def test_a_manifest_is_read_as_it_was_written(tmp_path: Path) -> None:
    ended = manifest("refund", interrupted=True, wall_seconds=12.5)
    manifest("refund").write(tmp_path)
    ended.write(tmp_path)
    assert Manifest.read(tmp_path) == ended
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize(
    ("change", "key"),
    [({"schema_version": 9}, "schema_version"), ({"processes": 0}, "processes"), ({"cases": "ab"}, "cases")],
)
def test_a_manifest_that_doesnt_fit_names_the_key(tmp_path: Path, change: dict[str, Any], key: str) -> None:
    path = manifest("refund").write(tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), encoding="utf-8")
    with pytest.raises(JournalError, match=rf"manifest\.json: {key}: "):
        Manifest.read(tmp_path)


def test_a_manifest_doesnt_plan_a_trial_twice() -> None:
    with pytest.raises(ValueError, match="cases must differ"):
        manifest(cases=[case("refund"), case("refund")])


def old(folder: Path, **other: Any) -> Manifest:
    (folder / "manifest.json").write_text(json.dumps({**SCHEMA_1, **other}), encoding="utf-8")
    return Manifest.read(folder)


def test_the_trials_that_an_older_version_planned_follow_from_its_tasks_and_their_number(tmp_path: Path) -> None:
    found = old(tmp_path)
    assert found.cases == tuple(Case.of(task, trial, 5) for trial in (1, 2) for task in ("refund", "hose"))
    assert (found.tasks, found.count) == (("refund", "hose"), 2)


def test_the_settings_of_an_older_version_stand_where_those_of_this_one_do(tmp_path: Path) -> None:
    found = old(tmp_path)
    assert found.settings == {
        name: SCHEMA_1[name]
        for name in (
            "agent",
            "customer",
            "count",
            "concurrency",
            "seed",
            "max_turns",
            "time_limit",
            "persona",
            "vision",
        )
    }
    assert found.fingerprints == {"dataset": "2efc", "policy": "2cb3", "prompts": "01f4"}
    assert (found.world, found.interrupted, found.wall_seconds) == ("shop", True, 9.85)


def test_an_older_manifest_that_is_read_and_written_is_one_of_this_version(tmp_path: Path) -> None:
    found = old(tmp_path)
    found.write(tmp_path)
    assert Manifest.read(tmp_path) == found


def test_an_older_manifest_that_is_broken_names_the_key(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"manifest\.json: count: "):
        old(tmp_path, count=0)
