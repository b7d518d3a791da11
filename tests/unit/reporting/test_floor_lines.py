"""What the terminal says of floors."""

from __future__ import annotations

from ecom_fixtures.reporting.floors import floor_lines
from ecom_fixtures.reporting.terminal import Line
from ecom_fixtures.statistics.floors import Floor, check_floor
from ecom_fixtures.statistics.passk import TaskCount


def lines(floor: Floor, *tasks: tuple[int, int, int]) -> list[Line]:
    """The lines for tasks with so many solved, judged and planned trials."""
    counts = [TaskCount(f"task-{number}", *task) for number, task in enumerate(tasks)]
    return floor_lines([check_floor(counts, floor)])


def test_a_floor_that_is_reached_tells_how_often_it_is_missed_by_luck() -> None:
    first, luck = lines(Floor(1, 0.4), *[(2, 4, 4)] * 10)
    assert first == Line("pass^1 at least 40 %: 50.0 %, yes", "green")
    # sd = sqrt(10 * 2 * 2 / (16 * 3)) / 10 = 0.0913; Phi(-0.1 / 0.0913) = 0.137
    assert luck.text == "  an agent exactly this good misses this floor by luck in 14 % of runs"


def test_a_floor_that_is_missed_blames_no_luck() -> None:
    first, luck = lines(Floor(3, 0.5), *[(3, 4, 4)] * 10)
    assert first == Line("pass^3 at least 50 %: 25.0 %, no", "red")
    assert luck.text.startswith("  an agent exactly this good misses this floor in ")


def test_where_trials_are_missing_there_are_bounds_and_no_chance() -> None:
    assert lines(Floor(1, 0.6), (4, 6, 8)) == [
        Line("pass^1 at least 60 %: between 50.0 % and 75.0 %, can't tell", "yellow")
    ]


def test_where_all_is_solved_nothing_tells_how_much_it_varies() -> None:
    assert lines(Floor(1, 0.6), (4, 4, 4)) == [Line("pass^1 at least 60 %: 100.0 %, yes", "green")]
