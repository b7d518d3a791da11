"""Gaffke's interval against named values, against Clopper and Pearson's, and against draws of its weights."""

from __future__ import annotations

import random

import pytest

from ecom_fixtures.statistics.gaffke import gaffke


@pytest.mark.parametrize(
    ("shares", "low", "high"),
    [
        ([0.5], 0.0125, 0.9875),
        ([1, 1, 0], 0.0943, 0.9916),
        ([1, 1, 0.5, 0.5, 0], 0.2015, 0.9072),
        ([1] * 53, 0.9328, 1),
        ([1] * 52 + [0.875], 0.9304, 0.9999),
        ([1, 0.75, 0.25, 0] * 4, 0.2893, 0.7107),
        ([0] * 53, 0, 1 - 0.9328),
    ],
)
def test_it_has_the_named_values(shares: list[float], low: float, high: float) -> None:
    assert gaffke(shares) == pytest.approx((low, high), abs=5e-5)


def test_of_shares_of_0_and_1_it_is_that_of_clopper_and_pearson() -> None:
    from scipy.stats import binomtest

    for tasks in (1, 2, 7, 53, 300):
        for solved in (0, 1, tasks // 2, tasks):
            expected = binomtest(solved, tasks).proportion_ci(method="exact")
            assert gaffke([1] * solved + [0] * (tasks - solved)) == pytest.approx(
                (expected.low, expected.high), abs=1e-9
            )


@pytest.mark.parametrize("tasks", [1, 5, 53])
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_where_all_shares_agree_it_has_a_closed_form(share: float, tasks: int) -> None:
    root = 0.025 ** (1 / tasks)
    assert gaffke([share] * tasks) == pytest.approx((share * root, 1 - (1 - share) * root), abs=1e-9)


def test_it_is_that_of_weights_drawn_at_random() -> None:
    import numpy

    rng, draws = random.Random(1), numpy.random.default_rng(1)
    for tasks in (4, 16, 53):
        shares = [rng.choice((0, 0.25, 0.5, 0.75, 1, rng.random())) for _ in range(tasks)]
        weights = draws.dirichlet(numpy.ones(tasks + 1), 50_000)
        low = numpy.quantile(weights @ [*shares, 0], 0.025)
        high = numpy.quantile(weights @ [*shares, 1], 0.975)
        assert gaffke(shares) == pytest.approx((low, high), abs=0.005)


def test_the_order_of_the_shares_doesnt_matter() -> None:
    shares = [0.1, 0.9, 0.4, 0.4, 1.0]
    assert gaffke(shares) == gaffke(shares[::-1])


def test_less_confidence_is_shorter() -> None:
    low, high = gaffke([0.2, 0.5, 0.9])
    narrow = gaffke([0.2, 0.5, 0.9], confidence=0.8)
    assert low < narrow[0] < narrow[1] < high


@pytest.mark.parametrize("shares", [[], [0.5, 1.5], [-0.1]])
def test_what_isnt_a_share_is_refused(shares: list[float]) -> None:
    with pytest.raises(ValueError, match="needs shares"):
        gaffke(shares)
