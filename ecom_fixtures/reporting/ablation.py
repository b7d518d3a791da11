"""The words and numbers of an ablation: its groups, and what each of their traits does."""

from __future__ import annotations

from collections.abc import Sequence

from ecom_fixtures.reporting.words import counted, size
from ecom_fixtures.runs.ablation import TraitRow
from ecom_fixtures.runs.figures import Figures
from ecom_fixtures.statistics.table import PassK

# Of pass^k by group, beside the largest k.
MOST_K = 4


def shown_points(points: Sequence[PassK]) -> list[PassK]:
    """The figures of a group that there is room for: the first few k, and the largest."""
    return [point for point in points if point.k <= MOST_K or point.k == len(points)]


def over(figures: Figures) -> str:
    """What the figures of a group, and the effects, are means over: *20 tasks*."""
    return counted(len(figures.tasks), "task")


def traded(row: TraitRow) -> str:
    """*angry instead of calm*."""
    return f"{row.trait} instead of {row.instead_of}"


def points(share: float) -> str:
    """A difference of shares in points: *-3.3 points*."""
    return f"{_signed(share)} points"


def ends(row: TraitRow) -> str:
    """The interval of an effect, in points: *-11.2 to +4.5*."""
    return f"{_signed(row.low)} to {_signed(row.high)}"


def sight(figures: Figures) -> str:
    """What a run of this size can see of a trait, or why the effects can't be told; in a sentence."""
    if not figures.traits:
        if not figures.complete:
            return "What each trait does can't be told: some trials are not judged."
        return "What each trait does can't be told: it takes two tasks, each in every group."
    largest = max(row.visible for row in figures.traits)
    if not largest:
        return "No trait made a difference in any task."
    least = min(row.visible for row in figures.traits)
    above = f"{100 * largest:.1f}"
    if above != f"{100 * least:.1f}":
        above = f"{100 * least:.1f} to {above}"
    return f"With {size(figures.tasks)}, only effects above {above} points would be seen in 80% of such runs."


def _signed(share: float) -> str:
    # Adding 0 makes a zero of a negative one.
    return f"{round(100 * share, 1) + 0:+.1f}"
