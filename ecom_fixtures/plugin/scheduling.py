"""Running under pytest-xdist: keep every worker's trials in flight, and account for those of a killed worker."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController


class AheadScheduling(LoadScheduling):  # type: ignore[misc]  # xdist ships no py.typed
    """Load scheduling that keeps ``ahead`` + 1 tests queued at every worker, since a worker runs trials ahead.

    The first ``ahead`` queued tests of a killed worker had been started. ``on_lost`` is given their ids, reports
    those that were trials, and returns them; the rest goes to the other workers.
    """

    def __init__(
        self,
        config: pytest.Config,
        log: Producer | None,
        ahead: int,
        on_lost: Callable[[WorkerController, Sequence[str]], Sequence[str]],
    ) -> None:
        super().__init__(config, log)
        self._ahead, self._on_lost = ahead, on_lost
        # Bounds the first batch, which would be a quarter of the worker's share.
        self.maxschedchunk = ahead + 1

    def _send_tests(self, node: WorkerController, num: int) -> None:
        """Send all that a worker may have in one message: while it waits for a trial, it starts none that comes later.

        xdist's own first batch is a quarter of the worker's share.
        """
        share = -(-len(self.collection or ()) // len(self.nodes))
        room = self._ahead + 1 - len(self.node2pending[node])
        super()._send_tests(node, max(num, min(room, share)))

    def check_schedule(self, node: WorkerController, duration: float = 0) -> None:
        if node.shutting_down:
            return
        if not self.pending:
            node.shutdown()
            return
        if (room := self._ahead + 1 - len(self.node2pending[node])) > 0:
            self._send_tests(node, room)

    def remove_node(self, node: WorkerController) -> str | None:
        queued = self.node2pending[node]
        # There is no collection when collecting has failed.
        collection = self.collection or []
        # The first is the test that was being waited for; xdist reports it itself.
        started = {collection[index]: index for index in queued[1 : self._ahead]}
        lost = {started[name] for name in self._on_lost(node, list(started))}
        self.node2pending[node] = [index for index in queued if index not in lost]
        crashed: str | None = super().remove_node(node)
        return crashed


def queued_items(session: pytest.Session) -> list[pytest.Item]:
    """The tests that this worker has been given and not begun, in their order.

    The queue is private to xdist: where it can't be read, nothing runs ahead, and all still works.
    """
    plugins = session.config.pluginmanager.get_plugins()
    interactor = next((plugin for plugin in plugins if type(plugin).__name__ == "WorkerInteractor"), None)
    queue, upcoming = getattr(interactor, "torun", None), getattr(interactor, "nextitem_index", None)
    if queue is None or not hasattr(queue, "lock"):
        return []
    with queue.lock() as waiting:
        indices = [index for index in (upcoming, *waiting) if isinstance(index, int)]
    return [session.items[index] for index in indices]


def takers_of_trials(root: Path, ids: Sequence[str]) -> list[str]:
    """The parametrized tests among ``ids`` whose function has an argument ``trial``; the controller collects nothing.

    A test that takes it only by way of another fixture is not found; its worker tells of it with its first report.
    """
    found = []
    for name in ids:
        path, _, test = name.partition("::")
        function, bracket, _ = test.rpartition("::")[2].partition("[")
        if bracket and function in _takers(root / path):
            found.append(name)
    return found


@cache
def _takers(file: Path) -> set[str]:
    """The names of the functions in ``file`` that have an argument ``trial``."""
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return set()
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {node.name for node in functions if any(argument.arg == "trial" for argument in node.args.args)}


def processes(config: pytest.Config) -> int:
    """How many processes run tests: the number of workers, or 1 without -n."""
    return len(config.getoption("tx", default=None) or ()) or 1
