"""The documents of one commit, over all its segments."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from index.faults import reading
from index.whoosh.inverted import coded
from index.whoosh.segment import Column, Mask, Segment
from index.whoosh.snapshot import Postings


class WhooshReader:
    """Documents numbered from 0 through the segments; any number of threads may read."""

    def __init__(self, folder: Path, segments: Sequence[Segment], alive: Sequence[Mask]) -> None:
        """``alive`` says for each segment which of its documents are not deleted."""
        self._folder = folder
        self._segments = segments
        sizes = [len(mask) for mask in alive]
        self._starts = [sum(sizes[:place]) for place in range(len(sizes))]
        self.keys = _together([segment.keys for segment in segments])
        self.slots = _together([segment.slots for segment in segments])
        self.lengths = _together([segment.lengths for segment in segments])
        self.live = np.concatenate([np.empty(0, dtype=np.bool_), *alive])

    def postings(self, field: str, term: str) -> Postings:
        """Documents that hold ``term`` in ``field``, deleted ones included, with its counts."""
        numbers, counts = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.float64)]
        with reading(self._folder):
            for segment, start in zip(self._segments, self._starts, strict=True):
                found, held = segment.postings(field, term)
                if len(found):
                    numbers.append(found + start)
                    counts.append(np.ones(len(found)) if held is None else held.astype(np.float64))
        return Postings(np.concatenate(numbers), np.concatenate(counts))

    def word_counts(self, alive: Mask) -> dict[str, int]:
        """In how many documents each word stands, of those that are ``alive``."""
        with reading(self._folder):
            counted = [
                segment.word_counts(alive[start : start + len(segment.keys)])
                for segment, start in zip(self._segments, self._starts, strict=True)
            ]
        codes, words = coded(chain.from_iterable(held for held, _ in counted))
        counts = _together([held for _, held in counted])
        total = np.bincount(codes, weights=counts, minlength=len(words)).astype(np.int64)
        return {word: held for word, held in zip(words, total.tolist(), strict=True) if held}


def _together(columns: Sequence[Column]) -> Column:
    return np.concatenate([np.empty(0, dtype=np.int64), *columns])
