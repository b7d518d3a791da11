"""Both files of a real session in a real browser: the run's own page, and pytest-html's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from plugin.project import TASKS, Project, Session

from .conftest import Opened

pytestmark = pytest.mark.browser

PICTURED = TASKS[0]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """The apprentice on a task with pictures and on one without, on two processes, with a file of pytest-html's."""
    project = Project(tmp_path_factory.mktemp("project"))
    project.write("test_ordinary.py", "def test_ordinary():\n    assert True\n")
    selection = f"{PICTURED} or {TASKS[3]} or ordinary"
    options = ("--agent=apprentice", "--count=3", "-n2", "-k", selection, "--html=out/own.html")
    return project.pytest(*options)


@pytest.fixture
def page(session: Session, visit: Callable[..., Opened]) -> Opened:
    return visit(session.run / "report.html")


def test_the_transcript_of_a_trial_shows_the_picture_that_the_customer_sent(session: Session, page: Opened) -> None:
    page.transcript(f"{PICTURED}/01")
    picture = page.page.locator(".ecom-message.ecom-customer img").first
    expect(picture).to_be_visible()
    width, height = picture.evaluate("image => image.decode().then(() => [image.naturalWidth, image.naturalHeight])")
    assert width >= 320
    assert height >= 320
    assert picture.get_attribute("alt") == "Picture: https://img.mapleway.example/photo-u1006-1.png"
    assert [url for url in page.seen.requests if not url.startswith("data:")] == [page.address]
    assert page.seen.console == []


def test_every_message_and_call_shows_when_it_was(session: Session, page: Opened) -> None:
    page.transcript(f"{PICTURED}/01")
    events = len(session.records[PICTURED, 1].events)
    expect(page.page.locator(".ecom-conversation .ecom-when")).to_have_count(events)
    assert re.fullmatch(r"\d+\.\d s", page.page.locator(".ecom-conversation .ecom-when").last.inner_text())


def test_an_unsolved_trial_says_why_in_a_sentence(session: Session, page: Opened) -> None:
    (task, trial), record = next((key, one) for key, one in session.records.items() if one.outcome == "failed")
    page.transcript(f"{task}/{trial:02d}")
    assert len(page.page.locator(".ecom-reason").inner_text().split()) >= 3
    expect(page.page.locator(".ecom-pill")).to_have_text("✗ unsolved")
    assert record.verdict
    expect(page.page.locator(".ecom-verdict .ecom-tag.ecom-is-failed")).to_have_count(
        3 - sum(record.verdict.dimensions.values())
    )


def test_pytest_htmls_file_begins_with_pass_k_and_keeps_its_own_table(
    session: Session, visit: Callable[..., Opened]
) -> None:
    opened = visit(session.project / "out" / "own.html")
    page = opened.page
    expect(page.get_by_role("heading", name="apprentice: 2 tasks, 3 trials each")).to_be_visible()
    assert page.locator(".additional-summary, .summary").first.locator("td").first.inner_text() == "1"
    heads = page.locator("#results-table th").all_inner_texts()
    assert [head.strip() for head in heads] == ["Result", "Test", "Duration", "Links"]
    expect(page.locator("#results-table .collapsible")).to_have_count(7)
    assert opened.seen.console == []


def test_the_link_in_a_row_of_pytest_htmls_file_opens_that_trials_transcript(
    session: Session, visit: Callable[..., Opened]
) -> None:
    opened = visit(session.project / "out" / "own.html")
    row = opened.page.locator("#results-table tbody", has_text=f"test_task[{PICTURED}-t02]").first
    with opened.page.context.expect_page() as other:
        row.get_by_role("link", name="transcript").click()
    own = other.value
    expect(own.locator("#ecom-dialog .ecom-about")).to_contain_text(f"{PICTURED} · trial 2")
    assert own.url.startswith((session.run / "report.html").as_uri())


def test_the_row_of_an_unsolved_trial_says_why(session: Session, visit: Callable[..., Opened]) -> None:
    opened = visit(session.project / "out" / "own.html")
    (task, trial), _ = next((key, one) for key, one in session.records.items() if one.outcome == "failed")
    row = opened.page.locator("#results-table tbody", has_text=f"test_task[{task}-t{trial:02d}]").first
    reason = row.locator(".log").inner_text().strip()
    assert "\n" not in reason
    own = visit(session.run / "report.html")
    own.transcript(f"{task}/{trial:02d}")
    assert own.page.locator(".ecom-reason").inner_text() == reason
