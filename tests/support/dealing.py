"""Pairs of runs for tests of statistics, and every way in which their successes can be dealt to the two runs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import comb

from ecom_fixtures.statistics.permutation import Pair

PERFECT = [Pair(8, 8, 8, 8)] * 52 + [Pair(8, 8, 1, 8)]
FIVE_SLIPS = [Pair(8, 8, 8, 8)] * 48 + [Pair(8, 8, 7, 8)] * 5
ONE_LESS = [Pair(5, 8, 4, 8)] * 20 + [Pair(8, 8, 8, 8)] * 20 + [Pair(0, 8, 0, 8)] * 13
ONE_BREAKS = [Pair(24, 24, 2, 8)] + [Pair(12, 24, 4, 8)] * 10


def random_pairs(rng: random.Random, tasks: int = 4, trials: int = 4) -> list[Pair]:
    sizes = [(rng.randint(1, trials), rng.randint(1, trials)) for _ in range(rng.randint(1, tasks))]
    return [Pair(rng.randint(0, n0), n0, rng.randint(0, n1), n1) for n0, n1 in sizes]


def deals(pairs: Sequence[Pair]) -> Iterator[tuple[Fraction, list[Pair]]]:
    """Every way in which the tasks' successes can be dealt to the runs, with its chance."""
    ways = []
    for pair in pairs:
        m, n0, n1 = pair.c0 + pair.c1, pair.n0, pair.n1
        falls = range(max(0, m - n0), min(n1, m) + 1)
        ways.append(
            [(Fraction(comb(n1, x) * comb(n0, m - x), comb(n0 + n1, m)), Pair(m - x, n0, x, n1)) for x in falls]
        )
    for way in product(*ways):
        chance = Fraction(1)
        for share, _ in way:
            chance *= share
        yield chance, [pair for _, pair in way]
