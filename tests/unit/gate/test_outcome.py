"""Which exit status a run ends with, and what its last line says: every combination as a user would read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from records import manifest, record

from ecom_fixtures.gate.floors import decide_floors
from ecom_fixtures.gate.outcome import Compared, Ended, Exit, decide_exit
from ecom_fixtures.runs.figures import Figures, figures
from ecom_fixtures.settings import OPTIONS, Settings
from ecom_fixtures.statistics.bounds import Ruling
from ecom_fixtures.trial.record import Outcome

OUTCOMES = {"+": Outcome.PASSED, "-": Outcome.FAILED, "E": Outcome.INFRA_ERROR, "C": Outcome.CUSTOMER_FAULT}
FELL = Compared(Ruling.FAILS, "pass^1 fell from 70.0 % to 50.0 %")
HELD = Compared(Ruling.PASSES, "pass^1 70.0 % is not shown to be worse than 69.0 %")


def settings(**given: Any) -> Settings:
    values = {option.field: option.unset for option in OPTIONS}
    return Settings(**{**values, **given}, root=Path())


def run(*tasks: str) -> Figures:
    """The figures of tasks, each given by its trials: + solved, - unsolved, E and C not judged, . missing."""
    names = [f"task-{number}" for number in range(len(tasks))]
    records = [
        record(name, trial, OUTCOMES[sign])
        for name, signs in zip(names, tasks, strict=True)
        for trial, sign in enumerate(signs, 1)
        if sign != "."
    ]
    return figures(manifest(*names, count=len(tasks[0])), records)


def ended_of(signs: str, others: int = 0, **other: Any) -> Ended:
    """How a session ends whose tests take their trials at their word."""
    unsolved, unjudged = signs.count("-"), signs.count("E") + signs.count("C")
    failed = unsolved + unjudged + others
    values = {
        "status": int(failed > 0),
        "failed": failed,
        "unsolved": unsolved,
        "unjudged": unjudged,
        "run": "reports/R",
    }
    return Ended(**{**values, **other})


def line(tasks: str, others: int = 0, compared: Compared | None = None, stopped: bool = False, **given: Any) -> str:
    """The last line of a run of ``tasks``, apart by spaces, with these settings."""
    status = {name: given.pop(name) for name in ("status", "cut_short") if name in given}
    chosen, ran = settings(**{"count": len(tasks.split()[0]), **given}), run(*tasks.split())
    ended = ended_of(tasks, others, **status)
    return str(decide_exit(chosen, ran, ended, decide_floors(chosen, ran), compared, stopped=stopped))


RULE = (
    "unsolved trials don't count with --count above 1 (--fail-on). "
    "Add --min-pass or --baseline to make this run decide."
)
ONE = "(--fail-on=trial, the default with one trial a task)"

BY_TRIALS = {
    "one trial a task, all solved": ("+ +", {}, "exit 0: all 2 trials are solved"),
    "one task": ("+", {}, "exit 0: the trial is solved"),
    "one unsolved": ("- +", {}, f"exit 1: 1 of 2 trials is unsolved {ONE}"),
    "the only one unsolved": ("-", {}, f"exit 1: 1 of 1 trial is unsolved {ONE}"),
    "some of each": ("- - E +", {}, f"exit 1: 2 of 4 trials are unsolved, 1 of 4 trials was not judged {ONE}"),
    "asked for": ("-+", {"fail_on": "trial"}, "exit 1: 1 of 2 trials is unsolved (--fail-on=trial)"),
    "an ordinary test": ("+ +", {"others": 1}, f"exit 1: 1 test failed by something else than a trial {ONE}"),
    "a test that is content with it": (
        "- +",
        {"status": 0, "unfailed": True},
        "exit 0: no test failed, though 1 of 2 trials is unsolved",
    ),
    "several trials": ("-- --", {}, f"exit 0: every trial was judged; {RULE}"),
    "several trials, all solved": ("++ ++", {}, f"exit 0: every trial was judged; {RULE}"),
    "several trials, one not judged": ("-E --", {}, "exit 1: 1 of 4 trials was not judged"),
    "several trials, and ordinary tests": (
        "--",
        {"others": 2},
        "exit 1: 2 tests failed by something else than a trial",
    ),
    "some skipped": ("-.", {}, f"exit 0: no test failed, though 1 of 2 trials was not judged; {RULE}"),
    "error, asked for": (
        "-",
        {"fail_on": "error"},
        "exit 0: every trial was judged; unsolved trials don't count with --fail-on=error",
    ),
    "trial beside a floor": (
        "-+",
        {"fail_on": "trial", "min_pass": ("0.5",)},
        "exit 1: 1 of 2 trials is unsolved (--fail-on=trial); the gate passes, but doesn't decide",
    ),
    "error beside a floor": (
        "-+",
        {"fail_on": "error", "min_pass": ("0.6",)},
        "exit 0: every trial was judged; unsolved trials don't count with --fail-on=error; the gate fails, but doesn't "
        "decide",
    ),
}


@pytest.mark.parametrize(("tasks", "given", "expected"), BY_TRIALS.values(), ids=BY_TRIALS)
def test_by_trials_and_errors(tasks: str, given: dict[str, Any], expected: str) -> None:
    if given.pop("unfailed", False):
        chosen, ran = settings(), run(*tasks.split())
        assert str(decide_exit(chosen, ran, Ended())) == expected
    else:
        assert line(tasks, **given) == expected


BY_GATE: dict[str, tuple[str, dict[str, Any], str]] = {
    "a floor is reached": ("+- ++", {"min_pass": ("0.6",)}, "exit 0: pass^1 75.0 % reaches --min-pass=0.6"),
    "it is the floor": ("+- +-", {"min_pass": ("0.5",)}, "exit 0: pass^1 50.0 % reaches --min-pass=0.5"),
    "a floor is missed": ("+- --", {"min_pass": ("0.6",)}, "exit 1: pass^1 25.0 % is below --min-pass=0.6"),
    "one of two is missed": (
        "+- ++",
        {"min_pass": ("0.6", "2:0.55")},
        "exit 1: pass^2 50.0 % is below --min-pass=2:0.55",
    ),
    "both are reached": (
        "+- ++",
        {"min_pass": ("0.6", "2:0.5")},
        "exit 0: pass^1 75.0 % reaches --min-pass=0.6; pass^2 50.0 % reaches --min-pass=2:0.5",
    ),
    "whatever became of one": (
        "+E ++",
        {"min_pass": ("0.6",)},
        "exit 0: pass^1 of at least 75.0 % reaches --min-pass=0.6",
    ),
    "hopeless": ("-E --", {"min_pass": ("0.6",)}, "exit 1: pass^1 of at most 25.0 % is below --min-pass=0.6"),
    "it hangs on one": (
        "+E +-",
        {"min_pass": ("0.6",)},
        "exit 1: can't tell: pass^1 is between 50.0 % and 75.0 %, and --min-pass=0.6 asked for; "
        "pytest --resume=reports/R runs the 1 not judged",
    ),
    "an ordinary test, the floor reached": (
        "++",
        {"min_pass": ("0.6",), "others": 1},
        "exit 1: 1 test failed by something else than a trial; pass^1 100.0 % reaches --min-pass=0.6",
    ),
    "worse than the baseline": ("+-", {"baseline": "b", "compared": FELL}, f"exit 1: {FELL.headline}"),
    "no worse than the baseline": ("+-", {"baseline": "b", "compared": HELD}, f"exit 0: {HELD.headline}"),
    "no worse, but below the floor": (
        "+-",
        {"baseline": "b", "compared": HELD, "min_pass": ("0.6",)},
        "exit 1: pass^1 50.0 % is below --min-pass=0.6",
    ),
    "below both": (
        "+-",
        {"baseline": "b", "compared": FELL, "min_pass": ("0.6",)},
        f"exit 1: pass^1 50.0 % is below --min-pass=0.6; {FELL.headline}",
    ),
    "too little in common with the baseline": (
        "+-",
        {"baseline": "b", "compared": Compared(Ruling.CANT_TELL, "1 of 53 tasks is in both")},
        "exit 1: can't tell: 1 of 53 tasks is in both",
    ),
    "stopped in vain": (
        "-. -.",
        {"min_pass": ("0.6",), "stopped": True},
        "exit 1: pass^1 of at most 50.0 % is below --min-pass=0.6; decided after 2 of 4 trials, which saved 50 % "
        "of the run",
    ),
    "stopped with success": (
        "++ +.",
        {"min_pass": ("0.6",), "stopped": True},
        "exit 0: pass^1 of at least 75.0 % reaches --min-pass=0.6; decided after 3 of 4 trials, which saved 25 % "
        "of the run",
    ),
}


@pytest.mark.parametrize(("tasks", "given", "expected"), BY_GATE.values(), ids=BY_GATE)
def test_by_the_gate(tasks: str, given: dict[str, Any], expected: str) -> None:
    assert line(tasks, **given) == expected


@pytest.mark.parametrize("fail_on", ["trial", "gate", "error"])
def test_what_pytest_decided_stays_in_any_case(fail_on: str) -> None:
    given: dict[str, Any] = {"fail_on": fail_on, "min_pass": ("0.1",)}
    rest = "after 3 of 4 trials; pytest --resume=reports/R runs the rest"
    assert line("++ +.", status=2, **given) == f"exit 2: interrupted {rest}"
    assert line("++ +.", status=3, **given) == f"exit 3: pytest met an internal error {rest}"
    assert line("++ +.", status=7, **given) == f"exit 7: pytest was made to end {rest}"
    assert line("++ ++", status=4, **given) == "exit 4: pytest was used wrongly"
    cut = line("+- +.", cut_short="stopping after 1 failures", **given)
    assert (
        cut
        == "exit 1: cut short after 3 of 4 trials (stopping after 1 failures); pytest --resume=reports/R runs the rest"
    )
    assert line("++ ++", status=0, cut_short="enough", **given) == "exit 1: cut short (enough)"


def test_a_one_without_a_failed_test_is_somebody_elses() -> None:
    assert line("++", status=1) == "exit 1: set by pytest or another plugin, though no test failed"


RESUMED = {
    "nothing was left to run": ("+ -", 5, f"exit 1: 1 of 2 trials is unsolved {ONE}"),
    "all was solved": ("+ +", 5, "exit 0: all 2 trials are solved"),
    "one that was carried over is unsolved": ("+ -", 0, f"exit 1: 1 of 2 trials is unsolved {ONE}"),
    "one is still missing": (". +", 0, f"exit 1: 1 of 2 trials was not judged {ONE}"),
}


@pytest.mark.parametrize(("tasks", "status", "expected"), RESUMED.values(), ids=RESUMED)
def test_a_resumed_run_is_decided_by_the_trials_carried_over_too(tasks: str, status: int, expected: str) -> None:
    chosen = settings(resume="reports/R")
    assert str(decide_exit(chosen, run(*tasks.split()), Ended(status=status))) == expected


def test_a_status_that_another_plugin_has_changed_since_is_said_to_be_its() -> None:
    overruled = Exit(0, "all 2 trials are solved").overruled(6)
    assert str(overruled) == (
        "exit 6: set by pytest or another plugin; of the trials it would be 0: all 2 trials are solved"
    )


def test_a_figure_that_rounds_to_its_floor_gets_as_many_digits_as_tell_them_apart() -> None:
    tasks = " ".join(["+" * 8] * 37 + ["+" * 6 + "-" * 2])
    assert line(tasks, min_pass=("0.99348",)) == "exit 1: pass^1 99.34 % is below --min-pass=0.99348"
