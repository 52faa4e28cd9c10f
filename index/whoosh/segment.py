"""One segment: passages written together, as arrays in one file that never changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.whoosh.array_file import read_arrays, write_arrays
from index.whoosh.inverted import Inverted, Small, invert, joined
from index.whoosh.packed import PARTS, Packed, pack
from kb.model import FILTER_FIELDS, IndexedPassage

Column = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

TERMS, WORDS, FACETS = "terms", "words", tuple(f"facet_{name}" for name in FILTER_FIELDS)
FIELDS = (TERMS, WORDS, *FACETS)
"""What is inverted of a passage: its terms with counts, its words and facets without."""

_COLUMNS = {"key": "<i8", "slot": "<i8", "length": "<i4"}


class Part(Protocol):
    """Passages, numbered from 0, that are to lie in one segment."""

    keys: Column
    slots: Column
    lengths: Column

    def field(self, name: str) -> Inverted:
        """What the passages hold in one of ``FIELDS``."""


class Fresh:
    """Passages that lie in no segment yet."""

    def __init__(self, passages: Sequence[IndexedPassage], slots: Sequence[int]) -> None:
        self._passages = passages
        self.keys = np.array([passage.key for passage in passages], dtype=np.int64)
        self.slots = np.array(slots, dtype=np.int64)
        self._terms = [passage.terms.split() for passage in passages]
        self.lengths = np.array(list(map(len, self._terms)), dtype=np.int64)

    def field(self, name: str) -> Inverted:
        """See ``Part.field``."""
        if name == TERMS:
            return invert(self._terms)
        if name == WORDS:
            return _once(invert([passage.words.split() for passage in self._passages]))
        facet = FILTER_FIELDS[FACETS.index(name)]
        return _once(invert([getattr(passage.facets, facet) for passage in self._passages]))


class Segment:
    """A segment's file, mapped; any number of threads may read it.

    Everything raises ValueError, IndexError or OSError where the file is damaged.
    """

    def __init__(self, path: Path, documents: int) -> None:
        """``documents`` is how many passages it should hold."""
        arrays = read_arrays(path)
        self.keys = arrays["key"].astype(np.int64)
        self.slots = arrays["slot"].astype(np.int64)
        self.lengths = arrays["length"].astype(np.int64)
        if not len(self.keys) == len(self.slots) == len(self.lengths) == documents:
            raise ValueError(f"a segment of {len(self.keys)} passages, not {documents}")
        self._fields = {
            name: Packed({part: arrays[f"{name}.{part}"] for part in PARTS}, documents)
            for name in FIELDS
        }

    def postings(self, field: str, term: str) -> tuple[Column, Column | None]:
        """Passages that hold ``term``, ascending, and how often each; None for once each."""
        return self._fields[field].postings(term.encode())

    def field(self, name: str) -> Inverted:
        """See ``Part.field``; the whole of it, in memory."""
        return self._fields[name].unpacked()

    def terms(self, field: str) -> list[bytes]:
        """Every term of a field, in order."""
        return self._fields[field].terms()

    def word_counts(self, alive: Mask) -> tuple[list[str], Column]:
        """The words, and in how many of the passages that are ``alive`` each stands."""
        return self._words, self._fields[WORDS].frequencies(alive)

    @cached_property
    def _words(self) -> list[str]:
        return [word.decode() for word in self._fields[WORDS].terms()]


def write_segment(path: Path, parts: Sequence[tuple[Part, Mask]]) -> int:
    """Write the passages of all parts that are not masked out; how many they are.

    The file must not be there yet, and is safe on disk when this returns.
    """
    keys = np.concatenate([part.keys[alive] for part, alive in parts])
    slots = np.concatenate([part.slots[alive] for part, alive in parts])
    lengths = np.concatenate([part.lengths[alive] for part, alive in parts])
    columns = {"key": keys, "slot": slots, "length": lengths}
    arrays: dict[str, npt.NDArray[Any]] = {
        name: values.astype(_COLUMNS[name]) for name, values in columns.items()
    }
    numbers = _numbers([alive for _, alive in parts])
    for name in FIELDS:
        # One field after the other: only one of them is in memory as a whole.
        fields = [
            part.field(name).renumbered(fresh)
            for (part, _), fresh in zip(parts, numbers, strict=True)
        ]
        arrays |= {f"{name}.{part}": each for part, each in pack(joined(fields)).items()}
    write_arrays(path, arrays)
    return len(keys)


def _once(postings: Inverted) -> Inverted:
    """With no counts above 1."""
    return replace(postings, counts=np.ones_like(postings.counts))


def _numbers(masks: Sequence[Mask]) -> list[Small]:
    """The new number of each passage of each part, -1 for those that are left out."""
    found, first = [], 0
    for alive in masks:
        numbers = np.where(alive, first + np.cumsum(alive) - 1, -1)
        found.append(numbers.astype(np.int32))
        first += int(alive.sum())
    return found
