"""What all measurements share: a checkout, its pytest sessions as processes, and how a figure is written."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
HERE = Path(__file__).resolve().parent
# langsmith, which comes with langgraph, and anyio load pytest plugins of their own; this project switches them off.
WITHOUT_OTHERS = ("-p", "no:langsmith_plugin", "-p", "no:anyio")
TRIALS = {"pytest.ini": "[pytest]\n", "test_agent.py": "def test_task(trial):\n    assert trial.passed, trial.error\n"}
# What would give a session options, or a model's key, that the other checkout's sessions might read differently; and
# what would make each session compile this package again, as no installed one does.
SETTINGS = re.compile(r"^PYTEST|_API_KEY$|^PYTHONDONTWRITEBYTECODE$")


@dataclass(frozen=True)
class Session:
    """A process that has ended: CPU of it and its children (user and system) and wall time in seconds, and what it
    printed. ``folder`` is where it ran."""

    cpu: float
    wall: float
    output: str
    folder: Path

    @cached_property
    def probes(self) -> dict[str, dict[str, Any]]:
        """What ecom_probe.py has told of each process: the ``controller``, and the workers ``gw0``, ``gw1``."""
        told = (json.loads(path.read_text(encoding="utf-8")) for path in self.folder.glob("probe-*.json"))
        return {probe["process"]: probe for probe in told}

    @property
    def run(self) -> Path:
        """The folder of the one run that the session has made."""
        [run] = self.folder.glob("reports/*")
        return run

    def records(self) -> list[dict[str, Any]]:
        """The run's journal."""
        with (self.run / "journal.jsonl").open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]


@dataclass(frozen=True)
class Checkout:
    """A checkout of the project. ``scratch`` is the folder in which its sessions run, each in one of its own.

    All checkouts are run by the Python that runs this script; which package is imported is decided by PYTHONPATH.
    """

    root: Path
    scratch: Path

    @cached_property
    def label(self) -> str:
        """Its folder's name and commit."""
        command = ["git", "-C", str(self.root), "describe", "--always", "--dirty", "--exclude=*"]
        return f"{self.root.name} {subprocess.run(command, capture_output=True, text=True).stdout.strip()}".strip()

    def pytest(self, *options: str, files: Mapping[str, str] = TRIALS, probed: bool = True) -> Session:
        """A session in a fresh folder that holds ``files``, to its end.

        Raises:
            subprocess.CalledProcessError: its exit status isn't 0; what it printed goes to standard error.
            RuntimeError: it has imported another checkout's package.
        """
        plugins = [*WITHOUT_OTHERS, "-p", "ecom_probe"] if probed else []
        session = self.python("-m", "pytest", "-q", *plugins, *options, files=files)
        for probe in session.probes.values():
            if Path(probe["package"]).parent != self.root / "ecom_fixtures":
                raise RuntimeError(f"{self.root} was to be measured, but {probe['package']} was imported")
        return session

    def python(self, *arguments: str, files: Mapping[str, str] | None = None) -> Session:
        """This Python with ``arguments``, to its end. Raises CalledProcessError as `pytest` does."""
        folder = Path(tempfile.mkdtemp(dir=self.scratch))
        for name, text in (files or {}).items():
            (folder / name).write_text(text, encoding="utf-8")
        environment = {name: value for name, value in os.environ.items() if not SETTINGS.search(name)}
        environment["PYTHONPATH"] = os.pathsep.join([str(self.root), str(HERE)])
        command, output = [sys.executable, *arguments], folder / "output.txt"
        clock = time.perf_counter()
        with output.open("wb") as file:
            process = subprocess.Popen(command, cwd=folder, env=environment, stdout=file, stderr=subprocess.STDOUT)
            _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - clock
        process.returncode = os.waitstatus_to_exitcode(status)
        text = output.read_text(encoding="utf-8")
        if process.returncode:
            print(text, file=sys.stderr)
            raise subprocess.CalledProcessError(process.returncode, command)
        return Session(usage.ru_utime + usage.ru_stime, wall, text, folder)


@dataclass(frozen=True)
class Plan:
    """What is measured, and how much of it."""

    checkouts: Sequence[Checkout]
    rounds: int
    counts: tuple[int, int]
    in_flight: int
    latency: float

    def interleaved(self, measure: Callable[[Checkout], T], rounds: int) -> list[list[T]]:
        """``measure`` of every checkout in turn, forth and back, so that a machine that slows down slows all alike.

        A list per checkout, with a result per round.
        """
        results: dict[Checkout, list[T]] = {checkout: [] for checkout in self.checkouts}
        for number in range(rounds):
            for checkout in self.checkouts if number % 2 == 0 else reversed(self.checkouts):
                results[checkout].append(measure(checkout))
        return list(results.values())


@dataclass(frozen=True)
class Figure:
    """What was measured, a value per checkout.

    ``target`` is the most that it should be, None where there is none. ``ratio`` is false for what may be about 0.
    """

    name: str
    unit: str
    values: Sequence[float]
    target: float | None = None
    digits: int = 2
    ratio: bool = True

    def row(self) -> str:
        """The rest of a Markdown table row, behind the part's name. The last checkout is held against the target."""
        cells = [self.name, *(f"{value:.{self.digits}f} {self.unit}".strip() for value in self.values)]
        if len(self.values) == 2:
            cells.append(f"{self.values[1] / self.values[0]:.2f}" if self.ratio and self.values[0] else "")
        if self.target is None:
            cells += ["", ""]
        else:
            cells += [f"{self.target:g} {self.unit}".strip(), "ok" if self.values[-1] <= self.target else "MISSED"]
        return f"| {' | '.join(cells)} |"
