"""Pictures kept on disk so that they are drawn once, within a bound.

Each picture is one file under its key, and whoever reads one makes its file the latest
used. There is no other record: several processes may share a folder, and a folder that
is thrown away only costs drawing again.
"""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

from kb.faults import reach

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,120}")
_SUFFIX = ".picture"
_KEPT_SHARE = 0.9
"""Of the bound, what is left once old pictures were dropped: not to drop at each call."""


class PictureFiles:
    """Pictures by key; the longest unused go first. See ``kb.ports.PictureStore``."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def get(self, key: str) -> bytes | None:
        """The picture of that key, None where it is not kept."""
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        with suppress(OSError):  # a folder that may only be read serves all the same
            os.utime(path)
        return data or None

    def put(self, key: str, data: bytes) -> None:
        """Keep a picture; one that does not fit, or a full disk, leaves it out."""
        path = self._path(key)
        if not data or len(data) > self._most_bytes * _KEPT_SHARE:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room(len(data))
            self._write(path, data)

    def forget(self, prefix: str) -> None:
        """Drop every picture whose key begins so."""
        for path in self._folder.glob(f"{self._path(prefix).stem}*{_SUFFIX}"):
            with suppress(OSError):
                path.unlink()
        reach("pictures:forgotten")

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not a key: {key!r}")
        return self._folder / f"{key}{_SUFFIX}"

    def _write(self, path: Path, data: bytes) -> None:
        # Written apart and put in place at once: nobody reads half a picture.
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".new-", suffix=_SUFFIX)
        try:
            with open(handle, "wb") as file:
                file.write(data)
            reach("pictures:written")
            os.replace(name, path)
            reach("pictures:kept")
        except OSError:
            with suppress(OSError):
                os.unlink(name)
            raise

    def _make_room(self, size: int) -> None:
        kept = []
        with os.scandir(self._folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    found = entry.stat(follow_symlinks=False)
                    kept.append((found.st_mtime_ns, found.st_size, entry.path))
        total = sum(length for _, length, _ in kept)
        if total + size <= self._most_bytes:
            return
        for _, length, path in sorted(kept):
            if total + size <= self._most_bytes * _KEPT_SHARE:
                return
            with suppress(OSError):
                os.unlink(path)
                total -= length
