"""The figures of an ablation, from hand-made records whose sums can be seen."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from records import case, manifest, record

from ecom_fixtures.runs.figures import Figures, figures
from ecom_fixtures.statistics.gaffke import gaffke
from ecom_fixtures.trial.record import Outcome

GROUPS = {
    "calm-clear": ("calm", "clear"),
    "calm-vague": ("calm", "vague"),
    "angry-clear": ("angry", "clear"),
    "angry-vague": ("angry", "vague"),
}
MARKS = {"+": Outcome.PASSED, "-": Outcome.FAILED, "E": Outcome.INFRA_ERROR}


def of(plan: Mapping[str, Mapping[str, str]]) -> Figures:
    """The figures of {task: {group: its trials, solved +, unsolved -, infra error E}}."""
    cells = [(task, group, trials) for task, groups in plan.items() for group, trials in groups.items()]
    records = [
        record(task, trial, MARKS[mark], variant=group)
        for task, group, trials in cells
        for trial, mark in enumerate(trials, 1)
    ]
    cases = [case(one.task, one.trial, one.variant) for one in records]
    return figures(manifest(cases=cases, groups=GROUPS), records)


def in_all(*trials: str) -> dict[str, str]:
    return dict(zip(GROUPS, trials, strict=True))


MIXED = {"refund": in_all("++", "+-", "--", "++"), "hose": in_all("++", "++", "+-", "--")}


def test_pass_k_of_a_task_is_the_mean_over_its_groups() -> None:
    found = of(MIXED)
    refund, hose = (1 + 0.5 + 0 + 1) / 4, (1 + 1 + 0.5 + 0) / 4
    assert [row.value for row in found.pass_k] == [(refund + hose) / 2, ((1 + 0 + 0 + 1) / 4 + (1 + 1 + 0 + 0) / 4) / 2]


def test_tasks_are_what_the_interval_takes_as_drawn() -> None:
    """Eight cells of two tasks tell of tasks as two do."""
    first = of(MIXED).pass_k[0]
    assert (first.low, first.high) == gaffke([0.625, 0.625])


def test_a_group_has_a_row_of_its_own_in_the_order_of_the_dataset() -> None:
    found = of(MIXED)
    assert [row.group for row in found.groups] == list(GROUPS)
    assert [(row.passed, row.judged, row.planned) for row in found.groups] == [
        (4, 4, 4),
        (3, 4, 4),
        (1, 4, 4),
        (2, 4, 4),
    ]
    assert [row.pass_k[0].value for row in found.groups] == [1, 0.75, 0.25, 0.5]


def test_a_trait_is_weighed_with_every_group() -> None:
    angry, vague = of(MIXED).traits
    assert (angry.trait, angry.instead_of) == ("angry", "calm")
    assert (vague.trait, vague.instead_of) == ("vague", "clear")
    assert (angry.effect, vague.effect) == (0.375 - 0.875, 0)
    # By task: angry -0.25 and -0.75, vague +0.25 and -0.25.
    assert angry.high - angry.low == pytest.approx(vague.high - vague.low)


def test_one_trial_that_isnt_judged_leaves_bounds_and_no_effect() -> None:
    found = of({**MIXED, "hose": in_all("++", "++", "+E", "--")})
    assert found.traits == ()
    angry = found.groups[2].pass_k[0]
    assert (angry.value, angry.worst, angry.best) == (None, 0.25, 0.5)
    assert found.groups[0].pass_k[0].value == 1


@pytest.mark.parametrize(
    "plan",
    [
        {"refund": in_all("+", "+", "-", "-")},
        {"refund": in_all("+", "+", "-", "-"), "hose": {"calm-clear": "+"}},
        {name: dict.fromkeys(list(GROUPS)[:3], "+") for name in ("refund", "hose")},
    ],
    ids=["one task", "a task in one group", "three groups of four"],
)
def test_a_selection_without_both_sides_has_no_effects(plan: dict[str, dict[str, str]]) -> None:
    assert of(plan).traits == ()


def test_groups_that_share_a_trait_show_the_other() -> None:
    plan = {name: {"angry-clear": "+", "angry-vague": "-"} for name in ("refund", "hose")}
    assert [(row.trait, row.effect) for row in of(plan).traits] == [("vague", -1)]
