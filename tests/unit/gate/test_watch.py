"""A run that is decided: seen at the first trial after which no outcome of the rest can change it, and not before."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from records import case, record

from ecom_fixtures.gate.floors import Watch, option, share
from ecom_fixtures.statistics.bounds import Ruling
from ecom_fixtures.statistics.floors import Floor, check_floors
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.trial.record import Outcome

CASES = [case(task, trial) for trial in (1, 2, 3) for task in ("hose", "refund")]


def ruling_of(outcomes: dict[int, bool], floors: list[Floor]) -> Ruling:
    counts = []
    for task in ("hose", "refund"):
        mine = [outcomes[number] for number, one in enumerate(CASES) if one.task_id == task]
        counts.append(TaskCount(task, sum(mine), 3, 3))
    return check_floors(counts, floors)[0]


@pytest.mark.parametrize("seed", range(20))
def test_it_stops_exactly_when_no_completion_can_change_the_ruling(seed: int) -> None:
    random = Random(seed)
    floors = [Floor(random.choice((1, 2, 3)), random.choice((0.2, 0.4, 0.5, 0.7, 1.0))) for _ in range(1 + seed % 2)]
    watch, solved = Watch(floors, CASES), {n: random.random() < 0.5 for n in range(6)}
    for number, one in enumerate(CASES):
        outcome = Outcome.PASSED if solved[number] else Outcome.FAILED
        stops = watch.take(record(one.task_id, one.trial, outcome))
        seen = {n: solved[n] for n in range(number + 1)}
        rest = range(number + 1, 6)
        ends = {
            ruling_of(seen | dict(zip(rest, way, strict=True)), floors)
            for way in product((True, False), repeat=len(rest))
        }
        assert stops == (len(ends) == 1 and len(rest) > 0)
        if stops:
            return


def test_a_trial_that_could_not_be_judged_leaves_both_open() -> None:
    watch = Watch([Floor(1, 0.5)], [case("hose", 1), case("hose", 2), case("hose", 3)])
    assert not watch.take(record("hose", 1, Outcome.INFRA_ERROR))
    assert not watch.take(record("hose", 2))
    assert not watch.take(record("hose", 3, Outcome.FAILED))
    assert not watch.decided


def test_it_says_what_is_decided_and_says_it_once() -> None:
    watch = Watch([Floor(1, 0.6), Floor(3, 0.1)], CASES)
    assert not watch.take(record("hose", 1, Outcome.FAILED))
    assert watch.take(record("refund", 1, Outcome.FAILED))
    assert watch.decided == "pass^3 can't reach 10.0 % any more"
    assert not watch.take(record("hose", 2, Outcome.FAILED))


def test_a_trial_of_which_two_records_come_counts_once() -> None:
    watch = Watch([Floor(1, 0.5)], CASES)
    assert not any(watch.take(record("hose", 1)) for _ in range(5))


def test_a_floor_is_told_as_it_is_written() -> None:
    assert [option(Floor(1, 0.6)), option(Floor(3, 0.35))] == ["--min-pass=0.6", "--min-pass=3:0.35"]


def test_a_share_is_told_with_as_many_digits_as_it_takes() -> None:
    assert [share(0.4934), share(0.6, 0.6), share(0.5996, 0.6), share(0.59996, 0.6)] == [
        "49.3 %",
        "60.0 %",
        "59.96 %",
        "59.996 %",
    ]
