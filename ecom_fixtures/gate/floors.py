"""The floors of a run: what ``--min-pass`` asks of its figures, and whether the rest of a run can change the answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.runs.figures import Figures
from ecom_fixtures.settings import Settings
from ecom_fixtures.statistics.bounds import Ruling
from ecom_fixtures.statistics.floors import Floor, FloorDecision, check_floors
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.trial.record import Record

# A task, and in an ablation one of its groups.
Cell = tuple[str, str]


def floors_of(settings: Settings) -> tuple[Floor, ...]:
    """The floors that were asked for, in their order."""
    return tuple(Floor(k, least) for k, least in settings.floors)


def decide_floors(settings: Settings, figures: Figures) -> tuple[FloorDecision, ...]:
    """What each floor says of a run; by bounds where trials are missing."""
    counts = [count for row in figures.tasks for count in row.counts.values()]
    return check_floors(counts, floors_of(settings))[1]


def option(floor: Floor) -> str:
    """A floor as it is written on a command line: ``--min-pass=3:0.35``."""
    return f"--min-pass={floor.least:g}" if floor.k == 1 else f"--min-pass={floor.k}:{floor.least:g}"


def share(value: float, beside: float | None = None, digits: int = 1) -> str:
    """A share as users read it: *49.3 %*; with more digits where it takes them to tell it from ``beside``."""
    for precision in range(digits, 6):
        text, other = (f"{number:.{precision}%}" for number in (value, value if beside is None else beside))
        if beside is None or value == beside or text != other:
            break
    return text.replace("%", " %")


@dataclass
class Watch:
    """Counts trials as they end, to see when no outcome of the rest can change what the floors say. Safe in any thread.

    ``decided`` is the sentence that says so, empty as long as the rest matters or when there is none.
    """

    floors: Sequence[Floor]
    cases: Iterable[Case]
    decided: str = ""
    _planned: Counter[Cell] = field(default_factory=Counter)
    _judged: Counter[Cell] = field(default_factory=Counter)
    _passed: Counter[Cell] = field(default_factory=Counter)
    _left: set[Case] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._left = set(self.cases)
        self._planned.update((case.task_id, case.variant) for case in self._left)

    def take(self, record: Record) -> bool:
        """Count a trial that has ended. True at the one that decides all floors while others are still to come."""
        with self._lock:
            if self.decided or record.case not in self._left:
                return False
            self._left.remove(record.case)
            cell = record.task, record.variant
            self._judged[cell] += record.judged
            self._passed[cell] += record.passed
            ruling, decisions = check_floors(self._counts(), self.floors)
            if ruling is Ruling.CANT_TELL or not self._left:
                return False
            self.decided = "; ".join(_decided(one) for one in decisions if one.ruling is ruling)
            return True

    def _counts(self) -> list[TaskCount]:
        return [TaskCount(cell[0], self._passed[cell], self._judged[cell], n) for cell, n in self._planned.items()]


def _decided(decision: FloorDecision) -> str:
    can = "can't reach" if decision.ruling is Ruling.FAILS else "can't fall below"
    return f"pass^{decision.floor.k} {can} {share(decision.floor.least)} any more"
