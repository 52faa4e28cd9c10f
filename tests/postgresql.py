"""A PostgreSQL server for the tests: Debian's, on a socket in a folder of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

import pytest

_FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
_ACCOUNT = "postgres"
# Nothing of it outlives the tests: what makes it safe from power cuts only takes time.
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


class Server:
    """A running server, and empty databases of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count(1)
        self._running = False
        self._bin = (_FOUND[-1] if _FOUND else Path(shutil.which("initdb") or "")).parent
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", _ACCOUNT, "-E", "UTF8", "-N")
        self.start()

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def start(self) -> None:
        """Start it, unless it runs; returns when it answers."""
        if self._running:
            return
        settings = ("listen_addresses=", f"unix_socket_directories={self.folder}", *_FAST)
        options = " ".join(f"-c {one}" for one in settings)
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", self._data, "-s", "-w", "-l", log, "-o", options, "start")
        self._running = True

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self._run("pg_ctl", "-D", self._data, "-s", "-w", "-m", "fast", "stop")
        self._running = False

    def address(self, database: str, *, password: str = "") -> str:
        """The address of a database."""
        account = f"{_ACCOUNT}:{password}" if password else _ACCOUNT
        return f"postgresql://{account}@/{database}?host={quote(str(self.folder), safe='')}"

    def database(self) -> str:
        """The address of a new, empty database."""
        name = f"passages_{next(self._numbers)}"
        self.ask("postgres", f"CREATE DATABASE {name}")
        return self.address(name)

    def ask(self, database: str, sql: str) -> None:
        """Run a statement as the server's owner."""
        import psycopg

        address = database if "://" in database else self.address(database)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(sql.encode())

    def _run(self, program: str, *arguments: str) -> None:
        as_owner: Sequence[str] = ()
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            as_owner = ("runuser", "-u", _ACCOUNT, "--")
        subprocess.run(
            [*as_owner, str(self._bin / program), *arguments],
            cwd=self.folder,
            check=True,
            stdin=subprocess.DEVNULL,
            # The server keeps what it inherits: a pipe would never end.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
        )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """One server for all tests of the run."""
    pytest.importorskip("psycopg", reason="psycopg n’est pas installé")
    if not _FOUND and shutil.which("initdb") is None:
        pytest.skip("PostgreSQL n’est pas installé (sudo apt install postgresql)")
    # The path of a socket is short: not below pytest's own folder.
    folder = Path(tempfile.mkdtemp(prefix="kb-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _ACCOUNT)
        server = Server(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
