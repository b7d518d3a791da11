"""Trials that run ahead of their tests: order, bounds, what a fetch gets, and the end."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress

import pytest

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.trial.ahead import Ahead
from ecom_fixtures.trial.record import Outcome, Record

CASES = [Case("task", "", number, number) for number in range(1, 9)]


def record_of(case: Case) -> Record:
    return Record(
        task=case.task_id, number=1, title="T", tags=("t",), trial=case.trial, seed=case.seed, agent="a",
        customer="c", persona="p", outcome=Outcome.PASSED, ended_by="stop",
    )  # fmt: skip


class Trials:
    """Trials that wait until they are let go."""

    def __init__(self) -> None:
        self.started: list[int] = []
        self.cleaned: list[int] = []
        self.running = self.most = 0
        self.gate = threading.Event()
        self.done: list[int] = []

    async def run(self, case: Case) -> Record:
        self.started.append(case.trial)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            while not self.gate.is_set():  # noqa: ASYNC110 - the gate is opened by another thread
                await asyncio.sleep(0.002)
        finally:
            self.running -= 1
            self.cleaned.append(case.trial)
        return record_of(case)

    def note(self, record: Record) -> None:
        self.done.append(record.trial)


@pytest.fixture
def trials() -> Trials:
    return Trials()


Make = Callable[..., Ahead]


@pytest.fixture
def make(trials: Trials) -> Iterator[Make]:
    made: list[Ahead] = []

    def build(concurrency: int, look_ahead: int | None = None) -> Ahead:
        made.append(Ahead(trials.run, concurrency, look_ahead, trials.note))
        return made[-1]

    yield build
    for ahead in made:
        ahead.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds, at most five seconds."""
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end, "in vain"
        time.sleep(0.002)


def fetched(ahead: Ahead, case: Case) -> Record:
    """Fetch with a bound, so that a deadlock is a failure."""
    got: list[Record] = []
    thread = threading.Thread(target=lambda: got.append(ahead.fetch(case)), daemon=True)
    thread.start()
    thread.join(5)
    assert got, "the fetch never came back"
    return got[0]


def test_offered_trials_start_without_being_fetched(make: Make, trials: Trials) -> None:
    make(8).offer(CASES)
    until(lambda: len(trials.started) == 8)


def test_no_more_than_the_concurrency_run_at_a_time(make: Make, trials: Trials) -> None:
    ahead = make(3)
    ahead.offer(CASES)
    until(lambda: len(trials.started) == 3)
    time.sleep(0.03)
    assert len(trials.started) == 3
    trials.gate.set()
    for case in CASES:
        ahead.fetch(case)
    assert trials.most == 3


def test_trials_start_in_the_order_in_which_they_were_offered(make: Make, trials: Trials) -> None:
    ahead = make(1)
    trials.gate.set()
    ahead.offer(CASES[:5])
    ahead.offer(CASES[3:])
    for case in CASES:
        ahead.fetch(case)
    assert trials.started == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_case_that_is_offered_twice_runs_once(make: Make, trials: Trials) -> None:
    ahead = make(8)
    trials.gate.set()
    ahead.offer(CASES[:2])
    ahead.offer(CASES[:2])
    for case in CASES[:2]:
        ahead.fetch(case)
    ahead.offer(CASES[:2])
    time.sleep(0.02)
    assert trials.started == [1, 2]


def test_the_look_ahead_bounds_what_was_started_beyond_what_was_fetched(make: Make, trials: Trials) -> None:
    ahead = make(8, look_ahead=2)
    trials.gate.set()
    ahead.offer(CASES)
    until(lambda: sorted(trials.done) == [1, 2])
    time.sleep(0.03)
    assert trials.started == [1, 2]
    ahead.fetch(CASES[0])
    until(lambda: trials.started == [1, 2, 3])
    time.sleep(0.03)
    assert trials.started == [1, 2, 3]


def test_a_case_that_was_not_offered_runs_when_it_is_fetched(make: Make, trials: Trials) -> None:
    trials.gate.set()
    assert fetched(make(1), CASES[4]).trial == 5


def test_a_case_that_was_fetched_before_runs_again(make: Make, trials: Trials) -> None:
    ahead = make(1)
    trials.gate.set()
    ahead.offer(CASES[:1])
    assert fetched(ahead, CASES[0]) == fetched(ahead, CASES[0])
    assert trials.started == [1, 1]


def test_what_is_fetched_goes_before_what_is_only_offered(make: Make, trials: Trials) -> None:
    ahead = make(1)
    ahead.offer(CASES)
    until(lambda: trials.started == [1])
    waiting = threading.Thread(target=ahead.fetch, args=(CASES[6],))
    waiting.start()
    time.sleep(0.02)
    trials.gate.set()
    waiting.join(5)
    assert trials.started[:2] == [1, 7]


@pytest.mark.parametrize("wanted", [CASES[0], CASES[5], Case("other", "", 1, 1)], ids=["again", "later", "unknown"])
def test_the_look_ahead_never_keeps_a_fetch_from_running(make: Make, trials: Trials, wanted: Case) -> None:
    ahead = make(2, look_ahead=1)
    trials.gate.set()
    ahead.offer(CASES)
    fetched(ahead, CASES[0])
    until(lambda: sorted(trials.done) == [1, 2])
    assert fetched(ahead, wanted).trial == wanted.trial


def test_every_finished_record_is_handed_on_before_it_is_fetched(make: Make, trials: Trials) -> None:
    make(8).offer(CASES[:3])
    trials.gate.set()
    until(lambda: sorted(trials.done) == [1, 2, 3])


def test_an_exception_of_a_trial_reaches_its_fetch_and_no_other() -> None:
    async def run(case: Case) -> Record:
        if case.trial == 1:
            raise ZeroDivisionError("oh no")
        return record_of(case)

    ahead = Ahead(run, 2)
    ahead.offer(CASES[:2])
    with pytest.raises(ZeroDivisionError, match="oh no"):
        ahead.fetch(CASES[0])
    assert ahead.fetch(CASES[1]).trial == 2
    ahead.close()


def test_an_exception_of_who_is_told_reaches_the_fetch_too() -> None:
    async def run(case: Case) -> Record:
        return record_of(case)

    def full(record: Record) -> None:
        raise OSError("disk full")

    ahead = Ahead(run, 2, on_done=full)
    with pytest.raises(OSError, match="disk full"):
        ahead.fetch(CASES[0])
    ahead.close()


def test_closing_cancels_what_is_in_flight_and_waits_for_its_clean_up(make: Make, trials: Trials) -> None:
    others = set(threading.enumerate())
    ahead = make(2)
    ahead.offer(CASES)
    until(lambda: len(trials.started) == 2)
    ahead.close()
    assert sorted(trials.cleaned) == [1, 2]
    assert trials.started == [1, 2]
    assert trials.done == []
    assert set(threading.enumerate()) <= others


def test_closing_twice_is_fine(make: Make) -> None:
    ahead = make(1)
    ahead.close()
    ahead.close()


def test_a_fetch_that_waits_when_it_is_closed_is_cancelled(make: Make, trials: Trials) -> None:
    ahead = make(1)
    ends: list[str] = []

    def wait() -> None:
        try:
            ahead.fetch(CASES[0])
        except CancelledError:
            ends.append("cancelled")

    waiting = threading.Thread(target=wait)
    waiting.start()
    until(lambda: trials.started == [1])
    ahead.close()
    waiting.join(5)
    assert ends == ["cancelled"]


@pytest.mark.parametrize("case", [CASES[0], CASES[5], Case("other", "", 1, 1)], ids=["in flight", "offered", "unknown"])
def test_a_fetch_after_the_end_is_cancelled(make: Make, trials: Trials, case: Case) -> None:
    ahead = make(1)
    ahead.offer(CASES)
    until(lambda: trials.started == [1])
    ahead.close()
    with pytest.raises(CancelledError):
        ahead.fetch(case)


def fetched_or_cancelled(ahead: Ahead, cases: list[Case]) -> list[int]:
    """The trials that come back; the others are cancelled. A fetch that does neither is a TimeoutError."""
    found = []
    pool = ThreadPoolExecutor(1)
    for case in cases:
        with suppress(CancelledError):
            found.append(pool.submit(ahead.fetch, case).result(5).trial)
    return found


def test_a_stop_keeps_what_has_ended_and_cancels_the_rest(make: Make, trials: Trials) -> None:
    ahead = make(concurrency=2)
    ahead.offer(CASES[:2])
    trials.gate.set()
    until(lambda: sorted(trials.done) == [1, 2])
    trials.gate.clear()
    ahead.offer(CASES[2:6])
    until(lambda: trials.started == [1, 2, 3, 4])
    ahead.stop()
    assert fetched_or_cancelled(ahead, CASES) == [1, 2]
    assert trials.started == [1, 2, 3, 4]
    assert sorted(trials.cleaned) == [1, 2, 3, 4]


def test_a_trial_that_is_stopped_before_its_first_step_is_cancelled_too() -> None:
    offered = threading.Event()
    started: list[int] = []
    ended: list[int] = []

    async def run(case: Case) -> Record:
        started.append(case.trial)
        if case.trial == 1:
            offered.wait(5)
            while 2 not in started:  # noqa: ASYNC110 - an event would change the order that is tested
                await asyncio.sleep(0)
        else:
            while 1 not in ended:  # noqa: ASYNC110 - likewise
                await asyncio.sleep(0)
            # The first has just ended: its place is filled, and then the stop comes before what was put there begins.
            ahead.stop()
        ended.append(case.trial)
        return record_of(case)

    ahead = Ahead(run, 2)
    try:
        ahead.offer(CASES)
        offered.set()
        assert fetched_or_cancelled(ahead, CASES) == [1, 2]
        assert started == [1, 2]
    finally:
        ahead.close()
