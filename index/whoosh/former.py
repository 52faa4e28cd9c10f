"""Segments that versions before this one wrote: which passage has which vectors, no more.

Their terms would have to be read posting by posting; a base that has such segments is
filled anew as soon as it is opened (``kb.text.ANALYSIS_VERSION``), and only the vectors,
which take long to make, are taken over.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from whoosh import columns, fields
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader

from index.whoosh.segment import Column, Mask, Segment

_NUMBER = columns.NumericColumn("q", default=-1)
_SCHEMA = fields.Schema(key=fields.COLUMN(_NUMBER), slot=fields.COLUMN(_NUMBER))


class FormerSegment(Segment):
    """Keys and slots of passages; whatever asks for their terms raises ValueError."""

    def __init__(self, folder: Path, segment: Any) -> None:
        """``segment`` is one that Whoosh's own codec wrote."""
        reader = SegmentReader(FileStorage(str(folder)), _SCHEMA, segment)
        try:
            self.keys = _column(reader, "key")
            self.slots = _column(reader, "slot")
        finally:
            reader.close()
        self.lengths = np.zeros_like(self.keys)

    def postings(self, field: str, term: str) -> NoReturn:
        """Not to be had."""
        raise ValueError("a segment of an earlier version")

    def field(self, name: str) -> NoReturn:
        """Not to be had."""
        raise ValueError("a segment of an earlier version")

    def word_counts(self, alive: Mask) -> NoReturn:
        """Not to be had."""
        raise ValueError("a segment of an earlier version")


def _column(reader: SegmentReader, name: str) -> Column:
    return np.array(list(reader.column_reader(name)), dtype=np.int64)
