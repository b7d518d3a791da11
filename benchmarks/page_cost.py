"""The report of a full run: 53 tasks x 8 trials of 100 KB each, made by pytest-html, opened in Chromium.

The records are made up: half of a record's text is what the task's look-ups returned, the same in all its trials, and
half was said in this trial only. Words are drawn one by one from the dataset's own texts, as often as they stand
there, so that the page compresses a little worse than real speech does (gzip to 38 % against 34 %).
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from pathlib import Path

from measuring import WITHOUT_OTHERS, Figure, run_python

from ecom_fixtures.dataset.folder import Dataset, default_folder
from ecom_fixtures.evaluation.judgement import Missing, Verdict
from ecom_fixtures.runs.journal import Journal, Manifest, dump_record
from ecom_fixtures.trajectory import Message, ToolCall
from ecom_fixtures.trial.record import Outcome, Record

TASKS, TRIALS, RECORD_SIZE = 53, 8, 100_000
CONFTEST = """
from pathlib import Path
from types import SimpleNamespace

from ecom_fixtures.reporting.html_plugin import PageHooks
from ecom_fixtures.reporting.journal import JOURNAL, Manifest, read_journal
from ecom_fixtures.reporting.page import table_cells

HERE = Path(__file__).parent
CELLS = {f"{r.task}-{r.trial}": table_cells(r) for r in read_journal(HERE / JOURNAL)}

def pytest_configure(config):
    config.pluginmanager.register(PageHooks(SimpleNamespace(folder=HERE, manifest=Manifest.read(HERE)), HERE))

def pytest_generate_tests(metafunc):
    metafunc.parametrize("name", list(CELLS))

def pytest_runtest_logreport(report):
    report.ecom_cells = CELLS[report.nodeid.partition("[")[2].rstrip("]")]
"""


def page() -> list[Figure]:
    """Size of the page, the time it took to make, and, where there is a Chromium, the time until its table stands."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_run(folder)
        (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
        (folder / "test_page.py").write_text("def test_trial(name):\n    pass\n", encoding="utf-8")
        options = ["-q", "--html=report.html", "--self-contained-html"]
        made = run_python(["-m", "pytest", *WITHOUT_OTHERS, *options], folder)
        report = folder / "report.html"
        figures = [
            Figure(
                f"report of {TASKS * TRIALS} trials of {RECORD_SIZE // 1000} KB", report.stat().st_size / 1e6, "MB", 15
            ),
            Figure("the session that makes it, CPU", made.cpu, "s"),
        ]
        return figures + _load(report)


def _write_run(folder: Path) -> None:
    chance = random.Random(0)
    words = _words()
    tasks = [f"task-{number:02d}" for number in range(1, TASKS + 1)]
    results = {task: [_text(chance, words, 5_000) for _ in range(10)] for task in tasks}
    _manifest(tasks).write(folder)
    with Journal(folder) as journal:
        for trial in range(1, TRIALS + 1):
            for number, task in enumerate(tasks, 1):
                said = [_text(chance, words, 2_500) for _ in range(20)]
                journal.append(dump_record(_record(task, number, trial, said, results[task], chance.random() < 0.5)))


def _words() -> list[str]:
    dataset = Dataset.load(default_folder())
    spoken = [intent.say + " " + intent.goal for task in dataset.tasks for intent in task.intents]
    return " ".join([*spoken, dataset.agent_policy, dataset.customer_guide]).split()


def _text(chance: random.Random, words: list[str], size: int) -> str:
    return " ".join(chance.choices(words, k=size // 3))[:size]


def _record(task: str, number: int, trial: int, said: list[str], results: list[str], passed: bool) -> Record:
    unsaid = Verdict(missing_keywords=(Missing(intent="first", what="'14 days'", why="never said"),))
    talk = [Message(role="agent" if turn % 2 else "customer", text=text) for turn, text in enumerate(said)]
    calls = [
        ToolCall(tool="get_product_info", arguments={"product_id": "P10-01"}, result=text, ok=True, writes=False)
        for text in results
    ]
    return Record(
        task=task,
        number=number,
        title=task,
        tags=("made-up",),
        trial=trial,
        seed=trial,
        agent="made-up",
        customer="made-up",
        persona="made-up",
        outcome=Outcome.PASSED if passed else Outcome.FAILED,
        ended_by="stop",
        verdict=Verdict() if passed else unsaid,
        events=(*talk[:10], *calls, *talk[10:]),
        turns=10,
        seconds=60.0,
    )


def _manifest(tasks: list[str]) -> Manifest:
    return Manifest(
        run="made-up",
        created="2025-11-14T10:00:00Z",
        agent="made-up",
        customer="made-up",
        count=TRIALS,
        seed=0,
        concurrency=8,
        processes=1,
        max_turns=20,
        time_limit=600.0,
        tasks=tuple(tasks),
        dataset_hash="0",
        policy_hash="0",
        prompts_hash="0",
        versions={},
        python="",
        platform="",
        wall_seconds=1.0,
    )


def _load(report: Path) -> list[Figure]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        return []
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page()
        clock = time.perf_counter()
        tab.goto(report.as_uri())
        tab.locator("#results-table .ecom-open").nth(TASKS * TRIALS - 1).wait_for()
        loaded = time.perf_counter() - clock
        clock = time.perf_counter()
        tab.locator("#results-table .ecom-open").last.click()
        tab.locator("#ecom-dialog .ecom-body").wait_for()
        opened = time.perf_counter() - clock
        browser.close()
    return [
        Figure("until its table stands in Chromium", loaded, "s", 2.0),
        Figure("until a transcript opens there", opened, "s"),
    ]
