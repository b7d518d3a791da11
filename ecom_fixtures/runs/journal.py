"""What a run leaves on disk: the journal, one record a line, and the manifest, what was planned and with what."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.runs.files import JournalError, clean, problem_of
from ecom_fixtures.trial.record import READABLE, SCHEMA, Record

JOURNAL = "journal.jsonl"

log = logging.getLogger(__name__)


class Journal:
    """Takes in records as they end; each is on disk before ``append`` returns, so a kill loses none.

    Safe to use from several threads of one process. Opening the journal of an earlier session goes on with it: a line
    that a kill has cut short is removed, and records that it holds are known.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / JOURNAL
        self._lock = Lock()
        records, size = _read(self.path) if self.path.exists() else ([], 0)
        self._seen = {record.case for record in records}
        # Unbuffered: nothing is left behind in the process that a later write would bring in twice.
        self._file = self.path.open("ab", buffering=0)
        self._file.truncate(size)
        if records and not self.path.read_bytes().endswith(b"\n"):
            self._write(b"\n")

    def append(self, text: str) -> bool:
        """Add one record, given as the JSON text of a ``Record``; lone surrogates in it are replaced.

        Returns False, and writes nothing, when the journal has a record of the same task and trial: the first counts.

        Raises:
            JournalError: the text is no record.
            OSError: it can't be written; the journal is then as it was before.
        """
        try:
            line = clean(json.dumps(json.loads(text), ensure_ascii=False))
            record = Record.model_validate_json(line)
        except ValueError as error:
            raise JournalError(
                f"{self.path}: what was to be added is no record ({problem_of(error, Record)})"
            ) from error
        key = record.case
        with self._lock:
            if key in self._seen:
                return False
            self._write(line.encode() + b"\n")
            self._seen.add(key)
        return True

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, data: bytes) -> None:
        start = os.fstat(self._file.fileno()).st_size
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            self._file.truncate(start)
            raise


def read_journal(path: Path) -> list[Record]:
    """Return the records of a journal in the order in which the trials ended.

    A last line that a kill has cut short, and a second record of the same task and trial, are left out with a warning
    in the log: neither was ever a result.

    Raises:
        JournalError: there is no such file, or a line of it is no record; names the line.
    """
    return _read(path)[0]


def dump_record(record: Record) -> str:
    """Return the record as one line of JSON that is valid UTF-8, whatever the model has said."""
    return clean(json.dumps(record.model_dump(mode="json"), ensure_ascii=False))


def _read(path: Path) -> tuple[list[Record], int]:
    """The records, and the size of the file in bytes without a line cut short."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise JournalError(f"{path}: cannot be read ({error.strerror})") from error
    records: dict[Case, Record] = {}
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if number == len(lines) and not _is_json(line):
            log.warning("%s: line %d was cut short and is left out", path, number)
            return list(records.values()), len(data) - len(line)
        record = _record(path, number, line)
        if record.case in records:
            log.warning("%s: line %d repeats trial %d of %s and is left out", path, number, record.trial, record.task)
        records.setdefault(record.case, record)
    return list(records.values()), len(data)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _record(path: Path, number: int, line: bytes) -> Record:
    try:
        content = json.loads(line)
        version = content.get("schema_version", SCHEMA) if isinstance(content, dict) else SCHEMA
        if version not in READABLE:
            raise ValueError(f"schema version {version}, this version reads {' and '.join(map(str, READABLE))}")
        return Record.model_validate_json(line)
    except ValueError as error:
        raise JournalError(f"{path}: line {number} is no record ({problem_of(error, Record)})") from error
