"""The permutation test against every way in which successes can be dealt to the two runs, and against named values."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import combinations, product

import pytest
from dealing import FIVE_SLIPS, ONE_BREAKS, ONE_LESS, PERFECT, deals, random_pairs

from ecom_fixtures.statistics.permutation import (
    Pair,
    alike_p,
    mean_drop,
    mid_p,
    null,
    permutation_sd,
    sign_flip_p,
)


def test_the_null_distribution_is_that_of_labels_dealt_to_trials_at_random() -> None:
    rng = random.Random(1)
    for _ in range(50):
        n0, n1 = rng.randint(1, 5), rng.randint(1, 5)
        m = rng.randint(0, n0 + n1)
        fallen = [sum(at < m for at in new) for new in combinations(range(n0 + n1), n1)]
        one = null(n0, n1, m)
        shares = [Fraction(fallen.count(one.first + i), len(fallen)) for i in range(len(one.chances))]
        assert sum(shares) == 1
        assert one.chances == tuple(map(float, shares))
        assert one.below == tuple(float(sum(shares[: i + 1])) for i in range(len(shares)))
        mean = Fraction(sum(fallen), len(fallen))
        variance = sum((x - mean) ** 2 for x in fallen) / len(fallen)
        assert one.variance == pytest.approx(float(variance))


def test_mid_p_is_that_of_brute_force() -> None:
    rng = random.Random(2)
    for _ in range(300):
        pairs = random_pairs(rng)
        seen = mean_drop(pairs)
        chances = [(chance, mean_drop(way)) for chance, way in deals(pairs)]
        more = sum(chance for chance, drop in chances if drop > seen)
        same = sum(chance for chance, drop in chances if drop == seen)
        assert mid_p(pairs) == pytest.approx(float(more + same / 2), rel=1e-12)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([Pair(3, 3, 1, 3), Pair(2, 3, 2, 3), Pair(3, 3, 2, 3)], 9 / 100),
        ([Pair(4, 4, 0, 4), Pair(2, 4, 3, 4)], 23 / 245),
        ([Pair(3, 4, 1, 2), Pair(4, 4, 1, 2)], 2 / 15),
        ([Pair(8, 8, 0, 8), Pair(6, 8, 6, 8), Pair(6, 8, 6, 8)], 0.0082281716),
        (PERFECT, 1 / 2860),
        (FIVE_SLIPS, 1 / 64),
        (ONE_LESS, 0.014831090788),
        (ONE_BREAKS, 0.134936131655),
    ],
)
def test_mid_p_has_the_named_values(pairs: list[Pair], expected: float) -> None:
    assert mid_p(pairs) == pytest.approx(expected, rel=1e-8)


# P(D = d) is twice the difference between the exact p and mid-p.
@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([Pair(3, 3, 1, 3), Pair(2, 3, 2, 3), Pair(3, 3, 2, 3)], Fraction(4, 25)),
        ([Pair(4, 4, 0, 4), Pair(2, 4, 3, 4)], Fraction(23, 140)),
        ([Pair(3, 4, 1, 2), Pair(4, 4, 1, 2)], Fraction(11, 45)),
        ([Pair(8, 8, 0, 8), Pair(6, 8, 6, 8), Pair(6, 8, 6, 8)], Fraction(620227, 43500600)),
    ],
)
def test_with_what_is_as_likely_it_gives_the_exact_p(pairs: list[Pair], expected: Fraction) -> None:
    seen = mean_drop(pairs)
    same = sum(chance for chance, way in deals(pairs) if mean_drop(way) == seen)
    assert mid_p(pairs) + float(same) / 2 == pytest.approx(float(expected), rel=1e-12)


def test_both_directions_together_are_certain() -> None:
    rng = random.Random(3)
    for _ in range(50):
        pairs = random_pairs(rng)
        mirrored = [Pair(pair.c1, pair.n1, pair.c0, pair.n0) for pair in pairs]
        assert mid_p(pairs) + mid_p(mirrored) == pytest.approx(1)


@pytest.mark.parametrize(("drift", "expected"), [(0.01, 0.0339130), (0.02, 0.0925864)])
def test_drift_has_the_named_values(drift: float, expected: float) -> None:
    assert mid_p(ONE_LESS, drift) == pytest.approx(expected, abs=5e-8)


def test_drift_adds_a_normal_shift_to_every_way() -> None:
    from scipy.stats import norm

    rng = random.Random(4)
    for _ in range(50):
        pairs, drift = random_pairs(rng), rng.uniform(0.01, 0.2)
        seen = float(mean_drop(pairs))
        expected = sum(
            float(chance) * norm.cdf((float(mean_drop(way)) - seen) / (drift * 2**0.5)) for chance, way in deals(pairs)
        )
        assert mid_p(pairs, drift) == pytest.approx(expected)


def test_the_standard_deviation_is_that_of_the_ways() -> None:
    rng = random.Random(5)
    for _ in range(50):
        pairs = random_pairs(rng)
        variance = sum(chance * mean_drop(way) ** 2 for chance, way in deals(pairs))
        assert permutation_sd(pairs) ** 2 == pytest.approx(float(variance))
    assert permutation_sd(ONE_LESS) == pytest.approx(0.0216159231, abs=5e-11)


def test_the_sign_flip_p_is_that_of_every_choice_of_signs() -> None:
    rng = random.Random(6)
    for _ in range(100):
        pairs = random_pairs(rng, tasks=6)
        drops = [pair.drop for pair in pairs]
        sums = [
            sum(s * drop for s, drop in zip(signs, drops, strict=True)) for signs in product((1, -1), repeat=len(drops))
        ]
        expected = sum((total > sum(drops)) + (total == sum(drops)) / 2 for total in sums) / len(sums)
        assert sign_flip_p(pairs) == pytest.approx(expected)


def test_the_scatter_of_the_drops_is_judged_by_chi_square() -> None:
    from scipy.stats import chi2

    pairs = [Pair(6, 8, 2, 8), Pair(3, 8, 5, 8), Pair(8, 8, 8, 8)]
    # v_i = n0 n1 m (N - m) / (N^2 (N - 1)) (1/n0 + 1/n1)^2, with m = 8 of N = 16 in both that scatter.
    v = 8 * 8 * 8 * 8 / (16**2 * 15) * (1 / 4) ** 2
    assert alike_p(pairs) == pytest.approx(chi2.sf(0.5**2 / v + 0.25**2 / v, 2))


def test_without_any_scatter_nothing_is_alike() -> None:
    assert alike_p([Pair(8, 8, 8, 8), Pair(0, 8, 0, 8)]) == 1


def test_trials_that_go_all_one_way_within_a_run_stand_out() -> None:
    assert alike_p([Pair(8, 8, 0, 8), Pair(0, 8, 8, 8)] * 5) < 1e-6


@pytest.mark.parametrize("counts", [(-1, 3, 1, 3), (4, 3, 1, 3), (0, 0, 1, 3), (1, 3, 0, 0)])
def test_impossible_counts_are_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="needs 0 <= c <= n"):
        Pair(*counts)


def test_a_lattice_that_would_fill_the_memory_is_refused() -> None:
    sizes = (29, 31, 37, 41, 43, 47, 53, 59)
    with pytest.raises(ValueError, match="differ in too many ways"):
        mid_p([Pair(n // 2, n, n // 2, n) for n in sizes])
