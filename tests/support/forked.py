"""Pytest sessions as processes that start at once: forks of one process in which the large libraries are imported."""

from __future__ import annotations

import gc
import multiprocessing
import os
import re
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from workers import Nursery

TESTS = Path(__file__).parents[1]
SETTINGS = re.compile(r"^PYTEST|^GITHUB_|API_KEY$")
# Neither our plugin nor another of pytest's plugins: a session imports those itself, as it would in a user's hands.
LIBRARIES = ["httpx2", "jinja2", "langgraph.graph", "mcp", "openai", "pytest", "scipy.stats", "sqlmodel", "yaml"]
# langsmith and anyio bring plugins of their own, which pytest would have liked to import itself.
QUIET = ("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning")
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(LIBRARIES)


@dataclass(frozen=True)
class Forked:
    """A session in a process group of its own. ``log`` holds what it writes to stdout and stderr."""

    process: BaseProcess
    log: Path

    @classmethod
    def start(cls, folder: Path, arguments: Sequence[str], log: Path, **variables: str) -> Forked:
        """Start ``python -m pytest ARGUMENTS`` in ``folder``, without keys and settings of whoever runs the tests."""
        environment = {name: value for name, value in os.environ.items() if not SETTINGS.search(name)} | variables
        process = FORKS.Process(target=_session, args=(folder, tuple(arguments), environment, log))
        process.start()
        return cls(process, log)

    @property
    def pid(self) -> int:
        assert self.process.pid
        return self.process.pid

    @property
    def running(self) -> bool:
        return self.process.is_alive()

    def finish(self, timeout: float) -> tuple[int, str]:
        """The exit status and the output. Raises TimeoutError, and ends the whole group, when it takes too long."""
        self.process.join(timeout)
        if self.process.exitcode is None:
            # pytest's faulthandler writes where each process stands.
            os.killpg(self.pid, signal.SIGABRT)
            self.process.join(5)
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self.process.join()
            raise TimeoutError(f"no end within {timeout} s:\n{self.log.read_text('utf-8', 'replace')}")
        return self.process.exitcode, self.log.read_text("utf-8")


def _session(folder: Path, arguments: tuple[str, ...], environment: dict[str, str], log: Path) -> None:
    # pytest collects garbage when it ends, and needn't look through all that was imported before.
    gc.freeze()
    os.setsid()
    # What a shell starts in the background ignores Ctrl-C, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("wb") as output, open(os.devnull, "rb") as nothing:
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source.fileno(), target)
    # What goes to stdout stays before what goes to stderr after it.
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.path[:] = [str(folder), *(path for path in sys.path if not Path(path).is_relative_to(TESTS))]
    sys.argv = ["pytest", *arguments]
    nursery = Nursery.open()
    if nursery is None:
        return
    nursery.adopt()
    sys.exit(pytest.main([*QUIET, *arguments]))
