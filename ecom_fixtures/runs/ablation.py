"""What an ablation says: pass^k of each group of customers, and what each of their traits does to pass^1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ecom_fixtures.dataset.ablation import sides_of
from ecom_fixtures.statistics.comparison import Shares, trait_effects
from ecom_fixtures.statistics.passk import TaskCount
from ecom_fixtures.statistics.table import PassK, pass_k_table
from ecom_fixtures.values import Model

# The traits of each group of the dataset, and what came of the tasks in each group of the run; both by group.
Groups = Mapping[str, tuple[str, ...]]
Cells = Mapping[str, Sequence[TaskCount]]


class GroupRow(Model):
    """One group: its trials of all tasks together, and pass^k over the tasks, as in the paper's table 3."""

    group: str
    traits: tuple[str, ...]
    passed: int
    judged: int
    planned: int
    pass_k: tuple[PassK, ...]


class TraitRow(Model):
    """What ``trait`` does to pass^1 in place of ``instead_of``, as a share, with its 95% interval over tasks.

    ``visible`` is how large it must be to be seen in 80% of such runs.
    """

    trait: str
    instead_of: str
    effect: float
    low: float
    high: float
    visible: float


def cells_of(rows: Iterable[Mapping[str, TaskCount]]) -> Cells:
    """What came of the tasks in each group, from each task's counts by group."""
    cells: dict[str, list[TaskCount]] = {}
    for row in rows:
        for group, count in row.items():
            cells.setdefault(group, []).append(count)
    return cells


def group_rows(groups: Groups, cells: Cells) -> tuple[GroupRow, ...]:
    """The rows of the groups that the run has trials of, in the dataset's order; none where it is no ablation."""
    return tuple(
        GroupRow(
            group=group,
            traits=traits,
            passed=sum(count.passed for count in cells[group]),
            judged=sum(count.judged for count in cells[group]),
            planned=sum(count.planned for count in cells[group]),
            pass_k=tuple(pass_k_table(cells[group])),
        )
        for group, traits in groups.items()
        if group in cells
    )


def trait_rows(groups: Groups, cells: Cells) -> tuple[TraitRow, ...]:
    """The effect of each trait that differs between the run's groups, in the order of the traits.

    None where they can't be told: of fewer than two tasks, or where a trial isn't judged, or a group or a task of a
    group is missing from the selection.
    """
    found = {group: traits for group, traits in groups.items() if group in cells}
    if not found:
        return ()
    varying = [place for place, sides in enumerate(sides_of(found)) if len(sides) > 1]
    before = {second: first for first, second in (sides_of(groups)[place] for place in varying)}
    shares = {frozenset(before).intersection(traits): _shares(cells[group]) for group, traits in found.items()}
    tasks = [set(row) for row in shares.values()]
    comparable = len(shares) == 2 ** len(varying) and len(tasks[0]) > 1 and all(row == tasks[0] for row in tasks)
    if not comparable or any(count.judged < count.planned for row in cells.values() for count in row):
        return ()
    effects = {one.trait: one for one in trait_effects(shares)}
    return tuple(
        TraitRow(
            trait=trait,
            instead_of=first,
            effect=(one := effects[trait]).effect,
            low=one.interval[0],
            high=one.interval[1],
            visible=one.visible,
        )
        for trait, first in before.items()
    )


def _shares(counts: Sequence[TaskCount]) -> Shares:
    return {count.task: count.passed / count.planned for count in counts}
