"""The pictures that customers may send, kept in a run's folder small enough to stand in its page."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from ecom_fixtures.dataset.files import read_bytes

if TYPE_CHECKING:
    from PIL.Image import Image

PICTURES = "pictures"
# Of one picture as WebP, in bytes.
LIMIT = 15_000
# Of a picture, in pixels: what a telephone shows.
WIDEST, TALLEST = 480, 960

log = logging.getLogger(__name__)


def keep_pictures(files: Iterable[Path], folder: Path) -> Mapping[str, str]:
    """Write each PNG of ``files`` as ``pictures/NAME.webp`` into ``folder``: {its name: the new one's}.

    A file that is no picture is left out, with a warning in the log.
    """
    kept = {}
    for file in files:
        try:
            data = small(file)
        except OSError as error:
            log.warning("%s: is no picture that can be shown (%s)", file, error)
            continue
        (folder / PICTURES).mkdir(exist_ok=True)
        kept[file.name] = f"{file.stem}.webp"
        (folder / PICTURES / kept[file.name]).write_bytes(data)
    return kept


def small(file: Path) -> bytes:
    """The picture in a PNG file as WebP of at most ``LIMIT`` bytes.

    Raises:
        DatasetError: there is no such file.
        OSError: it is no PNG.
    """
    # Here and not above: only runs with pictures need it.
    from PIL import Image

    try:
        with Image.open(BytesIO(read_bytes(file)), formats=["PNG"]) as opened:
            picture = opened.convert("RGB")
    except (SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise OSError(str(error)) from error
    picture = picture.reduce(max(1, ceil(picture.width / WIDEST), ceil(picture.height / TALLEST)))
    while True:
        for quality in (40, 25):
            if len(data := _webp(picture, quality)) <= LIMIT:
                return data
        picture = picture.reduce(2)


def _webp(picture: Image, quality: int) -> bytes:
    target = BytesIO()
    # Methods above 2 take twice as long, for 4 % less.
    picture.save(target, "WEBP", quality=quality, method=2)
    return target.getvalue()
