"""A server that is told to stop lets in nobody new, and answers who was."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from waitress import wasyncore
from waitress.server import create_server

from web import stopping

BODY = b"x" * 3_000_000
"""More than a socket takes at once."""


class Slow:
    """Answers nobody before it is told to; notes who has come."""

    def __init__(self) -> None:
        self.come = threading.Semaphore(0)
        self.go_on = threading.Event()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            self.come.release()
            assert self.go_on.wait(10)
        start_response("200 OK", [("Content-Length", str(len(BODY)))])
        return [BODY]


class Running:
    """A server in a thread."""

    def __init__(self, threads: int = 4, finish_s: float = 10.0) -> None:
        self.app, self.stop = Slow(), threading.Event()
        self.sockets: stopping.Sockets = {}
        self.server: Any = create_server(
            self.app, map=self.sockets, host="127.0.0.1", port=0, threads=threads
        )
        self.port = self.server.effective_port
        self.thread = threading.Thread(
            target=stopping.run, args=(self.sockets, self.stop, finish_s)
        )
        self.thread.start()

    def told(self) -> None:
        """What a signal does."""
        self.stop.set()
        self.server.pull_trigger()

    def end(self) -> None:
        self.app.go_on.set()
        self.told()
        self.thread.join(10)
        self.server.task_dispatcher.shutdown(timeout=5)
        wasyncore.close_all(self.sockets)


@pytest.fixture
def running() -> Iterator[Running]:
    running = Running()
    yield running
    running.end()


def ask(port: int, path: str, answers: list[bytes]) -> threading.Thread:
    """Ask, then wait for the answer in a thread; it comes into the list."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)

    def get() -> None:
        answers.append(connection.getresponse().read())
        connection.close()

    thread = threading.Thread(target=get)
    thread.start()
    return thread


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
    except ConnectionError:  # refused, or reset by a door that closes just now
        return True
    return False


def test_requests_under_way_are_answered_whole_and_new_ones_refused(running: Running) -> None:
    answers: list[bytes] = []
    # More than there are threads: some only wait in the queue.
    visitors = [ask(running.port, "/slow", answers) for _ in range(7)]
    for _ in range(4):
        assert running.app.come.acquire(timeout=10)
    running.told()
    while not refused(running.port):
        assert running.thread.is_alive()
    running.app.go_on.set()
    for visitor in visitors:
        visitor.join(10)
    running.thread.join(10)
    assert answers == [BODY] * 7
    assert not running.thread.is_alive()


def test_a_kept_connection_without_a_request_does_not_hold_it(running: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    connection.request("GET", "/")
    assert connection.getresponse().read() == BODY
    running.told()
    running.thread.join(5)
    assert not running.thread.is_alive()
    connection.close()


def test_whoever_takes_too_long_is_cut_short(caplog: pytest.LogCaptureFixture) -> None:
    running = Running(finish_s=0.0)
    with socket.create_connection(("127.0.0.1", running.port)) as connection:
        connection.sendall(b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert running.app.come.acquire(timeout=10)
        running.told()
        running.thread.join(10)
        assert not running.thread.is_alive()
    assert "1 requests were cut short" in caplog.text
    running.end()


def test_the_first_signal_stops_and_the_second_is_as_usual() -> None:
    stop = threading.Event()
    former = signal.getsignal(signal.SIGTERM)
    with stopping.told_by_signals(stop, {}):
        assert signal.getsignal(signal.SIGTERM) != former
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(10)
        assert signal.getsignal(signal.SIGTERM) == former
        assert signal.getsignal(signal.SIGINT) == signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) == former
