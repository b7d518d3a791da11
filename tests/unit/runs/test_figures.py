"""The figures of a run, from hand-made records whose sums can be seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from records import case, manifest, record, write_run

from ecom_fixtures.evaluation.judgement import Conduct, Failure, FailureClass, Missing, Verdict
from ecom_fixtures.runs.figures import Figures, failed_dimensions, figures, figures_of
from ecom_fixtures.runs.files import JournalError
from ecom_fixtures.runs.spending import Spent
from ecom_fixtures.trajectory import ModelCall, Usage
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.worlds.diff import Change

P, F, C, E = Outcome.PASSED, Outcome.FAILED, Outcome.CUSTOMER_FAULT, Outcome.INFRA_ERROR
CHANGE = Change(table="orders", key="251112000001", column="state", expected="cancelled", actual="paid")
MISSING = Missing(intent="refund", what="get_product_info")


def of(plan: dict[str, list[Outcome | None]], **other: Any) -> Figures:
    """The figures of {task: outcome by trial}; None for a trial without a record."""
    records = [
        record(task, trial, outcome)
        for task, outcomes in plan.items()
        for trial, outcome in enumerate(outcomes, 1)
        if outcome
    ]
    return figures(manifest(*plan, count=len(next(iter(plan.values()))), **other), records)


def test_a_row_shows_the_outcome_of_every_trial_in_its_place() -> None:
    [row] = of({"refund": [P, None, E, F, C, P]}).tasks
    assert [trial.outcome for trial in row.trials] == [P, None, E, F, C, P]
    assert [trial.trial for trial in row.trials] == [1, 2, 3, 4, 5, 6]
    assert (row.passed, row.judged, row.planned) == (2, 3, 6)


def test_the_order_of_the_records_doesnt_matter() -> None:
    records = [record("refund", 1, F), record("refund", 2), record("hose", 1), record("hose", 2, E)]
    plan = manifest("refund", "hose", count=2)
    assert figures(plan, records) == figures(plan, reversed(records))


def test_rows_stand_in_the_order_of_the_manifest() -> None:
    records = [record("hose", 1), record("refund", 1)]
    assert [row.task for row in figures(manifest("refund", "hose", count=1), records).tasks] == ["refund", "hose"]


def test_a_task_without_a_record_keeps_its_row() -> None:
    row = of({"refund": [P], "hose": [None]}).tasks[1]
    assert (row.task, row.number, row.title, row.planned, row.judged) == ("hose", None, "", 1, 0)
    assert [trial.outcome for trial in row.trials] == [None]


def test_every_outcome_is_counted_and_every_planned_trial_is_somewhere() -> None:
    found = of({"refund": [P, F, C], "hose": [E, None, P]})
    assert found.outcomes == {P: 2, F: 1, C: 1, E: 1}
    assert (found.planned, found.judged, found.missing) == (6, 3, 1)


def test_a_run_with_every_trial_judged_has_pass_k() -> None:
    found = of({"refund": [P, P], "hose": [P, F]})
    assert found.complete
    assert [row.value for row in found.pass_k] == [0.75, 0.5]


@pytest.mark.parametrize("gap", [None, C, E])
def test_a_run_with_one_unjudged_trial_has_bounds_only(gap: Outcome | None) -> None:
    found = of({"refund": [P, P], "hose": [P, gap]})
    assert not found.complete
    assert [(row.value, row.worst, row.best) for row in found.pass_k] == [(None, 0.75, 1.0), (None, 0.5, 1.0)]


@pytest.mark.parametrize(
    ("outcome", "verdict", "expected"),
    [
        (F, Verdict(state_diff=(CHANGE,)), ("action",)),
        (F, Verdict(missing_searches=(MISSING,), missing_keywords=(MISSING,)), ("search", "output")),
        (F, None, ("other",)),
        (F, Verdict(), ("other",)),
        (P, Verdict(), ()),
        (E, Verdict(state_diff=(CHANGE,)), ()),
    ],
    ids=["one", "two", "crash", "too many turns", "passed", "infra error"],
)
def test_a_failed_trial_always_names_what_it_failed_in(
    outcome: Outcome, verdict: Verdict | None, expected: tuple[str, ...]
) -> None:
    assert failed_dimensions(record("refund", 1, outcome, verdict=verdict)) == expected


def test_the_failure_rate_is_of_judged_trials() -> None:
    wrong = Verdict(missing_keywords=(MISSING,))
    found = figures(
        manifest("refund", count=5),
        [
            record("refund", 1, F, verdict=wrong),
            record("refund", 2, P),
            record("refund", 3, P),
            record("refund", 4, P),
            record("refund", 5, C, verdict=wrong),
        ],
    )
    assert (found.failures["output"].trials, found.failures["output"].rate) == (1, 0.25)
    assert found.tasks[0].failed == {"action": 0, "search": 0, "output": 1, "other": 0}


def test_a_run_in_which_nothing_was_judged_has_no_failure_rate() -> None:
    assert of({"refund": [E, C]}).failures["action"].rate is None


def test_failure_classes_are_counted_over_judged_trials() -> None:
    argument, partly = (
        Failure(kind=FailureClass(kind), intent="", call="") for kind in ("wrong argument", "partially resolved")
    )
    found = figures(
        manifest("refund", count=5),
        [
            record("refund", 1, F, failure=partly),
            record("refund", 2, F, failure=partly),
            record("refund", 3, F, failure=argument),
            record("refund", 4, F),
            record("refund", 5, C, failure=argument),
        ],
    )
    assert {str(kind): trials for kind, trials in found.classes.items()} == {
        "wrong argument": 1,
        "wrong decision": 0,
        "partially resolved": 2,
    }


def test_conduct_is_counted_by_finding_and_by_trial() -> None:
    twice, once = Conduct(unconfirmed=("cancel", "refund")), Conduct(unconfirmed=("cancel",), forbidden=("return",))
    found = figures(
        manifest("refund", count=2), [record("refund", 1, conduct=twice), record("refund", 2, F, conduct=once)]
    )
    assert {kind: (count.findings, count.trials) for kind, count in found.conduct.items()} == {
        "unconfirmed": (3, 2),
        "defied": (0, 0),
        "forbidden": (1, 1),
        "late_searches": (0, 0),
        "foreign_reads": (0, 0),
        "ungrounded": (0, 0),
    }


def test_tokens_and_seconds_are_those_of_all_trials_judged_or_not() -> None:
    usage: dict[str, Any] = {
        "agent_usage": Usage(calls=2, input_tokens=100, output_tokens=10),
        "customer_usage": Usage(calls=1, input_tokens=50, output_tokens=5),
        "seconds": 4.0,
    }
    found = figures(manifest("refund", count=2), [record("refund", 1, **usage), record("refund", 2, E, **usage)])
    assert found.spent["agent"] == Spent(calls=4, input_tokens=200, output_tokens=20)
    assert found.spent["customer"] == Spent(calls=2, input_tokens=100, output_tokens=10)
    assert (found.trial_seconds, found.tasks[0].seconds, found.wall_seconds) == (8.0, 8.0, 9.0)


def test_a_selection_is_a_complete_run_of_what_it_selected() -> None:
    found = figures(manifest(cases=[case("refund", 2), case("hose", 2)]), [record("refund", 2), record("hose", 2, F)])
    assert (found.planned, found.complete, found.missing) == (2, True, 0)
    assert [(point.k, point.value) for point in found.pass_k] == [(1, 0.5)]
    assert [trial.trial for row in found.tasks for trial in row.trials] == [2, 2]


def test_tasks_with_unequal_numbers_of_trials_are_compared_up_to_the_smallest() -> None:
    plan = manifest(cases=[case("refund", 1), case("refund", 2), case("hose", 1)])
    found = figures(plan, [record("refund", 1), record("refund", 2, F), record("hose", 1)])
    assert found.complete
    assert [(point.k, point.value) for point in found.pass_k] == [(1, 0.75)]


def test_a_trial_of_another_variant_is_another_trial() -> None:
    plan = manifest(cases=[case("refund", 1, "calm"), case("refund", 1, "angry")])
    records = [record("refund", 1, variant="calm"), record("refund", 1, F, variant="angry")]
    [row] = figures(plan, records).tasks
    assert [(trial.variant, trial.outcome) for trial in row.trials] == [("calm", P), ("angry", F)]
    assert row.case(row.trials[1]) == records[1].case


def test_the_clearest_trial_of_a_task_is_the_one_in_which_the_fewest_things_went_wrong() -> None:
    verdicts = (Verdict(state_diff=(CHANGE,) * 3), Verdict(missing_searches=(MISSING,)), None)
    records = [record("refund", trial, F, verdict=verdict) for trial, verdict in enumerate(verdicts, 1)]
    [row] = figures(manifest("refund", count=4), [*records, record("refund", 4)]).tasks
    assert row.clearest
    assert row.clearest.trial == 2
    assert of({"refund": [P, E]}).tasks[0].clearest is None


def call(role: str, tokens_in: int | None = None, tokens_out: int | None = None) -> ModelCall:
    return ModelCall.model_validate(
        {"role": role, "model": "m", "input_tokens": tokens_in, "output_tokens": tokens_out, "finish": "stop"}
    )


def test_reading_pictures_is_counted_beside_agent_and_customer() -> None:
    calls = (call("agent", 500, 50), call("vision", 900, 30), call("vision", 800, 20))
    found = figures(manifest("refund"), [record("refund", calls=calls)])
    assert found.spent["vision"] == Spent(calls=2, input_tokens=1700, output_tokens=50)
    assert of({"refund": [P]}).spent["vision"] == Spent(calls=0, input_tokens=0, output_tokens=0)


def test_what_an_agent_of_ones_own_took_is_unknown_unless_it_says() -> None:
    silent = figures(manifest("refund"), [record("refund", agent="bots:build")])
    assert silent.spent["agent"] == Spent(calls=None, input_tokens=None, output_tokens=None)
    usage = Usage(calls=1, input_tokens=70, output_tokens=7)
    telling = figures(manifest("refund"), [record("refund", agent="bots:build", agent_usage=usage)])
    assert telling.spent["agent"] == Spent(calls=1, input_tokens=70, output_tokens=7)


def test_tokens_that_an_endpoint_doesnt_count_are_unknown() -> None:
    found = figures(manifest("refund"), [record("refund", calls=(call("vision"),), agent_usage=Usage(calls=3))])
    assert found.spent["vision"] == Spent(calls=1, input_tokens=None, output_tokens=None)
    assert found.spent["agent"] == Spent(calls=3, input_tokens=None, output_tokens=None)


def test_the_figures_say_of_which_schema_the_oldest_record_is() -> None:
    plan = manifest("refund", count=2)
    assert figures(plan, [record("refund", 1), record("refund", 2)]).journal_schema == 3
    assert figures(plan, [record("refund", 1), record("refund", 2, schema_version=1)]).journal_schema == 1


@pytest.mark.parametrize("stray", [record("hose", 1), record("refund", 3), record("refund", 1, seed=8)])
def test_a_record_that_the_manifest_doesnt_plan_is_refused(stray: Record) -> None:
    with pytest.raises(JournalError, match=f"trial {stray.trial} of {stray.task}: the manifest .* doesn't plan it"):
        figures(manifest("refund", count=2), [stray])


def test_two_records_of_one_trial_are_refused() -> None:
    with pytest.raises(JournalError, match="two records"):
        figures(manifest("refund", count=2), [record("refund", 1), record("refund", 1)])


def test_the_figures_of_a_folder_are_those_of_its_journal_and_manifest(tmp_path: Path) -> None:
    plan, records = manifest("refund", count=2), [record("refund", 1), record("refund", 2, F)]
    assert figures_of(write_run(tmp_path, plan, records)) == figures(plan, records)


def test_a_summary_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = of({"refund": [P, F, None], "hose": [E, C, P]})
    assert Figures.read(found.write(tmp_path)) == found


def test_a_summary_names_outcomes_and_dimensions_in_plain_words(tmp_path: Path) -> None:
    summary = json.loads(of({"refund": [P, F]}).write(tmp_path).read_text("utf-8"))
    assert [trial["outcome"] for trial in summary["tasks"][0]["trials"]] == ["passed", "failed"]
    assert summary["failures"]["other"] == {"trials": 1, "rate": 0.5}
