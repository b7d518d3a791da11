"""The built-in dataset holds every check."""

from __future__ import annotations

import re

import pytest
from pages import page_at

from ecom_fixtures.validity.__main__ import CHECKS
from ecom_fixtures.validity.base import Bench, Check, Finding


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
async def test_the_built_in_dataset_holds(check: Check, bench: Bench) -> None:
    finding = await check(bench)
    assert finding.passed, "\n".join([f"{finding.held} of {finding.total}", *finding.broken])
    assert_the_page_shows(finding)


def assert_the_page_shows(finding: Finding) -> None:
    """The sample in docs/validity.md, and the README's figure, are those of the last run."""
    page, readme = page_at("docs/validity.md").text, " ".join(page_at("README.md").text.split())
    line = rf"^ok +{finding.held:,} of +{finding.total:,} .* s  {re.escape(finding.name)}"
    assert re.search(line, page, re.MULTILINE)
    if planted := re.match(r"(\d+) single mistakes, \d+ double", finding.note):
        assert planted[0] in page
        assert f"each of {planted[1]} planted mistakes" in readme


def test_it_is_the_whole_benchmark(bench: Bench) -> None:
    tasks = bench.dataset.tasks
    assert [task.number for task in tasks] == list(range(53))
    assert sum("multimodal" in task.words for task in tasks) == 18
    assert sum("persona-sensitive" in task.words for task in tasks) == 20
    least = {"customers": 28, "orders": 70, "products": 45}
    assert all(bench.source.size[what] >= number for what, number in least.items())
    assert len(bench.dataset.personas) >= 240
