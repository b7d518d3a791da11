"""The order in which pytest-xdist hands out tests: enough of them at every worker that its trials can run ahead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.workermanage import WorkerController


class AheadScheduling(LoadScheduling):  # type: ignore[misc]  # xdist ships no py.typed
    """Load scheduling that keeps ``depth()`` tests queued at every worker, since a worker runs trials ahead.

    ``depth`` is asked when all is collected; 0 leaves everything to xdist.
    """

    def __init__(self, config: pytest.Config, log: Producer | None, depth: Callable[[], int]) -> None:
        super().__init__(config, log)
        self._ask, self._depth = depth, 0

    def schedule(self) -> None:
        if self.collection is None and (depth := self._ask()):
            # Bounds the first batch, which would be a quarter of the worker's share.
            self._depth = self.maxschedchunk = depth
        super().schedule()

    def _send_tests(self, node: WorkerController, num: int) -> None:
        """Send all that a worker may have in one message: while it waits for a trial, it starts none that comes later.

        xdist's own first batch is a quarter of the worker's share.
        """
        share = -(-len(self.collection or ()) // len(self.nodes))
        room = self._depth - len(self.node2pending[node])
        super()._send_tests(node, max(num, min(room, share)))

    def check_schedule(self, node: WorkerController, duration: float = 0) -> None:
        if not self._depth:
            super().check_schedule(node, duration)
        elif node.shutting_down:
            return
        elif not self.pending:
            node.shutdown()
        elif (room := self._depth - len(self.node2pending[node])) > 0:
            self._send_tests(node, room)
