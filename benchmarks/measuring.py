"""How a figure is written, and what a child process costs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# langsmith, which comes with langgraph, and anyio load pytest plugins of their own.
WITHOUT_OTHERS = ("-p", "no:langsmith_plugin", "-p", "no:anyio")


@dataclass(frozen=True)
class Figure:
    """A measured value; ``target`` is the most that it should be, None where there is none."""

    name: str
    value: float
    unit: str
    target: float | None = None
    digits: int = 2

    def row(self) -> str:
        """The rest of a Markdown table row, behind the part's name."""
        shown = f"| {self.name} | {self.value:.{self.digits}f} {self.unit} "
        if self.target is None:
            return f"{shown}| | |"
        return f"{shown}| {self.target:g} {self.unit} | {'ok' if self.value <= self.target else 'MISSED'} |"


@dataclass(frozen=True)
class Child:
    """A finished child process: CPU (user and system) and wall time in seconds, and what it printed."""

    cpu: float
    wall: float
    output: str


def run_python(arguments: Sequence[str], folder: Path, environment: Mapping[str, str] | None = None) -> Child:
    """Run this Python with ``arguments`` in ``folder`` and measure it and its children.

    Raises:
        subprocess.CalledProcessError: its exit status isn't 0; what it printed goes to standard error.
    """
    output = folder / "child-output.txt"
    command = [sys.executable, *arguments]
    clock = time.perf_counter()
    with output.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=folder, stdout=file, stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})}
        )
        _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - clock
    process.returncode = os.waitstatus_to_exitcode(status)
    text = output.read_text(encoding="utf-8")
    if process.returncode:
        print(text, file=sys.stderr)
        raise subprocess.CalledProcessError(process.returncode, command)
    return Child(usage.ru_utime + usage.ru_stime, wall, text)
