"""Named arrays in one file that never changes, mapped into memory when it is read."""

from __future__ import annotations

import json
import mmap
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

_MAGIC = b"PSGARR1\n"
_ALIGNED = 8
_HEADER_LENGTH = 8

Arrays = Mapping[str, npt.NDArray[Any]]


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write a new file, safe on disk when it returns; raises OSError where one is there.

    The arrays have one dimension and little-endian types.
    """
    entries, place = {}, 0
    for name, array in arrays.items():
        entries[name] = (array.dtype.str, len(array), place)
        place += _padded(array.nbytes)
    header = json.dumps({"size": place, "arrays": entries}).encode()
    header += b" " * (_padded(len(header)) - len(header))
    with path.open("xb") as file, _removed_unless_whole(path):
        file.write(_MAGIC + len(header).to_bytes(_HEADER_LENGTH, "little") + header)
        for array in arrays.values():
            file.write(array.data)
            file.write(bytes(_padded(array.nbytes) - array.nbytes))
        file.flush()
        os.fsync(file.fileno())


def read_arrays(path: Path) -> dict[str, npt.NDArray[Any]]:
    """The arrays of a file, which stays open and mapped as long as one of them is used.

    Raises OSError or ValueError where it is missing or damaged.
    """
    with path.open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    start = len(_MAGIC) + _HEADER_LENGTH
    if bytes(mapped[: len(_MAGIC)]) != _MAGIC:
        raise ValueError("not a file of arrays")
    length = int.from_bytes(mapped[len(_MAGIC) : start], "little")
    header = json.loads(bytes(mapped[start : start + length]))
    if len(mapped) != start + length + header["size"]:
        raise ValueError("the file was cut")
    return {
        name: np.frombuffer(mapped, dtype=kind, count=count, offset=start + length + place)
        for name, (kind, count, place) in header["arrays"].items()
    }


@contextmanager
def _removed_unless_whole(path: Path) -> Iterator[None]:
    """Leave no half of a file on a disk that may be full."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _padded(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED
