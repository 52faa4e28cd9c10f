"""Opening a brochure's file without being held up or flooded by what it turns out to be."""

from __future__ import annotations

import hashlib
import os
import stat
from io import BufferedReader
from pathlib import Path

from kb.errors import UnreadableBrochure

MEGABYTE = 1024 * 1024
LARGEST_FILE = 300 * MEGABYTE
"""Bytes of the largest file that is read."""

# To open a pipe or some devices waits for whoever is at their other end.
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)


def open_brochure(path: Path) -> BufferedReader:
    """The file, open for reading. The caller closes it.

    Raise ``UnreadableBrochure`` where it is no regular file (a folder, a pipe, a device)
    or larger than ``LARGEST_FILE``, and OSError where the system refuses to open it.
    """
    file = open(path, "rb", opener=_open_at_once)  # noqa: SIM115  # the caller closes it
    try:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableBrochure(
                f"{path.name} n’est pas un fichier ordinaire : vérifiez le chemin."
            )
        if found.st_size > LARGEST_FILE:
            raise too_large(path)
    except BaseException:
        file.close()
        raise
    return file


def digest_of(path: Path) -> str:
    """The SHA-256 of a brochure's file, in hexadecimal; raises as ``open_brochure`` does."""
    with open_brochure(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def too_large(path: Path) -> UnreadableBrochure:
    """The error for a file that nobody would call a brochure."""
    return UnreadableBrochure(
        f"{path.name} dépasse {LARGEST_FILE // MEGABYTE} Mo : allégez-le (images moins lourdes) "
        "ou découpez-le."
    )


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | _AT_ONCE)
