"""Vectors of passages: one float32 matrix on disk, searched exactly.

A passage has one row or several: first the passage as a whole, then its sentences.
They lie side by side under one *slot*, a number that is given once and never again.
The lexical index stores the slot of each passage, so that its commit alone decides
which rows are alive; rows that no passage names any more are dead, and ``compact``
leaves them behind. On disk::

    vectors.json             format, dim, count, epoch, next slot; replaced atomically
    vectors-<epoch>.f32      the rows, little-endian float32
    vectors-<epoch>.slots    the slot of each row, ascending, little-endian int64

Bytes beyond the manifest's count are those of an interrupted append: readers
never look at them and the next append writes over them. Half floats would take half
of the disk, but each search would spend many times its own time widening them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.faults import dimension_mismatch, reading, writing
from kb.faults import reach
from kb.ports import Vectors

MANIFEST = "vectors.json"
_FORMAT = 2
"""Format 1 held one row a passage."""
_OPEN_ATTEMPTS = 5
_COPIED_ROWS = 16_384
"""Rows held in memory at once while they are written anew."""

Slots = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the files hold; the truth about them."""

    format: int = _FORMAT
    dim: int = 0
    """Length of a row; 0 while nothing was ever stored."""
    count: int = 0
    """Rows that are complete on disk."""
    epoch: int = 0
    """Names the pair of data files; grows when they are written anew."""
    next_slot: int = 0


@dataclass(frozen=True, slots=True)
class VectorMatrix:
    """The rows as they stood when it was loaded; later writes do not touch it.

    A *place* numbers the passages of the matrix, 0 to ``len(slots) - 1``.
    """

    dim: int
    rows: Vectors
    """All rows, those of one passage side by side, the passage as a whole first."""
    slots: Slots
    """The slot of each place, ascending."""
    starts: npt.NDArray[np.int64]
    """The first row of each place."""
    counts: npt.NDArray[np.int64]
    """How many rows each place has, at least 1."""

    @staticmethod
    def of(dim: int, rows: Vectors, row_slots: Slots) -> VectorMatrix:
        """The matrix of these rows, ``row_slots`` (ascending) naming the slot of each."""
        first = np.ones(len(row_slots), dtype=np.bool_)
        first[1:] = row_slots[1:] != row_slots[:-1]
        starts = np.flatnonzero(first)
        counts = np.diff(starts, append=len(row_slots))
        return VectorMatrix(dim, rows, row_slots[starts], starts, counts)

    def places_of(self, slots: Slots) -> npt.NDArray[np.int64]:
        """The place of each slot, -1 where the slot has no row."""
        if len(self.slots) == 0:
            return np.full(len(slots), -1, dtype=np.int64)
        found = np.minimum(np.searchsorted(self.slots, slots), len(self.slots) - 1)
        return np.where(self.slots[found] == slots, found, -1).astype(np.int64)


class VectorStore:
    """Reads and writes the files of one folder. Writers must hold the engine's lock."""

    def __init__(self, folder: Path) -> None:
        """``folder`` need not exist; it is made by the first append."""
        self._folder = folder

    def load(self) -> VectorMatrix:
        """The rows of the last append or compaction, memory-mapped.

        Raises ``StorageError`` when a file is missing or too short.
        """
        with reading(self._folder):
            for _ in range(_OPEN_ATTEMPTS - 1):
                try:
                    return self._open(self._manifest())
                except FileNotFoundError:
                    continue  # A compaction switched files between our two reads.
            return self._open(self._manifest())

    def append(self, passages: Sequence[Vectors], lowest_slot: int = 0) -> Slots:
        """Store the rows of each passage and give its slot, safe on disk when it returns.

        ``passages`` holds arrays of shape (rows, dim), one at least. No slot is below
        ``lowest_slot``: should the manifest be lost, slots that the lexical index still
        names must not come back for other passages. Raises ``StorageError`` when rows
        of another length are there.
        """
        with writing(self._folder):
            manifest, rows = self._manifest(), np.concatenate(passages)
            dim = rows.shape[1]
            if manifest.count and manifest.dim != dim:
                raise dimension_mismatch(stored=manifest.dim, given=dim)
            first = max(manifest.next_slot, lowest_slot)
            slots = first + np.arange(len(passages), dtype=np.int64)
            row_slots = np.repeat(slots, [len(each) for each in passages])
            self._folder.mkdir(parents=True, exist_ok=True)
            _write_at(self._rows_path(manifest), manifest.count * dim * 4, [_rows_bytes(rows)])
            reach("vectors:rows")
            _write_at(self._slots_path(manifest), manifest.count * 8, [_slots_bytes(row_slots)])
            reach("vectors:slots")
            total, following = manifest.count + len(rows), first + len(passages)
            self._publish(replace(manifest, dim=dim, count=total, next_slot=following))
            return slots

    def compact(self, live: Slots) -> None:
        """Write the rows of ``live`` slots beside the old ones, then switch."""
        with writing(self._folder):
            manifest, matrix = self._manifest(), self.load()
            row_slots = np.repeat(matrix.slots, matrix.counts)
            kept = np.flatnonzero(np.isin(row_slots, live))
            fresh = replace(manifest, epoch=manifest.epoch + 1, count=len(kept))
            _write_at(self._rows_path(fresh), 0, _chosen_rows(matrix.rows, kept))
            _write_at(self._slots_path(fresh), 0, [_slots_bytes(row_slots[kept])])
            reach("vectors:moved")
            self._publish(fresh)
            self._remove_old_files(fresh.epoch)

    def clear(self) -> None:
        """Forget every row, also when the files are damaged. Slots are not given again."""
        try:
            manifest = self._manifest()
        except (OSError, ValueError, TypeError, KeyError):
            manifest = Manifest(epoch=self._highest_epoch())
        if self._folder.is_dir():
            with writing(self._folder):
                self._publish(replace(manifest, dim=0, count=0, epoch=manifest.epoch + 1))
                self._remove_old_files(manifest.epoch + 1)

    def _open(self, manifest: Manifest) -> VectorMatrix:
        if manifest.count == 0:
            nothing = np.empty((0, manifest.dim), dtype=np.float32)
            return VectorMatrix.of(manifest.dim, nothing, np.empty(0, dtype=np.int64))
        shape = (manifest.count, manifest.dim)
        rows = np.memmap(self._rows_path(manifest), dtype="<f4", mode="r", shape=shape)
        slots = np.fromfile(self._slots_path(manifest), dtype="<i8", count=manifest.count)
        if len(slots) != manifest.count:
            raise ValueError("fewer slots than the manifest says")
        return VectorMatrix.of(manifest.dim, np.asarray(rows), slots.astype(np.int64))

    def _manifest(self) -> Manifest:
        try:
            read = json.loads((self._folder / MANIFEST).read_text("utf-8"))
        except FileNotFoundError:
            return Manifest()
        manifest = Manifest(**read)
        if manifest.format != _FORMAT:
            # Told as damage, which ``kb.library`` mends from the catalogue at open.
            raise ValueError(f"vector format {manifest.format}")
        return manifest

    def _publish(self, manifest: Manifest) -> None:
        temporary = self._folder / f"{MANIFEST}.new"
        content = json.dumps(asdict(manifest)).encode()
        temporary.unlink(missing_ok=True)
        _write_at(temporary, 0, [content])
        reach("vectors:manifest")
        os.replace(temporary, self._folder / MANIFEST)
        sync_folder(self._folder)
        reach("vectors:published")

    def _rows_path(self, manifest: Manifest) -> Path:
        return self._folder / f"vectors-{manifest.epoch}.f32"

    def _slots_path(self, manifest: Manifest) -> Path:
        return self._folder / f"vectors-{manifest.epoch}.slots"

    def _highest_epoch(self) -> int:
        epochs = (path.stem.removeprefix("vectors-") for path in self._data_files())
        return max((int(epoch) for epoch in epochs if epoch.isdecimal()), default=0)

    def _remove_old_files(self, epoch: int) -> None:
        for path in self._data_files():
            if path.stem != f"vectors-{epoch}":
                try:
                    path.unlink(missing_ok=True)
                except PermissionError:
                    continue  # Windows: a reader holds it; the next compaction removes it.
        reach("vectors:tidied")

    def _data_files(self) -> list[Path]:
        return [
            *self._folder.glob("vectors-*.f32"),
            *self._folder.glob("vectors-*.slots"),
        ]


def sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` survive a power cut, where the system can."""
    if os.name == "nt":
        return  # Windows cannot open a folder; its renames are journalled.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _rows_bytes(vectors: Vectors) -> bytes:
    return np.ascontiguousarray(vectors, dtype="<f4").tobytes()


def _slots_bytes(slots: Slots) -> bytes:
    return slots.astype("<i8").tobytes()


def _chosen_rows(rows: Vectors, chosen: npt.NDArray[np.int64]) -> Iterator[bytes]:
    """The bytes of the chosen rows, a bounded part of them at a time."""
    for start in range(0, len(chosen), _COPIED_ROWS):
        yield _rows_bytes(rows[chosen[start : start + _COPIED_ROWS]])


def _write_at(path: Path, offset: int, pieces: Iterable[bytes]) -> None:
    """Write ``pieces`` from ``offset`` on, cutting whatever lay beyond, and sync."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    with os.fdopen(descriptor, "r+b") as file:
        file.seek(offset)
        file.truncate()
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
