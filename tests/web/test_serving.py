"""The server that ``kb serve`` starts."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from kb.config import Settings
from kb.errors import ConfigurationError
from kb.office.jobs import JobState
from kb.wiring import open_office
from web import serving
from web.serving import serve, serve_command


class FakeSession:
    """What the command line hands over, with a library that notes its closing."""

    def __init__(self, library: Any, settings: Settings) -> None:
        self._library, self._settings = library, settings
        self.closed = False

    def settings(self) -> Settings:
        return self._settings

    @contextmanager
    def library(self) -> Iterator[Any]:
        yield self._library
        self.closed = True


def test_command_overrides_the_settings_and_closes_the_library(
    library: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[tuple[object, Settings]] = []
    monkeypatch.setattr(serving, "serve", lambda *given: served.append(given))
    session = FakeSession(library, Settings(home=home, host="127.0.0.1", port=8000))
    for arguments in ([], ["--port", "9000"], ["--host", "::1", "--port", "0"]):
        assert CliRunner().invoke(serve_command, arguments, obj=session).exit_code == 0
    assert [(each.host, each.port) for _, each in served] == [
        ("127.0.0.1", 8000),
        ("127.0.0.1", 9000),
        ("::1", 0),
    ]
    assert session.closed


def test_command_refuses_a_port_that_cannot_be(library: Any) -> None:
    for port in ("-1", "65536", "http"):
        assert CliRunner().invoke(serve_command, ["--port", port]).exit_code == 2


def test_port_in_use_is_said_with_what_to_do(library: Any, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            ConfigurationError, match=r"choisissez-en une autre avec --host et --port"
        ):
            serve(library, Settings(home=home, port=port))


def test_unknown_host_is_said_with_what_to_do(library: Any, home: Path) -> None:
    with pytest.raises(ConfigurationError, match="ne peut pas servir"):
        serve(library, Settings(home=home, host="256.0.0.1", port=0))


def test_serves_prints_its_address_and_stops_when_terminated(
    library: Any, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[tuple[int, str, str | None]] = []
    printed = threading.Event()
    lines: list[str] = []

    def echo(line: str) -> None:
        lines.append(line)
        printed.set()

    def visit() -> None:
        printed.wait(10)
        address = lines[0].split(" sur ")[1].split(" ")[0]
        with urlopen(f"{address}a-propos", timeout=10) as answer:
            fetched.append(
                (answer.status, answer.headers["Content-Type"], answer.headers["Server"])
            )
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(serving.click, "echo", echo)
    former: Callable[..., Any] | int | None = signal.getsignal(signal.SIGTERM)
    visitor = threading.Thread(target=visit)
    visitor.start()
    serve(library, Settings(home=home, port=0))
    visitor.join(10)
    assert fetched == [(200, "text/html; charset=utf-8", None)]
    assert lines[0].startswith("Passages répond sur http://127.0.0.1:")
    assert signal.getsignal(signal.SIGTERM) == former


def test_work_that_was_ordered_is_done_while_it_serves(library: Any, home: Path) -> None:
    settings = Settings(home=home, port=0)
    desk = open_office(settings, library).desk
    desk.add("notes.txt", lambda path: path.write_bytes(b"texte"))
    ingest, reading = library.ingest, threading.Event()

    def noticed(paths: list[Path], *, again: bool = False) -> object:
        reading.set()
        return ingest(paths, again=again)

    def stop() -> None:
        reading.wait(10)
        signal.raise_signal(signal.SIGTERM)

    library.ingest = noticed
    stopper = threading.Thread(target=stop)
    stopper.start()
    serve(library, settings)
    stopper.join(10)
    assert [(job.state, job.outcome) for job in desk.jobs()] == [(JobState.DONE, "added")]
