"""The pass^k curve, as SVG that says its values in words too."""

from __future__ import annotations

import re

from ecom_fixtures.reporting.chart import passk_svg
from ecom_fixtures.statistics.table import PassK


def test_the_curve_says_its_values_to_who_cannot_see_it() -> None:
    svg = passk_svg([PassK(1, 0.75, 0.6, 0.9, 0.75, 0.75), PassK(2, 0.5, None, None, 0.5, 0.5)])
    assert "k=1: 75.0 %, k=2: 50.0 %" in svg


def heights(svg: str, name: str) -> list[float]:
    found = re.search(rf'class="{name}" points="(.*?)"', svg)
    assert found
    return [float(point.split(",")[1]) for point in found[1].split()]


def test_a_higher_value_stands_higher() -> None:
    curve = heights(passk_svg([PassK(k, 1 / k, None, None, 1 / k, 1 / k) for k in (1, 2, 3)]), "ecom-curve")
    assert curve == sorted(curve)
    assert len(set(curve)) == 3


def test_the_interval_is_a_band_around_the_curve() -> None:
    svg = passk_svg([PassK(k, 0.5, 0.25, 0.75, 0.5, 0.5) for k in (1, 2)])
    upper, _, lower, _ = heights(svg, "ecom-band")
    assert upper < heights(svg, "ecom-curve")[0] < lower


def test_without_values_only_the_bounds_are_drawn() -> None:
    svg = passk_svg([PassK(k, None, None, None, 0.25, 0.75) for k in (1, 2)])
    assert "ecom-bounds" in svg
    assert "ecom-curve" not in svg
    assert "ecom-dot" not in svg


def test_no_points_no_picture() -> None:
    assert passk_svg([]) == ""
