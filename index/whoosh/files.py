"""An inverted index in a folder, as Whoosh keeps one.

Whoosh keeps the commits: its table of contents, which names segments and the passages
deleted from them, published by a rename; its locks; the removal of what no commit names.
What a segment holds is written as arrays, a batch of passages at once
(``index.whoosh.segment``), and read back as arrays: its own writer takes documents one by one,
posting by posting, and its own scorer counts deleted passages in the frequencies, rounds
lengths to a byte and breaks ties by place in the file. ``index.whoosh.codec`` lets
Whoosh itself read the same files.

The index is derived data of this machine: like every Whoosh index it holds
pickles, so a folder from elsewhere must not be opened, but rebuilt.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

import numpy as np
from whoosh import fields
from whoosh.codec.whoosh3 import W3Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, EmptyIndexError, clean_files
from whoosh.util.filelock import try_for

from index.faults import another_writer, reading, writing
from index.vectors.store import sync_folder
from index.whoosh.codec import EXTENSION, ArrayCodec, open_segment
from index.whoosh.merging import AT_REST, AT_WRITE, Policy, Size, to_gather
from index.whoosh.reader import WhooshReader
from index.whoosh.segment import FIELDS, Fresh, Mask, Part, Segment, write_segment
from kb.faults import reach
from kb.model import IndexedPassage

_NAME = "passages"
_OPEN_ATTEMPTS = 10
_OPEN_PAUSE = 0.02
"""Seconds between attempts to open an index that another process is switching."""
_LOCK_PAUSE = 0.02

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
        # A segment never changes: those that a reader still has need no second opening.
        self._opened: WeakValueDictionary[str, Segment] = WeakValueDictionary()

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
            contents = self._contents()
            _delete(contents.segments, dropped)
            self._write(contents, Fresh(passages, slots) if passages else None, AT_WRITE)

    def gather(self) -> bool:
        """Gather some of the segments that writes have left, if there are. Needs the lock.

        Takes about a second; whether something was gathered: there may then be more.
        """
        with writing(self._folder):
            contents = self._contents()
            if not _gathered(contents.segments, 0, AT_REST):
                return False
            self._write(contents, None, AT_REST)
            return True

    def clear(self) -> None:
        """Forget everything, also when the files are damaged. Needs the lock."""
        with writing(self._folder):
            try:
                self._publish(TOC(_schema(), [], self._contents().generation + 1))
            except Exception:  # A damaged pickle can raise anything.
                self._wipe()
            reach("terms:cleared")

    def _write(self, contents: TOC, fresh: Fresh | None, policy: Policy) -> None:
        """Publish a commit: the segments of ``contents``, some gathered, and new passages."""
        chosen = _gathered(contents.segments, len(fresh.keys) if fresh else 0, policy)
        parts: list[tuple[Part, Mask]] = [
            (self._segment(segment), alive_of(segment)) for segment in chosen
        ]
        if fresh is not None:
            parts.append((fresh, np.ones(len(fresh.keys), dtype=np.bool_)))
        kept = [
            segment
            for segment in contents.segments
            if segment.doc_count() and segment not in chosen
        ]
        reach("terms:added")
        if parts:
            made = ArrayCodec().new_segment(None, _NAME)
            path = self._folder / made.make_filename(EXTENSION)
            made.set_doc_count(write_segment(path, parts))
            kept.append(made)
        self._publish(TOC(_schema(), kept, contents.generation + 1))

    def _publish(self, contents: TOC) -> None:
        """Make a table of contents the last one, and remove what it does not name."""
        storage = _DurableStorage(self._folder)
        contents.write(storage, _NAME)
        clean_files(storage, _NAME, contents.generation, contents.segments)
        # Tables that dying writers did not come to publish; Whoosh removes their segments.
        for path in self._folder.glob(f"_{_NAME}_*.toc.*"):
            path.unlink(missing_ok=True)

    def _wipe(self) -> None:
        for path in self._folder.glob(f"*{_NAME}_*"):
            if path.is_file():
                path.unlink()
        TOC.create(_DurableStorage(self._folder), _schema(), _NAME)

    def _identity(self) -> Identity:
        generation = TOC._latest_generation(FileStorage(str(self._folder)), _NAME)
        if generation < 0:
            return self._absent()
        state = os.stat(self._folder / TOC._filename(_NAME, generation))
        return generation, state.st_ino, state.st_mtime_ns

    def _absent(self) -> Identity:
        """Never written; raises when segments show that it was, and is damaged."""
        if any(self._folder.glob(f"{_NAME}_*{EXTENSION}")):
            raise EmptyIndexError("segments without a table of contents")
        return ABSENT

    def _open(self) -> WhooshReader:
        segments = self._contents().segments
        return WhooshReader(
            self._folder,
            [self._segment(segment) for segment in segments],
            [alive_of(segment) for segment in segments],
        )

    def _contents(self) -> TOC:
        """The last table of contents; an empty one of generation -1 for an absent index."""
        if self._identity() == ABSENT:
            return TOC(_schema(), [], -1)
        return TOC.read(FileStorage(str(self._folder)), _NAME, schema=_schema())

    def _segment(self, segment: W3Segment) -> Segment:
        name = segment.segment_id()
        opened = self._opened.get(name)
        if opened is None:
            opened = open_segment(self._folder, segment)
            self._opened[name] = opened
        return opened


class _DurableStorage(FileStorage):  # type: ignore[misc]
    """Whoosh's folder storage, except that a commit survives a power cut.

    Whoosh publishes a commit by renaming its table of contents, and syncs nothing.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        _sync_file(Path(self.folder, oldname))
        reach("terms:synced")
        super().rename_file(oldname, newname, safe=safe)
        sync_folder(Path(self.folder))
        reach("terms:published")


def alive_of(segment: W3Segment) -> Mask:
    """Which passages of a segment are not deleted."""
    alive = np.ones(segment.doc_count_all(), dtype=np.bool_)
    alive[list(segment.deleted_docs())] = False
    return alive


def _schema() -> fields.Schema:
    names = {name: fields.KEYWORD() for name in FIELDS}
    return fields.Schema(key=fields.STORED(), **names)


def _delete(segments: Sequence[W3Segment], numbers: Collection[int]) -> None:
    """Mark documents, numbered through all segments, as deleted."""
    starts = np.cumsum([0, *(segment.doc_count_all() for segment in segments)])
    for number in numbers:
        place = int(np.searchsorted(starts, number, side="right")) - 1
        segments[place].delete_document(number - int(starts[place]))


def _gathered(segments: Sequence[W3Segment], incoming: int, policy: Policy) -> list[W3Segment]:
    sizes = [Size(segment.doc_count(), segment.deleted_count()) for segment in segments]
    return [segments[place] for place in to_gather(sizes, incoming, policy)]


def _retried(action: Callable[[], T]) -> T:
    """``action()``, again while files vanish because a writer is switching them."""
    for _ in range(_OPEN_ATTEMPTS - 1):
        try:
            return action()
        except (FileNotFoundError, EmptyIndexError):
            time.sleep(_OPEN_PAUSE)
    return action()


def _sync_file(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
