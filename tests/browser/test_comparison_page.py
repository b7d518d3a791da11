"""The page of a comparison of real runs in a real browser: wide, narrow, dark, printed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect
from plugin.project import TASKS, Project
from records import manifest, record, write_run

from ecom_fixtures.cli import main
from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.trial.record import Outcome

from .conftest import Opened

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of twelve runs of four tasks: three that sessions made, and nine that are made up."""
    folder = tmp_path_factory.mktemp("project")
    project = Project(folder)
    runs = [project.pytest(f"--agent={agent}", "--count=2").run for agent in ("oracle", "apprentice", "dump")]
    for number in range(1, 10):
        settings = {"count": 2, "seed": number, "max_turns": 20}
        plan = manifest(*TASKS, count=2, agent="made-up", run=f"made-up-{number}", settings=settings)
        records = [record(case.task_id, case.trial, _outcome(number, case)) for case in plan.cases]
        runs.append(write_run(folder / "made-up" / str(number), plan, records))
    assert main(["compare", *map(str, runs), "--out", str(folder / "c.html"), "--with-paper"]) == 0
    return folder / "c.html"


def _outcome(number: int, case: Case) -> Outcome:
    """Some solve a task always, some once, some never; none solves all of them."""
    return Outcome.PASSED if (number + TASKS.index(case.task_id)) % 3 >= case.trial else Outcome.FAILED


@pytest.fixture
def opened(comparison: Path, visit: Callable[[Path], Opened]) -> Opened:
    return visit(comparison)


def test_the_page_says_who_solved_most_and_fetches_nothing(opened: Opened) -> None:
    expect(opened.page.get_by_role("heading", level=1)).to_have_text("oracle solved most: pass^1 100.0 %")
    expect(opened.page.get_by_role("img", name="pass^1 by run")).to_be_visible()
    expect(opened.page.locator("#solved tbody tr")).to_have_count(12)
    assert [url for url in opened.seen.requests if not url.startswith("data:")] == [opened.address]
    assert opened.seen.console == []


@pytest.mark.parametrize("width", [1280, 390])
def test_twelve_runs_fit_and_what_is_wider_scrolls_in_its_place(opened: Opened, width: int) -> None:
    opened.page.set_viewport_size(ViewportSize(width=width, height=900))
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    for label in opened.page.locator(".ecom-drawn text").all():
        box = label.bounding_box()
        assert box
        assert box["height"] >= 8


def test_names_in_charts_do_not_cover_each_other(opened: Opened) -> None:
    chart = opened.page.get_by_role("img", name="pass^k by k")
    names = [box for label in chart.locator("text", has_text="(seed").all() if (box := label.bounding_box())]
    tops = sorted(box["y"] for box in names)
    assert len(tops) == 9
    assert min(after - before for before, after in pairwise(tops)) >= 11


def test_the_charts_follow_light_dark_and_print(opened: Opened) -> None:
    def ink() -> str:
        label = opened.page.locator(".ecom-drawn text", has_text="oracle").first
        colour: str = label.evaluate("element => getComputedStyle(element).fill")
        return colour

    opened.page.emulate_media(color_scheme="light")
    light = ink()
    opened.page.emulate_media(color_scheme="dark")
    assert ink() != light
    opened.page.emulate_media(color_scheme="dark", media="print")
    assert ink() == light


def test_the_pairs_and_the_numbers_of_charts_open_by_keyboard(opened: Opened) -> None:
    summary = opened.page.get_by_text("Every pair with its interval")
    summary.focus()
    opened.page.keyboard.press("Enter")
    expect(opened.page.get_by_role("cell", name="more than chance")).to_have_count(0)
    expect(opened.page.get_by_role("columnheader", name="more than chance")).to_be_visible()
    expect(opened.page.locator("#head-to-head details tbody tr")).to_have_count(66)
