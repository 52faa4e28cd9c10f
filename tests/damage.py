"""Harm done to files, as a failing disk or a copy that was cut does.

A damaged file takes the place of the healthy one. To cut that one where it lies would kill a
process that still has it mapped, such as this one: a thread of Tantivy's reads the files of an
index for a moment after it was opened.
"""

from __future__ import annotations

import os
from pathlib import Path


def put(path: Path, content: bytes) -> None:
    """Put a file with ``content`` in the place of another."""
    beside = path.with_name(f"{path.name}.beside")
    beside.write_bytes(content)
    os.replace(beside, path)


def emptied(path: Path) -> None:
    """Leave nothing of it."""
    put(path, b"")


def cut(path: Path) -> None:
    """Leave its first half."""
    put(path, path.read_bytes()[: path.stat().st_size // 2])


def garbled(path: Path) -> None:
    """Leave its first half, with bytes after it that nobody wrote."""
    middle = path.stat().st_size // 2
    put(path, path.read_bytes()[:middle] + b"\xff" * 40 + b"\0" * middle)


def replaced(path: Path) -> None:
    """Leave nothing of it, but what something else wrote."""
    put(path, b"\x80garbage" * 50)


def deleted(path: Path) -> None:
    """Leave no file."""
    path.unlink()
