"""The tool that looks at a picture that the customer sent."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from ecom_fixtures.errors import ToolError
from ecom_fixtures.worlds.pictures import NoSuchPicture
from ecom_fixtures.worlds.shop.arguments import Words
from ecom_fixtures.worlds.shop.pictures import HOST, picture_name
from ecom_fixtures.worlds.shop.view import ShopView

Summary = Annotated[Words, Field(description="What the customer wants, in a sentence")]
Question = Annotated[Words, Field(description="What you need to know from the picture")]
History = Annotated[
    Words, Field(description="The customer's messages that go with the picture, with its full link in them")
]


async def get_image_info(
    shop: ShopView, summarized_query: Summary, needed_query: Question, history_messages: History
) -> dict[str, Any]:
    """Look at a picture that the customer sent and tell what it shows. One picture at a time."""
    name = picture_name(history_messages)
    try:
        return await shop.pictures.read(name, f"{summarized_query}\n{needed_query}")
    except NoSuchPicture as error:
        raise ToolError(f"There is no picture at {HOST}{name}.") from error
