"""benchmarks/gate_rates.py prints rates of alarms that the package decides too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


def rows(*arguments: str) -> list[list[float]]:
    """The figures of the printed table's rows, without their standard errors."""
    command = [sys.executable, str(ROOT / "benchmarks" / "gate_rates.py"), *arguments]
    done = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    cells = (re.findall(r"\| ([\d.]+) ±", line) for line in done.stdout.splitlines())
    return [[float(cell) for cell in row] for row in cells if row]


def test_false_alarms_are_rare_in_every_shape_and_size() -> None:
    figures = rows("false-alarms", "--pairs=300")
    assert [len(row) for row in figures] == [6] * 5
    assert all(figure < 12 for row in figures for figure in row)
    assert sum(sum(row) for row in figures) / 30 == pytest.approx(5, abs=2)
