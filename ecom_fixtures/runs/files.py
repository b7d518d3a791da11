"""How a run's files are written and read: whole files of readable JSON, and one sentence when one is broken."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ecom_fixtures.errors import EcomError
from ecom_fixtures.values import first_problem

M = TypeVar("M", bound=BaseModel)


class JournalError(EcomError):
    """A file of a run is missing, or is not what this version writes; the text names the file and the line or key."""


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
        raise JournalError(f"{path}: {problem_of(error, shape)}") from error


def clean(text: str) -> str:
    """Return ``text`` with halved surrogate pairs joined and lone surrogates replaced by U+FFFD.

    Models emit them when a reply is cut within an emoji; neither UTF-8 nor pydantic takes them.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def problem_of(error: ValueError, shape: type[BaseModel]) -> str:
    """One line about what is wrong with a ``shape``, without the input, which may be as long as a dialogue."""
    return str(first_problem(error, shape)) if isinstance(error, ValidationError) else " ".join(str(error).split())
