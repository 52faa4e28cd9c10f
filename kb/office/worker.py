"""The thread that does the work, through huey's own consumer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from huey.consumer import Consumer, Worker

from kb.office.desk import STOP_TIMEOUT_S

_log = logging.getLogger(__name__)

_LONGEST_PAUSE_S = 0.5
"""Between two looks at a queue that is empty."""


def make_worker(queue: Any, at_work: Callable[[], bool]) -> Any:
    """A consumer of one thread; it takes work while ``at_work`` says so."""

    class GuardedWorker(Worker):  # type: ignore[misc]  # published without types
        """Leaves the queue to the process that works on it."""

        def loop(self, now: Any = None) -> None:
            try:
                mine = at_work()
            except Exception:  # such as a full disk: try again, rather than never work
                _log.exception("the work can't be taken up")
                mine = False
            if mine:
                super().loop(now)
            else:
                self.sleep()

    class QuietConsumer(Consumer):  # type: ignore[misc]  # published without types
        """Leaves the process's signals to the server."""

        worker_class = GuardedWorker

        def _set_signal_handlers(self) -> None:
            pass

    return QuietConsumer(
        queue,
        workers=1,
        periodic=False,
        max_delay=_LONGEST_PAUSE_S,
        scheduler_interval=60,
        shutdown_timeout=STOP_TIMEOUT_S,
    )
