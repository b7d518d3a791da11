"""What the user chose of a run: one table, from which command line, ini keys and settings follow. Knows no pytest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Option:
    """One option. ``parse`` turns its text into a value and raises ValueError with what is allowed."""

    name: str
    default: str
    help: str
    parse: Callable[[str], Any] = str
    metavar: str = "NAME"

    @property
    def field(self) -> str:
        """Its name in `Settings`, and in pytest's own options."""
        return self.name.replace("-", "_")

    @property
    def ini(self) -> str:
        return "ecom_" + self.name.removeprefix("ecom-").replace("-", "_")


def _at_least(lowest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.strip().lstrip("-").isdigit() or int(text) < lowest:
            raise ValueError(f"a whole number from {lowest} up")
        return int(text)

    return parse


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not value > 0:
        raise ValueError("a number of seconds above 0")
    return value


def _one_of(*names: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in names:
            raise ValueError(f"one of {', '.join(names)}")
        return text

    return parse


OPTIONS = (
    Option("agent", "oracle", "the agent under test: a reference agent, a preset, openai:MODEL@URL, or module:factory"),
    Option(
        "customer",
        "",
        "agenda, human, a preset, openai:MODEL@URL, cot:MODEL (default: agenda beside a reference "
        "agent, else qwen-max)",
    ),
    Option("count", "1", "trials of each task", _at_least(1), "N"),
    Option("concurrency", "8", "trials in flight at a time, per process", _at_least(1), "N"),
    Option("seed", "0", "seed of everything that is random in a run", _at_least(0), "N"),
    Option("max-turns", "20", "the customer's messages in a dialogue, at most", _at_least(1), "N"),
    Option("time-limit", "600", "seconds that a trial may take", _seconds, "SECONDS"),
    Option(
        "fail-on",
        "",
        "what makes the exit status 1: trial (an unsolved trial) or error (only trials that could not "
        "be judged, and ordinary tests); default: trial when --count is 1, else error",
        _one_of("", "trial", "error"),
        "WHAT",
    ),
    Option("ecom-dir", "", "folder of the dataset (default: the built-in one)", str, "DIR"),
    Option("persona", "", "who the customer is: a persona's id, or random (default: each task's own)", str, "ID"),
    Option("vision", "", "a vision model that reads the pictures, instead of the texts beside them", str, "MODEL"),
    Option("ecom-reports", "reports", "folder under which each run gets a folder of its own", str, "DIR"),
)


@dataclass(frozen=True)
class Settings:
    """The options' values. Empty text means: not given."""

    agent: str
    customer: str
    count: int
    concurrency: int
    seed: int
    max_turns: int
    time_limit: float
    fail_on: str
    ecom_dir: str
    persona: str
    vision: str
    ecom_reports: str
    root: Path

    @property
    def fails_on_trials(self) -> bool:
        return self.fail_on == "trial" or (not self.fail_on and self.count == 1)


assert {field.name for field in fields(Settings)} == {option.field for option in OPTIONS} | {"root"}
