"""The page of a full run, all tasks x 8 with 100 KB a trial: its size, making it, and opening it in Chromium.

A real run of the reference agent that makes mistakes is the start. The texts in its journal are then lengthened: half
of a record is what look-ups return, the same after the same call, and half is said in this trial only. Words are drawn
one by one from what is said in the run, as often as they stand there, and compress about as prose does (gzip to 37 %).
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measuring import WITHOUT_OTHERS, Checkout, Figure, Plan, Session

COUNT = 8
# Characters said in a trial, and in the result of a call; eight calls are made in a trial.
SAID, RETURNED = 50_000, 6_000
# What opens a trial's transcript, and what then shows it.
OPENS, TRANSCRIPT = ".ecom-open[data-trial]", "#ecom-dialog .ecom-body"
# Before there was a command that makes the reports of a run again, a session of pytest-html made them.
SESSION = {
    "conftest.py": """
from pathlib import Path
from types import SimpleNamespace

from ecom_fixtures.reporting.html_plugin import PageHooks
from ecom_fixtures.reporting.journal import JOURNAL, Manifest, read_journal
from ecom_fixtures.reporting.page import table_cells

RUN = Path({run!r})
CELLS = {{f"{{r.task}}-{{r.trial}}": table_cells(r) for r in read_journal(RUN / JOURNAL)}}

def pytest_configure(config):
    config.pluginmanager.register(PageHooks(SimpleNamespace(folder=RUN, manifest=Manifest.read(RUN)), RUN))

def pytest_generate_tests(metafunc):
    metafunc.parametrize("name", list(CELLS))

def pytest_runtest_logreport(report):
    report.ecom_cells = CELLS[report.nodeid.partition("[")[2].rstrip("]")]
""",
    "test_page.py": "def test_trial(name):\n    pass\n",
}


def page(plan: Plan) -> Iterator[Figure]:
    """Size of the page, the time it takes to make, and, where there is a Chromium, the time until its table stands."""
    runs = {checkout: _full_run(checkout) for checkout in plan.checkouts}
    made = plan.interleaved(lambda checkout: make_page(checkout, runs[checkout]), plan.rounds)
    pages = [run / "report.html" for run in runs.values()]
    size = [page.stat().st_size / 1e6 for page in pages]
    yield Figure(f"page of all tasks x {COUNT}, 100 KB a trial", "MB", size, 15)
    cpu = [min(session.cpu for session in rounds) for rounds in made]
    yield Figure("making it from the run's folder, CPU", "s", cpu)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium:
        opened = [[open_page(page, chromium) for page in pages] for _ in range(plan.rounds)]
        stands, shows = (
            [min(times[which] for times in rounds) for rounds in zip(*opened, strict=True)] for which in (0, 1)
        )
        yield Figure("until its table stands in Chromium", "s", stands, 2.0)
        yield Figure("until a transcript opens there", "s", shows)


def make_page(checkout: Checkout, run: Path) -> Session:
    """Make report.html of ``run`` anew. The one place that knows by which means a checkout does that."""
    if (checkout.root / "ecom_fixtures" / "__main__.py").exists():
        return checkout.python("-m", "ecom_fixtures", "report", str(run))
    files = {name: text.format(run=str(run)) for name, text in SESSION.items()}
    options = [f"--html={run / 'report.html'}", "--self-contained-html"]
    return checkout.python("-m", "pytest", "-q", *WITHOUT_OTHERS, *options, files=files)


def open_page(report: Path, chromium: str) -> tuple[float, float]:
    """Seconds until the page's table stands in a fresh browser, and from a click until a transcript is to be seen."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        clock = time.perf_counter()
        tab.goto(report.as_uri())
        tab.locator(OPENS).last.wait_for()
        stands = time.perf_counter() - clock
        clock = time.perf_counter()
        tab.locator(OPENS).last.click()
        tab.locator(TRANSCRIPT).wait_for()
        shows = time.perf_counter() - clock
        browser.close()
    return stands, shows


def _full_run(checkout: Checkout) -> Path:
    """The folder of a real run whose records have been lengthened."""
    session = checkout.pytest("-n", "2", "--agent=apprentice", f"--count={COUNT}")
    records = session.records()
    words = [word for record in records for event in record["events"] for word in event.get("text", "").split()]
    with (session.run / "journal.jsonl").open("w", encoding="utf-8") as journal:
        for record in records:
            _lengthen(record, words)
            journal.write(json.dumps(record, ensure_ascii=False) + "\n")
    return session.run


def _lengthen(record: dict[str, Any], words: list[str]) -> None:
    messages = sum(event["kind"] == "message" for event in record["events"])
    for number, event in enumerate(record["events"]):
        if event["kind"] == "message":
            seed, key, size = f"{record['task']} {record['trial']} {number}", "text", SAID // messages
        else:
            seed, key, size = f"{event['tool']} {event['arguments']}", "result", RETURNED
        event[key] = f"{event[key]} {' '.join(random.Random(seed).choices(words, k=size // 3))}"[:size]
