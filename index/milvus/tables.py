"""Rows of passages in Milvus: made, written, taken back and deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from index.milvus.client import MilvusConnection, Row
from index.milvus.conditions import facet_values, keyed, visible
from index.milvus.counts import TERM, WORD, CountTable
from index.milvus.schema import (
    ALIAS,
    LONGEST_TEXT,
    Names,
    counts_definition,
    passages_definition,
    rows_definition,
)
from index.milvus.state import State, parts
from index.milvus.tokens import NOTHING, encoded
from kb.model import IndexedPassage
from kb.ports import Vectors

_AT_ONCE = 1_000
_GATHERED = 100
"""Passages of one write from which milvus-lite is told to make segments of them."""
_ROW_BYTES = 1_024
"""What a row holds beside its vector, roughly."""

Written = tuple[IndexedPassage, Vectors]


class Tables:
    """The collections of one epoch of one engine. One process writes at a time."""

    def __init__(self, connection: MilvusConnection, names: Names, epoch: int) -> None:
        self._connection = connection
        self._names = names
        self._epoch = epoch
        self._ready = False
        self.passages, self.rows, counts = names.of_epoch(epoch)
        self.counts = CountTable(connection, counts)

    def open(self) -> None:
        """Have the collections ready for searches. Raises ``StorageError`` where one is gone."""
        if not self._ready:
            for collection in self._names.of_epoch(self._epoch):
                self._connection.load(collection)
            self._ready = True

    def make(self, dim: int) -> None:
        """Make those of the collections that are not there."""
        if self._ready:
            return
        connection, embedded = self._connection, self._connection.embedded
        connection.create(self.passages, passages_definition(dim, embedded))
        connection.create(self.rows, rows_definition(dim, embedded))
        connection.create(self._names.counts(self._epoch), counts_definition())
        self.open()
        known = connection.aliased(ALIAS)
        if known is not None and self._names.epoch_of(known) is not None:
            connection.point(ALIAS, self.passages)

    def insert(self, wholes: Sequence[Row], sentences: Sequence[Row]) -> None:
        """Add rows that ``wholes_of`` and ``sentences_of`` made."""
        vector_bytes = 4 * len(wholes[0]["whole"])
        self._connection.insert(self.passages, wholes, vector_bytes + 2 * _ROW_BYTES)
        self._connection.insert(self.rows, sentences, vector_bytes + _ROW_BYTES)
        if self._connection.embedded and len(wholes) >= _GATHERED:
            # milvus-lite indexes at each search what lies in no segment yet; a cluster
            # makes segments by itself and wants to be left alone.
            self._connection.flush(self.passages)
            self._connection.flush(self.rows)

    def held(self, state: State, keys: Collection[int]) -> list[Row]:
        """What is kept of those of the passages that count: id, length, terms, words."""
        wanted, found = sorted(keys), []
        for start, end in parts(len(wanted), _AT_ONCE):
            condition = f"{keyed(wanted[start:end])} and {visible(state.version, state.dead)}"
            fields = ["id", "length", "terms", "words"]
            found += self._connection.query(self.passages, condition, fields)
        return found

    def remove(self, keys: Collection[int]) -> None:
        """Delete these passages for good."""
        wanted = sorted(keys)
        for start, end in parts(len(wanted), _AT_ONCE):
            some = wanted[start:end]
            self._connection.delete(self.rows, keyed(some, "passage"))
            self._connection.delete(self.passages, keyed(some))

    def undo(self, version: int) -> None:
        """Delete what a change after that version left, one that died."""
        self._connection.delete(self.rows, f"born > {version}")
        self._connection.delete(self.passages, f"born > {version}")
        self.counts.undo(version)


def wholes_of(written: Sequence[Written], version: int) -> list[Row]:
    """A row for each passage, that nobody sees before that version is current."""
    return [
        {
            "id": passage.key,
            "length": len(passage.terms.split()),
            "terms": _text(passage.terms.split()) or NOTHING,
            "words": _text(dict.fromkeys(passage.words.split())),
            "whole": vectors[0],
            "born": version,
            **facet_values(passage.facets),
        }
        for passage, vectors in written
    ]


def sentences_of(written: Sequence[Written], version: int) -> list[Row]:
    """A row for each vector of a sentence, in the same way.

    A passage without sentences is its own: see ``index.milvus.nearest``.
    """
    made = []
    for passage, vectors in written:
        shared = {"passage": passage.key, "born": version, **facet_values(passage.facets)}
        for place in range(min(1, len(vectors) - 1), len(vectors)):
            made.append({"place": place, "vector": vectors[place], **shared})
    return made


def tally(wholes: Iterable[Row]) -> Counter[str]:
    """How many of these passages hold each term and each word, by name in the counts."""
    names: Counter[str] = Counter()
    for row in wholes:
        names.update(TERM + token for token in set(row["terms"].split()) if token != NOTHING)
        names.update(WORD + token for token in row["words"].split())
    return names


def _text(words: Iterable[str]) -> str:
    """Words as Milvus takes them; a text longer than it keeps ends early."""
    text = " ".join(encoded(word) for word in words)
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT].rpartition(" ")[0]
