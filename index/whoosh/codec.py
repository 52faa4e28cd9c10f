"""Whoosh's window on segments of arrays: a codec, its own way to other files.

The product reads arrays (``index.whoosh.files``). Through this codec, which commits name,
whatever is written for Whoosh opens the same folder: its searchers, its command line.
Whoosh writes nothing through it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Segment
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from index.whoosh.segment import FIELDS, TERMS, Segment

EXTENSION = ".seg"


class ArrayCodec(base.Codec):  # type: ignore[misc]
    """Reads what ``index.whoosh.segment`` writes."""

    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> W3Segment:
        """A segment without a file yet."""
        return W3Segment(self, indexname)

    def terms_reader(self, storage: Any, segment: W3Segment) -> TermsReader:
        """The inverted fields of a segment."""
        return TermsReader(open_segment(Path(storage.folder), segment))

    def per_document_reader(self, storage: Any, segment: W3Segment) -> DocumentReader:
        """The columns of a segment."""
        return DocumentReader(open_segment(Path(storage.folder), segment), segment)


def open_segment(folder: Path, segment: W3Segment) -> Segment:
    """The arrays of a segment that a commit names."""
    if not isinstance(segment.codec(), ArrayCodec):
        from index.whoosh.former import FormerSegment

        return FormerSegment(folder, segment)
    return Segment(folder / segment.make_filename(EXTENSION), segment.doc_count_all())


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """See ``whoosh.codec.base.TermsReader``."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field, text = term
        return len(self._found(field, text)[0]) > 0

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """Every field and term, in order."""
        for field in sorted(FIELDS):
            for text in self._segment.terms(field):
                yield field, text

    def terms_from(self, field: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """Those from ``prefix`` of ``field`` on."""
        return (term for term in self.terms() if term >= (field, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Every term with what is known of it."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, field: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        """Those from ``prefix`` of ``field`` on."""
        return ((term, self.term_info(*term)) for term in self.terms_from(field, prefix))

    def term_info(self, field: str, text: bytes) -> TermInfo:
        """Frequencies of a term; raises TermNotFound."""
        numbers, counts = self._held(field, text)
        lengths = self._segment.lengths[numbers]
        return TermInfo(
            weight=sum(counts),
            df=len(numbers),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=max(counts),
            minid=numbers[0],
            maxid=numbers[-1],
        )

    def frequency(self, field: str, text: bytes) -> float:
        """How often the term stands in all passages together."""
        numbers, counts = self._found(field, text)
        return float(len(numbers) if counts is None else counts.sum())

    def doc_frequency(self, field: str, text: bytes) -> int:
        """In how many passages the term stands."""
        return len(self._found(field, text)[0])

    def matcher(self, field: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        """Walks through the passages that hold a term; raises TermNotFound."""
        numbers, counts = self._held(field, text)
        info = self.term_info(field, text)
        return ListMatcher(
            numbers, counts, format=format_, scorer=scorer, term=(field, text), terminfo=info
        )

    def indexed_field_names(self) -> tuple[str, ...]:
        """Fields that have terms, in any segment."""
        return FIELDS

    def _held(self, field: str, text: bytes) -> tuple[list[int], list[float]]:
        numbers, counts = self._found(field, text)
        if not len(numbers):
            raise TermNotFound(f"{field}:{text!r}")
        once = np.ones(len(numbers))
        return numbers.tolist(), (once if counts is None else counts.astype(np.float64)).tolist()

    def _found(self, field: str, text: bytes) -> tuple[Any, Any]:
        return self._segment.postings(field, text.decode())


class DocumentReader(base.PerDocumentReader):  # type: ignore[misc]
    """See ``whoosh.codec.base.PerDocumentReader``: the key of each passage is stored."""

    def __init__(self, arrays: Segment, segment: W3Segment) -> None:
        self._arrays = arrays
        self._segment = segment

    def doc_count(self) -> int:
        """How many passages are not deleted."""
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        """How many passages there are, deleted ones included."""
        return int(self._segment.doc_count_all())

    def has_deletions(self) -> bool:
        """Whether a passage is deleted."""
        return bool(self._segment.has_deletions())

    def is_deleted(self, number: int) -> bool:
        """Whether this one is."""
        return bool(self._segment.is_deleted(number))

    def deleted_docs(self) -> Iterator[int]:
        """Those that are."""
        return iter(self._segment.deleted_docs())

    def doc_field_length(self, number: int, field: str, default: int = 0) -> int:
        """How many terms the passage has."""
        return int(self._arrays.lengths[number]) if field == TERMS else default

    def field_length(self, field: str) -> int:
        """How many terms all passages have together."""
        return int(self._arrays.lengths.sum()) if field == TERMS else 0

    def min_field_length(self, field: str) -> int:
        """How many the shortest has."""
        return int(self._arrays.lengths.min(initial=0)) if field == TERMS else 0

    def max_field_length(self, field: str) -> int:
        """How many the longest has."""
        return int(self._arrays.lengths.max(initial=0)) if field == TERMS else 0

    def stored_fields(self, number: int) -> dict[str, int]:
        """The catalogue's number of the passage."""
        return {"key": int(self._arrays.keys[number])}
