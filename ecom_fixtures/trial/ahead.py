"""Trials run ahead of their tests: one event loop in a background thread, a bounded number at a time."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import CancelledError, Future
from contextlib import suppress
from functools import partial

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.trial.record import Record


class Ahead:
    """Runs offered cases in their order, at most ``concurrency`` at a time.

    ``look_ahead`` bounds how many trials may have been started beyond those already fetched (for
    ``-x``, so that little is paid in vain); None means no bound. ``on_done`` is called in the loop's
    thread with every finished record.
    """

    def __init__(
        self,
        run: Callable[[Case], Awaitable[Record]],
        concurrency: int,
        look_ahead: int | None = None,
        on_done: Callable[[Record], None] = lambda record: None,
    ) -> None:
        self._run, self._concurrency, self._look_ahead, self._on_done = run, concurrency, look_ahead, on_done
        self._offered: deque[Case] = deque()
        self._futures: dict[Case, Future[Record]] = {}
        self._known: set[Case] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._wanted: set[Case] = set()
        self._unfetched = 0
        self._closing = self._stopped = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="ecom-trials", daemon=True)
        self._thread.start()

    def offer(self, cases: Iterable[Case]) -> None:
        """Queue the cases that were never offered before."""
        for case in cases:
            if case not in self._known:
                self._add(case)

    def fetch(self, case: Case) -> Record:
        """Wait for the trial's record and forget it; a case that wasn't offered, or was fetched before, runs now.

        What is being waited for goes before all that is only offered, whatever ``look_ahead`` says.

        Raises:
            Exception: whatever the trial raised; CancelledError after `stop` or `close`, unless it ended before.
        """
        if case not in self._futures:
            if self._closing or self._stopped:
                raise CancelledError
            self._add(case)
        future = self._futures[case]
        if not self._closing:
            self._loop.call_soon_threadsafe(self._want, case)
        try:
            return future.result()
        finally:
            self._futures.pop(case, None)
            if not self._closing:
                self._loop.call_soon_threadsafe(self._fetched, case)

    def stop(self) -> None:
        """Cancel what is in flight, and start nothing more. Safe in any thread, and returns at once."""
        self._stopped = True
        self._loop.call_soon_threadsafe(self._cancel)

    def close(self) -> None:
        """Cancel what is in flight, wait until it has cleaned up, and end the thread."""
        if self._closing:
            return
        self._closing = True
        asyncio.run_coroutine_threadsafe(self._cancel_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _serve(self) -> None:
        while True:
            # A task of an agent's own that calls sys.exit() ends the loop, but must not end the other trials.
            with suppress(SystemExit, KeyboardInterrupt):
                self._loop.run_forever()
                return

    def _add(self, case: Case) -> None:
        self._known.add(case)
        self._futures[case] = Future()
        # The queue belongs to the loop's thread alone.
        self._loop.call_soon_threadsafe(self._enqueue, case)

    def _enqueue(self, case: Case) -> None:
        self._offered.append(case)
        if self._stopped:
            self._cancel()
        self._fill()

    def _want(self, case: Case) -> None:
        self._wanted.add(case)
        if case in self._offered:
            self._offered.remove(case)
            self._offered.appendleft(case)
        self._fill()

    def _fetched(self, case: Case) -> None:
        self._wanted.discard(case)
        self._unfetched -= 1
        self._fill()

    def _fill(self) -> None:
        while (
            self._offered
            and not self._closing
            and len(self._tasks) < self._concurrency
            and (self._look_ahead is None or self._unfetched < self._look_ahead or self._offered[0] in self._wanted)
        ):
            case = self._offered.popleft()
            self._unfetched += 1
            future = self._futures[case]
            task = self._loop.create_task(self._one(case, future), name=f"{case.task_id}-{case.trial}")
            self._tasks.add(task)
            task.add_done_callback(partial(self._ended, future))

    def _ended(self, future: Future[Record], task: asyncio.Task[None]) -> None:
        if task.cancelled():
            # Also one that was cancelled before its first step, which no code of its own has seen.
            future.cancel()
        self._tasks.discard(task)
        self._fill()

    async def _one(self, case: Case, future: Future[Record]) -> None:
        try:
            record = await self._run(case)
            self._on_done(record)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            # Also SystemExit, or whoever waits for this trial would wait for ever.
            future.set_exception(error)
        else:
            future.set_result(record)

    def _cancel(self) -> None:
        while self._offered:
            # None where whoever waited for it was interrupted.
            if future := self._futures.get(self._offered.popleft()):
                future.cancel()
        for task in self._tasks:
            task.cancel()

    async def _cancel_all(self) -> None:
        self._cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._loop.shutdown_asyncgens()
        for future in self._futures.values():
            future.cancel()
