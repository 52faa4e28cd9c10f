"""The files that brochures were read from: whether they still are what was read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from time import time_ns
from typing import BinaryIO

from kb.results import BrochureEntry
from kb.source import Original

_MOST_KNOWN = 256
_CLOCK_STEP_NS = 2_000_000_000
"""A file that has just been written may be so again without its times telling."""

_Signature = tuple[int, int, int, int, int]
"""Device, inode, size and times of change: they differ when a file's content does."""


class Originals:
    """Opens originals; a content is hashed once for as long as its file stays untouched."""

    def __init__(self) -> None:
        self._digests: dict[_Signature, str] = {}

    @contextmanager
    def opened(self, entry: BrochureEntry) -> Iterator[tuple[Original, BinaryIO | None]]:
        """What has become of a brochure's file, and the file where it is unchanged."""
        state, file = self._open(Path(entry.path), entry.brochure.sha256)
        if file is None:
            yield state, None
            return
        with file:
            yield state, file

    def _open(self, path: Path, sha256: str) -> tuple[Original, BufferedReader | None]:
        try:
            if not path.is_file():  # to open a pipe would wait for who writes to it
                return (Original.UNREADABLE if path.exists() else Original.MISSING), None
            file = path.open("rb")
        except OSError:
            return Original.UNREADABLE, None
        try:
            if self._digest(file) == sha256:
                file.seek(0)
                return Original.UNCHANGED, file
            state = Original.CHANGED
        except OSError:
            state = Original.UNREADABLE
        file.close()
        return state, None

    def _digest(self, file: BufferedReader) -> str:
        found = os.fstat(file.fileno())
        signature = (
            found.st_dev,
            found.st_ino,
            found.st_size,
            found.st_mtime_ns,
            found.st_ctime_ns,
        )
        known = self._digests.get(signature)
        if known is None:
            known = hashlib.file_digest(file, "sha256").hexdigest()
            if time_ns() - found.st_mtime_ns < _CLOCK_STEP_NS:
                return known
            if len(self._digests) >= _MOST_KNOWN:
                self._digests.clear()
            self._digests[signature] = known
        return known
