"""The process that meets hostile files: what it may do, and its one loop.

It answers one task after the other until its parent closes the pipe. During a task it
can write to no file and start no process, and the system ends it when it takes too much
time or memory.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from ingest.guard.limits import WALL, Limits, Overrun
from ingest.guard.wire import receive, send, trusted
from kb.errors import KbError
from kb.garbage import WHILE_READING, look_every

try:
    import resource
except ImportError:  # Windows: the parent still bounds the clock
    resource = None  # type: ignore[assignment]

Find = Callable[[str, str], Callable[..., object]]
"""``find`` of ``ingest.guard.tasks``."""

READY, TAKEN, DONE, REFUSED, GAVE_UP = "ready", "taken", "done", "refused", "gave up"
_GRACE_S = 5
_MOST_TASK = 1024 * 1024
_TRACE = -20
"""Innermost calls that are told of a failure."""


def main() -> None:
    """Serve tasks until there are no more."""
    asked, answers = _own_streams()
    limits, tasks = trusted(receive(asked, _MOST_TASK))
    _settle(limits)
    find = import_module(tasks).find
    send(answers, (READY, None))
    while True:
        _end_in(limits.idle)
        try:
            name, arguments = trusted(receive(asked, _MOST_TASK))
        except EOFError:
            return
        _end_in(WALL * limits.seconds + _GRACE_S)  # where no parent is left to end it
        send(answers, (TAKEN, None))
        send(answers, _answer(find, name, arguments, limits))


def _answer(
    find: Find, name: str, arguments: tuple[Any, ...], limits: Limits
) -> tuple[str, object]:
    """What came of a task: its kind, then the result, the refusal or why it was given up."""
    try:
        task = find(name, arguments[0])
        with _bounded(limits):
            return DONE, task(*arguments)
    except KbError as error:
        return REFUSED, (type(error).__name__, str(error))
    except MemoryError:
        return GAVE_UP, (Overrun.MEMORY.value, "")
    except Exception:
        return GAVE_UP, (Overrun.CRASH.value, traceback.format_exc(limit=_TRACE))


def _own_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes from and to the parent, out of reach of what libraries print or read."""
    asked, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    os.close(nothing)
    return os.fdopen(asked, "rb"), os.fdopen(answers, "wb")


def _settle(limits: Limits) -> None:
    """What holds for the life of the process."""
    # Ctrl-C and the end of a service reach all their processes: the parent decides.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    with suppress(OSError):  # where memory runs out, the system ends this process first
        Path("/proc/self/oom_score_adj").write_text("1000")
    _limit("RLIMIT_AS", limits.memory)
    _limit("RLIMIT_CORE", 0)
    look_every(WHILE_READING)


@contextmanager
def _bounded(limits: Limits) -> Iterator[None]:
    """What holds during a task: its time, no file to write, no process to start."""
    if resource is not None:
        spent = resource.getrusage(resource.RUSAGE_SELF)
        _limit("RLIMIT_CPU", int(spent.ru_utime + spent.ru_stime) + 1 + limits.seconds)
    _limit("RLIMIT_FSIZE", 0)
    _limit("RLIMIT_NPROC", 0)
    try:
        yield
    finally:
        for name in ("RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NPROC"):
            _limit(name, None)


def _limit(name: str, most: int | None) -> None:
    """Set a limit as far as the system knows it and lets it; None lifts it."""
    kind = getattr(resource, name, None)
    if kind is None:
        return
    _, hard = resource.getrlimit(kind)
    bounded = most is not None and (hard == resource.RLIM_INFINITY or most < hard)
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (most if bounded and most is not None else hard, hard))


def _end_in(seconds: int) -> None:
    """End the process after so long, where the system has alarms."""
    if hasattr(signal, "alarm"):
        signal.alarm(seconds)
