"""A user's project in a folder of its own, pytest sessions run in it as processes, and what they leave behind."""

from __future__ import annotations

import html
import json
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import uuid4

from forked import Forked

from ecom_fixtures.dataset.folder import default_folder
from ecom_fixtures.runs.figures import Figures
from ecom_fixtures.runs.journal import read_journal
from ecom_fixtures.runs.manifest import Manifest
from ecom_fixtures.trial.record import Record

# The tasks of the small dataset in their order, each with its customer, by whom the bots tell them apart.
CUSTOMERS = {
    "refuse-cashback-for-product-page": "U1006",
    "clear-out-after-sale": "U1022",
    "moved-change-all-orders": "U1023",
    "desk-exchange-second-choice": "U1024",
}
TASKS = tuple(CUSTOMERS)

INI = """\
[pytest]
addopts = -p no:langsmith_plugin -p no:anyio --strict-markers
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
filterwarnings = error
ecom_dir = data
"""
TEST_TASK = """\
def test_task(trial):
    assert trial.passed, trial.error
"""
# BEHAVIOUR names what the bot does for a customer: {"U1006": "crash"}; "*" stands for all others. After "gw0: " it does
# so in this worker alone.
BOTS = """\
import asyncio, json, os, sys, time

BEHAVIOUR = json.loads(os.environ.get("BEHAVIOUR", "{}"))
BEGUN = []  # In this process alone.


class Bot:
    def __init__(self, brief):
        does = BEHAVIOUR.get(brief.context["user_id"]) or BEHAVIOUR.get("*", "curt")
        worker, _, self.does = does.rpartition(": ")
        if worker and worker != os.environ.get("PYTEST_XDIST_WORKER"):
            self.does = "empty"
        with open("replies.txt", "a") as file:
            file.write(brief.context["user_id"] + "\\n")
        BEGUN.append(brief.context["user_id"])

    async def reply(self, messages):
        match self.does:
            case "curt":
                return "I can't help with that."
            case "empty":
                return "   "
            case "wrong":
                return 42
            case "crash":
                raise KeyError("lost the plot")
            case "exit":
                sys.exit(3)
            case "network":
                raise ConnectionError("the line is dead")
            case "kill":
                await asyncio.sleep(0.3)
                os._exit(1)
            case "kill when the third has begun":
                while "U1023" not in BEGUN:
                    await asyncio.sleep(0.02)
                os._exit(1)
            case "slow":
                await asyncio.sleep(0.5)
                return ""
            case "hang":
                await asyncio.sleep(600)


def build(brief):
    return Bot(brief)


def nothing(brief):
    return None


def boom(brief):
    raise RuntimeError("no licence\\nfor today")


def leave(brief):
    sys.exit("no way")


number = 42
"""
OWN_AGENT = ("--agent=bots:build", "--customer=agenda")


@dataclass(frozen=True)
class Session:
    """A pytest session that has ended. ``output`` is stdout and stderr together."""

    project: Path
    pid: int
    status: int
    output: str
    seconds: float
    runs: tuple[Path, ...]

    @property
    def lines(self) -> list[str]:
        return self.output.splitlines()

    @property
    def outcomes(self) -> dict[str, int]:
        """The counts of pytest's last line: {"passed": 2, "failed": 1}."""
        last = next((line for line in reversed(self.lines) if re.search(r" in \d+\.\d+s", line)), "")
        counts = re.findall(r"(\d+) (passed|failed|unsolved|error|skipped|deselected)", last)
        return {what: int(number) for number, what in counts}

    @property
    def run(self) -> Path:
        """The folder of the one run that the session has made."""
        [folder] = self.runs
        return folder

    @cached_property
    def records(self) -> dict[tuple[str, int], Record]:
        """The journal by task and trial."""
        return {(record.task, record.trial): record for record in read_journal(self.run / "journal.jsonl")}

    @property
    def all_records(self) -> list[Record]:
        """The journal, as it stands."""
        return list(read_journal(self.run / "journal.jsonl"))

    @property
    def summary(self) -> Figures:
        return Figures.read(self.run / "summary.json")

    @property
    def manifest(self) -> Manifest:
        return Manifest.read(self.run)

    @property
    def page(self) -> str:
        return (self.run / "report.html").read_text(encoding="utf-8")

    def timeless(self, *tasks: str) -> dict[tuple[str, int], dict[str, Any]]:
        """The records without what differs from run to run: when a trial was, and how long."""
        when = {"__all__": {"start", "duration"}}
        return {
            key: record.model_dump(exclude={"started": True, "seconds": True, "events": when, "calls": when})
            for key, record in self.records.items()
            if not tasks or record.task in tasks
        }


class Project:
    """A folder with a small dataset, a benchmark test, an agent of its own, and pytest's settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        source = default_folder()
        shutil.copytree(source, folder / "data", ignore=shutil.ignore_patterns("tasks"))
        (folder / "data" / "tasks").mkdir()
        for task in TASKS:
            shutil.copy(source / "tasks" / f"{task}.yaml", folder / "data" / "tasks")
        self.write("pytest.ini", INI)
        self.write("test_bench.py", TEST_TASK)
        self.write("bots.py", BOTS)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def task_file(self, task: str) -> Path:
        return self.folder / "data" / "tasks" / f"{task}.yaml"

    @property
    def runs(self) -> set[Path]:
        return set((self.folder / "reports").glob("*"))

    @property
    def begun(self) -> list[str]:
        """The customers for whom the project's own agent was made, in their order."""
        file = self.folder / "replies.txt"
        return file.read_text("utf-8").split() if file.exists() else []

    def start(self, *arguments: str, behaviour: Mapping[str, str] | None = None, **variables: str) -> Forked:
        """Start a session, in which the project's own agent does what ``behaviour`` says."""
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        variables["BEHAVIOUR"] = json.dumps(behaviour or {})
        return Forked.start(self.folder, arguments, logs / f"{uuid4()}.txt", **variables)

    def pytest(
        self, *arguments: str, behaviour: Mapping[str, str] | None = None, timeout: float = 60, **variables: str
    ) -> Session:
        """Run a session to its end, with environment ``variables``. Raises TimeoutError when it hangs."""
        before = self.runs
        return self.finish(self.start(*arguments, behaviour=behaviour, **variables), before, timeout)

    def bench(self, *arguments: str, behaviour: Mapping[str, str] | None = None, timeout: float = 60) -> Session:
        """Run a session with the project's own agent, which does what ``behaviour`` says."""
        return self.pytest(*OWN_AGENT, *arguments, behaviour=behaviour, timeout=timeout)

    def finish(self, process: Forked, before: set[Path], timeout: float = 60) -> Session:
        """Wait for a session that was started when there were the runs ``before``."""
        clock = time.monotonic()
        status, output = process.finish(timeout)
        runs = tuple(sorted(self.runs - before))
        return Session(self.folder, process.pid, status, output, time.monotonic() - clock, runs)


@dataclass(frozen=True)
class Row:
    """A row of pytest-html's own table: the result, the row's cells and what unfolds under it, as HTML."""

    result: str
    cells: str
    log: str


def rows(file: Path) -> list[Row]:
    """The rows of a file that pytest-html has written."""
    blob = re.search(r'data-jsonblob="([^"]*)"', file.read_text(encoding="utf-8"))
    assert blob
    tests = json.loads(html.unescape(blob[1]))["tests"]
    found = [row for group in tests.values() for row in group]
    return [Row(row["result"], "".join(row["resultsTableRow"]), row["log"]) for row in found]
