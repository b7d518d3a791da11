"""Values that never change: the base class of what is read and written, and what is wrong with one that doesn't fit."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

# The keys and indexes that lead to a value.
Place: TypeAlias = tuple[int | str, ...]


class Model(BaseModel):
    """Strict and frozen: an unknown key in a file is an error, a loaded value never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Problem(NamedTuple):
    """Where something is wrong, and what."""

    place: Place
    text: str

    def __str__(self) -> str:
        return f"{dotted(self.place)}: {self.text}" if self.place else self.text


def dotted(place: Place) -> str:
    """``intents.0.actions``."""
    return ".".join(str(part) for part in place)


def first_problem(error: ValidationError, shape: Any) -> Problem:
    """The first of the errors that validating as ``shape`` has found, with the number of those behind it.

    Never shows the value, which may be as long as a dialogue.
    """
    errors = error.errors(include_url=False, include_input=False)
    first = errors[0]
    text = first["msg"].removeprefix("Value error, ").partition(" or instance of ")[0]
    if first["type"] == "extra_forbidden":
        known = _known_keys(shape, first["loc"])
        text = "is not a key that is known here" + (f"; known are {', '.join(known)}" if known else "")
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Problem(first["loc"], text[:1].lower() + text[1:] + more)


def _known_keys(shape: Any, place: Place) -> list[str]:
    """The keys that the model at ``place`` has, found by the annotations on the way there."""
    model = _model_in(shape)
    for part in place[:-1]:
        if model and part in model.model_fields:
            model = _model_in(model.model_fields[str(part)].annotation)
    return list(model.model_fields) if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """``Part``, whether the annotation is ``Part``, ``tuple[Part, ...]`` or ``Part | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for argument in get_args(annotation) if (model := _model_in(argument))), None)
