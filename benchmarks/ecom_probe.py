"""A pytest plugin that writes down what its process, controller or worker, has come to when its session ends."""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path

import pytest

import ecom_fixtures

HEAVY = ("langgraph", "openai", "mcp")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Write probe-PROCESS.json: the package that was imported, peak memory in MB, and which heavy packages are in."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "controller")
    told = {
        "process": process,
        "package": ecom_fixtures.__file__,
        "peak": _peak(),
        "heavy": [name for name in HEAVY if name in sys.modules],
    }
    Path(f"probe-{process}.json").write_text(json.dumps(told), encoding="utf-8")


def _peak() -> float:
    # Kilobytes on Linux, bytes on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
