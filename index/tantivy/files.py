"""An inverted index of Tantivy in a folder; no other file but its reader calls that library.

Tantivy (https://github.com/quickwit-oss/tantivy) keeps the postings, segments, deletions
and commits. It is fed terms that ``kb.text`` has analysed, joined by spaces that its
plainest tokenizer cuts again, and only what is searched: no positions, no texts. A commit
is published by the rename of ``meta.json``, every file of it being safe on disk before.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from index.faults import another_writer
from index.folder_engine import Identity
from index.tantivy.faults import no_panic, reading, writing
from index.tantivy.reader import FACET, KEY, SLOT, TERMS, WORDS, Columns, TantivyReader, facet
from kb.faults import reach
from kb.model import FILTER_FIELDS

if TYPE_CHECKING:
    from tantivy import Document, Index, Schema

    from kb.model import IndexedPassage

_CONTENTS = "meta.json"
_HEAP_BYTES = 64_000_000
"""Memory of a writer before it lays what it has down as a segment."""
_OPEN_ATTEMPTS = 20

ABSENT: Identity = (-1, 0, 0)
"""The identity of an index that was never written; else inode, time and size of its contents."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The passages of a commit, which this process has read or written."""

    identity: Identity
    columns: Columns


class TantivyFiles:
    """One Tantivy index in a folder; the folder is made by the first write.

    Reading takes the right to write in the folder too: Tantivy holds a lock file there
    while it opens the files of a commit, so that none of them is tidied away meanwhile.
    """

    def __init__(self, folder: Path, lock_timeout: float) -> None:
        """``lock_timeout`` is in seconds."""
        self._folder = folder
        self._lock_timeout = lock_timeout
        self._known: _Known | None = None
        self._opened: Index | None = None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the write lock, which the system releases when a process dies.

        Raises ``StorageError`` when another writer keeps it too long.
        """
        with writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / "write.lock")
            try:
                lock.acquire(timeout=self._lock_timeout)
            except Timeout:
                raise another_writer() from None
        try:
            yield
        finally:
            lock.release()

    def identity(self) -> Identity:
        """Changes with every commit, and every merge of segments, of any process."""
        with reading(self._folder):
            identity = self._published()
            if identity == ABSENT and any(self._folder.glob("*.idx")):
                # Another process may have written the first commit between the two looks.
                identity = self._published()
                if identity == ABSENT:
                    raise ValueError("segments without a table of contents")
            return identity

    def open(self) -> TantivyReader | None:
        """The index as its last commit left it; None where nothing was ever written."""
        with reading(self._folder):
            for _ in range(_OPEN_ATTEMPTS):
                identity = self.identity()
                if identity == ABSENT:
                    return None
                reader = self._read(identity)
                # A commit in between may have left the counts to another one.
                if self.identity() == identity:
                    break
            self._known = _Known(identity, reader.columns)
            return reader

    def commit(
        self, passages: Sequence[IndexedPassage], slots: Sequence[int], dropped: Collection[int]
    ) -> None:
        """Add passages and drop others, by key, in one step. Needs the lock.

        Segments that have become many are merged before it returns; the commit is
        visible, and stays, whatever becomes of the merge.
        """
        with writing(self._folder):
            before = (
                self._known if self._known and self._known.identity == self.identity() else None
            )
            index = self._index()
            with _writer(index) as writer:
                _drop(index.schema, writer, dropped)
                for passage, slot in zip(passages, slots, strict=True):
                    writer.add_document(_document(passage, slot))
                reach("terms:added")
                writer.commit()
                reach("terms:published")
            if before is not None:
                columns = before.columns.changed([one.key for one in passages], slots, dropped)
                self._known = _Known(self.identity(), columns)

    def forget(self) -> None:
        """Let go of what is in memory; a later call opens the files again."""
        self._known = self._opened = None

    def clear(self) -> None:
        """Forget everything, also when the files are damaged. Needs the lock."""
        with writing(self._folder):
            try:
                with no_panic(), _writer(self._index()) as writer:
                    writer.delete_all_documents()
                    writer.commit()
            except Exception:  # A damaged file can raise anything.
                self._wipe()
            reach("terms:cleared")

    def _read(self, identity: Identity) -> TantivyReader:
        contents = json.loads((self._folder / _CONTENTS).read_text("utf-8"))
        segments = contents["segments"]
        index, known = self._index(), self._known
        index.reload()
        return TantivyReader(
            self._folder,
            index,
            size=sum(one["max_doc"] for one in segments),
            dropped=sum(one["deletes"]["num_deleted_docs"] for one in segments if one["deletes"]),
            columns=known.columns if known and known.identity == identity else None,
        )

    def _wipe(self) -> None:
        for path in self._folder.iterdir():
            if path.is_file() and path.name != "write.lock":
                path.unlink()
        self.forget()
        self._index()

    def _published(self) -> Identity:
        try:
            state = os.stat(self._folder / _CONTENTS)
        except FileNotFoundError:
            return ABSENT
        return state.st_ino, state.st_mtime_ns, state.st_size

    def _index(self) -> Index:
        import tantivy

        if self._opened is None:
            if self.identity() == ABSENT:
                index = tantivy.Index(_schema(), path=str(self._folder), reuse=True)
            else:
                index = tantivy.Index.open(str(self._folder))
            # By default each commit is loaded as well by a thread that watches the folder. That
            # thread of the library begins all the same, and then finds nobody to tell.
            index.config_reader(reload_policy="manual")
            self._opened = index
        return self._opened


@contextmanager
def _writer(index: Index) -> Iterator[Any]:
    """A writer of one thread, and so of one segment a commit; ends with its merges."""
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    try:
        yield writer
    finally:
        # Also what releases the lock of Tantivy's own. What was not committed is lost.
        writer.wait_merging_threads()


def _schema() -> Schema:
    import tantivy

    return (
        tantivy.SchemaBuilder()
        .add_unsigned_field(KEY, fast=True, indexed=True)
        .add_unsigned_field(SLOT, fast=True)
        .add_text_field(TERMS, tokenizer_name="whitespace", index_option="freq")
        .add_text_field(WORDS, tokenizer_name="whitespace", index_option="basic")
        # One field for all: each field more is files to write and sync at every commit.
        .add_text_field(FACET, tokenizer_name="raw", index_option="basic")
        .build()
    )


def _document(passage: IndexedPassage, slot: int) -> Document:
    import tantivy

    document = tantivy.Document()
    document.add_unsigned(KEY, passage.key)
    document.add_unsigned(SLOT, slot)
    document.add_text(TERMS, passage.terms)
    document.add_text(WORDS, passage.words)
    for name in FILTER_FIELDS:
        for value in getattr(passage.facets, name):
            document.add_text(FACET, facet(name, value))
    return document


def _drop(schema: Schema, writer: Any, keys: Collection[int]) -> None:
    import tantivy

    if keys:
        wanted = tantivy.Query.term_set_query(schema, KEY, list(keys))
        writer.delete_documents_by_query(wanted)
