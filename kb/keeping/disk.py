"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

_PIECE = 1024 * 1024
_STRAY_S = 24 * 3600
"""A scratch folder that is older was left by a process that died."""


def publish(made: Path, target: Path, *, force: bool) -> bool:
    """Give a finished file its name; whether it did: not over another, unless ``force``."""
    if force:
        os.replace(made, target)
    else:
        try:
            os.link(made, target)  # unlike a rename, never over another file
        except FileExistsError:
            return False
        except OSError:  # a disk that knows no second names
            if target.exists():
                return False
            os.replace(made, target)
    sync_folder(target.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make what was named in ``folder`` survive a power cut, where the system can."""
    if os.name == "nt":
        return  # Windows can't open a folder; its renames are journalled.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copied(source: Path, target: Path) -> str:
    """Copy a file; the SHA-256 of what was copied, empty where there is no such file."""
    digest = hashlib.sha256()
    if not source.is_file():  # to open a pipe would wait for who writes to it
        return ""
    try:
        with source.open("rb") as file, target.open("wb") as copy:
            while piece := file.read(_PIECE):
                digest.update(piece)
                copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, empty where there is none that can be read."""
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def sweep(folder: Path, prefix: str) -> None:
    """Delete scratch folders that processes which died have left in ``folder``."""
    old = time.time() - _STRAY_S
    for path in folder.glob(f"{prefix}*"):
        with suppress(OSError):
            if path.is_dir() and path.stat().st_mtime < old:
                shutil.rmtree(path, ignore_errors=True)
