"""The interval of a mean over tasks of this kind: Gaffke's, exact and without random numbers."""

from __future__ import annotations

from collections.abc import Sequence

CONFIDENCE = 0.95


def gaffke(shares: Sequence[float], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the interval of the mean of the distribution, on [0, 1], that ``shares`` were drawn from.

    It answers: where would the figure lie with all tasks of this kind, of which these are a sample? ``low`` is the
    (1 - confidence)/2 quantile of sum w_i u_i + w_0 * 0, ``high`` the (1 + confidence)/2 quantile of
    sum w_i u_i + w_0 * 1, with w ~ Dirichlet(1, ..., 1) on one point more than there are shares (Gaffke, "Three test
    statistics for a nonparametric one-sided hypothesis on the mean of a nonnegative variable", 2005; Learned-Miller and
    Thomas, arXiv 1905.06208). For shares of 0 and 1 it is the interval of Clopper and Pearson, and it has no special
    case where all shares agree. That it covers is proved for two-point distributions and conjectured for all others;
    no counterexample is known.

    Raises:
        ValueError: there is no share, or one is outside of [0, 1].
    """
    if not shares or not all(0 <= share <= 1 for share in shares):
        raise ValueError(f"needs shares between 0 and 1, got {list(shares)}")
    tail = (1 - confidence) / 2
    return _quantile([*shares, 0.0], tail), _quantile([*shares, 1.0], 1 - tail)


def _quantile(points: Sequence[float], chance: float) -> float:
    """The quantile of the points' mean under weights that are uniform on the simplex.

    The density of such a mean is the B-spline on the points as knots (Curry and Schoenberg, 1966), and its
    distribution function the sum of all B-splines of one degree more that begin at one of them.
    """
    import numpy
    from scipy.interpolate import BSpline
    from scipy.optimize import brentq

    least, most, degree = min(points), max(points), len(points) - 1
    if least == most:
        return least
    knots = [least - 1] * degree + sorted(points) + [most + 1] * (degree + 1)
    below = BSpline(numpy.array(knots, dtype=float), numpy.repeat([0.0, 1.0], [degree, degree + 1]), degree)
    return float(brentq(lambda mean: float(below(mean)) - chance, least, most, xtol=1e-12))
