"""Workers of pytest-xdist that start at once: forks of a process in which the large libraries are imported.

A session of `forked` keeps such a process, the nursery. execnet is given a fork of it, in the session's process group,
where it would have started this Python anew. The plugins a worker imports itself, as it would in a user's hands.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import suppress
from typing import IO, Any


class Nursery:
    """The session's end of the nursery; `open` must be called before anything but the libraries is imported."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    @classmethod
    def open(cls) -> Nursery | None:
        """Fork the nursery. Comes back once in the session, and with None in each worker, when it has ended."""
        here, there = socket.socketpair()
        if os.fork():
            there.close()
            return cls(here)
        here.close()
        # Ctrl-C and a test's look at what is left of the session's group don't concern the nursery.
        group = os.getpgrp()
        os.setpgid(0, 0)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            request, ends, _, _ = socket.recv_fds(there, 1, 2)
            if not request:
                os._exit(0)
            if os.fork() == 0:
                there.close()
                os.setpgid(0, group)
                _work(*ends)
                return None
            for end in ends:
                os.close(end)

    def adopt(self) -> None:
        """Let execnet take its workers from here."""
        from execnet import gateway_base, gateway_io

        nursery, original = self, gateway_io.Popen2IOMaster.__init__

        def start(io: Any, args: list[str], execmodel: Any) -> None:
            if args[0] != sys.executable:
                original(io, args, execmodel)
                return
            io.popen = worker = nursery._start()
            gateway_base.Popen2IO.__init__(io, worker.stdin, worker.stdout, execmodel)

        gateway_io.Popen2IOMaster.__init__ = start  # type: ignore[assignment, method-assign]

    def _start(self) -> _Worker:
        (its_input, writing), (reading, its_output) = os.pipe(), os.pipe()
        socket.send_fds(self._line, [b"+"], [its_input, its_output])
        os.close(its_input)
        os.close(its_output)
        return _Worker(os.fdopen(writing, "wb"), os.fdopen(reading, "rb"))


class _Worker:
    """As much of `subprocess.Popen` as execnet asks for. Its first word is its process id."""

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self.stdin, self.stdout = stdin, stdout
        self.pid = int.from_bytes(stdout.read(4), "big")

    def wait(self) -> int:
        with suppress(ProcessLookupError):
            while True:
                os.kill(self.pid, 0)
                time.sleep(0.01)
        return 0

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def _work(its_input: int, its_output: int) -> None:
    """Be ``python -u -c 'import sys; exec(eval(sys.stdin.readline()))'``, execnet's first line in a worker."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for source, target in ((its_input, 0), (its_output, 1)):
        os.dup2(source, target)
        os.close(source)
    os.write(1, os.getpid().to_bytes(4, "big"))
    sys.argv = ["-c"]
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    exec(eval(sys.stdin.readline()), {"__name__": "__main__"})
