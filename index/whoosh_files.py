"""The only file that calls Whoosh: an inverted index in a folder.

Whoosh keeps the postings, segments, deletions and commits. It is fed terms that
``kb.text`` has analysed (as lists, so that no analyser of its own runs), and read
back as arrays: its own scorer counts deleted passages in the frequencies, rounds
lengths to a byte, breaks ties by place in the file, and is several times slower
than the same formula over arrays (see ``index.snapshot``).

The index is derived data of this machine: like every Whoosh index it holds
pickles, so a folder from elsewhere must not be opened, but rebuilt.
"""

from __future__ import annotations

import os
import time
import weakref
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from whoosh import columns, fields
from whoosh.codec import default_codec
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, EmptyIndexError, FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.util.filelock import try_for
from whoosh.writing import CLEAR

from index.faults import another_writer, reading, writing
from index.snapshot import Column, Postings
from index.vectors import sync_folder
from kb.faults import reach
from kb.model import FILTER_FIELDS, IndexedPassage

_NAME = "passages"
_OPEN_ATTEMPTS = 10
_OPEN_PAUSE = 0.02
"""Seconds between attempts to open an index that another process is switching."""
_LOCK_PAUSE = 0.02
_TIER_BASE = 32
_TIER_FACTOR = 8
_DEAD_SHARE = 0.3

T = TypeVar("T")

Identity = tuple[int, int, int]
"""Tells two commits apart: generation, inode and time of the table of contents."""

ABSENT: Identity = (-1, 0, 0)
"""The identity of an index that was never written."""


class WhooshFiles:
    """One Whoosh index in a folder; the folder is made by the first write."""

    def __init__(self, folder: Path, lock_timeout: float) -> None:
        """``lock_timeout`` is in seconds."""
        self._folder = folder
        self._lock_timeout = lock_timeout

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the write lock, which the system releases when a process dies.

        Raises ``StorageError`` when another writer keeps it too long.
        """
        with writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = _DurableStorage(self._folder).lock("write.lock")
            taken = try_for(lock.acquire, timeout=self._lock_timeout, delay=_LOCK_PAUSE)
        if not taken:
            raise another_writer()
        try:
            yield
        finally:
            lock.release()

    def identity(self) -> Identity:
        """Changes with every commit of any process; costs one listing of the folder."""
        with reading(self._folder):
            return _retried(self._identity)

    def open(self) -> WhooshReader:
        """The index as its last commit left it."""
        with reading(self._folder):
            return _retried(self._open)

    def commit(
        self, passages: Sequence[IndexedPassage], slots: Sequence[int], dropped: Collection[int]
    ) -> None:
        """Add passages and drop documents (by number) in one step. Needs the lock."""
        with writing(self._folder):
            writer = self._index().writer(codec=_codec())
            try:
                for number in dropped:
                    writer.delete_document(number)
                for passage, slot in zip(passages, slots, strict=True):
                    writer.add_document(**_document(passage, slot))
                reach("terms:added")
                writer.commit(mergetype=_merge_by_size)
                self._remove_unpublished()
            except BaseException:
                # Whoosh's own lock would otherwise stay with this process.
                if not writer.is_closed:
                    writer.cancel()
                raise

    def clear(self) -> None:
        """Forget everything, also when the files are damaged. Needs the lock."""
        with writing(self._folder):
            try:
                writer = self._index().writer()
                writer.commit(mergetype=CLEAR)
            except Exception:  # A damaged pickle can raise anything.
                self._wipe()
            reach("terms:cleared")

    def _wipe(self) -> None:
        for path in self._folder.glob(f"*{_NAME}_*"):
            if path.is_file():
                path.unlink()
        TOC.create(_DurableStorage(self._folder), _schema(), _NAME)

    def _remove_unpublished(self) -> None:
        """Remove tables of contents that dying writers did not come to publish.

        Whoosh itself removes their segments.
        """
        for path in self._folder.glob(f"_{_NAME}_*.toc.*"):
            path.unlink(missing_ok=True)

    def _identity(self) -> Identity:
        generation = TOC._latest_generation(FileStorage(str(self._folder)), _NAME)
        if generation < 0:
            return self._absent()
        state = os.stat(self._folder / TOC._filename(_NAME, generation))
        return generation, state.st_ino, state.st_mtime_ns

    def _absent(self) -> Identity:
        """Never written; raises when segments show that it was, and is damaged."""
        if any(self._folder.glob(f"{_NAME}_*.seg")):
            raise EmptyIndexError("segments without a table of contents")
        return ABSENT

    def _open(self) -> WhooshReader:
        if self._identity() == ABSENT:
            return WhooshReader(self._folder, [])
        storage, schema = FileStorage(str(self._folder)), _schema()
        # Not Index.reader(), which waits half a second before it admits a missing file,
        # nor Searcher.refresh(), which shows merged passages twice in this release.
        segments = TOC.read(storage, _NAME, schema=schema).segments
        leaves = [SegmentReader(storage, schema, segment) for segment in segments]
        return WhooshReader(self._folder, leaves)

    def _index(self) -> FileIndex:
        storage = _DurableStorage(self._folder)
        if self._identity() == ABSENT:
            TOC.create(storage, _schema(), _NAME)
        return FileIndex(storage, _schema(), _NAME)


class WhooshReader:
    """The documents of one commit, numbered from 0 across segments, as arrays.

    Reading is serialised: Whoosh's readers share one file position.
    """

    def __init__(self, folder: Path, leaves: list[SegmentReader]) -> None:
        self._folder = folder
        self._leaves = leaves
        self._lock = Lock()
        self._starts = np.cumsum([0, *(leaf.doc_count_all() for leaf in leaves)])
        self.keys = self._column("key")
        self.slots = self._column("slot")
        self.lengths = self._column("length")
        self.live = np.ones(int(self._starts[-1]), dtype=np.bool_)
        for leaf, start in zip(leaves, self._starts, strict=False):
            for number in leaf.deleted_docs_set:
                self.live[start + number] = False
        # Other threads may still read an older commit: it closes with its last user.
        weakref.finalize(self, _close_all, leaves)

    def postings(self, field: str, term: str) -> Postings:
        """Live documents that hold ``term`` in ``field``, with its counts."""
        numbers: list[int] = []
        counts: list[float] = []
        with self._lock, reading(self._folder):
            for leaf, start in zip(self._leaves, self._starts, strict=False):
                _read_postings(leaf, int(start), field, term, numbers, counts)
        return Postings(np.array(numbers, dtype=np.int64), np.array(counts, dtype=np.float64))

    def words(self) -> list[list[str]]:
        """The distinct words of each document, dropped ones included.

        A column, not postings: words are only ever read all together, and
        postings of them would take half of the writing time.
        """
        with self._lock, reading(self._folder):
            return [
                raw.decode("utf-8").split()
                for leaf in self._leaves
                for raw in leaf.column_reader("words")
            ]

    def _column(self, name: str) -> Column:
        parts = [np.array(list(leaf.column_reader(name)), dtype=np.int64) for leaf in self._leaves]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)


class _DurableStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's folder storage, except that a commit survives a power cut.

    Whoosh publishes a commit by renaming its table of contents, and syncs nothing.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._unsynced: set[str] = set()

    def create_file(self, name: str, **options: Any) -> Any:
        self._unsynced.add(name)
        return super().create_file(name, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        for name in self._unsynced:
            _sync_file(Path(self.folder, name))
        self._unsynced.clear()
        reach("terms:synced")
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(Path(self.folder))
        reach("terms:published")


def _codec() -> Any:
    # Blocks of postings are too short for their compression to gain anything.
    codec = default_codec(compression=0)
    # Lengths are a column of ours; Whoosh's own would take a third of the writing time.
    codec.length_stats = False
    return codec


def _schema() -> fields.Schema:
    facets = {f"facet_{name}": fields.KEYWORD() for name in FILTER_FIELDS}
    return fields.Schema(
        key=fields.COLUMN(columns.NumericColumn("q", default=-1)),
        slot=fields.COLUMN(columns.NumericColumn("q", default=-1)),
        length=fields.COLUMN(columns.NumericColumn("i", default=-1)),
        terms=fields.KEYWORD(),
        words=fields.COLUMN(columns.VarBytesColumn()),
        **facets,
    )


def _document(passage: IndexedPassage, slot: int) -> dict[str, Any]:
    facets = {
        f"facet_{name}": list(dict.fromkeys(values))
        for name, values in passage.facets.active().items()
    }
    return {
        "key": passage.key,
        "slot": slot,
        "length": len(passage.terms),
        "terms": list(passage.terms),
        "words": " ".join(dict.fromkeys(passage.words)).encode(),
        **facets,
    }


def _merge_by_size(writer: Any, segments: list[Any]) -> list[Any]:
    """Whoosh's merge policy: gather segments of one size class when eight have come.

    Segments then stay few (eight per class, classes growing eightfold) and a passage
    is rewritten once per class, not at each write. Segments with many dead
    passages are rewritten too, and empty ones dropped.
    """
    alive = [segment for segment in segments if segment.doc_count()]
    worn = [s for s in alive if s.deleted_count() > _DEAD_SHARE * s.doc_count_all()]
    kept = [segment for segment in alive if segment not in worn]
    incoming = writer.docnum + sum(segment.doc_count() for segment in worn)
    for level in range(_tier(max((s.doc_count() for s in kept), default=0)) + 1):
        peers = [segment for segment in kept if _tier(segment.doc_count()) == level]
        joining = incoming > 0 and _tier(incoming) == level
        if len(peers) + joining >= _TIER_FACTOR:
            worn += peers
            incoming += sum(segment.doc_count() for segment in peers)
            kept = [segment for segment in kept if segment not in peers]
    for segment in worn:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return kept


def _tier(size: int) -> int:
    tier = 0
    while size > _TIER_BASE:
        size //= _TIER_FACTOR
        tier += 1
    return tier


def _read_postings(
    leaf: SegmentReader,
    start: int,
    field: str,
    term: str,
    numbers: list[int],
    counts: list[float],
) -> None:
    try:
        matcher = leaf.postings(field, term)
    except TermNotFound:
        return
    while matcher.is_active():
        numbers.append(start + matcher.id())
        counts.append(matcher.weight())
        matcher.next()


def _retried(action: Callable[[], T]) -> T:
    """``action()``, again while files vanish because a writer is switching them."""
    for _ in range(_OPEN_ATTEMPTS - 1):
        try:
            return action()
        except (FileNotFoundError, EmptyIndexError):
            time.sleep(_OPEN_PAUSE)
    return action()


def _close_all(leaves: list[SegmentReader]) -> None:
    for leaf in leaves:
        leaf.close()


def _sync_file(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return  # A part that Whoosh has since gathered into its compound file.
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
