"""A vision model that answers get_image_info from the picture itself (``--vision=PRESET``)."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecom_fixtures.dataset.files import read_bytes
from ecom_fixtures.errors import ToolError
from ecom_fixtures.models.presets import ChatModel
from ecom_fixtures.worlds.shop.pictures import HOST, picture_name

_ASK = (
    "Describe what can be seen in this picture: every text in it word for word, and the objects with their "
    "colours, materials and marks. Say nothing that can't be seen. Then answer this question: "
)


@dataclass(frozen=True)
class VisionReader:
    """Looks at pictures below ``folder`` with a chat model that takes images. Nothing else is ever fetched."""

    folder: Path
    model: ChatModel

    async def read(self, link: str, question: str) -> dict[str, Any]:
        """Return ``{"shows": ...}`` in the model's words.

        Raises:
            ToolError: the dataset has no such picture.
            InfraError: the vision model's endpoint failed.
        """
        name = picture_name(link)
        picture = self.folder / name
        if not picture.is_file() or picture.is_symlink():
            raise ToolError(f"There is no picture at {HOST}{name}.")
        data = base64.b64encode(read_bytes(picture)).decode()
        content = [
            {"type": "text", "text": _ASK + question},
            {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}},
        ]
        message, _ = await self.model.endpoint().complete([{"role": "user", "content": content}])
        return {"shows": message["content"]}
