"""Brochures whose files come in, or go, through the network.

A file that is sent takes its place in the folder of uploads before it is read, and
gives it back to the former one when it is refused. A process may die at any instant:
beside the file that comes, a note tells which name it was about to take, and ``recover``
puts both files where they belong.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from kb.errors import Busy, UnreadableBrochure
from kb.faults import reach
from kb.office.database import private_folder
from kb.opening import digest_of
from kb.results import BrochureEntry, FileOutcome, FileState

if TYPE_CHECKING:
    from kb.library import Library

RECEIVING = ".upload-"
"""How the folders begin in which files wait while they are sent and read at once."""

LOCK_TIMEOUT_S = 30.0
"""How long a file waits for the one before it."""

STRAY_S = 3600.0
"""What was left by a request that ended long ago is deleted after so long."""

_KEPT = frozenset({FileState.ADDED, FileState.UPDATED, FileState.UNCHANGED})


class Intake:
    """Takes brochures in and out together with their files, one at a time.

    So do several processes over one base, for they share ``lock``. File names are
    those of files, without folders: the caller makes them safe. Every method that
    changes something raises Busy when another change goes on too long.
    """

    def __init__(self, library: Library, folder: Path, lock: Path) -> None:
        self._library = library
        self.folder = folder
        """Where files that came through the network are kept."""
        self._lock = lock

    def take(self, incoming: Path, name: str, replacing: str = "") -> FileOutcome:
        """Read a file and keep it in the folder under ``name``; what became of it.

        A file of that name becomes a new revision of its brochure, and with
        ``replacing`` that of the brochure of this id, whatever its file was called: it
        then gets another name where the file of another brochure bears this one. A file
        that is refused, or fails, goes back to ``incoming`` and the folder is as it was.
        The folder of ``incoming`` is this file's own. Raises NotFound where ``replacing``
        is unknown.
        """
        with self._alone():
            former = self._library.brochure(replacing) if replacing else None
            self.folder.mkdir(parents=True, exist_ok=True)
            target = self.folder / (self._name_for(former, name) if former else name)
            outcome = None
            _note(incoming).write_text(target.name, encoding="utf-8")
            try:
                outcome = self._read(incoming, target, former)
            finally:
                if outcome is None or outcome.state not in _KEPT:
                    _put_back(incoming, target)
                    _note(incoming).unlink(missing_ok=True)
            if former is not None and outcome.state is FileState.UPDATED:
                self._drop(former, but=target)
        return outcome

    def _read(self, incoming: Path, target: Path, former: BrochureEntry | None) -> FileOutcome:
        _keep_aside(target, _previous(incoming))
        reach("intake:aside")
        os.replace(incoming, target)
        reach("intake:placed")
        if former is None or Path(former.path) == target:
            outcome = self._library.ingest([target]).files[0]
        else:
            outcome = self._library.replace(former.brochure.id, target)
        reach("intake:taken")
        return outcome

    def reread(self, brochure_id: str) -> FileOutcome:
        """Read a brochure's own file again, changed or not.

        Raises NotFound, and UnreadableBrochure where the file has gone.
        """
        with self._alone():
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
        with self._alone():
            entry = self._library.remove(brochure_id)
            self._drop(entry)
        return entry

    def recover(self, incoming: Path) -> FileOutcome | None:
        """Undo what a process that died had begun with a file.

        Unless the file is in the base already: then what became of it.
        """
        with self._alone():
            return self._recover(incoming)

    def sweep(self) -> None:
        """Put in order what died while it was sent and read at once."""
        old = time.time() - STRAY_S
        with self._alone():
            for folder in self.folder.glob(f"{RECEIVING}*"):
                with suppress(FileNotFoundError):
                    begun = _begun(folder / "incoming")
                    if begun:
                        self._recover(folder / "incoming")
                    if begun or folder.stat().st_mtime < old:
                        shutil.rmtree(folder, ignore_errors=True)

    def _recover(self, incoming: Path) -> FileOutcome | None:
        name = _begun(incoming)
        if not name:
            return None
        target = self.folder / name
        previous = _previous(incoming)
        if not incoming.exists() and target.exists():
            held = self._made_from(target)
            if held is not None:
                message = "Lue juste avant l’arrêt du serveur."
                return FileOutcome(str(target), FileState.UPDATED, message, held.brochure.id)
            os.replace(target, incoming)
        if previous.exists() and not target.exists():
            os.replace(previous, target)
        _note(incoming).unlink(missing_ok=True)
        return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two files of one name must not change places under each other."""
        private_folder(self._lock.parent)
        # One lock a call: it keeps threads apart as it does processes.
        lock = FileLock(self._lock, timeout=LOCK_TIMEOUT_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise Busy(
                "Une autre brochure est en cours de lecture : réessayez dans un instant."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _name_for(self, former: BrochureEntry, name: str) -> str:
        """The name under which a file that replaces this brochure's is kept.

        Its own file gives way; those of others stay.
        """
        own = Path(former.path)
        if own.parent == self.folder and own.suffix == Path(name).suffix:
            return own.name
        stem, suffix = Path(name).stem, Path(name).suffix
        number = 1
        while (self.folder / name).exists():
            number += 1
            name = f"{stem}-{number}{suffix}"
        return name

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


def _note(incoming: Path) -> Path:
    """Holds the name that a file has taken or is about to; none once it gave it back."""
    return incoming.with_name("name")


def _begun(incoming: Path) -> str:
    """The name that a file was about to take; empty where nothing had begun."""
    try:
        return _note(incoming).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""


def _keep_aside(target: Path, previous: Path) -> None:
    """Give a file a second name: the first is never without its file."""
    previous.unlink(missing_ok=True)
    if target.exists():
        try:
            os.link(target, previous)
        except OSError:  # a disk that knows no second names
            # Under its name once it is whole: a part must never be put back.
            copy = previous.with_name("copy")
            shutil.copy2(target, copy)
            os.replace(copy, previous)


def _put_back(incoming: Path, target: Path) -> None:
    previous = _previous(incoming)
    if target.exists() and not incoming.exists():
        os.replace(target, incoming)
    if previous.exists():
        os.replace(previous, target)
    reach("intake:put back")
