"""Running a waitress server until it is told to stop, then letting it finish.

waitress itself, when it stops, drops what waits and leaves answers unsent that were ready.
Here nobody new is let in, and whoever was has an answer, within a limit.
"""

from __future__ import annotations

import logging
import selectors
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer

if TYPE_CHECKING:
    from types import FrameType

FINISH_S = 10.0
"""How long requests under way may take once the server is told to stop."""
_MOST_KNOCKING = 1024
"""As many as waitress lets wait at the door."""
_LOOK_S = 1.0
_LOOK_ENDING_S = 0.05

_log = logging.getLogger(__name__)

Sockets = dict[int, Any]
"""What waitress waits for, by file descriptor: listening sockets, connections, triggers."""


def run(sockets: Sockets, stop: threading.Event, finish_s: float = FINISH_S) -> None:
    """Answer until ``stop`` is set, then finish what was begun, ``finish_s`` at most."""
    while not stop.is_set():
        _step(sockets, _LOOK_S)
    servers = _of(sockets, BaseWSGIServer)
    for _ in range(_MOST_KNOCKING):  # one is let in at each step
        if not _someone_knocks(servers):
            break
        _step(sockets, 0.0)
    _step(sockets, 0.0)  # the last one is heard
    for server in servers:
        # Its socket only: connections go on to use the rest.
        wasyncore.dispatcher.close(server)
    end = time.monotonic() + finish_s
    while left := _still_open(sockets):
        if time.monotonic() > end:
            _log.warning("%d requests were cut short", left)
            break
        _step(sockets, _LOOK_ENDING_S)


@contextmanager
def told_by_signals(stop: threading.Event, sockets: Sockets) -> Iterator[None]:
    """Let SIGTERM and Ctrl+C set ``stop``; a second one ends the process as usual."""
    signals = (signal.SIGTERM, signal.SIGINT)
    former = {one: signal.getsignal(one) for one in signals}

    def restore() -> None:
        for one, handler in former.items():
            signal.signal(one, handler)

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        restore()
        stop.set()
        for server in _of(sockets, BaseWSGIServer):
            server.pull_trigger()  # the loop need not wait for its next look

    for one in signals:
        signal.signal(one, on_signal)
    try:
        yield
    finally:
        restore()


def _step(sockets: Sockets, timeout: float) -> None:
    wasyncore.loop(timeout=timeout, use_poll=True, map=sockets, count=1)


def _someone_knocks(servers: list[Any]) -> bool:
    with selectors.DefaultSelector() as doors:
        for one in servers:
            doors.register(one.socket, selectors.EVENT_READ)
        return bool(doors.select(0.0))


def _still_open(sockets: Sockets) -> int:
    """How many connections have something under way; those that have not are told to close."""
    left = 0
    for channel in _of(sockets, HTTPChannel):
        if channel.requests or channel.request is not None or channel.total_outbufs_len:
            left += 1
        else:
            channel.will_close = True
    return left


def _of(sockets: Sockets, kind: type[Any]) -> list[Any]:
    return [one for one in list(sockets.values()) if isinstance(one, kind)]
