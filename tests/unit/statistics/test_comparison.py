"""Several runs on the same tasks: the set that could be best, head to head, and the effects of traits."""

from __future__ import annotations

import random
from itertools import combinations, product

import pytest

from ecom_fixtures.statistics.comparison import (
    could_be_best,
    dunnett_quantile,
    head_to_head,
    holm,
    trait_effects,
)

TASKS = [f"task-{at}" for at in range(53)]


def run(rng: random.Random, rates: list[float], trials: int = 8) -> dict[str, float]:
    return {
        task: sum(rng.random() < rate for _ in range(trials)) / trials for task, rate in zip(TASKS, rates, strict=False)
    }


def test_the_critical_values_are_dunnetts() -> None:
    published = [1.64, 1.92, 2.06, 2.16, 2.23, 2.29, 2.34, 2.38, 2.42, 2.45, 2.48]
    assert [dunnett_quantile(others, 10**6) for others in range(1, 12)] == pytest.approx(published, abs=0.006)


@pytest.mark.parametrize("freedom", [2, 10, 52])
def test_against_one_other_it_is_students(freedom: int) -> None:
    from scipy.stats import t

    assert dunnett_quantile(1, freedom) == pytest.approx(t.ppf(0.95, freedom), rel=1e-3)


def test_the_critical_value_is_held_in_95_percent_of_draws() -> None:
    import numpy

    rng = numpy.random.default_rng(1)
    leads = (rng.normal(size=(200_000, 4)) - rng.normal(size=(200_000, 1))) / 2**0.5
    spread = numpy.sqrt(rng.chisquare(9, size=(200_000, 1)) / 9)
    assert ((leads / spread).max(axis=1) <= dunnett_quantile(4, 9)).mean() == pytest.approx(0.95, abs=0.002)


def test_one_that_is_far_ahead_is_best_alone() -> None:
    rng = random.Random(1)
    rates = [rng.random() for _ in TASKS]
    runs = {"weak": run(rng, [rate / 2 for rate in rates]), "strong": run(rng, rates)}
    assert could_be_best(runs) == ("strong",)


def test_runs_of_one_agent_could_all_be_best() -> None:
    rng = random.Random(2)
    rates = [rng.random() for _ in TASKS]
    assert could_be_best({"a": run(rng, rates), "b": run(rng, rates), "c": run(rng, rates)}) == ("a", "b", "c")


def test_the_best_is_in_the_set() -> None:
    rng, missed = random.Random(3), 0
    for _ in range(200):
        rates = [rng.random() for _ in TASKS]
        weaker = [rate * 0.97 for rate in rates]
        missed += "best" not in could_be_best({"best": run(rng, rates), "b": run(rng, weaker), "c": run(rng, weaker)})
    assert missed <= 8


@pytest.mark.parametrize(
    ("runs", "best"),
    [
        ({}, ()),
        ({"only": {"a": 0.5}}, ("only",)),
        ({"x": {"a": 1.0}, "y": {"a": 0.0}}, ("x", "y")),
        ({"x": {"a": 0.5, "b": 0.2}, "same": {"a": 0.5, "b": 0.2}}, ("x", "same")),
        ({"x": {"a": 0.75, "b": 0.5}, "steadily-less": {"a": 0.5, "b": 0.25}}, ("x",)),
    ],
    ids=["none", "one run", "one task", "equal", "always less by as much"],
)
@pytest.mark.filterwarnings("error")
def test_the_set_where_there_is_little_to_compare(runs: dict[str, dict[str, float]], best: tuple[str, ...]) -> None:
    assert could_be_best(runs) == best


def test_head_to_head_is_a_paired_t_test() -> None:
    from scipy.stats import ttest_rel

    rng = random.Random(4)
    rates = [rng.random() for _ in TASKS]
    runs = {name: run(rng, rates) for name in "abc"}
    rows = head_to_head(runs)
    assert [(row.first, row.second) for row in rows] == list(combinations("abc", 2))
    for row in rows:
        first, second = ([runs[name][task] for task in TASKS] for name in (row.first, row.second))
        expected = ttest_rel(first, second)
        assert row.p == pytest.approx(expected.pvalue)
        assert row.interval == pytest.approx(tuple(expected.confidence_interval()))
        assert row.difference == pytest.approx(sum(first) / 53 - sum(second) / 53)
    assert [row.adjusted for row in rows] == holm([row.p for row in rows])


def test_holm_is_bonferroni_for_the_smallest_and_less_for_the_next() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([]) == []


@pytest.mark.filterwarnings("error")
def test_with_one_task_nobody_beats_anybody() -> None:
    [row] = head_to_head({"x": {"a": 1.0}, "y": {"a": 0.0}})
    assert (row.difference, row.interval, row.p, row.adjusted) == (1, None, 1, 1)


def test_runs_of_other_tasks_arent_compared() -> None:
    for compare in (could_be_best, head_to_head):
        with pytest.raises(ValueError, match="same tasks"):
            compare({"x": {"a": 1.0}, "y": {"b": 1.0}})


TRAITS = ("angry", "hasty", "vague")


def groups(effect: float, rng: random.Random) -> dict[frozenset[str], dict[str, float]]:
    base = {task: 0.3 + 0.4 * rng.random() for task in TASKS[:20]}
    found = {}
    for chosen in product((False, True), repeat=3):
        traits = frozenset(trait for trait, has in zip(TRAITS, chosen, strict=True) if has)
        rates = [rate + effect * ("angry" in traits) for rate in base.values()]
        found[traits] = run(rng, rates, trials=3)
    return found


def test_a_traits_effect_is_with_it_less_without_it() -> None:
    half = dict.fromkeys(TASKS[:20], 0.5)
    less = dict.fromkeys(TASKS[:20], 0.4)
    shares = {traits: less if "angry" in traits else half for traits in groups(0, random.Random(5))}
    angry, hasty, vague = trait_effects(shares)
    assert [effect.trait for effect in (angry, hasty, vague)] == list(TRAITS)
    assert (angry.effect, hasty.effect, vague.effect) == pytest.approx((-0.1, 0, 0))


def test_a_traits_interval_is_t_over_tasks() -> None:
    from scipy.stats import ttest_1samp

    shares = groups(-0.2, random.Random(6))
    angry = trait_effects(shares)[0]
    effects = [
        sum(group[task] * (1 if "angry" in traits else -1) for traits, group in shares.items()) / 4
        for task in TASKS[:20]
    ]
    assert angry.interval == pytest.approx(tuple(ttest_1samp(effects, 0).confidence_interval()))


def test_20_tasks_of_3_trials_show_effects_of_11_to_14_points() -> None:
    visible = [effect.visible for seed in range(20) for effect in trait_effects(groups(0, random.Random(seed)))]
    assert sum(visible) / len(visible) == pytest.approx(0.125, abs=0.02)


def test_a_group_that_is_missing_is_told() -> None:
    shares = groups(0, random.Random(7))
    del shares[frozenset({"angry", "vague"})]
    with pytest.raises(ValueError, match=r"needs all 8 groups .* got 7"):
        trait_effects(shares)


def test_one_task_shows_no_effect() -> None:
    with pytest.raises(ValueError, match="two tasks"):
        trait_effects({frozenset(): {"a": 1.0}, frozenset({"angry"}): {"a": 0.0}})
