"""Processes that share the work: started when they are needed, kept warm, replaced."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ingest.guard.limits import GivenUp, Limits, Overrun
from ingest.guard.worker import Gone, Worker

_TRIES = 3
TASKS = "ingest.guard.tasks"


class Crew:
    """Up to so many processes of one kind. Safe for many threads."""

    def __init__(self, limits: Limits, size: int = 1, tasks: str = TASKS) -> None:
        """``tasks``: the module that has what is done."""
        self._limits = limits
        self._tasks = tasks
        self._places = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._free: list[Worker] = []

    def do(self, name: str, arguments: tuple[object, ...], patience: float | None = None) -> object:
        """The result of a task, from a process that is free.

        ``patience``: seconds to wait for one, without end where None. Raises
        TimeoutError when it is over, the KbError that the task raised, GivenUp where the
        task overran, ConfigurationError where the system can start no process.
        """
        with self._place(patience):
            for _ in range(_TRIES):
                worker = self._worker()
                try:
                    return worker.ask(name, arguments)
                except Gone:  # it had rested too long, or someone has ended it
                    continue
                finally:
                    self._keep(worker)
            raise GivenUp(Overrun.CRASH)

    def close(self) -> None:
        """End the processes that are free; the next task starts one anew."""
        with self._lock:
            free, self._free = self._free, []
        for worker in free:
            worker.stop()

    @contextmanager
    def _place(self, patience: float | None) -> Iterator[None]:
        if not self._places.acquire(timeout=patience):
            raise TimeoutError
        try:
            yield
        finally:
            self._places.release()

    def _worker(self) -> Worker:
        """The one that was used last, so that the others may rest."""
        while True:
            with self._lock:
                if not self._free:
                    break
                worker = self._free.pop()
            if worker.usable:
                return worker
            worker.stop()
        return Worker(self._limits, self._tasks)

    def _keep(self, worker: Worker) -> None:
        if not worker.usable:
            worker.stop()
            return
        with self._lock:
            self._free.append(worker)
