"""Postings as bytes: small on disk, and read by the array wherever they lie.

Of each term: the gaps between its documents (the first one's is its number), then its
counts unless all are 1. A term's gaps take one, two or four bytes each, as many as the
widest needs: coding each by itself (Elias, variable bytes) would save another tenth of
the disk and make what is read most, the postings of frequent terms, several times slower.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from index.whoosh.inverted import Inverted

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]

PARTS = {"text": "|u1", "ends": "<u4", "held": "<u4", "widths": "|u1", "data": "|u1"}
"""The arrays of packed postings, with their types on disk."""

_WIDTHS = (1, 2, 4)
_COUNTED = 16
"""Widths of gaps and of counts share a byte: gaps + 16 × counts."""


def pack(postings: Inverted) -> dict[str, npt.NDArray[Any]]:
    """The arrays named in ``PARTS``."""
    held = np.diff(postings.starts)
    gaps = _gaps(postings)
    first = postings.starts[:-1]
    if len(first):
        gap_widths = _narrowest(np.maximum.reduceat(gaps, first))
        highest = np.maximum.reduceat(postings.counts, first)
        count_widths = np.where(highest == 1, np.int64(0), _narrowest(highest))
    else:
        gap_widths = count_widths = held
    begins = _after(held * (gap_widths + count_widths))
    data = np.zeros(int(begins[-1]), dtype=np.uint8)
    _scatter(data, begins[:-1], gap_widths, postings.starts, gaps)
    counts_begin = np.add(begins[:-1], held * gap_widths, dtype=np.int64)
    _scatter(data, counts_begin, count_widths, postings.starts, postings.counts)
    lengths = np.fromiter(map(len, postings.terms), dtype=np.int64, count=len(held))
    return {
        "text": np.frombuffer(b"".join(postings.terms), dtype=np.uint8),
        "ends": np.cumsum(lengths).astype("<u4"),
        "held": held.astype("<u4"),
        "widths": (gap_widths + _COUNTED * count_widths).astype(np.uint8),
        "data": data,
    }


class Packed:
    """Postings in the form that ``pack`` gives; any number of threads may read them."""

    def __init__(self, parts: Mapping[str, npt.NDArray[Any]], documents: int) -> None:
        """``parts`` are those of ``PARTS``; no document has the number ``documents`` or above.

        Raises ValueError, here or when they are read, where they do not fit together.
        """
        self._text: Bytes = parts["text"]
        self._ends = parts["ends"]
        self._held = parts["held"]
        self._widths = parts["widths"]
        self._data: Bytes = parts["data"]
        self._documents = documents
        self._view = self._text.data
        if not len(self._ends) == len(self._held) == len(self._widths):
            raise ValueError("as many terms as widths and frequencies")

    def postings(self, term: bytes) -> tuple[Ints, Ints | None]:
        """Documents that hold ``term``, ascending, and how often each; None for once each."""
        place = self._place(term)
        if place < 0:
            return np.empty(0, dtype=np.int64), None
        held, width = self._held.item(place), self._widths.item(place)
        begin, gap_width, count_width = (
            self._begins.item(place),
            width % _COUNTED,
            width // _COUNTED,
        )
        numbers = self._read(begin, held, gap_width).cumsum(dtype=np.int64)
        if numbers[-1] >= self._documents:
            raise ValueError("a document that is not there")
        if not count_width:
            return numbers, None
        return numbers, self._read(begin + held * gap_width, held, count_width).astype(np.int64)

    def unpacked(self) -> Inverted:
        """All of it in memory."""
        held = self._held.astype(np.int64)
        starts = _after(held)
        gap_widths, count_widths = self._gap_widths, self._count_widths
        begins = self._begins[:-1]
        gaps = _gather(self._data, begins, gap_widths, starts)
        numbers = _from_gaps(gaps, starts)
        counts = _gather(self._data, begins + held * gap_widths, count_widths, starts)
        counts[np.repeat(count_widths == 0, held)] = 1
        return Inverted(self.terms(), starts, numbers, counts)

    def terms(self) -> list[bytes]:
        """Every term, in order."""
        text = self._text.tobytes()
        ends = self._ends.tolist()
        return [text[start:end] for start, end in pairwise([0, *ends])]

    def frequencies(self, alive: npt.NDArray[np.bool_]) -> Ints:
        """In how many of the documents that are ``alive`` each term stands; 0 for some maybe."""
        if alive.all() or not len(self._held):
            return self._held.astype(np.int64)
        starts = _after(self._held.astype(np.int64))
        gaps = _gather(self._data, self._begins[:-1], self._gap_widths, starts)
        numbers = _from_gaps(gaps, starts)
        return np.add.reduceat(alive[numbers], starts[:-1], dtype=np.int64)

    @cached_property
    def _begins(self) -> Ints:
        """Where each term's bytes begin; one more for where the last end."""
        begins = _after(self._held.astype(np.int64) * (self._gap_widths + self._count_widths))
        if begins[-1] != len(self._data):
            raise ValueError(f"{len(self._data)} bytes of postings, not {begins[-1]}")
        return begins

    @property
    def _gap_widths(self) -> Ints:
        return (self._widths % _COUNTED).astype(np.int64)

    @property
    def _count_widths(self) -> Ints:
        return (self._widths // _COUNTED).astype(np.int64)

    def _place(self, term: bytes) -> int:
        """The number of ``term``, -1 where it is not there (a search by halves)."""
        low, high, ends, view = 0, len(self._ends), self._ends.item, self._view
        while low < high:
            middle = (low + high) // 2
            found = view[ends(middle - 1) if middle else 0 : ends(middle)].tobytes()
            if found == term:
                return middle
            if found < term:
                low = middle + 1
            else:
                high = middle
        return -1

    def _read(self, begin: int, held: int, width: int) -> npt.NDArray[Any]:
        return np.frombuffer(self._data, dtype=f"<u{width}", count=held, offset=begin)


def _gaps(postings: Inverted) -> npt.NDArray[np.int32]:
    gaps = np.empty_like(postings.numbers)
    gaps[1:] = postings.numbers[1:] - postings.numbers[:-1]
    first = postings.starts[:-1]
    gaps[first] = postings.numbers[first]
    return gaps


def _from_gaps(gaps: npt.NDArray[np.int32], starts: Ints) -> npt.NDArray[np.int32]:
    """The running sum of each term's gaps."""
    sums = np.cumsum(gaps, dtype=np.int64)
    before = np.concatenate([[0], sums])[starts[:-1]]
    return np.asarray(sums - np.repeat(before, np.diff(starts)), dtype=np.int32)


def _narrowest(highest: npt.NDArray[np.int32]) -> Ints:
    """One, two or four bytes, as the values need."""
    return np.asarray(1 + (highest >= 1 << 8) + 2 * (highest >= 1 << 16), dtype=np.int64)


def _after(sizes: Ints) -> Ints:
    ends = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=ends[1:])
    return ends


def _places(begins: Ints, widths: Ints, starts: Ints, width: int) -> tuple[Ints, Ints]:
    """Postings of the terms of that width: their numbers, and where their bytes begin."""
    chosen = np.flatnonzero(widths == width)
    held = starts[chosen + 1] - starts[chosen]
    within = np.arange(int(held.sum())) - np.repeat(np.cumsum(held) - held, held)
    return np.repeat(starts[chosen], held) + within, np.repeat(
        begins[chosen], held
    ) + width * within


def _scatter(
    data: Bytes, begins: Ints, widths: Ints, starts: Ints, values: npt.NDArray[np.int32]
) -> None:
    """Write each posting's value in as many bytes as its term's width, the lowest first."""
    for width in _WIDTHS:
        postings, places = _places(begins, widths, starts, width)
        chosen = values[postings]
        for byte in range(width):
            data[places + byte] = (chosen >> (8 * byte)) & 0xFF


def _gather(data: Bytes, begins: Ints, widths: Ints, starts: Ints) -> npt.NDArray[np.int32]:
    """What ``_scatter`` wrote; 0 for terms of no width."""
    values = np.zeros(int(starts[-1]), dtype=np.int32)
    for width in _WIDTHS:
        postings, places = _places(begins, widths, starts, width)
        read = data[places].astype(np.int32)
        for byte in range(1, width):
            read |= data[places + byte].astype(np.int32) << (8 * byte)
        values[postings] = read
    return values
