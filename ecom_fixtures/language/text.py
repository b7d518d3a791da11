"""One spelling for texts of equal meaning: width, blanks, letter case, hyphens, emphasis, the digits of a number."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Blanks that only stand inside numbers; NFKC would make them plain ones.
_NARROW = re.compile(r"(?<=\d)[\u2009\u202f\u00a0](?=\d{3}(?!\d))")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
# A number begins where no digit stands before it, so each is looked at once.
_DECIMAL = re.compile(r"(?<![\d.])\d+\.\d+")
_PLAIN = str.maketrans({"‐": "-", "‑": "-", "’": "'", "\u200b": None, "\u00ad": None})
_APOSTROPHES = "’‘ʼ"
_EMPHASIS = re.compile(r"[*`]|__")
_BLANKS = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """``text`` in normal width (Unicode NFKC), trimmed, with single blanks between words."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.split())


@lru_cache(maxsize=256)
def level(text: str) -> str:
    """``text`` in lower case with plain apostrophes, character for character: what is found in it stands there, too."""
    text = text.replace("İ", "I").lower()
    for apostrophe in _APOSTROPHES:
        text = text.replace(apostrophe, "'")
    return text


@lru_cache(maxsize=1024)
def folded(text: str) -> str:
    """``text`` in the form in which words are looked for: lines stay, case, emphasis and the spelling of numbers go."""
    text = _NARROW.sub("", _EMPHASIS.sub("", text))
    text = unicodedata.normalize("NFKC", text).casefold().translate(_PLAIN)
    text = _THOUSANDS.sub("", _BLANKS.sub(" ", text))
    return _DECIMAL.sub(lambda match: match[0].rstrip("0").rstrip("."), text)
