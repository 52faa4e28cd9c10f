"""The vectors of a backup: four plain arrays, which no program is needed to make sense of.

Each row is kept as 8-bit numbers with one scale: ``row = scale × numbers``, the scale being
a 127th of the largest number of the row. An engine that rounds its rows alike gets back
what it held, bit for bit. The files are of numpy's ``npy`` format (numpy.org/doc, NEP 1),
mapped into memory when they are read: what they say of their size is held against what
they are, and nothing in them is ever run::

    keys.npy     int64    the key of each passage in the backup's catalogue, ascending
    counts.npy   int32    how many rows it has
    scales.npy   float32  the scale of each row
    rows.npy     int8     the rows, of shape (rows, dim)
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np
import numpy.typing as npt

from kb.keeping.databases import reading
from kb.library.filling import WRITE_BATCH, Known
from kb.ports import Vectors

FILES = {"keys": "<i8", "counts": "<i4", "scales": "<f4", "rows": "i1"}
"""The arrays by name, and what each is made of."""
_MOST = 127

Array = npt.NDArray[Any]


class VectorsWriter:
    """Writes the arrays of a new folder, a batch in memory at a time; for a ``with`` block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, IO[bytes]] = {}
        self._lengths = dict.fromkeys(FILES, 0)
        self._dim = 0

    def __enter__(self) -> Self:
        self._folder.mkdir(exist_ok=True)
        self._files = {name: (self._folder / f"{name}.npy").open("wb") for name in FILES}
        for name in FILES:
            self._begin(name)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for name, file in self._files.items():
            with file:
                if error is None:
                    # numpy leaves room in a header for the length to grow.
                    file.seek(0)
                    self._begin(name)

    def add(self, keys: Sequence[int], vectors: Sequence[Vectors]) -> None:
        """Add passages, ``vectors[i]`` (shape (rows, dim)) being those of ``keys[i]``.

        Keys ascend over all calls. Raises ``ValueError`` for rows of several lengths.
        """
        if not keys:
            return
        rows = np.concatenate(vectors)
        if self._dim not in (0, rows.shape[1]):
            raise ValueError("rows of several lengths")
        self._dim = rows.shape[1]
        numbers, scales = rounded(rows)
        self._append("keys", np.asarray(keys))
        self._append("counts", np.asarray([len(one) for one in vectors]))
        self._append("scales", scales)
        self._append("rows", numbers)

    def _append(self, name: str, values: Array) -> None:
        self._files[name].write(np.ascontiguousarray(values, dtype=FILES[name]).tobytes())
        self._lengths[name] += len(values)

    def _begin(self, name: str) -> None:
        length = self._lengths[name]
        shape = (length, self._dim) if name == "rows" else (length,)
        header = {"descr": np.dtype(FILES[name]).str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._files[name], header)


class KeptVectors:
    """The arrays of a folder as ``kb.library.filling`` asks for them."""

    def __init__(self, folder: Path, moved: int = 0) -> None:
        """``moved`` is what was added to each key since.

        Raises ``ValueError`` where the files are not such arrays.
        """
        arrays = {name: _mapped(folder / f"{name}.npy", kind) for name, kind in FILES.items()}
        self._rows, self._scales = arrays["rows"], arrays["scales"]
        keys, counts = arrays["keys"].astype(np.int64), arrays["counts"].astype(np.int64)
        self._keys: npt.NDArray[np.int64] = keys + moved
        self._ends = np.cumsum(counts)
        if (
            any(arrays[name].ndim != 1 for name in ("keys", "counts", "scales"))
            or self._rows.ndim != 2
            or len(keys) != len(counts)
            or (counts < 1).any()
            or (np.diff(keys) < 1).any()
            or not len(self._rows) == len(self._scales) == counts.sum()
        ):
            raise ValueError("arrays of vectors that do not fit each other")

    def known(self, keys: Sequence[int]) -> Mapping[int, Vectors]:
        """Those of these passages that are kept; see ``kb.library.filling.Known``."""
        wanted = np.asarray(keys, dtype=np.int64)
        places = np.searchsorted(self._keys, wanted)
        found: dict[int, Vectors] = {}
        for key, place in zip(wanted.tolist(), places.tolist(), strict=True):
            if place < len(self._keys) and self._keys[place] == key:
                end = int(self._ends[place])
                start = int(self._ends[place - 1]) if place else 0
                numbers = self._rows[start:end].astype(np.float32)
                found[key] = numbers * self._scales[start:end, np.newaxis]
        return found


def kept_vectors(folder: Path, moved: int = 0) -> Known | None:
    """What a folder keeps; None where there is no such folder. Raises ``ValueError``."""
    return KeptVectors(folder, moved).known if folder.is_dir() else None


def write_vectors(folder: Path, keys: Iterable[int], known: Known) -> int:
    """Write what is known of these passages; how many are not."""
    ordered, lacking = sorted(keys), 0
    with VectorsWriter(folder) as writer:
        for start in range(0, len(ordered), WRITE_BATCH):
            batch = ordered[start : start + WRITE_BATCH]
            held = known(batch)
            there = [key for key in batch if key in held]
            writer.add(there, [held[key] for key in there])
            lacking += len(batch) - len(there)
    _sync(folder)
    return lacking


def former_vectors(catalogue: Path, folder: Path) -> None:
    """Write the vectors that a catalogue of an older format holds itself, if it does.

    Those of the model in use alone. Raises StorageError, and ``ValueError`` where they
    are none.
    """
    with reading(catalogue) as connection:
        try:
            found = connection.execute(
                "SELECT key, rows, vectors FROM vectors WHERE fingerprint ="
                " (SELECT value FROM meta WHERE name = 'fingerprint') ORDER BY key"
            )
        except sqlite3.OperationalError:  # no such table, or one row a passage, as first
            return
        with VectorsWriter(folder) as writer:
            while batch := found.fetchmany(WRITE_BATCH):
                writer.add(
                    [key for key, _, _ in batch],
                    [np.frombuffer(held, dtype="<f4").reshape(rows, -1) for _, rows, held in batch],
                )
    _sync(folder)


def rounded(rows: Vectors) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Each row as 8-bit numbers and the scale that gives it back. Raises ``ValueError``
    where a number is not finite."""
    if not np.isfinite(rows).all():
        raise ValueError("numbers that are not finite")
    scales = (np.abs(rows).max(axis=1, initial=0.0) / np.float32(_MOST)).astype(np.float32)
    divisors = np.where(scales > 0, scales, np.float32(1.0))[:, np.newaxis]
    return np.rint(rows / divisors).astype(np.int8), scales


def _mapped(path: Path, kind: str) -> Array:
    """An array of that kind, as it stands on disk."""
    if not path.is_file():
        raise ValueError(f"{path.name} is missing")
    with path.open("rb") as file:
        if np.lib.format.read_magic(file) != (1, 0):
            raise ValueError(f"{path.name} is of another version")
        shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        if dtype != np.dtype(kind):
            raise ValueError(f"{path.name} holds {dtype}")
        if 0 in shape:  # nothing, which can't be mapped
            return np.zeros(shape, dtype)
    mapped: Array = np.load(path, mmap_mode="r", allow_pickle=False)
    return mapped


def _sync(folder: Path) -> None:
    for name in FILES:
        with (folder / f"{name}.npy").open("rb+") as file:
            os.fsync(file.fileno())
