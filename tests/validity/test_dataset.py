"""The built-in dataset holds every check."""

from __future__ import annotations

import pytest

from ecom_fixtures.validity.__main__ import CHECKS
from ecom_fixtures.validity.base import Bench, Check


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_the_built_in_dataset_holds(check: Check, bench: Bench) -> None:
    finding = await check(bench)
    assert finding.passed, "\n".join([f"{finding.held} of {finding.total}", *finding.broken])


def test_it_is_the_whole_benchmark(bench: Bench) -> None:
    tasks = bench.dataset.tasks
    assert [task.number for task in tasks] == list(range(53))
    assert sum("multimodal" in task.words for task in tasks) == 18
    assert sum("persona-sensitive" in task.words for task in tasks) == 20
    least = {"customers": 28, "orders": 70, "products": 45}
    assert all(bench.source.size[what] >= number for what, number in least.items())
    assert len(bench.dataset.personas) >= 240
