"""What the user chose of a run: one table, from which command line, ini keys and settings follow. Knows no pytest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from math import nan
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Option:
    """One option. ``parse`` turns its text into a value and raises ValueError with what is allowed.

    A ``flag`` takes no value on the command line; its text is ``true`` or ``false``. ``many`` may stand several times,
    and several texts in the ini file are apart by spaces or lines.
    """

    name: str
    default: str
    help: str
    parse: Callable[[str], Any] = str
    metavar: str = "NAME"
    flag: bool = False
    many: bool = False

    @property
    def field(self) -> str:
        """Its name in `Settings`, and in pytest's own options."""
        return self.name.replace("-", "_")

    @property
    def unset(self) -> Any:
        """Its value where nobody has chosen one."""
        return () if self.many else self.parse(self.default)

    @property
    def usage(self) -> str:
        """As it is written on a command line: --count=N."""
        return f"--{self.name}" if self.flag else f"--{self.name}={self.metavar}"

    @property
    def ini(self) -> str:
        return "ecom_" + self.name.removeprefix("ecom-").replace("-", "_")


def _at_least(lowest: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.strip().lstrip("-").isdigit() or int(text) < lowest:
            raise ValueError(f"a whole number from {lowest} up")
        return int(text)

    return parse


def _number(allowed: str, fits: Callable[[float], bool]) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = nan
        if not fits(value):
            raise ValueError(allowed)
        return value

    return parse


_seconds = _number("a number of seconds above 0", lambda value: value > 0)
_points = _number("a number of points from 0 to below 100", lambda value: 0 <= value < 100)


def _one_of(*names: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in names:
            raise ValueError(f"one of {', '.join(filter(None, names))}")
        return text

    return parse


def _switch(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("true or false")
    return text.lower() == "true"


def floor_of(text: str) -> tuple[int, float]:
    """Return k and the least pass^k, a share, of ``0.6`` (pass^1) or ``3:0.35``.

    Raises:
        ValueError: it is neither; says what is allowed.
    """
    k, _, least = text.rpartition(":")
    try:
        floor = int(k or 1), float(least)
    except ValueError:
        floor = 0, 0.0
    if floor[0] < 1 or not 0 < floor[1] <= 1:
        raise ValueError("a share above 0 and up to 1 (0.6), or k and a share (3:0.35)")
    return floor


def _floor(text: str) -> str:
    floor_of(text)
    return text


def _shard(text: str) -> str:
    if not text:
        return ""
    number, _, of = text.partition("/")
    if not (number.isdigit() and of.isdigit() and 1 <= int(number) <= int(of)):
        raise ValueError("a part and how many there are (2/4)")
    return text


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
        "what makes the exit status 1: trial (an unsolved trial), gate (--baseline, --min-pass) or error (only trials "
        "that could not be judged, and ordinary tests); default: gate when there is one, else trial when --count is 1, "
        "else error",
        _one_of("", "trial", "gate", "error"),
        "WHAT",
    ),
    Option("ecom-dir", "", "folder of the dataset (default: the built-in one)", str, "DIR"),
    Option(
        "persona",
        "",
        "who the customer is: a persona's id, random, or ablation: each of the eight groups (default: each task's own)",
        str,
        "ID",
    ),
    Option("vision", "", "a vision model that reads the pictures, instead of the texts beside them", str, "MODEL"),
    Option("ecom-reports", "reports", "folder under which each run gets a folder of its own", str, "DIR"),
    Option("baseline", "", "fail when the run is worse than this: a baseline file, or a run's folder", str, "PATH"),
    Option(
        "baseline-anyway",
        "false",
        "compare with a baseline of another customer, policy or limit all the same",
        _switch,
        flag=True,
    ),
    Option("save-baseline", "", "write the run as a baseline into this file, if it is complete", str, "FILE"),
    Option(
        "min-pass",
        "",
        "fail when pass^1 is below this share (0.6), or pass^k (3:0.35); may stand several times",
        _floor,
        "FLOOR",
        many=True,
    ),
    Option("smallest-drop", "7.5", "the drop of pass^1 that --baseline is to notice, in points", _points, "POINTS"),
    Option("drift", "0", "by how much a day moves a whole run (standard deviation), in points", _points, "POINTS"),
    Option(
        "tolerate", "0", "the smallest drop of pass^1 that may fail the run as a whole, in points", _points, "POINTS"
    ),
    Option(
        "stop-when-decided",
        "false",
        "end the run when no outcome of the trials that are left can change what --min-pass says",
        _switch,
        flag=True,
    ),
    Option("resume", "", "take up this run: run what it lacks or could not judge, keep the rest", str, "RUN"),
    Option("shard", "", "run only this part of the selected trials (2/4); see ecom merge", _shard, "I/N"),
    Option(
        "ecom-markdown", "", "write the result as Markdown into this file (default: $GITHUB_STEP_SUMMARY)", str, "FILE"
    ),
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
    baseline: str
    baseline_anyway: bool
    save_baseline: str
    min_pass: tuple[str, ...]
    smallest_drop: float
    drift: float
    tolerate: float
    stop_when_decided: bool
    resume: str
    shard: str
    ecom_markdown: str
    root: Path

    @property
    def floors(self) -> tuple[tuple[int, float], ...]:
        """k and the least pass^k, a share, of every ``--min-pass``."""
        return tuple(map(floor_of, self.min_pass))

    @property
    def fails_on(self) -> str:
        """What decides the exit status: ``trial``, ``gate`` or ``error``."""
        default = "gate" if self.baseline or self.min_pass else "trial" if self.count == 1 else "error"
        return self.fail_on or default


assert {field.name for field in fields(Settings)} == {option.field for option in OPTIONS} | {"root"}
