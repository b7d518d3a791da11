"""What the floors of a run say, as lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from ecom_fixtures.gate.floors import share
from ecom_fixtures.reporting.terminal import Line, Style
from ecom_fixtures.statistics.bounds import Ruling
from ecom_fixtures.statistics.floors import FloorDecision

ANSWERS: dict[Ruling, tuple[str, Style]] = {
    Ruling.PASSES: ("yes", "green"),
    Ruling.FAILS: ("no", "red"),
    Ruling.CANT_TELL: ("can't tell", "yellow"),
}


def floor_lines(decisions: Iterable[FloorDecision]) -> list[Line]:
    """*pass^3 at least 35 %: 49.3 %, yes*, and what that answer owes to luck."""
    lines = []
    for decision in decisions:
        lines.append(Line(f"{question(decision)}: {found(decision)}", ANSWERS[decision.ruling][1]))
        if luck := by_luck(decision):
            lines.append(Line(f"  {luck}"))
    return lines


def question(decision: FloorDecision) -> str:
    """*pass^3 at least 35 %*."""
    return f"pass^{decision.floor.k} at least {decision.floor.least * 100:g} %"


def found(decision: FloorDecision) -> str:
    """*49.3 %, yes*; where trials are missing between what it lies."""
    low, high = (share(end, decision.floor.least) for end in (decision.observed.low, decision.observed.high))
    figure = low if decision.observed.known else f"between {low} and {high}"
    return f"{figure}, {ANSWERS[decision.ruling][0]}"


def by_luck(decision: FloorDecision) -> str:
    """How often an agent of exactly this pass^k would miss the floor; empty where nothing tells how much it varies."""
    chance = decision.chance_of_missing
    if chance is None or decision.observed.low in (0, 1):
        return ""
    rate = "less than 1 %" if chance < 0.01 else "more than 99 %" if chance > 0.99 else share(chance, digits=0)
    luck = " by luck" if decision.ruling is Ruling.PASSES else ""
    return f"an agent exactly this good misses this floor{luck} in {rate} of runs"
