"""Arrays in a file: they come back, and a file that was cut is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.whoosh.array_file import read_arrays, write_arrays

ARRAYS = {
    "odd": np.array([1, 2, 3], dtype="|u1"),
    "none": np.empty(0, dtype="<u4"),
    "wide": np.array([2**62, -1], dtype="<i8"),
}


def test_arrays_come_back_with_their_types(tmp_path: Path) -> None:
    write_arrays(tmp_path / "file", ARRAYS)
    read = read_arrays(tmp_path / "file")
    assert list(read) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert read[name].dtype == array.dtype
        assert read[name].tolist() == array.tolist()


def test_arrays_stay_readable_once_the_file_is_gone(tmp_path: Path) -> None:
    write_arrays(tmp_path / "file", ARRAYS)
    read = read_arrays(tmp_path / "file")
    (tmp_path / "file").unlink()
    assert read["wide"].tolist() == [2**62, -1]
    assert not read["wide"].flags.writeable


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    write_arrays(tmp_path / "file", ARRAYS)
    with pytest.raises(FileExistsError):
        write_arrays(tmp_path / "file", {})
    assert read_arrays(tmp_path / "file")["odd"].tolist() == [1, 2, 3]


def test_half_a_file_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_arrays(tmp_path / "file", ARRAYS)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kept", [0, 3, 12, 40, -1])
def test_a_file_that_was_cut_is_told(tmp_path: Path, kept: int) -> None:
    write_arrays(tmp_path / "file", ARRAYS)
    (tmp_path / "file").write_bytes((tmp_path / "file").read_bytes()[:kept])
    with pytest.raises(ValueError):
        read_arrays(tmp_path / "file")


def test_another_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\x80garbage" * 50)
    with pytest.raises(ValueError, match="not a file of arrays"):
        read_arrays(tmp_path / "file")
