"""The journal: one record a line, written as trials end, read through an index and never as a whole."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from pydantic import BaseModel

from ecom_fixtures.dataset.cases import Case
from ecom_fixtures.runs.files import JournalError, dump_model, problem_of
from ecom_fixtures.trial.record import SCHEMA, Record, Schema

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
        places, size = _scan(self.path) if self.path.exists() else ({}, 0)
        self._seen = set(places)
        # Unbuffered: nothing is left behind in the process that a later write would bring in twice.
        self._file = self.path.open("a+b", buffering=0)
        self._file.truncate(size)
        self._file.seek(max(size - 1, 0))
        if self._file.read(1) not in (b"", b"\n"):
            self._write(b"\n")

    def append(self, text: str) -> bool:
        """Add one record, given as ``dump_record`` writes it; only which trial it is of is looked at.

        Returns False, and writes nothing, when the journal has a record of the same trial: the first counts.

        Raises:
            JournalError: the text is no record.
            OSError: it can't be written; the journal is then as it was before.
        """
        try:
            key = _Key.model_validate_json(text).case
        except ValueError as error:
            raise JournalError(f"{self.path}: what was to be added is no record ({problem_of(error, _Key)})") from error
        with self._lock:
            if key in self._seen:
                return False
            self._write(text.replace("\n", " ").encode() + b"\n")
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


class Index:
    """Where each trial's record stands in a journal, in the order in which the trials ended; holds none of them.

    A last line that a kill has cut short, and a second record of the same trial, are left out with a warning in the
    log: neither was ever a result.

    Raises:
        JournalError: there is no such file, or a line of it is no record; names the line.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places, _ = _scan(path)

    def __iter__(self) -> Iterator[Case]:
        return iter(self._places)

    def __contains__(self, case: Case) -> bool:
        return case in self._places

    def read(self, cases: Iterable[Case]) -> Iterator[Record]:
        """The records of ``cases``, one after the other; those that the journal doesn't hold are passed over.

        Raises:
            JournalError: a line is no record; names it.
        """
        for place, line in self._lines(cases):
            yield _record(self._path, place.line, line)

    def lines(self, cases: Iterable[Case]) -> Iterator[str]:
        """The records of ``cases`` as they stand in the journal, to be put into another one."""
        for _, line in self._lines(cases):
            yield line.decode().rstrip("\n")

    def _lines(self, cases: Iterable[Case]) -> Iterator[tuple[_Place, bytes]]:
        with self._path.open("rb") as file:
            for case in cases:
                if place := self._places.get(case):
                    file.seek(place.start)
                    yield place, file.read(place.size)


def read_journal(path: Path) -> Iterator[Record]:
    """The records of a journal in the order in which the trials ended; see ``Index``."""
    index = Index(path)
    return index.read(index)


def dump_record(record: Record) -> str:
    """Return the record as one line of JSON that is valid UTF-8, whatever the model has said."""
    return dump_model(record)


@dataclass(frozen=True, slots=True)
class _Place:
    """A line of the journal: its number from 1, and where it stands, in bytes."""

    line: int
    start: int
    size: int


class _Key(BaseModel):
    """The part of a record that says which trial it is of. Read alone, in a fifth of the time."""

    schema_version: Schema = SCHEMA
    task: str
    variant: str = ""
    trial: int
    seed: int

    @property
    def case(self) -> Case:
        return Case(self.task, self.variant, self.trial, self.seed)


def _scan(path: Path) -> tuple[dict[Case, _Place], int]:
    """Where the records stand, and the size of the file in bytes without a line cut short."""
    places: dict[Case, _Place] = {}
    start = 0
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.endswith(b"\n") and not _is_json(line):
                    log.warning("%s: line %d was cut short and is left out", path, number)
                    break
                if line.strip():
                    _enter(places, path, _Place(number, start, len(line)), line)
                start += len(line)
    except OSError as error:
        raise JournalError(f"{path}: cannot be read ({error.strerror})") from error
    return places, start


def _enter(places: dict[Case, _Place], path: Path, place: _Place, line: bytes) -> None:
    try:
        case = _Key.model_validate_json(line).case
    except ValueError as error:
        raise JournalError(f"{path}: line {place.line} is no record ({problem_of(error, _Key)})") from error
    if case in places:
        log.warning("%s: line %d repeats trial %d of %s and is left out", path, place.line, case.trial, case.task_id)
    places.setdefault(case, place)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _record(path: Path, number: int, line: bytes) -> Record:
    try:
        return Record.model_validate_json(line)
    except ValueError as error:
        raise JournalError(f"{path}: line {number} is no record ({problem_of(error, Record)})") from error
