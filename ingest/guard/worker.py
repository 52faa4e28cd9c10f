"""A process apart as its parent sees it: asked, waited for, ended when it overruns."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from typing import BinaryIO

from ingest.guard.child import DONE, READY, REFUSED
from ingest.guard.limits import WALL, GivenUp, Limits, Overrun
from ingest.guard.wire import TooLong, plain, receive, send
from kb import errors

_log = logging.getLogger(__name__)

_START_S = 60.0
_END_S = 5.0
_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from ingest.guard.child import main; main()"
_TOO_LONG = {-getattr(signal, name, signal.NSIG) for name in ("SIGXCPU", "SIGALRM")}
_KILLED = -getattr(signal, "SIGKILL", signal.NSIG)


class Gone(Exception):
    """The process had ended before it could take the task."""


class Worker:
    """One process; for one thread at a time."""

    def __init__(self, limits: Limits, tasks: str) -> None:
        """Start it, ``tasks`` being the module that has what it does.

        Raises ConfigurationError where the system can't.
        """
        self._limits = limits
        self._process = _start()
        self._stop = weakref.finalize(self, _end, self._process)
        self.done = 0
        """Tasks that it has answered."""
        with _Clock(self._process, _START_S):
            try:
                send(self._asked, (limits, tasks))
                kind, _ = plain(receive(self._answers, limits.reply))
            except Exception as error:
                self.stop()
                raise _no_start(str(error)) from error
        assert kind == READY

    @property
    def usable(self) -> bool:
        """Whether it can take one more task."""
        return self.done < self._limits.tasks and self._process.poll() is None

    def ask(self, name: str, arguments: tuple[object, ...]) -> object:
        """The result of a task.

        Raises the KbError that the task raised, GivenUp where it cost too much or took
        the process down, Gone where it was no longer there. Unless a result or a KbError
        comes, the process is of no more use.
        """
        with _Clock(self._process, WALL * self._limits.seconds) as clock:
            try:
                self._hand_over(name, arguments)
                kind, told = self._answer()
            except (EOFError, OSError) as error:
                raise self._died(clock) from error
            except BaseException:
                self.stop()
                raise
        self.done += 1
        if clock.struck:
            self.stop()
        if kind == DONE:
            return told
        if kind == REFUSED:
            raise _refusal(*told)
        self.stop()
        overrun, trace = told
        if trace:
            _log.error("a task broke off: %s", trace)
        raise GivenUp(Overrun(overrun))

    def stop(self) -> None:
        """End the process."""
        self._stop()

    def _hand_over(self, name: str, arguments: tuple[object, ...]) -> None:
        try:
            send(self._asked, (name, arguments))
            receive(self._answers, self._limits.reply)
        except (EOFError, OSError) as error:
            if self._stopped:
                raise GivenUp(Overrun.CRASH) from error
            raise Gone from error

    def _answer(self) -> tuple[str, tuple[str, str]]:
        try:
            data = receive(self._answers, self._limits.reply)
        except TooLong:
            raise GivenUp(Overrun.OUTPUT) from None
        try:
            kind, told = plain(data)
        except Exception as error:
            _log.error("an answer makes no sense: %s", error)
            raise GivenUp(Overrun.CRASH) from error
        return kind, told

    def _died(self, clock: _Clock) -> Exception:
        """Why there is no answer."""
        with suppress(subprocess.TimeoutExpired):  # its own end tells more than ours
            self._process.wait(_END_S)
        stopped = self._stopped
        self.stop()
        code = self._process.returncode
        if clock.struck or code in _TOO_LONG:
            return GivenUp(Overrun.TIME)
        if stopped:
            return GivenUp(Overrun.CRASH)
        _log.error("a process for hostile files ended by itself, code %s", code)
        return GivenUp(Overrun.MEMORY if code == _KILLED else Overrun.CRASH)

    @property
    def _stopped(self) -> bool:
        """Whether the program has ended it, as it does when it ends itself, whoever waits."""
        return not self._stop.alive

    @property
    def _asked(self) -> BinaryIO:
        assert self._process.stdin is not None
        return self._process.stdin  # type: ignore[return-value]

    @property
    def _answers(self) -> BinaryIO:
        assert self._process.stdout is not None
        return self._process.stdout  # type: ignore[return-value]


class _Clock:
    """Ends a process when its time is over, in a block."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.struck = False
        self._process = process
        self._timer = threading.Timer(seconds, self._strike)
        self._timer.daemon = True

    def __enter__(self) -> _Clock:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _strike(self) -> None:
        self.struck = True
        self._process.kill()


def _start() -> subprocess.Popen[bytes]:
    # Not through multiprocessing: that would run the caller's main module once more.
    # Isolated (-I): a folder where someone works must not offer modules to import.
    folders = [folder or os.getcwd() for folder in sys.path]
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", _CHILD, *folders],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise _no_start(error.strerror or str(error)) from error


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of it behind, whatever it is doing: it has nothing to save."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):  # what was still to be written finds no reader
                stream.close()


def _refusal(name: str, message: str) -> errors.KbError:
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, errors.KbError):
        return kind(message)
    return errors.UnreadableBrochure(message)


def _no_start(reason: str) -> errors.ConfigurationError:
    return errors.ConfigurationError(
        f"Le programme qui lit les fichiers ne démarre pas ({reason}) : vérifiez que la machine "
        "a de la mémoire libre, puis réinstallez Passages."
    )
