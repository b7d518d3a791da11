"""How a run's files are written and read: whole files of readable JSON, and one sentence when one is broken."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticSerializationError

from ecom_fixtures.errors import EcomError
from ecom_fixtures.values import first_problem

M = TypeVar("M", bound=BaseModel)


class JournalError(EcomError):
    """A file of a run is missing, or is not what this version writes; the text names the file and the line or key."""


def replace_file(path: Path, pieces: Iterable[str]) -> Path:
    """Write a text; whoever reads meanwhile sees the old file or the new one, never a part.

    Raises:
        OSError: it can't be written; the old file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.new")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.writelines(pieces)
        return draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_model(path: Path, model: BaseModel) -> Path:
    """Write ``model`` as readable JSON, see ``replace_file``."""
    return replace_file(path, [dump_model(model, indent=2), "\n"])


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
        raise JournalError(f"{path}: {problem_of(error, shape)}") from error


def dump_model(model: BaseModel, indent: int | None = None) -> str:
    """Return ``model`` as JSON that is valid UTF-8, whatever a model or a command line has put into it."""
    try:
        return model.model_dump_json(indent=indent)
    except PydanticSerializationError:
        # Half a character somewhere, which pydantic's own JSON doesn't take.
        return clean(json.dumps(model.model_dump(mode="json"), indent=indent, ensure_ascii=False))


def clean(text: str) -> str:
    """Return ``text`` with halved surrogate pairs joined and lone surrogates replaced by U+FFFD.

    Models emit them when a reply is cut within an emoji; neither UTF-8 nor pydantic takes them.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def problem_of(error: ValueError, shape: type[BaseModel]) -> str:
    """One line about what is wrong with a ``shape``, without the input, which may be as long as a dialogue."""
    return str(first_problem(error, shape)) if isinstance(error, ValidationError) else " ".join(str(error).split())
