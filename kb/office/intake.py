"""Brochures whose files come in, or go, through the network.

A file that is sent takes its place in the folder of uploads before it is read, and
gives it back to the former one when it is refused. A process may die at any instant:
``recover`` then puts both files where they belong.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kb.errors import UnreadableBrochure
from kb.faults import reach
from kb.opening import digest_of
from kb.results import BrochureEntry, FileOutcome, FileState

if TYPE_CHECKING:
    from kb.library import Library

_KEPT = frozenset({FileState.ADDED, FileState.UPDATED, FileState.UNCHANGED})


class Intake:
    """Takes brochures in and out together with their files, one at a time.

    File names are those of files, without folders: the caller makes them safe.
    """

    def __init__(self, library: Library, folder: Path) -> None:
        self._library = library
        self.folder = folder
        """Where files that came through the network are kept."""
        # Two files of one name must not change places under each other.
        self._lock = Lock()

    def take(self, incoming: Path, name: str, replacing: str = "") -> FileOutcome:
        """Read a file and keep it in the folder under ``name``; what became of it.

        A file of that name becomes a new revision of its brochure, and with
        ``replacing`` that of the brochure of this id, whatever its file was called.
        A file that is refused, or fails, goes back to ``incoming`` and the folder is
        as it was. Raises NotFound where ``replacing`` is unknown.
        """
        target = self.folder / name
        previous = _previous(incoming)
        with self._lock:
            former = self._library.brochure(replacing) if replacing else None
            self.folder.mkdir(parents=True, exist_ok=True)
            _keep_aside(target, previous)
            reach("intake:aside")
            outcome = None
            try:
                os.replace(incoming, target)
                reach("intake:placed")
                if former is None or Path(former.path) == target:
                    outcome = self._library.ingest([target]).files[0]
                else:
                    outcome = self._library.replace(former.brochure.id, target)
                reach("intake:taken")
            finally:
                if outcome is None or outcome.state not in _KEPT:
                    _put_back(incoming, target, previous)
            if former is not None and outcome.state is FileState.UPDATED:
                self._drop(former, but=target)
        return outcome

    def reread(self, brochure_id: str) -> FileOutcome:
        """Read a brochure's own file again, changed or not.

        Raises NotFound, and UnreadableBrochure where the file has gone.
        """
        with self._lock:
            entry = self._library.brochure(brochure_id)
            path = Path(entry.path)
            if not path.exists():
                raise UnreadableBrochure(
                    f"Le fichier {path.name} n’est plus sur la machine : envoyez-le de nouveau "
                    "par « Remplacer », ou retirez la brochure."
                )
            return self._library.ingest([path], again=True).files[0]

    def remove(self, brochure_id: str) -> BrochureEntry:
        """Take a brochure out, and its file when it came through the network.

        A file that the user keeps elsewhere is never touched. Raises NotFound.
        """
        with self._lock:
            entry = self._library.remove(brochure_id)
            self._drop(entry)
        return entry

    def name_for(self, brochure_id: str, name: str, taken: Collection[str]) -> str:
        """The name under which a file that replaces this brochure's is kept.

        Its own file gives way; those of others, and the names ``taken``, stay.
        """
        own = Path(self._library.brochure(brochure_id).path)
        if own.parent == self.folder and own.suffix == Path(name).suffix:
            return own.name
        stem, suffix = Path(name).stem, Path(name).suffix
        number = 1
        while name in taken or (self.folder / name).exists():
            number += 1
            name = f"{stem}-{number}{suffix}"
        return name

    def recover(self, incoming: Path, name: str) -> FileOutcome | None:
        """Undo what a process that died had begun with a file.

        Unless the file is in the base already: then what became of it.
        """
        target = self.folder / name
        previous = _previous(incoming)
        with self._lock:
            if not incoming.exists() and target.exists():
                held = self._made_from(target)
                if held is not None:
                    message = "Lue juste avant l’arrêt du serveur."
                    return FileOutcome(str(target), FileState.UPDATED, message, held.brochure.id)
                os.replace(target, incoming)
            if previous.exists() and not target.exists():
                os.replace(previous, target)
        return None

    def _made_from(self, path: Path) -> BrochureEntry | None:
        """The brochure that was made from what this file holds now."""
        digest = digest_of(path)
        for entry in self._library.brochures():
            if entry.path == str(path) and entry.brochure.sha256 == digest:
                return entry
        return None

    def _drop(self, entry: BrochureEntry, but: Path | None = None) -> None:
        path = Path(entry.path)
        if path.parent == self.folder and path != but:
            path.unlink(missing_ok=True)
            reach("intake:dropped")


def waiting_aside(folder: Path) -> list[Path]:
    """The files of brochures that are being replaced, among those that wait in ``folder``.

    Until their brochure is replaced, they are what it was read from.
    """
    return sorted(folder.glob(f"*/{_PREVIOUS}"))


_PREVIOUS = "previous"


def _previous(incoming: Path) -> Path:
    """Where the file that gives way waits, beside the one that comes."""
    return incoming.with_name(_PREVIOUS)


def _keep_aside(target: Path, previous: Path) -> None:
    """Give a file a second name: the first is never without its file."""
    previous.unlink(missing_ok=True)
    if target.exists():
        try:
            os.link(target, previous)
        except OSError:  # a disk that knows no second names
            shutil.copy2(target, previous)


def _put_back(incoming: Path, target: Path, previous: Path) -> None:
    if target.exists() and not incoming.exists():
        os.replace(target, incoming)
    if previous.exists():
        os.replace(previous, target)
    reach("intake:put back")
