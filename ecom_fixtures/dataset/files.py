"""Reading YAML files into pydantic models, with errors that name the file and the key."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from ecom_fixtures.errors import DatasetError

T = TypeVar("T")
# The C loader is five times faster and comes with every PyYAML wheel.
Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path, shape: type[T]) -> T:
    """Return the content of ``path`` as ``shape``.

    Raises:
        DatasetError: the file can't be read, is no YAML, or doesn't fit; names the first wrong key.
    """
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(path, "", f"cannot be read ({error})") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: a date such as 2025-13-01
        raise DatasetError(path, "", f"is not valid YAML ({' '.join(str(error).split())})") from error
    try:
        return TypeAdapter(shape).validate_python(content)
    except ValidationError as error:
        raise DatasetError(path, *_first(error, content)) from error


def read_folder(folder: Path, shape: type[T]) -> list[tuple[Path, T]]:
    """Return every ``*.yaml`` below ``folder`` as ``shape``, in the order of the file names.

    Raises:
        DatasetError: there is no such folder, no file in it, or a file is wrong.
    """
    paths = sorted(folder.rglob("*.yaml"))
    if not paths:
        raise DatasetError(folder, "", "no .yaml file here" if folder.is_dir() else "no such folder")
    return [(path, read_yaml(path, shape)) for path in paths]


def _first(error: ValidationError, content: Any) -> tuple[str, str]:
    """The key and the problem of the first error, with the number of those behind it."""
    errors = error.errors(include_url=False)
    first = errors[0]
    key = ".".join(str(part) for part in first["loc"])
    problem = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        problem = "is not a key that is known here"
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return key, problem[:1].lower() + problem[1:] + more
