"""What is said of several runs: names, shared tasks, who could be best, settings, and what can't be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from records import manifest

from ecom_fixtures.comparison import tables, words
from ecom_fixtures.comparison.compared import compare
from ecom_fixtures.comparison.runs import ComparisonError, names_of
from ecom_fixtures.runs.figures import Figures
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.runs.tasks import TASKS, PlayedTasks

MakeRun = Callable[..., Path]
MANY = [f"task-{n}" for n in range(12)]


def settings(**other: object) -> dict[str, object]:
    return {"count": 3, "seed": 7, "max_turns": 20, **other}


def test_real_runs_come_best_first_with_their_own_figures(real_runs: Mapping[str, Path]) -> None:
    comparison = compare(list(real_runs.values()))
    assert comparison.runs[0].name == "oracle"
    assert comparison.runs[-1].name == "dump"
    for folder in real_runs.values():
        own = Figures.read(folder / "summary.json")
        [run] = [run for run in comparison.runs if run.manifest.run == own.run]
        assert run.figures == own
    assert words.headline(comparison) == "oracle solved most: pass^1 100.0 %"


def test_runs_of_one_agent_are_told_apart_by_what_differs(real_runs: Mapping[str, Path]) -> None:
    comparison = compare(list(real_runs.values()))
    assert {run.name for run in comparison.runs} == {"oracle", "apprentice (seed 0)", "apprentice (seed 1)", "dump"}
    assert [one.setting for one in comparison.settings.other] == ["seed"]
    assert comparison.settings.measuring == ()
    assert "customer (agenda)" in words.agreement(comparison)


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        ({"customer": "agenda"}, {"customer": "qwen"}, ["bot (customer agenda)", "bot (customer qwen)"]),
        ({"run": "monday"}, {"run": "tuesday"}, ["bot (monday)", "bot (tuesday)"]),
        ({"run": "same"}, {"run": "same"}, ["bot (same), 1", "bot (same), 2"]),
        ({}, {"agent": "other"}, ["bot", "other"]),
    ],
)
def test_a_run_is_named_by_what_tells_it_apart(
    first: dict[str, object], second: dict[str, object], names: list[str]
) -> None:
    assert names_of([_manifest(first), _manifest(second)]) == names


def test_three_runs_that_no_single_setting_tells_apart_show_all_that_differ() -> None:
    runs = [
        _manifest({"settings": settings(vision=vision, seed=seed)}) for vision, seed in (("", 1), ("see", 1), ("", 2))
    ]
    assert names_of(runs) == [
        "bot (pictures as texts, seed 1)",
        "bot (pictures see, seed 1)",
        "bot (pictures as texts, seed 2)",
    ]


def test_only_the_run_that_no_other_beats_is_best(make_run: MakeRun) -> None:
    good, fair, bad = (make_run(name, dict.fromkeys(MANY, n)) for name, n in (("good", 3), ("fair", 2), ("bad", 0)))
    comparison = compare([bad, good, fair])
    assert [run.name for run in comparison.runs] == ["good", "fair", "bad"]
    assert comparison.best == ("good",)
    assert [words.mark(comparison, run) for run in comparison.runs] == ["best", "", ""]
    assert "Each of the 2 others is worse by more than chance." in words.verdict(comparison)
    assert comparison.against["bad", "good"].difference == -1
    assert comparison.against["bad", "good"].adjusted == 0


def test_runs_that_cannot_be_told_apart_are_both_marked(make_run: MakeRun) -> None:
    mixed = {task: n % 4 for n, task in enumerate(MANY)}
    other = {task: (n + 1) % 4 for n, task in enumerate(MANY)}
    other["task-0"] = 0
    comparison = compare([make_run("a", mixed), make_run("b", other)])
    assert set(comparison.best) == {"a", "b"}
    assert {words.mark(comparison, run) for run in comparison.runs} == {"could be best"}
    assert "b can't be told apart from a: by these trials no run can be called better." in words.verdict(comparison)


def test_an_incomplete_run_is_shown_by_its_bounds_and_is_in_no_test(make_run: MakeRun) -> None:
    whole = [make_run(name, {"refund": 3, "moved": n}) for name, n in (("a", 3), ("b", 1))]
    comparison = compare([*whole, make_run("cut", {"refund": 3, "moved": 3}, judged=4)])
    assert [run.name for run in comparison.runs][-1] == "cut"
    assert "cut" not in {name for pair in comparison.pairs for name in (pair.first, pair.second)}
    assert "cut" not in comparison.best
    assert tables.pass_k_table(comparison).rows[-1][1] == "66.7 % to 100.0 %"
    assert any("cut is incomplete: 2 of its 6 trials were not judged." in text for text in words.warnings(comparison))


def test_without_two_complete_runs_nothing_is_tested(make_run: MakeRun) -> None:
    comparison = compare([make_run("a", {"refund": 3}), make_run("b", {"refund": 3}, judged=1)])
    assert comparison.pairs == ()
    assert words.verdict(comparison).startswith("Nothing is tested")


def test_only_tasks_that_all_runs_have_are_compared(make_run: MakeRun) -> None:
    comparison = compare([make_run("a", {"refund": 3, "moved": 0}), make_run("b", {"refund": 1, "late": 3})])
    assert comparison.shared.tasks == ("refund",)
    assert [run.figures.pass_k[0].value for run in comparison.runs] == [1, pytest.approx(1 / 3)]
    assert "Left out: 2 tasks (late and moved) that not every run has." in words.warnings(comparison)


def test_a_task_that_changed_between_the_runs_is_left_out(real_runs: Mapping[str, Path], tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    changed.mkdir()
    for file in real_runs["oracle"].iterdir():
        if file.is_file():
            (changed / file.name).write_bytes(file.read_bytes())
    played = PlayedTasks.read(changed)
    retitled, other, *rest = played.tasks
    tasks = (
        retitled.model_copy(update={"title": "Another title"}),
        other.model_copy(update={"about": "Something else"}),
        *rest,
    )
    played.model_copy(update={"tasks": tasks}).write(changed)
    assert (changed / TASKS).exists()
    comparison = compare([changed, real_runs["apprentice"]])
    assert comparison.shared.changed == (other.id,)
    assert f"Left out: 1 task ({other.id}) that changed between the runs." in words.warnings(comparison)


def test_what_makes_runs_measure_different_things_is_warned_of(make_run: MakeRun) -> None:
    comparison = compare(
        [
            make_run("a", {"refund": 3}),
            make_run("b", {"refund": 3}, customer="qwen", fingerprints={"dataset": "d4t4", "policy": "cc"}),
        ]
    )
    assert [one.setting for one in comparison.settings.measuring] == ["policy", "customer"]
    assert "they differ in policy and customer" in words.warnings(comparison)[0]
    table = tables.settings_table(comparison)
    assert (table.head, table.rows) == (("run", "policy", "customer"), (("a", "bb", "agenda"), ("b", "cc", "qwen")))


def test_another_seed_is_a_difference_without_a_warning(make_run: MakeRun) -> None:
    comparison = compare([make_run("a", {"refund": 3}), make_run("b", {"refund": 3}, settings=settings(seed=8))])
    assert words.warnings(comparison) == []
    assert tables.settings_table(comparison).head == ("run", "seed")


def test_the_tasks_that_separate_the_runs_come_first(make_run: MakeRun) -> None:
    first = make_run("a", {"same": 2, "little": 2, "much": 3})
    comparison = compare([first, make_run("b", {"same": 2, "little": 1, "much": 0})])
    assert comparison.separating == ["much", "little", "same"]
    assert tables.tasks_table(comparison).rows[0] == ("much", "3/3", "0/3")


def test_runs_of_unequal_counts_show_what_each_has(make_run: MakeRun) -> None:
    comparison = compare([make_run("a", {"refund": 2}, count=2), make_run("b", {"refund": 3}, count=3)])
    assert {row[0]: row[1:4] for row in tables.pass_k_table(comparison).rows} == {
        "a": ("100.0 %", "100.0 %", "-"),
        "b": ("100.0 %", "100.0 %", "100.0 %"),
    }


def test_what_a_solved_trial_takes_counts_the_unsolved_too(real_runs: Mapping[str, Path]) -> None:
    comparison = compare([real_runs["oracle"], real_runs["dump"]])
    table = tables.spending_table(comparison)
    oracle, dump = (dict(zip(table.head, row, strict=True)) for row in table.rows)
    spent = comparison.runs[0].figures.spent["agent"]
    assert spent.input_tokens
    assert (oracle["solved"], oracle["tokens in"]) == ("8 of 8", f"{spent.input_tokens / 8:,.0f}")
    assert (dump["solved"], dump["tokens in"], dump["time"]) == ("0 of 8", "-", "-")


def test_the_tasks_with_pictures_are_told_from_the_others(real_runs: Mapping[str, Path]) -> None:
    table = tables.pictures_table(compare([real_runs["oracle"], real_runs["dump"]]))
    assert table.head == ("run", "1 with pictures", "3 without")
    assert table.rows == (("oracle", "100.0 %", "100.0 %"), ("dump", "0.0 %", "0.0 %"))


def test_what_cannot_be_compared_is_said(make_run: MakeRun) -> None:
    first, second = make_run("a", {"refund": 3}), make_run("b", {"moved": 3})
    for folders, told in (
        ([first], "needs at least two runs"),
        ([first, first / ".." / first.name], "is given twice"),
        ([first, second], "no task in common"),
    ):
        with pytest.raises(ComparisonError, match=told):
            compare(folders)


def _manifest(other: dict[str, object]) -> Manifest:
    return manifest("refund", count=3, **{"agent": "bot", **other})
