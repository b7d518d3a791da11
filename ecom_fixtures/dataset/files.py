"""Reading a dataset's files: plain ones only, as text or as YAML that fits a model; errors name file, line and key."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from ecom_fixtures.dataset.limits import MAX_FILE, MAX_TEXT_FILE
from ecom_fixtures.dataset.strict_yaml import line_of, load_yaml
from ecom_fixtures.errors import DatasetError
from ecom_fixtures.values import Place, dotted, first_problem

T = TypeVar("T")

_KINDS = {
    stat.S_IFLNK: "is a symbolic link; a dataset holds its files itself, so put a copy here",
    stat.S_IFDIR: "is a folder, and must be a file",
    stat.S_IFIFO: "is a named pipe, and must be a file",
    stat.S_IFSOCK: "is a socket, and must be a file",
    stat.S_IFCHR: "is a device, and must be a file",
    stat.S_IFBLK: "is a device, and must be a file",
}
# What a dataset's files end in: nothing so named is a folder.
_SUFFIXES = {".yaml", ".md", ".png"}
# What YAML allows in no text: it would be invisible in a prompt, too.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


def read_yaml(path: Path, shape: type[T]) -> T:
    """Return the content of ``path`` as ``shape``.

    Raises:
        DatasetError: the file can't be read, is no YAML as ``load_yaml`` takes it, or doesn't fit; names the first
            wrong key.
    """
    content = load_yaml(read_text(path), path)
    try:
        return TypeAdapter(shape).validate_python(content)
    except ValidationError as error:
        raise wrong_value(path, *first_problem(error, shape)) from error


def wrong_value(path: Path, place: Place, problem: str) -> DatasetError:
    """The error that says what is wrong at ``place`` in ``path``, which ``load_yaml`` takes, and in which line."""
    return DatasetError(path, dotted(place), problem, line_of(read_text(path), place) if place else None)


def read_folder(folder: Path, shape: type[T]) -> list[tuple[Path, T]]:
    """Return every ``*.yaml`` below ``folder`` as ``shape``, in the order of the file names.

    Raises:
        DatasetError: there is no such folder, no file in it, or a file is wrong.
    """
    if not os.path.isdir(folder):  # Path.is_dir raises where it may not look.
        raise DatasetError(folder, "", "no such folder")
    paths = [path for path in plain_files(folder) if path.suffix.lower() in {".yaml", ".yml"}]
    if not paths:
        raise DatasetError(folder, "", "no .yaml file here")
    if odd := next((path for path in paths if path.suffix != ".yaml"), None):
        raise DatasetError(odd, "", "must end in .yaml to be read")
    return [(path, read_yaml(path, shape)) for path in paths]


def read_text(path: Path) -> str:
    r"""Return the UTF-8 text in ``path``, with ``\n`` at the end of each line and without a byte order mark.

    Raises:
        DatasetError: as ``read_bytes``, and where it is no such text; names the line.
    """
    data = read_bytes(path, MAX_TEXT_FILE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DatasetError(path, "", f"is not UTF-8 (byte 0x{error.object[error.start]:02x})", line) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise DatasetError(path, "", f"holds the control character U+{ord(found[0]):04X}", line)
    return text


def read_bytes(path: Path, most: int = MAX_FILE) -> bytes:
    """Return what is in ``path``, a plain file of at most ``most`` bytes.

    Raises:
        DatasetError: it isn't one, or can't be read.
    """
    check_file(path, most)
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(path, "", f"cannot be read ({error.strerror})") from error


def plain_files(path: Path) -> list[Path]:
    """Return ``path`` if it is a file, else all files below it, sorted, without hidden ones, as editors leave them.

    Raises:
        DatasetError: something there is neither a folder nor a plain file, is too large, or can't be read.
    """
    files, waiting = [], [path]
    while waiting:
        path = waiting.pop()
        if path.suffix not in _SUFFIXES and stat.S_ISDIR(_status(path).st_mode):
            waiting += _inside(path)
        else:
            check_file(path)
            files.append(path)
    return sorted(files)


def check_file(path: Path, most: int = MAX_FILE) -> None:
    """Raise DatasetError unless ``path`` is a plain file of at most ``most`` bytes; nothing is opened to find out."""
    status = _status(path)
    if problem := _KINDS.get(stat.S_IFMT(status.st_mode)):
        raise DatasetError(path, "", problem)
    if status.st_size > most:
        raise DatasetError(path, "", f"has {status.st_size:,} bytes; at most {most:,} are allowed")


def _status(path: Path) -> os.stat_result:
    try:
        return path.lstat()
    except OSError as error:
        raise DatasetError(path, "", f"cannot be read ({error.strerror})") from error


def _inside(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.name.startswith(".")]
    except OSError as error:
        raise DatasetError(folder, "", f"cannot be read ({error.strerror})") from error
