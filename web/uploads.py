"""Brochures that come in, or go, through the network."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from werkzeug.datastructures import FileStorage
from werkzeug.utils import secure_filename

from kb.results import BrochureEntry, FileOutcome, FileState

if TYPE_CHECKING:
    from kb.library import Library

MAX_UPLOAD_BYTES = 100 * 1024 * 1024
MAX_NAME_LENGTH = 100

_KEPT = frozenset({FileState.ADDED, FileState.UPDATED, FileState.UNCHANGED})
# Two uploads of one name must not swap files under each other.
_lock = Lock()


def safe_name(name: str) -> str:
    """A file name without folders or odd characters, its extension kept."""
    # The extension goes apart: a name without Latin letters would swallow it.
    stem = secure_filename(Path(name).stem)[:MAX_NAME_LENGTH] or "brochure"
    suffix = secure_filename(Path(name).suffix.lstrip(".")).lower()[:10]
    return f"{stem}.{suffix}" if suffix else stem


def receive(library: Library, folder: Path, upload: FileStorage) -> FileOutcome:
    """Keep an uploaded file in ``folder`` and ingest it.

    A file that is refused or a duplicate leaves the folder as it was.
    """
    target = folder / safe_name(upload.filename or "")
    with _lock:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".upload-") as temporary:
            incoming = Path(temporary, "incoming")
            previous = Path(temporary, "previous")
            upload.save(incoming)
            if target.exists():
                os.replace(target, previous)
            outcome = None
            try:
                os.replace(incoming, target)
                outcome = library.ingest([target]).files[0]
            finally:
                if outcome is None or outcome.state not in _KEPT:
                    _put_back(previous, target)
    return outcome


def _put_back(previous: Path, target: Path) -> None:
    if previous.exists():
        os.replace(previous, target)
    else:
        target.unlink(missing_ok=True)


def discard(library: Library, folder: Path, brochure_id: str) -> BrochureEntry:
    """Remove a brochure, and its file when it came through the network.

    A file that the user keeps elsewhere is never touched. Raises ``NotFound``.
    """
    with _lock:
        entry = library.remove(brochure_id)
        path = Path(entry.path)
        if path.parent == folder:
            path.unlink(missing_ok=True)
    return entry
