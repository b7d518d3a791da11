"""The one place in which a world is chosen."""

from __future__ import annotations

from ecom_fixtures.dataset.folder import Dataset
from ecom_fixtures.worlds.base import ProvableSource
from ecom_fixtures.worlds.pictures import PictureReader, SidecarReader


def open_source(dataset: Dataset, pictures: PictureReader | None = None) -> ProvableSource:
    """The world that ``dataset`` plays in; its pictures are read from the texts beside them unless told otherwise.

    Raises:
        DatasetError: the world's files are wrong.
    """
    from ecom_fixtures.worlds.shop.world import ShopSource

    return ShopSource(dataset, pictures or SidecarReader(dataset.images))
