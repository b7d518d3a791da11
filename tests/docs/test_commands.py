"""What the pages tell a reader to type does what they say: every command is run as it is printed, in one small project.

The project is a checkout in small: three tasks, and every file that a page shows. What stands behind a command tells
what becomes of it: ``exit status N``; ``needs NAME_API_KEY`` or ``needs a terminal``, which it must say itself when
it is run without; ``until Ctrl-C``. What is UNTRIED is too long or needs what a test hasn't got.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from forked import Forked
from pages import GUIDE, ROOT, Command, Page

from ecom_fixtures.dataset.folder import default_folder
from ecom_fixtures.runs.journal import JOURNAL, read_journal
from ecom_fixtures.trial.record import Record

pytestmark = pytest.mark.slow

TASKS = ("latest-order-hurried-and-invoiced", "unstable-fridge-certificate-return")
INI = """\
[pytest]
testpaths = tests/tasks
addopts = -p no:langsmith_plugin -p no:anyio --strict-markers
asyncio_default_fixture_loop_scope = function
filterwarnings = error
ecom_dir = data/en
"""
UNTRIED = ("a few minutes", "needs Chromium", "needs the package index")
USAGE_ERROR = 4


@dataclass(frozen=True)
class Outcome:
    """What became of a command: its exit status, its output, and the records of the run that it made, if any."""

    status: int
    output: str
    records: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Reader:
    """Types what the pages say, each command once."""

    folder: Path
    _known: dict[tuple[str, str], Outcome] = field(default_factory=dict)

    def type(self, command: Command, keys: Mapping[str, str] | None = None) -> Outcome:
        """The outcome of the command, with ``keys`` as the only keys in its environment."""
        key = (command.line, str(keys))
        if key not in self._known:
            self._known[key] = self._run(command, keys or {})
        return self._known[key]

    def _run(self, command: Command, keys: Mapping[str, str]) -> Outcome:
        name, *words = shlex.split(command.line)
        match name:
            case "pytest":
                return self._pytest(words, keys)
            case "make":
                # Only what would be done: each target is a job of its own.
                return self._process(f"make --dry-run {shlex.join(words)}", ROOT)
            case _ if "until Ctrl-C" in command.note:
                return self._serve([name, *words])
            case _:
                return self._process(command.line, self.folder)

    def _pytest(self, words: list[str], keys: Mapping[str, str]) -> Outcome:
        before = {*self.folder.glob(f"*/*/{JOURNAL}")}
        session = Forked.start(self.folder, words, self.folder / "log.txt", **keys)
        status, output = session.finish(timeout=300)
        made = {*self.folder.glob(f"*/*/{JOURNAL}")} - before
        return Outcome(status, output, tuple(record for path in made for record in read_journal(path)))

    def _process(self, line: str, folder: Path) -> Outcome:
        """Through a shell, as it is typed: a ``*`` stands for files."""
        done = subprocess.run(
            line, shell=True, cwd=folder, env=self._environment, capture_output=True, text=True, timeout=300
        )
        return Outcome(done.returncode, done.stdout + done.stderr)

    def _serve(self, words: list[str]) -> Outcome:
        server = subprocess.Popen(
            words, cwd=self.folder, env=self._environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert server.stdout
        first = server.stdout.readline()
        server.send_signal(signal.SIGINT)
        rest, _ = server.communicate(timeout=30)
        return Outcome(server.returncode, first + rest)

    @property
    def _environment(self) -> dict[str, str]:
        """With the environment of the running Python activated: its ``python`` and ``ecom`` are found first."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(default_folder(), folder / "data" / "en", ignore=shutil.ignore_patterns("tasks"))
    for task in TASKS:
        (folder / "data" / "en" / "tasks").mkdir(exist_ok=True)
        shutil.copy(default_folder() / "tasks" / f"{task}.yaml", folder / "data" / "en" / "tasks")
    shutil.copytree(ROOT / "tests" / "tasks", folder / "tests" / "tasks", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "pytest.ini").write_text(INI, encoding="utf-8")
    for name, text in shown_files().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Reader(folder)


def shown_files() -> dict[str, str]:
    """The files that the pages show; the same file in two pages must be the same."""
    files: dict[str, str] = {}
    for one in GUIDE:
        for block in one.blocks:
            if block.file:
                assert files.setdefault(block.file, block.text) == block.text, f"{one.name} shows another {block.file}"
    return files


def promised(command: Command) -> int:
    found = re.search(r"exit status (\d)", command.note)
    return int(found[1]) if found else 0


def untried(command: Command) -> bool:
    return any(reason in command.note for reason in UNTRIED)


@pytest.mark.parametrize("page", [one for one in GUIDE if one.commands], ids=lambda page: page.name)
def test_the_commands_of_a_page_do_what_it_says(page: Page, reader: Reader) -> None:
    for command in page.commands:
        if untried(command):
            continue
        if needed := re.findall(r"\w+_API_KEY", command.note):
            assert_it_asks_for(needed, command, reader)
        elif "needs a terminal" in command.note:
            outcome = reader.type(command)
            assert (outcome.status, "needs a terminal" in outcome.output) == (USAGE_ERROR, True), outcome.output
        else:
            outcome = reader.type(command)
            assert outcome.status == promised(command), f"{command.line}\n{outcome.output}"
            assert all(record.judged for record in outcome.records), f"{command.line}\n{outcome.output}"


def assert_it_asks_for(needed: list[str], command: Command, reader: Reader) -> None:
    """Without each of the keys it stops before any trial and names it; no others are asked for before."""
    for place, key in enumerate(needed):
        outcome = reader.type(command, dict.fromkeys(needed[:place], "secret"))
        assert outcome.status == USAGE_ERROR, f"{command.line}\n{outcome.output}"
        assert f"set the environment variable {key}" in outcome.output
        assert not outcome.records


def test_little_is_left_untried() -> None:
    left = {command.line for one in GUIDE for command in one.commands if untried(command)}
    assert left == {
        "ecom validity",
        "ecom validity my_data",
        "make screenshot",
        "pip wheel --no-deps -w dist .",
        "python scripts/draw_pictures.py shot-torn-seam",
    }


def test_the_code_that_is_shown_is_used() -> None:
    typed = [command.line for one in GUIDE for command in one.commands]
    code = {name: text for name, text in shown_files().items() if name.endswith(".py")}
    used = " ".join([*typed, *code.values()])
    assert [name for name in code if not re.search(rf"\b{Path(name).stem}\b", used.replace(f"# {name}", ""))] == []


def typed(line: str) -> Command:
    """The command as a page has it."""
    return next(command for one in GUIDE for command in one.commands if command.line == line)


def test_the_agent_of_ones_own_is_judged_by_what_it_said(reader: Reader) -> None:
    records = reader.type(typed("pytest --agent=my_bot:Bot --customer=agenda")).records
    assert {record.ended_by for record in records} <= {"stop", "turns"}
    assert all("I can't help with that yet" in str(record.events) for record in records)


def test_the_agent_that_counts_its_tokens_is_billed_for_them(reader: Reader) -> None:
    records = reader.type(typed("pytest --agent=counting_bot:Bot --customer=agenda")).records
    assert {record.agent_usage.input_tokens // record.agent_usage.calls for record in records} == {900}


def test_the_task_is_solved_by_the_oracle_alone(reader: Reader) -> None:
    [solved] = reader.type(typed("pytest -k hurry-the-desk")).records
    [unsolved] = reader.type(typed("pytest -k hurry-the-desk --agent=dump")).records
    assert solved.passed
    assert unsolved.judged
    assert not unsolved.passed


def test_the_persona_of_ones_own_is_played(reader: Reader) -> None:
    records = reader.type(typed("pytest -k refund --persona=nurse-after-a-night-shift")).records
    assert {record.persona for record in records} == {"nurse-after-a-night-shift"}


def test_reference_agents_that_must_fail_solve_nothing(reader: Reader) -> None:
    for line in ("pytest --agent=write-everything", "pytest --agent=no-pictures -m multimodal"):
        records = reader.type(typed(line)).records
        assert records
        assert not any(record.passed for record in records)


def test_the_table_stands_in_the_file_of_pytest_html_that_is_asked_for(reader: Reader) -> None:
    reader.type(typed("pytest --html=page.html --self-contained-html"))
    assert "<th>pass^k</th>" in (reader.folder / "page.html").read_text(encoding="utf-8")


def test_a_run_that_was_put_elsewhere_is_reported_again_from_there(reader: Reader) -> None:
    reader.type(typed("pytest --ecom-reports=elsewhere"))
    [page] = (reader.folder / "elsewhere").glob("*-oracle/report.html")
    page.unlink()
    outcome = Reader(reader.folder).type(typed("ecom report elsewhere/*-oracle"))
    assert (outcome.status, "pass^1" in outcome.output, page.exists()) == (0, True, True), outcome.output
