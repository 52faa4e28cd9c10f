"""Work on brochures in the background: asked for at once, done one after the other.

huey carries the work from whoever asks to the one thread that does it; the table of
``kb.office.jobs`` tells people where it stands, and is the truth after a restart: what
waited is done, what was under way is said to be interrupted.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from kb.errors import Busy, KbError, NotFound
from kb.faults import reach
from kb.office.database import private_file, private_folder
from kb.office.intake import STRAY_S, Intake
from kb.office.jobs import Job, JobKind, Jobs, JobState
from kb.office.journal import NOBODY, Action, Actor, Journal
from kb.results import FileOutcome, FileState

if TYPE_CHECKING:
    from kb.library import Library

STOP_TIMEOUT_S = 10.0
"""How long a stopping server waits for the work under way before it is interrupted."""

_log = logging.getLogger(__name__)

_BUSY = "Un autre programme modifie la base : ce travail commencera dès qu’il aura fini."
_NOT_QUEUED = "La file d’attente n’a pas pu être écrite : vérifiez l’espace disque, puis relancez."


class Desk:
    """Takes orders for work on brochures, and does them while ``working``."""

    def __init__(
        self,
        library: Library,
        jobs: Jobs,
        intake: Intake,
        folder: Path,
        secret: bytes,
        journal: Journal | None = None,
    ) -> None:
        """``folder`` keeps the queue and the files that wait; ``secret`` signs the queue.

        ``journal`` is told of all that is done, and of who has asked for it.
        """
        self._library = library
        self._journal = journal
        self._jobs = jobs
        self._intake = intake
        self._incoming = folder / "incoming"
        self._lock = FileLock(folder / "working.lock", timeout=0, thread_local=False)
        self.on_end: Callable[[Job], None] = lambda job: None
        """Called with each job that is done or has failed, in the thread that did it."""
        self._stopping = threading.Event()
        self._doing = threading.Lock()
        self._queue = _open_queue(folder / "queue.sqlite", secret)
        self._run = self._queue.task(name="brochure")(self._do)

    def jobs(self) -> tuple[Job, ...]:
        """Every job that is known, the last asked first."""
        return self._jobs.all()

    def add(self, name: str, save: Callable[[Path], object], by: Actor = NOBODY) -> Job:
        """Order that a file be taken in under ``name``; ``save`` writes it where it is told."""
        return self._order(JobKind.ADD, name, by, file_name=name, save=save)

    def replace(
        self, brochure_id: str, name: str, save: Callable[[Path], object], by: Actor = NOBODY
    ) -> Job:
        """Order that a file take the place of a brochure's own; NotFound where unknown."""
        title = self._library.brochure(brochure_id).brochure.title
        return self._order(JobKind.REPLACE, title, by, brochure_id, name, save)

    def reread(self, brochure_id: str, by: Actor = NOBODY) -> Job:
        """Order that a brochure be read again; NotFound where unknown."""
        title = self._library.brochure(brochure_id).brochure.title
        return self._order(JobKind.REREAD, title, by, brochure_id)

    def reread_all(self, by: Actor = NOBODY) -> int:
        """Order that every brochure be read again; how many."""
        entries = self._library.brochures()
        for entry in entries:
            self._order(JobKind.REREAD, entry.brochure.title, by, entry.brochure.id)
        return len(entries)

    def remove(self, brochure_id: str, by: Actor = NOBODY) -> Job:
        """Order that a brochure be taken out; NotFound where unknown."""
        title = self._library.brochure(brochure_id).brochure.title
        return self._order(JobKind.REMOVE, title, by, brochure_id)

    def again(self, number: int) -> Job | None:
        """Order anew a job that failed or was interrupted; None for any other."""
        job = self._jobs.again(number)
        return self._queued(job) if job is not None else None

    def can_again(self, job: Job) -> bool:
        """Whether an ended job can be ordered anew: its file, if it had one, is still here."""
        ended = job.state in (JobState.FAILED, JobState.INTERRUPTED)
        return ended and (not job.staging or self._file(job).exists())

    def forget_ended(self) -> None:
        """Forget what is done, failed or interrupted."""
        for job in self._jobs.forget_ended():
            self._unstage(job)

    @contextmanager
    def working(self) -> Iterator[None]:
        """Do the work that is ordered, in a thread, until the block ends.

        Of several processes over one base, one works; when it ends another takes over.
        """
        from kb.office.worker import make_worker

        self._stopping.clear()
        worker = make_worker(self._queue, self._at_work)
        worker.start()
        try:
            yield
        finally:
            self._stopping.set()
            worker.stop(graceful=True)
            # Work that goes on keeps its place until the process ends: the next one to
            # work says that it was interrupted, and puts its files in order.
            if self._doing.acquire(blocking=False):
                self._lock.release()
                self._doing.release()

    def work_off(self) -> None:
        """Do all that waits, here and now."""
        if self._at_work():
            try:
                while (task := self._queue.dequeue()) is not None:
                    self._queue.execute(task)
            finally:
                self._lock.release()

    def _order(
        self,
        kind: JobKind,
        subject: str,
        by: Actor,
        brochure_id: str = "",
        file_name: str = "",
        save: Callable[[Path], object] | None = None,
    ) -> Job:
        staging = secrets.token_hex(8) if save is not None else ""
        folder = self._incoming / staging
        try:
            if save is not None:
                private_folder(self._incoming)
                private_folder(folder)
                save(folder / "file")
                reach("desk:staged")
            job = self._jobs.add(kind, subject, brochure_id, file_name, staging, str(by))
        except BaseException:
            if staging:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        reach("desk:noted")
        return self._queued(job)

    def _queued(self, job: Job) -> Job:
        """The job, given to the queue; failed where that can't be, not waiting for ever."""
        try:
            self._run(job.number)
        except sqlite3.Error as error:
            _log.error("job %d can't be queued", job.number, exc_info=error)
            if self._jobs.start(job.number) is not None:
                self._jobs.fail(job.number, _NOT_QUEUED)
                self._tell(job.number)
            return self._jobs.get(job.number)
        reach("desk:ordered")
        return job

    def _at_work(self) -> bool:
        """Whether this process is the one that works; the first time, tidies up."""
        if self._lock.is_locked:
            return True
        try:
            self._lock.acquire()
        except Timeout:
            return False
        try:
            self._tidy_up()
        except Busy:  # a file that was sent elsewhere is being read
            self._lock.release()
            return False
        except BaseException:
            self._lock.release()
            raise
        return True

    def _tidy_up(self) -> None:
        """Take up where the process that worked before has left."""
        for job in self._jobs.running():
            done = self._done_before(job)
            if done is None:
                self._jobs.interrupt(job.number)
            else:
                self._jobs.finish(job.number, done)
                self._unstage(job)
            self._note(job.number)
        self._sweep()
        self._intake.sweep()
        self._queue.flush()
        for job in self._jobs.waiting():
            self._run(job.number)

    def _done_before(self, job: Job) -> FileOutcome | None:
        """What became of a job that had ended before it could be said; None for any other."""
        if job.staging:
            return self._intake.recover(self._file(job))
        held = {entry.brochure.id for entry in self._library.brochures()}
        gone = job.kind is JobKind.REMOVE and job.brochure_id not in held
        return _removed(job, "") if gone else None

    def _do(self, number: int) -> None:
        """One job, whatever comes of it."""
        with self._doing:
            job = self._jobs.start(number)
            if job is None:
                return
            try:
                done = self._patiently(job)
            except Busy:  # the server stops before it could begin
                self._jobs.postpone(number)
            except Exception as error:
                expected = isinstance(error, KbError)
                _log.log(
                    logging.INFO if expected else logging.ERROR, "job %d", number, exc_info=error
                )
                # A base that is being closed says nothing of the brochure.
                if not self._stopping.is_set():
                    self._jobs.fail(number, _reason(error))
                    self._tell(number)
            else:
                reach("desk:done")
                self._jobs.finish(number, done)
                self._unstage(job)
                self._tell(number)
                # What ended long ago has just been forgotten; its file goes too.
                self._sweep()

    def _tell(self, number: int) -> None:
        self._note(number)
        with suppress(NotFound):  # forgotten at once
            self.on_end(self._jobs.get(number))

    def _note(self, number: int) -> None:
        """Have the journal say what became of a job; the work is done whether it can or not."""
        if self._journal is None:
            return
        try:
            job = self._jobs.get(number)
            self._journal.note(
                Actor.read(job.asked_by),
                Action(job.kind.value),
                job.subject,
                job.outcome or job.state.value,
                job.brochure_id,
            )
        except KbError:
            _log.exception("job %d can't be noted", number)

    def _patiently(self, job: Job) -> FileOutcome:
        """The outcome of a job, once other programs leave the base alone."""
        while True:
            try:
                return self._work(job)
            except Busy:  # each try has waited for the lock already
                if self._stopping.is_set():
                    raise
                self._jobs.note(job.number, _BUSY)

    def _work(self, job: Job) -> FileOutcome:
        if job.kind is JobKind.REREAD:
            return self._intake.reread(job.brochure_id)
        if job.kind is JobKind.REMOVE:
            return _removed(job, self._intake.remove(job.brochure_id).path)
        replacing = job.brochure_id if job.kind is JobKind.REPLACE else ""
        return self._intake.take(self._file(job), job.file_name, replacing)

    def _file(self, job: Job) -> Path:
        return self._incoming / job.staging / "file"

    def _unstage(self, job: Job) -> None:
        if job.staging:
            shutil.rmtree(self._file(job).parent, ignore_errors=True)

    def _sweep(self) -> None:
        """Delete the files of jobs that are known no more."""
        kept = {job.staging for job in self._jobs.all()}
        # A young one may be of a job that is just being ordered.
        old = time.time() - STRAY_S
        for folder in self._incoming.glob("*"):
            with suppress(FileNotFoundError):
                if folder.name not in kept and folder.stat().st_mtime < old:
                    shutil.rmtree(folder, ignore_errors=True)


def _removed(job: Job, path: str) -> FileOutcome:
    return FileOutcome(path, FileState.REMOVED, "Brochure retirée.", job.brochure_id)


def _reason(error: Exception) -> str:
    """Why a job failed, and what to do."""
    if isinstance(error, KbError):
        return str(error)
    if isinstance(error, OSError):
        return (
            f"Le fichier n’a pas pu être rangé ({error.strerror}) : vérifiez l’espace disque "
            "et les droits du dossier de la base, puis relancez."
        )
    return "Une erreur imprévue s’est produite : relancez, puis voyez le journal du serveur."


def _open_queue(path: Path, secret: bytes) -> Any:
    from huey import SqliteHuey
    from huey.serializer import SignedSerializer

    private_folder(path.parent)
    private_file(path)
    return SqliteHuey(
        "brochures",
        filename=str(path),
        results=False,
        fsync=True,
        serializer=SignedSerializer(secret=secret),
    )
