"""Reading pictures: from the texts beside them, or with a model that sees; never from the net."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ecom_fixtures.dataset.files import read_bytes, read_yaml
from ecom_fixtures.models.presets import ChatModel
from ecom_fixtures.values import Model


class NoSuchPicture(LookupError):
    """A reader has no picture of that file name."""


class PictureReader(Protocol):
    """Whoever can say what a picture shows."""

    async def read(self, name: str, question: str) -> dict[str, Any]:
        """Return what the picture of that file name shows.

        Raises:
            NoSuchPicture: there is none.
        """
        ...


class Sidecar(Model):
    """NAME.yaml beside NAME.png: what a careful reader would make of the picture."""

    kind: str
    shows: str
    fields: dict[str, Any]


class SidecarReader:
    """Answers from the texts beside the pictures in ``folder``, whatever the question."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._read: dict[str, Sidecar] = {}

    async def read(self, name: str, question: str) -> dict[str, Any]:
        """Return ``{"shows": ..., "fields": ...}``.

        Raises:
            NoSuchPicture: the folder has none of that name.
            DatasetError: the text beside the picture is missing or wrong.
        """
        sidecar = self._read.get(name)
        if sidecar is None:
            sidecar = self._read[name] = self._load(name)
        return sidecar.model_dump(mode="json", include={"shows", "fields"})

    def _load(self, name: str) -> Sidecar:
        picture = self._folder / name
        # A symbolic link would lead out of the folder.
        if not picture.is_file() or picture.resolve() != picture:
            raise NoSuchPicture(name)
        return read_yaml(picture.with_suffix(".yaml"), Sidecar)


_ASK = (
    "Describe what can be seen in this picture: every text in it word for word, and the objects with their "
    "colours, materials and marks. Say nothing that can't be seen. Then answer this question: "
)


@dataclass(frozen=True)
class VisionReader:
    """Looks at pictures below ``folder`` with a chat model that takes images. Nothing else is ever fetched."""

    folder: Path
    model: ChatModel

    async def read(self, name: str, question: str) -> dict[str, Any]:
        """Return ``{"shows": ...}`` in the model's words.

        Raises:
            NoSuchPicture: the folder has none of that name.
            InfraError: the vision model's endpoint failed.
        """
        picture = self.folder / name
        if not picture.is_file() or picture.is_symlink():
            raise NoSuchPicture(name)
        data = base64.b64encode(read_bytes(picture)).decode()
        content = [
            {"type": "text", "text": _ASK + question},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}},
        ]
        message, _ = await self.model.endpoint("vision").complete([{"role": "user", "content": content}])
        return {"shows": message["content"]}
