"""Which runs become baselines, which are compared, and what is said of it; from folders of runs that never were."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from records import UNSAID, case, manifest, record, write_run

from ecom_fixtures.errors import GateError
from ecom_fixtures.evaluation.judgement import Conduct, Failure, FailureClass
from ecom_fixtures.gate.against import Comparison, decide_files
from ecom_fixtures.gate.baseline import Baseline
from ecom_fixtures.gate.finished import operation
from ecom_fixtures.reporting.gate import gate_lines, headline
from ecom_fixtures.statistics.bounds import Ruling
from ecom_fixtures.trial.record import Outcome, Record

SETTINGS = {"count": 8, "seed": 7, "max_turns": 20, "time_limit": 600.0, "persona": "", "vision": ""}
RULES = {"policy": "p", "tools": "t", "customer guide": "g", "judging rules": "1", "rules of the agenda customer": "1"}
FAILURE = Failure(kind=FailureClass.WRONG_ARGUMENT, intent="i", call="manage_order(action='cancel', order_id='7')")


def run(folder: Path, passed: Mapping[str, int], trials: int = 8, missing: int = 0, **other: Any) -> Path:
    """A run in which so many of each task's trials passed; of the first task, so many of the others are missing."""
    hashes = other.pop("hashes", {})
    values: dict[str, Any] = {
        "run": folder.name,
        "count": trials,
        "settings": SETTINGS | other.pop("settings", {}),
        "identity": {"tasks": {task: hashes.get(task, f"{task}'s") for task in passed}, "run": RULES},
    }
    plan = manifest(*passed, **{**values, **other})
    records = [each for task, count in passed.items() for each in _records(task, count, trials)]
    return write_run(folder, plan, records[missing:] if missing else records)


def _records(task: str, passed: int, trials: int) -> list[Record]:
    """The failed ones first."""
    failed = [
        record(task, n, Outcome.FAILED, verdict=UNSAID, failure=FAILURE, conduct=Conduct(unconfirmed=("yes?",)))
        for n in range(1, trials - passed + 1)
    ]
    return [*failed, *(record(task, n) for n in range(trials - passed + 1, trials + 1))]


def texts(comparison: Comparison) -> str:
    return "\n".join(line.text for line in gate_lines(comparison))


SOLVED = {f"task-{n}": 8 for n in range(20)}
BROKEN = {**SOLVED, "task-3": 1}


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return run(tmp_path / "before", SOLVED)


def test_a_task_that_broke_fails_the_gate_and_is_named(tmp_path: Path, before: Path) -> None:
    comparison = decide_files(run(tmp_path / "new", BROKEN), before)
    assert comparison.ruling is Ruling.FAILS
    assert headline(comparison).endswith("task-3 got worse")
    said = texts(comparison)
    assert "got worse: task-3 8/8 -> 1/8 (p 0.0007, for having looked at all tasks)" in said
    assert "the smallest change of one task that it can show: 8/8 -> 3/8" in said
    assert "by class: wrong argument 0.0 % -> 4.4 %" in said
    assert "by the first wrong or missing call: manage_order cancel 0.0 % -> 4.4 %" in said
    assert "changes without the customer's yes 0.0 % -> 4.4 %" in said


def test_a_task_that_got_better_is_told_and_passes(tmp_path: Path) -> None:
    comparison = decide_files(run(tmp_path / "new", SOLVED), run(tmp_path / "before", BROKEN))
    assert comparison.ruling is Ruling.PASSES
    assert "got better: task-3 1/8 -> 8/8" in texts(comparison)


def test_only_what_is_asked_is_decided(tmp_path: Path, before: Path) -> None:
    new = run(tmp_path / "new", BROKEN)
    assert decide_files(new, before, ask=["task-3"], alpha=0.2).ruling is Ruling.FAILS
    assert decide_files(new, before, ask=["task-4"], alpha=0.2).ruling is Ruling.PASSES
    with pytest.raises(GateError, match=r"--ask=task-99: is no task that both have"):
        decide_files(new, before, ask=["task-99"])


def test_a_drop_that_is_tolerated_passes_overall(tmp_path: Path, before: Path) -> None:
    new = run(tmp_path / "new", {**SOLVED, **{f"task-{n}": 7 for n in range(6)}})
    assert decide_files(new, before).ruling is Ruling.FAILS
    assert decide_files(new, before, tolerate=5).ruling is Ruling.PASSES
    assert decide_files(new, before, drift=5).ruling is Ruling.PASSES


def test_missing_trials_that_could_decide_leave_it_open(tmp_path: Path, before: Path) -> None:
    passed = {**SOLVED, "task-0": 2}
    comparison = decide_files(run(tmp_path / "new", passed, missing=6), before)
    assert comparison.ruling is Ruling.CANT_TELL
    assert headline(comparison) == "whether it is worse than the baseline hangs on 6 trials that were not judged"
    assert f"to run what is missing: pytest --resume={tmp_path / 'new'}" in texts(comparison)


def test_missing_trials_that_can_decide_nothing_are_passed_over(tmp_path: Path, before: Path) -> None:
    comparison = decide_files(run(tmp_path / "new", {**SOLVED, "task-0": 7}, missing=1), before)
    assert comparison.missing == 1
    assert comparison.ruling is Ruling.PASSES


def test_tasks_that_are_not_the_same_are_left_out_and_named(tmp_path: Path, before: Path) -> None:
    passed = {**{task: 8 for task in SOLVED if task != "task-1"}, "task-0": 0, "added": 8}
    comparison = decide_files(run(tmp_path / "new", passed, hashes={"task-0": "edited"}), before)
    assert comparison.ruling is Ruling.PASSES
    said = texts(comparison)
    assert "left out, since changed since the baseline: task-0" in said
    assert "left out, since not in the baseline: added" in said
    assert "not run: 1 task of the baseline: task-1" in said


def test_a_task_of_a_run_judged_again_that_has_changed_since_is_left_out(tmp_path: Path, before: Path) -> None:
    known = {task: f"{task}'s" for task in SOLVED if task != "task-2"}
    new = run(tmp_path / "new", SOLVED, identity={"tasks": known, "run": RULES})
    assert "left out, since changed since the baseline: task-2" in texts(decide_files(new, before))
    with pytest.raises(GateError, match="was judged again, but task-2 has changed since it was played"):
        Baseline.of([new])


@pytest.mark.parametrize(("changed", "ruling"), [(10, Ruling.PASSES), (11, Ruling.CANT_TELL)])
def test_half_of_the_tasks_must_be_left(tmp_path: Path, before: Path, changed: int, ruling: Ruling) -> None:
    hashes = {f"task-{n}": "edited" for n in range(changed)}
    assert decide_files(run(tmp_path / "new", SOLVED, hashes=hashes), before).ruling is ruling


def test_trials_that_are_alike_are_warned_of(tmp_path: Path) -> None:
    half = {task: 8 * (n % 2) for n, task in enumerate(SOLVED)}
    other = {task: 8 - passed for task, passed in half.items()}
    comparison = decide_files(run(tmp_path / "new", other), run(tmp_path / "before", half))
    assert "WARNING: the tasks differ between the two runs by more than" in texts(comparison)
    assert "(sign-flip over tasks) is 0.5" in " ".join(texts(comparison).split())


def test_a_drop_that_holds_even_if_trials_are_alike_is_no_warning(tmp_path: Path) -> None:
    lost = dict.fromkeys(SOLVED, 0)
    comparison = decide_files(run(tmp_path / "new", lost), run(tmp_path / "before", dict.fromkeys(SOLVED, 8)))
    assert "WARNING" not in texts(comparison)
    assert "worse holds even if the trials of a task are alike" in " ".join(texts(comparison).split())


def test_how_many_trials_a_smaller_drop_takes_is_told(tmp_path: Path) -> None:
    half = dict.fromkeys(SOLVED, 4)
    pool = [run(tmp_path / f"run{n}", half, created=f"2025-11-1{n}T10:00:00Z") for n in range(6)]
    file = Baseline.of(pool).write(tmp_path / "baseline.json")
    comparison = decide_files(run(tmp_path / "new", half), file)
    assert comparison.power
    needed = comparison.power.trials_needed(0.075)
    assert needed.new is None or f"(--count={needed.new})" in texts(comparison)
    assert "to notice 7.5 points (--smallest-drop) it takes" in texts(comparison)
    assert "--smallest-drop" not in texts(decide_files(tmp_path / "new", file, smallest_drop=30))


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"customer": "qwen-max"}, r"another customer \(qwen-max, not agenda\)"),
        ({"settings": {"persona": "random"}}, r"another --persona \(random, not none\)"),
        ({"settings": {"time_limit": 60.0}}, r"another --time-limit \(60, not 600\)"),
        ({"identity": {"tasks": {"task-0": "task-0's"}, "run": RULES | {"policy": "q"}}}, "another policy"),
        ({"hashes": dict.fromkeys(SOLVED, "x")}, "each of its tasks has changed"),
        ({"identity": None}, "keeps no hashes of its tasks"),
    ],
)
def test_what_cant_be_compared_is_refused(tmp_path: Path, before: Path, other: dict[str, Any], told: str) -> None:
    with pytest.raises(GateError, match=told):
        decide_files(run(tmp_path / "new", SOLVED, **other), before)


def test_another_agent_seed_and_count_are_compared(tmp_path: Path, before: Path) -> None:
    other: dict[str, Any] = {"agent": "mine", "settings": {"seed": 9, "count": 3}}
    new = run(tmp_path / "new", dict.fromkeys(SOLVED, 3), trials=3, **other)
    assert decide_files(new, before).ruling is Ruling.PASSES


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"identity": None}, "keeps no hashes of its tasks"),
        ({"missing": 1}, r"1 of 160 trials are not judged.*pytest --resume="),
        ({"stopped": "decided"}, "was stopped early"),
        ({"cases": [case("task-0", n, "angry") for n in range(1, 9)]}, "is an ablation"),
    ],
)
def test_a_run_that_is_no_baseline_is_refused(tmp_path: Path, other: dict[str, Any], told: str) -> None:
    folder = run(tmp_path / "run", SOLVED, **{key: value for key, value in other.items() if key != "cases"})
    if cases := other.get("cases"):
        records = [record("task-0", one.trial, variant=one.variant) for one in cases]
        identity = {"tasks": {"task-0": "h"}, "run": RULES}
        folder = write_run(tmp_path / "ablation", manifest(cases=cases, identity=identity), records)
    with pytest.raises(GateError, match=told):
        Baseline.of([folder])


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"agent": "mine"}, r"another agent \(mine, not oracle\)"),
        ({"hashes": {"task-0": "edited"}}, r"another task \(task-0\)"),
        ({"hashes": {"task-0": "x", "task-1": "y"}}, r"another 2 tasks \(task-0, \.\.\.\)"),
        ({"run": "before"}, "stands twice"),
    ],
)
def test_runs_of_different_things_are_not_pooled(
    tmp_path: Path, before: Path, other: dict[str, Any], told: str
) -> None:
    with pytest.raises(GateError, match=told):
        Baseline.of([before, run(tmp_path / "new", SOLVED, **other)])


def test_a_baseline_is_read_as_it_was_written(tmp_path: Path, before: Path) -> None:
    baseline = Baseline.of([before, run(tmp_path / "new", BROKEN)])
    assert Baseline.read(baseline.write(tmp_path / "deep" / "baseline.json")) == baseline
    assert baseline.tasks["task-3"].wrong["operation"] == {"manage_order cancel": 7}
    assert (baseline.tasks["task-3"].passed, baseline.tasks["task-3"].trials) == (9, 16)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"format": 1, "age', "is no JSON, or only a part of it"),
        ("[1, 2]", "is not what ecom baseline or --save-baseline writes"),
        ('{"format": 9}', "is of format 9, this version reads 1"),
        ('{"format": 1, "agent": "a"}', "conditions: field required"),
    ],
)
def test_a_file_that_is_no_baseline_is_told_in_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(GateError, match=told):
        Baseline.read(file)


def test_a_call_is_told_by_its_tool_and_action() -> None:
    assert operation("manage_order(action='cancel', order_id='7')") == "manage_order cancel"
    assert operation("hand_over()") == "hand_over"
