"""Spellings of one brochure as a few bytes, read back only when the brochure goes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable

Counted = tuple[str, str, int]
"""A folded word, one way in which it is written, and how often so."""

_LEVEL = 1
"""A fourth of the time of the usual one, for a seventh more bytes: 18 a passage."""
_MOST_BYTES = 64 * 1024 * 1024
"""What the spellings of one brochure may take unpacked, many times what any does."""


def packed(text: str) -> bytes:
    """A text, compressed; SQL scripts know this function by its name."""
    return zlib.compress(text.encode("utf-8"), _LEVEL)


def pack(counted: Iterable[Counted]) -> bytes:
    """As ``unpack`` reads it: the JSON of a list of lists, compressed."""
    return packed(json.dumps(list(counted), ensure_ascii=False, separators=(",", ":")))


def unpack(stored: bytes) -> list[Counted]:
    """What ``pack`` was given. Raises ``ValueError`` for what it did not make."""
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(stored, _MOST_BYTES)
        if not reader.eof:
            raise ValueError("spellings that are cut short, or far too many")
        found = json.loads(text)
        return [(str(word), str(spelling), int(count)) for word, spelling, count in found]
    except (zlib.error, TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error
