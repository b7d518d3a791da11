"""What a run leaves on disk: the journal, one record a line, and the manifest, what was planned and with what."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Literal, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, field_validator

from ecom_fixtures.errors import EcomError
from ecom_fixtures.trial.record import SCHEMA, Record
from ecom_fixtures.values import Model, first_problem

JOURNAL = "journal.jsonl"
MANIFEST = "manifest.json"

log = logging.getLogger(__name__)
M = TypeVar("M", bound=BaseModel)


class JournalError(EcomError):
    """A file of a run is missing, or is not what this version writes; the text names the file and the line or key."""


class Manifest(Model):
    """What a run was: written when it starts, and again, with how it ended, when it is over.

    ``created`` is ISO 8601 in UTC, ``tasks`` are the ids of all planned tasks in their order, ``count`` is the number
    of trials planned for each of them, numbered from 1. ``time_limit`` and ``wall_seconds`` are seconds, the hashes
    hexadecimal, ``persona`` and ``vision`` the options (empty: not given), ``versions`` {package: version}.
    ``wall_seconds`` stays None when the run was killed.
    """

    schema_version: Literal[1] = 1
    run: str
    created: str
    agent: str
    customer: str
    count: int = Field(ge=1)
    seed: int
    concurrency: int = Field(ge=1)
    processes: int = Field(ge=1)
    max_turns: int = Field(ge=1)
    time_limit: float = Field(gt=0)
    persona: str = ""
    vision: str = ""
    tasks: tuple[str, ...]
    dataset_hash: str
    policy_hash: str
    prompts_hash: str
    versions: dict[str, str]
    python: str
    platform: str
    interrupted: bool = False
    wall_seconds: float | None = None

    @field_validator("tasks")
    @classmethod
    def _unique(cls, tasks: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(tasks)) < len(tasks):
            raise ValueError("task ids must differ")
        return tasks

    def write(self, folder: Path) -> Path:
        """Write ``manifest.json`` into ``folder``, replacing an older one in one step, and return its path."""
        return write_model(folder / MANIFEST, self)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read ``manifest.json`` of ``folder``.

        Raises:
            JournalError: there is none, or it is of another version.
        """
        return read_model(folder / MANIFEST, cls)


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
        self._seen = {(record.task, record.trial) for record in records}
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
            raise JournalError(f"{self.path}: what was to be added is no record ({_problem(error)})") from error
        key = (record.task, record.trial)
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


def clean(text: str) -> str:
    """Return ``text`` with halved surrogate pairs joined and lone surrogates replaced by U+FFFD.

    Models emit them when a reply is cut within an emoji; neither UTF-8 nor pydantic takes them.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def write_model(path: Path, model: BaseModel) -> Path:
    """Write ``model`` as readable JSON; whoever reads meanwhile sees the old file or the new one, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(model.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return draft.replace(path)


def read_model(path: Path, shape: type[M]) -> M:
    """Read what ``write_model`` has written.

    Raises:
        JournalError: the file can't be read or doesn't fit; names the first wrong key.
    """
    try:
        return shape.model_validate_json(path.read_bytes())
    except OSError as error:
        raise JournalError(f"{path}: cannot be read ({error.strerror})") from error
    except ValidationError as error:
        raise JournalError(f"{path}: {first_problem(error, shape)}") from error


def _read(path: Path) -> tuple[list[Record], int]:
    """The records, and the size of the file in bytes without a line cut short."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise JournalError(f"{path}: cannot be read ({error.strerror})") from error
    records: dict[tuple[str, int], Record] = {}
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if number == len(lines) and not _is_json(line):
            log.warning("%s: line %d was cut short and is left out", path, number)
            return list(records.values()), len(data) - len(line)
        record = _record(path, number, line)
        if (record.task, record.trial) in records:
            log.warning("%s: line %d repeats trial %d of %s and is left out", path, number, record.trial, record.task)
        records.setdefault((record.task, record.trial), record)
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
        if version != SCHEMA:
            raise ValueError(f"schema version {version}, this version reads {SCHEMA}")
        return Record.model_validate_json(line)
    except ValueError as error:
        raise JournalError(f"{path}: line {number} is no record ({_problem(error)})") from error


def _problem(error: ValueError) -> str:
    """One line about what is wrong with a record."""
    if isinstance(error, ValidationError):
        return str(first_problem(error, Record))
    return " ".join(str(error).split())
