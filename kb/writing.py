"""One writer at a time over a base, and who it is."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from kb.errors import Busy, StorageError
from kb.faults import reach

if TYPE_CHECKING:
    from filelock import BaseFileLock


class WritingLock:
    """Implements ``kb.ports.Writing`` over a file that the system locks.

    The system frees it when its process dies, whatever the file says. Beside it, a file
    tells who holds it; one that is still there when the lock is free was left by a
    process that died over its work.
    """

    def __init__(self, path: Path, timeout_s: float) -> None:
        """``timeout_s`` is how many seconds a patient writer waits for another."""
        self._path = path
        self._made: BaseFileLock | None = None
        self._making = Lock()
        self._folder = path.parent
        self._holder = path.with_suffix(".json")
        self._timeout_s = timeout_s

    @contextmanager
    def __call__(self, what: str, *, patient: bool = True) -> Iterator[bool]:
        """See ``kb.ports.Writing``."""
        self._acquire(self._timeout_s if patient else 0.0)
        try:
            if self._lock.lock_counter > 1:  # this thread holds it already
                yield False
                return
            reach("lock:taken")
            died = self._holder.exists()
            self._tell(what)
            reach("lock:told")
            try:
                yield died
            finally:
                with suppress(OSError):
                    self._holder.unlink(missing_ok=True)
        finally:
            self._lock.release()
            reach("lock:released")

    @property
    def _lock(self) -> BaseFileLock:
        """One for all threads, each of which takes it for itself."""
        with self._making:
            if self._made is None:
                # Imported when something is to be changed: a search goes without.
                from filelock import FileLock

                self._made = FileLock(self._path)
            return self._made

    def _acquire(self, timeout_s: float) -> None:
        from filelock import Timeout

        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=timeout_s)
        except Timeout as error:
            raise Busy(
                f"Un autre programme modifie la base{self._told()} : "
                "attendez qu’il ait fini, puis relancez."
            ) from error
        except OSError as error:
            raise StorageError(
                f"Le dossier « {self._folder} » n’accepte pas l’écriture ({error.strerror}) : "
                "changez ses droits ou indiquez un autre dossier par KB_HOME."
            ) from error

    def _tell(self, what: str) -> None:
        """Say who changes the base; a full disk, which may be what it mends, does not stop it."""
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        holder = {"process": os.getpid(), "since": now, "what": what}
        with suppress(OSError):
            self._holder.write_text(json.dumps(holder, ensure_ascii=False), encoding="utf-8")

    def _told(self) -> str:
        """Who holds the lock, in parentheses; empty where that is not known."""
        try:
            holder = json.loads(self._holder.read_text(encoding="utf-8"))
            since = datetime.fromisoformat(holder["since"])
            return (
                f" ({holder['what']}, processus {holder['process']}, "
                f"depuis le {since:%d/%m/%Y à %H:%M})"
            )
        except (OSError, ValueError, KeyError, TypeError):
            return ""
