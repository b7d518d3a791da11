"""Models by name: presets.toml, a project's own additions, and ``openai:MODEL@URL``."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from ecom_fixtures.errors import SettingsError
from ecom_fixtures.trajectory import Role
from ecom_fixtures.values import Model, first_problem

if TYPE_CHECKING:
    from ecom_fixtures.models.endpoint import Endpoint

_FILE = Path(__file__).with_name("presets.toml")
_SECTION = "tool.ecom-fixtures.presets"
LOCAL_KEY = "OPENAI_API_KEY"


class Preset(Model):
    """One row of the table: the model's id, its endpoint, and the environment variable that holds its key."""

    model: str
    base_url: str
    key: str

    def __str__(self) -> str:
        return f"{self.model} at {self.base_url}"


def load_presets(pyproject: Path | None = None) -> dict[str, Preset]:
    """The built-in table, extended by ``[tool.ecom-fixtures.presets]`` of ``pyproject`` if there is one.

    Raises:
        SettingsError: the file is no TOML or a preset lacks a key.
    """
    table = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    if pyproject and pyproject.is_file():
        try:
            own = tomllib.loads(pyproject.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{pyproject}: is not valid TOML ({error})") from error
        additions = own.get("tool", {}).get("ecom-fixtures", {}).get("presets", {})
        if not isinstance(additions, dict):
            raise SettingsError(f"{pyproject}: {_SECTION} must be tables, as in [{_SECTION}.my-model]")
        table |= additions
    try:
        return TypeAdapter(dict[str, Preset]).validate_python(table)
    except ValidationError as error:
        raise SettingsError(f"{pyproject}: {_SECTION}.{first_problem(error, dict[str, Preset])}") from error


@dataclass(frozen=True)
class ChatModel:
    """A model that can be reached: a preset or an ``openai:`` endpoint, under the name the user gave."""

    name: str
    preset: Preset
    needs_key: bool = True
    _made: dict[str, Endpoint] = field(default_factory=dict, compare=False, repr=False)

    def check(self, option: str = "--agent") -> None:
        """Raise SettingsError, naming the variable, when the key is missing from the environment."""
        if self.needs_key and not os.environ.get(self.preset.key):
            raise SettingsError(
                f"{option}={self.name} needs an API key: set the environment variable {self.preset.key}"
            )

    def endpoint(self, role: Role) -> Endpoint:
        """The endpoint; one client for all trials of this process (and its one event loop)."""
        if role not in self._made:
            from ecom_fixtures.models.endpoint import Endpoint, connect

            key = os.environ.get(self.preset.key) or "none"
            self._made[role] = Endpoint(connect(self.preset.base_url, key), self.preset.model, role=role)
        return self._made[role]


def chat_model(name: str, presets: Mapping[str, Preset]) -> ChatModel | None:
    """The model called ``name``: a preset, or ``openai:MODEL@URL``. None if it is neither.

    Raises:
        SettingsError: ``openai:`` without a model or a URL.
    """
    if name in presets:
        return ChatModel(name, presets[name])
    if not name.startswith("openai:"):
        return None
    model, _, url = name.removeprefix("openai:").rpartition("@")
    if not model or not url.startswith(("http://", "https://")):
        raise SettingsError(f"{name!r}: write openai:MODEL@URL, as in openai:my-model@http://127.0.0.1:8000/v1")
    return ChatModel(name, Preset(model=model, base_url=url, key=LOCAL_KEY), needs_key=False)
