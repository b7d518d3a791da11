"""The groups of an ablation: personas that stand for every combination of a few traits, so that each can be weighed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, product

from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.errors import DatasetError


def ablation_groups(dataset: Dataset) -> Mapping[str, tuple[str, ...]]:
    """Return the traits of each persona that has some, by its id, in the order of the files.

    A trait is one of two sides of a dimension; every combination is there once. The sides of the first group are what
    the others are compared with.

    Raises:
        DatasetError: no persona has traits, or they are not all combinations of two sides, or tasks are tagged so.
    """
    groups = {persona.id: persona.traits for persona in dataset.personas.values() if persona.traits}
    if problem := _problem(groups, frozenset(chain(*(task.tags for task in dataset.tasks)))):
        raise DatasetError(dataset.folder / "personas", "traits", problem)
    return groups


def sides_of(groups: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The different traits of each dimension, those of the first group first."""
    return [tuple(dict.fromkeys(dimension)) for dimension in zip(*groups.values(), strict=True)]


def _problem(groups: Mapping[str, tuple[str, ...]], tags: frozenset[str]) -> str:
    if not groups:
        return (
            "no persona has any, so there are no groups for --persona=ablation; give one persona [calm], another "
            "[angry], or four of them [calm, clear], [calm, vague], [angry, clear] and [angry, vague]"
        )
    if len({len(traits) for traits in groups.values()}) > 1:
        return "every group must have as many of them as any other"
    sides = sides_of(groups)
    if odd := next((names for names in sides if len(names) != 2), None):
        return f"each must have two sides, one for each half of the groups, got {', '.join(odd)}"
    if sorted(groups.values()) != sorted(product(*sides)):
        return f"{' x '.join(map(' or '.join, sides))} must each be one group, got {len(groups)} groups"
    if twice := next((name for name in chain(*sides) if [*chain(*sides)].count(name) > 1 or name in tags), None):
        return f"{twice!r} is also another trait, or a tag of tasks, so -m {twice} would mean two things"
    return ""
