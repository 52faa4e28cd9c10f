"""Spellings of one brochure as a few bytes, read back only when the brochure goes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping

from kb.text import fold

_LEVEL = 1
"""A fourth of the time of the usual one, for a seventh more bytes."""
_MOST_BYTES = 64 * 1024 * 1024
"""What the spellings of one brochure may take unpacked, many times what any does."""


def packed(text: str) -> bytes:
    """A text, compressed; SQL scripts know this function by its name."""
    return zlib.compress(text.encode("utf-8"), _LEVEL)


def pack(counted: Mapping[str, int]) -> bytes:
    """How often each spelling, in which there is no space, occurs: as ``unpack`` reads it."""
    # All in one string: a word at a time takes five times as long.
    return packed(json.dumps([" ".join(counted), list(counted.values())], ensure_ascii=False))


def unpack(stored: bytes) -> dict[tuple[str, str], int]:
    """How often each spelling of a folded word occurs.

    Reads what ``pack`` makes and made before, a count by spelling; and lists of folded word,
    spelling and count, as the script makes them of an older format. Raises ``ValueError`` for
    anything else.
    """
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(stored, _MOST_BYTES)
        if not reader.eof:
            raise ValueError("spellings that are cut short, or far too many")
        found = json.loads(text)
        if found and isinstance(found, list) and isinstance(found[0], str):
            found = dict(zip(found[0].split(), found[1], strict=True))
        if isinstance(found, dict):
            return {(fold(spelling), spelling): int(count) for spelling, count in found.items()}
        return {(str(word), str(spelling)): int(count) for word, spelling, count in found}
    except (zlib.error, TypeError, IndexError, RecursionError) as error:
        raise ValueError(str(error)) from error
