"""One commit of a Tantivy index, searched.

Tantivy scores by BM25 with the parameters of ``kb.ports`` (k1 = 1.2, b = 0.75) and keeps
two short-cuts that are made up for here or that stay:

- passages that were dropped count in its frequencies until their segment is merged: each
  term's weight is set right by the frequencies of what stands. The mean length of a
  passage alone still counts them.
- the length of a passage is one byte: exact up to 40 terms, else rounded down by 6 % at
  most. Scores so differ by a few percent from those of exact lengths.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log1p
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.recent import Recent
from index.tantivy.faults import reading

if TYPE_CHECKING:
    from tantivy import DocAddress, Index, Query, Searcher

    from kb.model import Filter

KEY, SLOT, TERMS, WORDS, FACET = "key", "slot", "terms", "words", "facet"

Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

_NO_NUMBERS = np.empty(0, dtype=np.int64)
_NO_SCORES = np.empty(0, dtype=np.float64)
_CACHED_FREQUENCIES = 100_000


@dataclass(frozen=True, slots=True)
class Columns:
    """Key and slot of each passage that stands, by ascending slot."""

    keys: Numbers
    slots: Numbers

    @staticmethod
    def of(keys: Iterable[int], slots: Iterable[int]) -> Columns:
        """In whatever order they come."""
        made = [np.fromiter(one, dtype=np.int64) for one in (keys, slots)]
        order = np.argsort(made[1])
        return Columns(made[0][order], made[1][order])

    def changed(
        self, keys: Sequence[int], slots: Sequence[int], dropped: Collection[int]
    ) -> Columns:
        """Without the passages of the keys ``dropped``, then with new ones of higher slots."""
        gone = np.fromiter(dropped, dtype=np.int64, count=len(dropped))
        kept = ~np.isin(self.keys, gone)
        return Columns(
            np.concatenate([self.keys[kept], np.array(keys, dtype=np.int64)]),
            np.concatenate([self.slots[kept], np.array(slots, dtype=np.int64)]),
        )


def facet(name: str, value: str) -> str:
    """The term under which passages of that value of a filter's field are found."""
    return f"{name}={value}"


class TantivyReader:
    """Answers from one commit, whatever is written later. Any number of threads may ask."""

    def __init__(
        self,
        folder: Path,
        index: Index,
        size: int,
        dropped: int,
        columns: Columns | None = None,
    ) -> None:
        """``size`` counts the passages of all segments, ``dropped`` those of them that are gone.

        ``columns`` is what an earlier reader of the same commit gave, None to read them.
        """
        self._folder = folder
        self._schema = index.schema
        self._searcher: Searcher = index.searcher()
        self._size = size
        self._dropped = dropped
        self._frequencies: Recent[str, int] = Recent(_CACHED_FREQUENCIES, lambda _: 1)
        self.columns = columns or self._read_columns()
        """The passages that stand."""

    def frequency(self, term: str) -> int:
        """How many passages that stand hold ``term``."""
        return self._frequencies.get(term, lambda: self._read_frequency(term))

    def search(
        self, weights: Mapping[str, float], limit: int, filter: Filter | None
    ) -> tuple[Numbers, Scores]:
        """Keys and BM25 scores of the best passages, best first; ties are in no order."""
        import tantivy

        with reading(self._folder):
            terms = [
                self._term(term, weight)
                for term, weight in weights.items()
                if weight > 0 and self.frequency(term)
            ]
            if not terms or limit <= 0:
                return _NO_NUMBERS, _NO_SCORES
            query = tantivy.Query.boolean_query([(tantivy.Occur.Should, one) for one in terms])
            if filter is not None and filter.active():
                query = tantivy.Query.boolean_query(
                    [(tantivy.Occur.Must, query), (tantivy.Occur.Must, self._passing(filter))]
                )
            hits = self._searcher.search(query, limit=min(limit, self._size), count=False).hits
            keys = self._searcher.fast_field_values(KEY, [address for _, address in hits])
        return (
            np.array(keys, dtype=np.int64),
            np.fromiter((score for score, _ in hits), dtype=np.float64, count=len(hits)),
        )

    def slots(self, filter: Filter) -> Numbers:
        """Slots of the passages that pass the filter, in no order."""
        with reading(self._folder):
            hits = self._all(self._passing(filter))
        return np.fromiter((slot for slot, _ in hits), dtype=np.int64, count=len(hits))

    def words(self) -> dict[str, int]:
        """In how many passages that stand each word is."""
        import tantivy

        standing = tantivy.Query.all_query() if self._dropped else None
        with reading(self._folder):
            return dict(self._searcher.terms_with_prefix(WORDS, "", standing))

    def _read_columns(self) -> Columns:
        import tantivy

        with reading(self._folder):
            hits = self._all(tantivy.Query.all_query())
            keys = self._searcher.fast_field_values(KEY, [address for _, address in hits])
        return Columns.of((int(key or 0) for key in keys), (slot for slot, _ in hits))

    def _all(self, query: Query) -> list[tuple[int, DocAddress]]:
        """Slot and place of every passage that ``query`` finds."""
        if not self._size:
            return []
        found = self._searcher.search(query, limit=self._size, count=False, order_by_field=SLOT)
        return found.hits

    def _passing(self, filter: Filter) -> Query:
        """Finds the passages that pass the filter, none better than another."""
        import tantivy

        must = [
            (
                tantivy.Occur.Must,
                tantivy.Query.term_set_query(
                    self._schema, FACET, [facet(name, value) for value in values]
                ),
            )
            for name, values in filter.active().items()
        ]
        return tantivy.Query.const_score_query(tantivy.Query.boolean_query(must), 0.0)

    def _term(self, term: str, weight: float) -> Query:
        import tantivy

        return tantivy.Query.boost_query(self._holding(term), weight * self._correction(term))

    def _holding(self, term: str) -> Query:
        import tantivy

        return tantivy.Query.term_query(self._schema, TERMS, term, index_option="freq")

    def _correction(self, term: str) -> float:
        """What makes Tantivy's rarity of a term that of the passages that stand."""
        if not self._dropped:
            return 1.0
        exact = _rarity(self._size - self._dropped, self.frequency(term))
        return exact / _rarity(self._size, self._searcher.doc_freq(TERMS, term))

    def _read_frequency(self, term: str) -> int:
        with reading(self._folder):
            if not self._dropped:
                return self._searcher.doc_freq(TERMS, term)
            return self._searcher.search(self._holding(term), limit=1, count=True).count  # type: ignore[attr-defined,no-any-return]


def _rarity(passages: int, held: int) -> float:
    """How much a term weighs that so many of the passages hold (Robertson and Spärck Jones)."""
    return log1p((passages - held + 0.5) / (held + 0.5))
