"""The summary as it stands in the terminal."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

import pytest
from records import UNSAID, case, manifest, record, write_run

from ecom_fixtures.evaluation.judgement import Conduct, Failure, FailureClass, Verdict
from ecom_fixtures.reporting.terminal import Line, report_lines, summary_lines, unsolved_lines
from ecom_fixtures.runs.figures import figures
from ecom_fixtures.trajectory import Message, ModelCall, Usage
from ecom_fixtures.trial.record import Outcome

LETTERS = {
    "P": Outcome.PASSED,
    "F": Outcome.FAILED,
    "C": Outcome.CUSTOMER_FAULT,
    "E": Outcome.INFRA_ERROR,
}


def summary(plan: dict[str, str], width: int = 100, encoding: str | None = "utf-8", **other: Any) -> list[Line]:
    """The lines for {task: a letter of LETTERS per trial, - where there is no record}; ``other`` is for records."""
    records = [
        record(task, trial, LETTERS[letter], **{"verdict": UNSAID if letter == "F" else None, "seconds": 25, **other})
        for task, letters in plan.items()
        for trial, letter in enumerate(letters, 1)
        if letter != "-"
    ]
    plan_of_run = manifest(*plan, count=len(next(iter(plan.values()))), wall_seconds=100)
    return summary_lines(figures(plan_of_run, records), width, encoding)


def text(lines: list[Line]) -> str:
    return "\n".join(line.text for line in lines)


def row(lines: list[Line], task: str) -> Line:
    [found] = [line for line in lines if line.text.split(" ")[0] == task]
    return found


def test_a_task_shows_its_trials_its_score_and_what_failed() -> None:
    lines = summary({"refund-price-drop": "PPFP"})
    assert row(lines, "refund-price-drop").text.split() == ["refund-price-drop", "✓✓✗✓", "3/4", "1"]
    assert row(lines, "task").text.split() == ["task", "trials", "solved", "action", "search", "output"]


def test_a_failure_stands_under_the_dimension_it_belongs_to() -> None:
    lines = summary({"refund-price-drop": "PPFP"})
    end = row(lines, "task").text.index("output") + len("output")
    assert len(row(lines, "refund-price-drop").text) == end


def test_an_incomplete_run_has_a_column_for_unjudged_trials() -> None:
    lines = summary({"refund": "PPE-", "hose": "PPPP"})
    assert "unjudged" in row(lines, "task").text
    assert row(lines, "refund").text.split() == ["refund", "✓✓E-", "2/2", "2"]
    assert row(lines, "hose").text.split() == ["hose", "✓✓✓✓", "4/4"]


@pytest.mark.parametrize(
    ("trials", "style"), [("PPP", "green"), ("FFF", "red"), ("PFP", "yellow"), ("PPE", "yellow"), ("-FF", "red")]
)
def test_the_colour_tells_always_from_sometimes_from_never(trials: str, style: str) -> None:
    assert row(summary({"refund": trials}), "refund").style == style


def test_the_marks_that_occur_are_explained() -> None:
    lines = text(summary({"refund": "PFC"}))
    assert "✓ solved   ✗ unsolved   C customer fault\n" in lines


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", None])
def test_a_terminal_without_the_signs_gets_letters(encoding: str | None) -> None:
    lines = summary({"refund": "PFEC-"}, encoding=encoding)
    assert ".FEC-" in row(lines, "refund").text
    assert ". solved   F unsolved" in text(lines)


def test_every_line_can_be_written_in_the_encoding_of_the_terminal() -> None:
    plan = manifest("refund", agent="b\u00f6t \u2713")
    assert "b?t ?" in text(summary_lines(figures(plan, [record()]), encoding="ascii"))


@pytest.mark.parametrize("width", [20, 80, 90, 100, 200])
@pytest.mark.parametrize("count", [1, 8, 16, 17, 120])
def test_no_line_is_wider_than_the_terminal(width: int, count: int) -> None:
    rng = random.Random(count)
    plan = {f"{i:02}-" + "exchange-" * 6 + "ab": "".join(rng.choices("PFEC-", k=count)) for i in range(53)}
    lines = summary(plan, width, verdict=None)
    assert max(len(line.text) for line in lines) <= max(80, min(width, 100))
    assert sum(line.text[:2].isdigit() and line.text[2] == "-" for line in lines) == 53


def test_columns_start_at_the_same_place_in_every_row() -> None:
    lines = summary({"a": "PPPP", "refund-price-drop": "FFFF", "exchange": "PPFF"})
    assert len({line.text.index("/") for line in lines[2:6] if "/" in line.text}) == 1


def test_an_id_that_fits_is_never_cut() -> None:
    long_id = "exchange-" * 6 + "abcd"
    assert row(summary({long_id: "PPPPPPPP"}, width=100), long_id).style == "green"


def test_many_trials_are_counted_instead_of_drawn() -> None:
    assert "15✓ 4✗ 1E" in row(summary({"refund": "P" * 15 + "FFFFE"}), "refund").text


def test_a_complete_run_shows_pass_k_with_its_interval() -> None:
    plan = {f"task-{i}": trials for i, trials in enumerate(["PP", "PF", "FF", "PP"] * 5)}
    lines = text(summary(plan))
    assert "pass^k over 20 tasks, 2 trials each, with 95% interval" in lines
    found = [re.findall(r"[\d.]+(?= %)", line) for line in lines.splitlines() if line.startswith(("pass^1", "pass^2"))]
    assert [shown[0] for shown in found] == ["62.5", "50.0"]
    for value, *ends in ([float(figure) for figure in shown] for shown in found):
        these_low, these_high, low, high, strict = ends
        assert low < these_low < value < these_high < high
        assert strict == value


def test_where_there_is_no_interval_the_reason_is_given() -> None:
    assert "no interval: one task says nothing of others" in text(summary({"refund": "PP"}))


def test_an_incomplete_run_shows_bounds_and_says_what_is_missing() -> None:
    lines = summary({"refund": "PP-E", "hose": "CEPP"})
    assert "pass^1   50.0 % to 100.0 %" in text(lines)
    last = [line.text for line in lines if line.style == "yellow"][-2:]
    assert last == [
        "INCOMPLETE: 4 of 8 trials not judged: 1 missing, 2 infra errors, 1 customer fault.",
        "So pass^k has no value: its worst case counts them unsolved, its best solved.",
    ]


def test_a_reason_that_didnt_occur_isnt_named() -> None:
    assert "1 of 2 trials not judged: 1 infra error." in text(summary({"refund": "PE"}))


def test_a_complete_run_says_so() -> None:
    lines = summary({"refund": "PF"})
    assert lines[-1].text == "Complete: 1 of 2 trials solved, every one judged."


def test_an_interrupted_run_says_so() -> None:
    plan = manifest("refund", interrupted=True)
    assert Line("The run was interrupted.", "yellow") in summary_lines(figures(plan, []))


def test_the_table_of_many_ks_is_thinned_out_and_keeps_its_ends() -> None:
    lines = text(summary({"refund": "P" * 40}))
    shown = [line.split()[0] for line in lines.splitlines() if line.startswith("pass^") and line[5].isdigit()]
    assert shown == [f"pass^{k}" for k in (1, 2, 3, 4, 8, 16, 32, 40)]
    assert "the other k are in summary.json" in lines


def test_the_failure_rate_of_a_dimension_stands_beside_its_count() -> None:
    lines = text(summary({"refund": "PFPF", "hose": "PPPE"}))
    assert "of 7 judged trials" in lines
    assert "output   28.6 %      2   required answer not said" in lines


def test_a_run_without_failures_has_no_table_of_them() -> None:
    assert "by dimension" not in text(summary({"refund": "PP"}))
    assert "by class" not in text(summary({"refund": "PP"}))


def test_every_failure_class_stands_with_its_count() -> None:
    failure = Failure(kind=FailureClass.WRONG_DECISION, intent="refund", call="")
    lines = text(summary({"refund": "FF"}, failure=failure))
    assert "by class: wrong argument 0, wrong decision 2, partially resolved 0" in lines


def test_conduct_is_named_with_its_trials() -> None:
    conduct = Conduct(unconfirmed=("cancel", "refund"), forbidden=("return",))
    lines = text(summary({"refund": "P"}, conduct=conduct))
    assert "2 changes without the customer's yes, in 1 trial\n1 change that the policy forbids, in 1 trial" in lines
    assert "conduct" not in text(summary({"refund": "P"}))


def test_tokens_and_time_are_named_by_side() -> None:
    usage = Usage(calls=600, input_tokens=1_200_000, output_tokens=3_000)
    lines = text(summary({"refund": "PPPPPPPP"}, agent_usage=usage))
    assert "agent     4,800 model calls, 9,600,000 tokens in, 24,000 out" in lines
    assert "customer  no model calls" in lines
    assert "time      1 min 40 s; 3 min 20 s in trials, 2.0 at a time" in lines


def test_pictures_that_a_model_read_are_named_beside_the_two_sides() -> None:
    vision = ModelCall(role="vision", model="eyes", input_tokens=900, output_tokens=30, finish="stop")
    lines = text(summary({"refund": "PP"}, calls=(vision,)))
    assert "customer  no model calls\npictures  2 model calls, 1,800 tokens in, 60 out\n" in lines
    assert "pictures" not in text(summary({"refund": "PP"}))


def test_what_an_agent_of_ones_own_took_is_not_told_as_nothing() -> None:
    lines = text(summary({"refund": "PP"}, agent="bots:build"))
    assert "agent     model calls and tokens unknown: the agent doesn't report them" in lines


def test_tasks_with_unequal_numbers_of_trials_are_told_as_such() -> None:
    plan = manifest(cases=[case("refund", 2), case("hose", 2), case("hose", 3)])
    records = [record("refund", 2), record("hose", 2), record("hose", 3, Outcome.FAILED)]
    lines = text(summary_lines(figures(plan, records)))
    assert "pass^k over 2 tasks, 1 to 2 trials each, with 95% interval" in lines
    assert "pass^2" not in lines


def test_a_run_of_an_older_version_says_what_it_lacks() -> None:
    lines = text(summary({"refund": "PP"}, schema_version=1)).replace("\n", " ")
    assert "Recorded by an older version (journal schema 1), which kept no times of messages and calls" in lines
    assert "older version" not in text(summary({"refund": "PP"}))


def test_each_unsolved_task_is_told_by_its_clearest_trial(tmp_path: Path) -> None:
    twice = Verdict(missing_keywords=UNSAID.missing_keywords * 2)
    tasks = [f"task-{number}" for number in range(5)]
    records = [
        record(task, trial, Outcome.FAILED, verdict=twice if trial == 1 else UNSAID)
        for task in tasks
        for trial in (1, 2)
    ]
    plan = manifest(*tasks, "hose", count=2)
    folder = write_run(tmp_path, plan, [*records, record("hose", 1), record("hose", 2)])
    lines = text(unsolved_lines(folder, figures(plan, [*records, record("hose", 1), record("hose", 2)])))
    assert "task-3, trial 2 (2 of 2 unsolved)\n  Not said: 14 days\n" in lines
    assert "trial 1" not in lines
    assert "hose" not in lines


def test_a_few_unsolved_tasks_are_explained_at_length(tmp_path: Path) -> None:
    said = Message(role="agent", text="Certainly not.")
    folder = write_run(tmp_path, manifest("refund"), [record(outcome=Outcome.FAILED, verdict=UNSAID, events=(said,))])
    lines = text(report_lines(folder))
    assert "UNSOLVED: refund, trial 1\n" in lines
    assert "the end of the dialogue (messages and tool calls 1 to 1 of 1):\n  agent: Certainly not.\n" in lines
    assert lines.index("UNSOLVED") < lines.index("pass^1")


def test_a_run_in_which_all_was_solved_explains_nothing(tmp_path: Path) -> None:
    folder = write_run(tmp_path, manifest("refund"), [record()])
    assert report_lines(folder)[0].text == "20251114-oracle: agent oracle, customer agenda"


def test_a_killed_run_doesnt_invent_its_wall_time() -> None:
    plan = manifest("refund", wall_seconds=None)
    assert "wall time not known" in text(summary_lines(figures(plan, [record()])))
