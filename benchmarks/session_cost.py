"""pytest sessions in which no trial runs: collecting a full benchmark, `--help`, and somebody else's tests."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from statistics import median

from measuring import ROOT, WITHOUT_OTHERS, Child, Figure, run_python

TASKS, TRIALS, PAIRS = 53, 8, 7
HEAVY = ("langgraph", "openai", "mcp")
SPY = """
import atexit, sys

@atexit.register
def tell():
    print("\\nHEAVY:", *[name for name in {heavy!r} if name in sys.modules])
"""


def collect_and_help() -> list[Figure]:
    """CPU of `--collect-only` on 53 x 8 cases and of `--help`, and how many heavy packages each imported."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ecom_spy.py").write_text(SPY.format(heavy=HEAVY), encoding="utf-8")
        shutil.copytree(ROOT / "tests" / "tasks", folder / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        options = ["-q", "--collect-only", f"--count={TRIALS}"]
        collected, helped = _spied(folder, options), _spied(folder, ["--help"])
    assert f"{TASKS * TRIALS} tests collected" in collected.output, collected.output[-500:]
    return [
        Figure(f"pytest --collect-only of {TASKS * TRIALS} cases, CPU", collected.cpu, "s", 1.0),
        Figure(f"of {', '.join(HEAVY)}, imported by it", len(_heavy(collected)), "", 0, digits=0),
        Figure("pytest --help, CPU", helped.cpu, "s", 1.0),
        Figure(f"of {', '.join(HEAVY)}, imported by it", len(_heavy(helped)), "", 0, digits=0),
    ]


def unrelated_session() -> list[Figure]:
    """What a one-test session of somebody else's takes longer with the plugin than without: median of paired runs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_one.py").write_text("def test_one():\n    assert True\n", encoding="utf-8")
        _session(folder)
        pairs = [(_session(folder), _session(folder, "-p", "no:ecom_fixtures.plugin")) for _ in range(PAIRS)]
    cpu = median(active.cpu - inactive.cpu for active, inactive in pairs)
    wall = median(active.wall - inactive.wall for active, inactive in pairs)
    return [
        Figure("unrelated session, with the plugin against without: CPU", 1000 * cpu, "ms", 50, digits=0),
        Figure("the same: wall time", 1000 * wall, "ms", 50, digits=0),
    ]


def _spied(folder: Path, options: list[str]) -> Child:
    arguments = ["-m", "pytest", *WITHOUT_OTHERS, "-p", "ecom_spy", *options]
    run_python(arguments, folder, {"PYTHONPATH": str(folder)})
    return run_python(arguments, folder, {"PYTHONPATH": str(folder)})


def _heavy(child: Child) -> list[str]:
    return child.output.rpartition("HEAVY:")[2].split()


def _session(folder: Path, *options: str) -> Child:
    return run_python(["-m", "pytest", "-q", *WITHOUT_OTHERS, *options], folder)
