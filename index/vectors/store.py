"""Vectors of passages on disk: one byte a dimension, appended, compacted, never half read.

A passage has one row or several: first the passage as a whole, then its sentences.
They lie side by side under one *slot*, a number that is given once and never again.
The lexical index stores the slot of each passage, so that its commit alone decides
which rows are alive; rows that no passage names any more are dead, and ``compact``
leaves them behind. On disk, all little-endian::

    vectors.json             format, dim, counts, epoch, next slot; replaced atomically
    vectors-<epoch>.i8       the rows, int8; see ``index.vectors.quantised``
    vectors-<epoch>.scales   the scale of each row, float32
    vectors-<epoch>.slots    slot (int64) and number of rows (uint32) of each passage, ascending
    neighbours-<epoch>-*     an approximate index, where there are many

Bytes beyond the manifest's counts are those of an interrupted append: readers
never look at them and the next append writes over them. Format 2 held rows of float32
(``.f32``) and the slot of each row; it is read, and rewritten by the first append.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.faults import dimension_mismatch, reading, writing
from index.vectors import neighbours
from index.vectors.matrix import VectorMatrix
from index.vectors.neighbours import NeighbourFiles
from index.vectors.quantised import QuantisedRows, quantise
from kb.faults import reach
from kb.ports import Vectors

MANIFEST = "vectors.json"
_FORMAT = 3
_FORMAT_OF_FLOATS = 2
"""Format 1 held one row a passage."""
_OPEN_ATTEMPTS = 5
_COPIED_ROWS = 16_384
"""Rows held in memory at once while they are written anew."""
_OF_PASSAGE = np.dtype([("slot", "<i8"), ("rows", "<u4")])

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
    """Names the data files; grows when they are written anew."""
    next_slot: int = 0
    passages: int = 0
    """Passages that these rows are of; format 2 did not tell."""


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
            manifest = self._writable()
            rows = np.concatenate(passages)
            dim = rows.shape[1]
            if manifest.count and manifest.dim != dim:
                raise dimension_mismatch(stored=manifest.dim, given=dim)
            first = max(manifest.next_slot, lowest_slot)
            slots = first + np.arange(len(passages), dtype=np.int64)
            counts = np.array([len(each) for each in passages], dtype=np.int64)
            self._folder.mkdir(parents=True, exist_ok=True)
            if not manifest.count:  # Of rows that were here before these.
                self._remove_old_files(manifest.epoch)
                neighbours.remove(self._folder)
            self._write(replace(manifest, dim=dim), quantise(rows), slots, counts)
            self._publish(
                replace(
                    manifest,
                    dim=dim,
                    count=manifest.count + len(rows),
                    passages=manifest.passages + len(passages),
                    next_slot=first + len(passages),
                )
            )
            return slots

    def compact(self, live: Slots) -> None:
        """Write the rows of ``live`` slots beside the old ones, then switch."""
        with writing(self._folder):
            manifest, matrix = self._manifest(), self.load()
            kept = np.isin(matrix.slots, live)
            rows = np.flatnonzero(np.repeat(kept, matrix.counts))
            fresh = replace(
                manifest,
                format=_FORMAT,
                epoch=manifest.epoch + 1,
                count=len(rows),
                passages=int(kept.sum()),
            )
            parts = [rows[i : i + _COPIED_ROWS] for i in range(0, len(rows), _COPIED_ROWS)]
            codes = (matrix.codes[some].tobytes() for some in parts)
            _write_at(self._path(fresh, "i8"), 0, codes)
            scales = (_scales_bytes(matrix.scales[some]) for some in parts)
            _write_at(self._path(fresh, "scales"), 0, scales)
            of_passages = _passages_bytes(matrix.slots[kept], matrix.counts[kept])
            _write_at(self._path(fresh, "slots"), 0, [of_passages])
            reach("vectors:moved")
            self._publish(fresh)
            self._remove_old_files(fresh.epoch)
            neighbours.remove(self._folder)

    def clear(self) -> None:
        """Forget every row, also when the files are damaged. Slots are not given again."""
        try:
            manifest = self._manifest()
        except (OSError, ValueError, TypeError, KeyError):
            manifest = Manifest(epoch=self._highest_epoch())
        if self._folder.is_dir():
            with writing(self._folder):
                epoch = manifest.epoch + 1
                self._publish(Manifest(epoch=epoch, next_slot=manifest.next_slot))
                self._remove_old_files(epoch)
                neighbours.remove(self._folder)

    def build_neighbours(self, stop: Callable[[], bool] = lambda: False) -> bool:
        """Build the approximate index anew where it is worth it; whether it was.

        It is where there are ``neighbours.FEWEST`` passages or more and the index that stands
        lacks a tenth of them; minutes a million. Needs no lock: searches and writes go on beside
        it. ``stop`` is asked every few seconds and ends it with the former index in place.
        Raises ``StorageError``.
        """
        with reading(self._folder):
            matrix = self.load()
            if not (neighbours.installed() and matrix.neighbours.lacking(len(matrix.slots))):
                return False
            graph = neighbours.grown(matrix, stop)
        if graph is None:
            return False
        with writing(self._folder):
            matrix.neighbours.publish(graph)
        return True

    def _open(self, manifest: Manifest) -> VectorMatrix:
        if manifest.count == 0:
            return _nothing(manifest.dim)
        if manifest.format == _FORMAT_OF_FLOATS:
            return self._open_floats(manifest)
        shape = (manifest.count, manifest.dim)
        codes = np.memmap(self._path(manifest, "i8"), dtype=np.int8, mode="r", shape=shape)
        scales = np.fromfile(self._path(manifest, "scales"), dtype="<f4", count=manifest.count)
        path, count = self._path(manifest, "slots"), manifest.passages
        stored = np.fromfile(path, dtype=_OF_PASSAGE, count=count)
        slots, counts = stored["slot"].astype(np.int64), stored["rows"].astype(np.int64)
        if (len(slots), len(scales), counts.sum()) != (count, manifest.count, manifest.count):
            raise ValueError("fewer scales or slots than the manifest says")
        if not (np.isfinite(scales).all() and counts.all() and (np.diff(slots) > 0).all()):
            raise ValueError("scales or slots that nobody wrote")
        graphs = NeighbourFiles(self._folder, manifest.epoch, count)
        return VectorMatrix(np.asarray(codes), scales.astype(np.float32), slots, counts, graphs)

    def _open_floats(self, manifest: Manifest) -> VectorMatrix:
        """The rows of format 2, quantised in memory, where they stay until the first append."""
        shape = (manifest.count, manifest.dim)
        floats = np.memmap(self._path(manifest, "f32"), dtype="<f4", mode="r", shape=shape)
        row_slots = np.fromfile(self._path(manifest, "slots"), dtype="<i8", count=manifest.count)
        if len(row_slots) != manifest.count:
            raise ValueError("fewer slots than the manifest says")
        rows = QuantisedRows(
            np.empty(shape, dtype=np.int8), np.empty(manifest.count, dtype=np.float32)
        )
        for start in range(0, manifest.count, _COPIED_ROWS):
            some = slice(start, start + _COPIED_ROWS)
            part = quantise(np.asarray(floats[some]))
            rows.codes[some], rows.scales[some] = part.codes, part.scales
        slots, counts = np.unique(row_slots.astype(np.int64), return_counts=True)
        return VectorMatrix(rows.codes, rows.scales, slots, counts.astype(np.int64))

    def _writable(self) -> Manifest:
        """The manifest of files in today's format, to which they are brought."""
        manifest = self._manifest()
        if manifest.format == _FORMAT_OF_FLOATS:
            self.compact(self.load().slots)
            manifest = self._manifest()
        return manifest

    def _write(self, manifest: Manifest, rows: QuantisedRows, slots: Slots, counts: Slots) -> None:
        """Put rows after those that are complete, where no reader looks yet."""
        start = manifest.count
        path = self._path(manifest, "i8")
        _write_at(path, start * manifest.dim, [rows.codes.tobytes()])
        reach("vectors:rows")
        _write_at(self._path(manifest, "scales"), start * 4, [_scales_bytes(rows.scales)])
        place = manifest.passages * _OF_PASSAGE.itemsize
        _write_at(self._path(manifest, "slots"), place, [_passages_bytes(slots, counts)])
        reach("vectors:slots")

    def _manifest(self) -> Manifest:
        try:
            read = json.loads((self._folder / MANIFEST).read_text("utf-8"))
        except FileNotFoundError:
            # Were its files written over, a process that still has them mapped would be killed.
            return Manifest(epoch=self._highest_epoch() + 1)
        manifest = Manifest(**read)
        if manifest.format not in (_FORMAT, _FORMAT_OF_FLOATS):
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

    def _path(self, manifest: Manifest, kind: str) -> Path:
        return self._folder / f"vectors-{manifest.epoch}.{kind}"

    def _highest_epoch(self) -> int:
        epochs = (path.stem.removeprefix("vectors-") for path in self._data_files())
        return max((int(epoch) for epoch in epochs if epoch.isdecimal()), default=-1)

    def _remove_old_files(self, epoch: int) -> None:
        for path in self._data_files():
            if path.stem != f"vectors-{epoch}":
                try:
                    path.unlink(missing_ok=True)
                except PermissionError:
                    continue  # Windows: a reader holds it; the next compaction removes it.
        reach("vectors:tidied")

    def _data_files(self) -> list[Path]:
        kinds = ("i8", "scales", "slots", "f32")
        return [path for kind in kinds for path in self._folder.glob(f"vectors-*.{kind}")]


def sync_folder(folder: Path) -> None:
    """Make renames in ``folder`` survive a power cut, where the system can."""
    if os.name == "nt":
        return  # Windows cannot open a folder; its renames are journalled.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _nothing(dim: int) -> VectorMatrix:
    none = np.empty(0, dtype=np.int64)
    return VectorMatrix(np.empty((0, dim), np.int8), np.empty(0, np.float32), none, none)


def _scales_bytes(scales: npt.NDArray[np.float32]) -> bytes:
    return scales.astype("<f4").tobytes()


def _passages_bytes(slots: Slots, counts: Slots) -> bytes:
    stored = np.empty(len(slots), dtype=_OF_PASSAGE)
    stored["slot"], stored["rows"] = slots, counts
    return stored.tobytes()


def _write_at(path: Path, offset: int, pieces: Iterable[bytes]) -> None:
    """Write ``pieces`` from ``offset`` on, cutting whatever lay beyond, and sync."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
    with os.fdopen(descriptor, "r+b") as file:
        file.seek(offset)
        file.truncate()
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
