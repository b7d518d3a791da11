"""benchmarks/same_journals.py finds what differs between two runs, and overlooks times."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from forked import Forked

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "same_journals.py"
TASK = "refuse-cashback-for-product-page"
OPTIONS = ("-q", "-p", "no:langsmith_plugin", "-k", TASK, "--agent=oracle", "--count=2")
pytestmark = pytest.mark.slow

Journal = list[dict[str, Any]]
Edit = Callable[[Journal], object]
Compared = tuple[int, list[str]]
Edited = Callable[[Edit], Compared]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The folders of two real runs of the same two trials, at once in the one and one by one in the other."""
    sessions = []
    for concurrency in (2, 1):
        folder = tmp_path_factory.mktemp("project")
        (folder / "test_agent.py").write_text("def test_task(trial):\n    assert trial.passed\n", encoding="utf-8")
        sessions.append(Forked.start(folder, [*OPTIONS, f"--concurrency={concurrency}"], folder / "log.txt"))
    for session in sessions:
        status, output = session.finish(timeout=60)
        assert status == 0, output
    return [run for session in sessions for run in (session.log.parent / "reports").iterdir()]


@pytest.fixture
def edited(runs: list[Path], tmp_path: Path) -> Edited:
    """Compares a run with a copy whose journal has been edited: the exit status and the lines that were printed."""

    def compared(edit: Edit) -> Compared:
        with (runs[0] / "journal.jsonl").open(encoding="utf-8") as lines:
            journal = sorted(map(json.loads, lines), key=lambda record: int(record["trial"]))
        edit(journal)
        (tmp_path / "journal.jsonl").write_text("".join(json.dumps(record) + "\n" for record in journal), "utf-8")
        return compare(runs[0], tmp_path)

    return compared


def compare(old: Path, new: Path) -> Compared:
    done = subprocess.run([sys.executable, SCRIPT, old, new], capture_output=True, text=True)
    assert not done.stderr
    return done.returncode, done.stdout.splitlines()


def first(journal: Journal, kind: str) -> dict[str, Any]:
    """The first event of that kind in the first trial."""
    found: dict[str, Any] = next(event for event in journal[0]["events"] if event["kind"] == kind)
    return found


def test_two_runs_of_the_same_trials_are_the_same(runs: list[Path]) -> None:
    assert compare(*runs) == (0, ["the same: 2 trials"])


def test_times_and_what_newer_journals_tell_besides_are_overlooked(edited: Edited) -> None:
    def edit(journal: Journal) -> None:
        for record in journal:
            record |= {
                "schema_version": 99,
                "started": "now",
                "seconds": 1e6,
                "calls": [{"role": "agent"}],
                "variant": "",
            }
            for event in record["events"]:
                event |= {"start": 0.1, "duration": 0.2, "pictures": ["one.png"]}
        journal.reverse()

    assert edited(edit) == (0, ["the same: 2 trials"])


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (lambda journal: first(journal, "tool").update(ok=False), ".ok: true -> false"),
        (lambda journal: journal[0].update(outcome="failed"), 't01: outcome: "passed" -> "failed"'),
        (lambda journal: journal[1].update(variant="calm"), f"{TASK} t02: not in the new run"),
        (lambda journal: journal[1].update(conduct=None), "-> null"),
        (lambda journal: journal[1].pop("ended_by"), 't02: ended_by: "stop" -> absent'),
    ],
)
def test_what_was_changed_is_named(edited: Edited, edit: Edit, line: str) -> None:
    status, lines = edited(edit)
    assert status == 1
    assert line in "\n".join(lines)


def test_of_long_texts_the_part_that_differs_is_shown(edited: Edited) -> None:
    def edit(journal: Journal) -> None:
        call = first(journal, "tool")
        call["result"] = call["result"].replace("gift_card_balance", "gift_cart_balance")

    status, lines = edited(edit)
    assert (status, len(lines)) == (1, 2)
    assert ".result: ..." in lines[0]
    assert "gift_cart_balance" in lines[0]
    assert lines[1] == "differences: 1, in 1 of 2 trials"


def test_an_event_in_between_is_told_once(edited: Edited) -> None:
    def edit(journal: Journal) -> None:
        journal[0]["events"].insert(1, {"kind": "message", "role": "agent", "text": "Wait a moment."})

    status, lines = edited(edit)
    assert status == 1
    assert sum(": events: " in line for line in lines) == 1
    assert {line.partition(": ")[2].partition(".")[0] for line in lines[1:-1]} == {"events[1]"}


def test_a_trial_that_is_missing_is_named(edited: Edited) -> None:
    assert edited(lambda journal: journal.pop()) == (
        1,
        [f"{TASK} t02: not in the new run", "differences: 1, in 1 of 2 trials"],
    )
