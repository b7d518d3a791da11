"""The groups of an ablation: who they are, and what a dataset that hasn't got them right is told."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from ecom_fixtures.dataset.ablation import ablation_groups, sides_of
from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.errors import DatasetError

REAL = Dataset.load(default_folder())


def with_traits(folder: Path, *traits: Sequence[str]) -> Dataset:
    """The built-in dataset with a few personas of these traits."""
    one = REAL.personas["calm-patient-clear"].model_dump(mode="json")
    people = [{**one, "id": f"person-{number}", "traits": list(each)} for number, each in enumerate(traits)]
    (folder / "personas").mkdir()
    (folder / "personas" / "all.yaml").write_text(yaml.safe_dump(people), encoding="utf-8")
    shutil.copytree(REAL.folder / "tasks", folder / "tasks")
    return Dataset.load(folder)


def test_the_built_in_groups_are_named_by_their_traits() -> None:
    groups = ablation_groups(REAL)
    assert len(groups) == 8
    assert all("-".join(traits) == group for group, traits in groups.items())
    assert sides_of(groups) == [("calm", "angry"), ("patient", "hasty"), ("clear", "vague")]


def test_the_traits_of_a_built_in_group_are_what_its_persona_shows() -> None:
    shown = {"patient": "high", "hasty": "low", "clear": "direct", "vague": "vague"}
    for group, traits in ablation_groups(REAL).items():
        persona = REAL.personas[group]
        assert (persona.emotion, persona.patience, persona.asking) == tuple(shown.get(each, each) for each in traits)


def test_a_dataset_of_ones_own_may_compare_two_groups(tmp_path: Path) -> None:
    assert ablation_groups(with_traits(tmp_path, ["old"], ["young"])) == {"person-0": ("old",), "person-1": ("young",)}


@pytest.mark.parametrize(
    ("traits", "told"),
    [
        ([], "no persona has any, so there are no groups for --persona=ablation"),
        ([["old"], ["young", "rich"]], "every group must have as many of them as any other"),
        ([["old"]], "each must have two sides, one for each half of the groups, got old"),
        (
            [["old"], ["young"], ["new"]],
            "each must have two sides, one for each half of the groups, got old, young, new",
        ),
        ([["old", "rich"], ["young", "poor"]], "old or young x rich or poor must each be one group, got 2 groups"),
        ([["old"], ["young"], ["old"]], "old or young must each be one group, got 3 groups"),
        ([["refund"], ["young"]], "'refund' is also another trait, or a tag of tasks"),
    ],
)
def test_groups_that_dont_fit_are_told_why(traits: list[list[str]], told: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=re.escape(told)):
        ablation_groups(with_traits(tmp_path, *traits))
