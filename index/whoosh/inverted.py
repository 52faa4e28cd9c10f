"""Which documents hold which terms, in memory: made of documents, joined, thinned out.

Everything is done by arrays over all terms at once; a loop over terms or postings in
Python would take most of the time of an ingest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Inverted:
    """The postings of every term, side by side; no term is without postings."""

    terms: Sequence[bytes]
    """Distinct, in ascending order of their bytes (UTF-8)."""
    starts: Ints
    """Where the postings of each term begin; one more tells where the last end."""
    numbers: Small
    """The documents, ascending within a term."""
    counts: Small
    """How often the document holds the term, at least 1."""

    def renumbered(self, fresh: Small) -> Inverted:
        """With ``fresh[number]`` for each document, ascending too; those below 0 are left out."""
        numbers = fresh[self.numbers]
        kept = numbers >= 0
        if kept.all():
            return Inverted(self.terms, self.starts, numbers, self.counts)
        held = np.add.reduceat(kept, self.starts[:-1], dtype=np.int64)
        stay = np.flatnonzero(held)
        terms = [self.terms[place] for place in stay.tolist()]
        return Inverted(terms, _starts(held[stay]), numbers[kept], self.counts[kept])


def invert(documents: Sequence[Sequence[str]]) -> Inverted:
    """The documents, numbered from 0, each a list of terms repeated as they occur."""
    lengths = np.fromiter(map(len, documents), dtype=np.int64, count=len(documents))
    codes, texts = coded(chain.from_iterable(documents))
    encoded = [text.encode() for text in texts]
    order = sorted(range(len(encoded)), key=encoded.__getitem__)
    ranks = np.empty(len(order), dtype=np.int64)
    ranks[order] = np.arange(len(order))
    holders = np.repeat(np.arange(len(documents)), lengths)
    places, counts = np.unique(ranks[codes] * len(documents) + holders, return_counts=True)
    terms, numbers = np.divmod(places, max(len(documents), 1))
    held = np.bincount(terms, minlength=len(order))
    return Inverted(
        [encoded[place] for place in order],
        _starts(held),
        numbers.astype(np.int32),
        counts.astype(np.int32),
    )


def coded(texts: Iterable[str]) -> tuple[Ints, list[str]]:
    """A number for each text, equal ones sharing it; and the texts in the order of numbers."""
    seen: defaultdict[str, int] = defaultdict()
    seen.default_factory = seen.__len__
    codes = np.fromiter(map(seen.__getitem__, texts), dtype=np.int64)
    return codes, list(seen)


def joined(parts: Sequence[Inverted]) -> Inverted:
    """All parts as one; the documents of each have higher numbers than those before it."""
    parts = [part for part in parts if len(part.terms)]
    if len(parts) == 1:
        return parts[0]
    terms = sorted(set(chain.from_iterable(part.terms for part in parts)))
    places = dict(zip(terms, range(len(terms)), strict=True))
    ranks = [_looked_up(places.__getitem__, part.terms) for part in parts]
    held = np.zeros(len(terms), dtype=np.int64)
    for rank, part in zip(ranks, parts, strict=True):
        held[rank] += np.diff(part.starts)
    starts = _starts(held)
    numbers = np.empty(int(starts[-1]), dtype=np.int32)
    counts = np.empty_like(numbers)
    free = starts[:-1].copy()
    for rank, part in zip(ranks, parts, strict=True):
        sizes = np.diff(part.starts)
        targets = np.repeat(free[rank] - part.starts[:-1], sizes) + np.arange(len(part.numbers))
        numbers[targets], counts[targets] = part.numbers, part.counts
        free[rank] += sizes
    return Inverted(terms, starts, numbers, counts)


def _looked_up(find: Callable[[bytes], int], terms: Sequence[bytes]) -> Ints:
    return np.fromiter(map(find, terms), dtype=np.int64, count=len(terms))


def _starts(held: Ints) -> Ints:
    starts = np.zeros(len(held) + 1, dtype=np.int64)
    np.cumsum(held, out=starts[1:])
    return starts
