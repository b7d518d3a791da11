"""The command ``pytest`` for shell scripts, whose sessions are forks: they start at once, and are else the same."""

from __future__ import annotations

import sys
import threading
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from uuid import uuid4

from forked import Forked

COMMAND = """\
#!{python} -IS
import os
import sys
from multiprocessing.connection import Client

with Client({address!r}) as line:
    line.send((os.getcwd(), sys.argv[1:], dict(os.environ)))
    status, output = line.recv()
sys.stdout.buffer.write(output.encode())
sys.exit(status)
"""


class ForkedCommand:
    """Put into ``folder``, and of use as long as the process that has made it."""

    def __init__(self, folder: Path, timeout: float = 180) -> None:
        self._folder, self._timeout = folder, timeout
        self._listener = Listener(family="AF_UNIX")
        command = folder / "pytest"
        command.write_text(COMMAND.format(python=sys.executable, address=self._listener.address))
        command.chmod(0o755)
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            threading.Thread(target=self._serve, args=(self._listener.accept(),), daemon=True).start()

    def _serve(self, line: Connection) -> None:
        with line:
            folder, arguments, environment = line.recv()
            session = Forked.start(Path(folder), arguments, self._folder / f"{uuid4()}.log", **environment)
            try:
                line.send(session.finish(self._timeout))
            except TimeoutError as error:
                line.send((1, str(error)))
