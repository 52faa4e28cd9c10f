"""Reaching a PostgreSQL server: addresses, connections, and what its errors say.

psycopg 3 is an extra of the program (``pip install passages[postgresql]``), imported when
a first connection is made. No sentence of ours holds a password.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from kb.errors import ConfigurationError, StorageError, Unreachable

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[dict[str, Any]]

_DEFAULTS: dict[str, Any] = {
    "application_name": "passages",
    "client_encoding": "UTF8",
    "connect_timeout": 10,  # seconds; each of several hosts gets as many
    # A server that has gone is noticed within a minute, not after the system's hours.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
"""Used unless the address says otherwise."""
_SESSION = (
    # The other way round: what a machine held that was switched off is free within a minute.
    "SET tcp_keepalives_idle = 30",
    "SET tcp_keepalives_interval = 10",
    "SET tcp_keepalives_count = 3",
)
_MOST_IDLE = 16
"""Connections kept open while nobody uses them: as many as a server has threads, and some."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a PostgreSQL database is, as libpq reads it (PostgreSQL 15, 34.1.1.2)."""

    text: str
    shown: str
    """Without password and options, for people."""
    secrets: tuple[str, ...]
    """What no sentence may hold."""

    def __repr__(self) -> str:
        return f"Address({self.shown!r})"


def address_of(text: str) -> Address:
    """The parts of ``postgresql://user:password@host:port/database?option=value``.

    Raises ConfigurationError, which does not repeat what was given: a password that holds
    a slash would pass for a host.
    """
    try:
        parts = urlsplit(text)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        parts, port, host = SplitResult("", "", "", "", ""), None, ""
    database = parts.path.removeprefix("/")
    told = parts.netloc.rpartition("@")[0].count("@"), database.count("@"), database.count("/")
    if parts.scheme not in ("postgresql", "postgres") or any(told) or "#" in text:
        raise ConfigurationError(
            "L’adresse du catalogue n’est pas comprise : elle s’écrit "
            "postgresql://nom@machine:5432/base, et les signes @ / # ? d’un mot de passe "
            "s’y écrivent %40 %2F %23 %3F."
        )
    options = parse_qs(parts.query)
    user = parts.username or "".join(options.get("user", []))
    where = host or "".join(options.get("host", [])[:1])
    shown = (f"{unquote(user)}@" if user else "") + where + (f":{port}" if port else "")
    given = [parts.password or "", *options.get("password", []), *options.get("sslpassword", [])]
    return Address(
        text,
        f"postgresql://{shown}/{unquote(database)}",
        tuple({form for one in given if one for form in (one, unquote(one))}),
    )


def driver() -> Any:
    """psycopg, or ConfigurationError that says how to get it."""
    try:
        import psycopg
    except ImportError as error:
        raise ConfigurationError(
            "Un catalogue PostgreSQL demande psycopg, qui n’est pas installé : lancez "
            '« pip install "passages[postgresql]" ».'
        ) from error
    return psycopg


def connect(address: Address) -> Connection:
    """A new connection, each of whose statements is kept by itself.

    Raises Unreachable, and ConfigurationError where the address has unknown options.
    """
    psycopg = driver()
    from psycopg.conninfo import conninfo_to_dict
    from psycopg.rows import dict_row

    try:
        options = _DEFAULTS | conninfo_to_dict(address.text)
        connection: Connection = psycopg.connect(**options, autocommit=True, row_factory=dict_row)
    except psycopg.ProgrammingError as error:
        raise ConfigurationError(
            f"L’adresse du catalogue « {address.shown} » a une option que PostgreSQL ne connaît "
            "pas : corrigez ce qui suit le « ? »."
        ) from error
    except psycopg.Error as error:
        raise Unreachable(
            f"La base PostgreSQL « {address.shown} » n’est pas joignable "
            f"({reason(error, address)}) : vérifiez que le serveur tourne, puis l’adresse, le nom "
            "et le mot de passe donnés par KB_CATALOGUE."
        ) from error
    try:
        connection.execute("; ".join(_SESSION))
    except BaseException:
        connection.close()
        raise
    return connection


def reason(error: Exception, address: Address) -> str:
    """What PostgreSQL says of a failure, in one line and without a secret."""
    diagnosis = getattr(error, "diag", None)
    lines = (getattr(diagnosis, "message_primary", None) or str(error)).splitlines()
    said = lines[0].removesuffix(".") if lines else type(error).__name__
    for secret in address.secrets:
        said = said.replace(secret, "…")
    return said


class Connections:
    """Open connections to one database, handed from thread to thread.

    There are as many as are used at once. Those that the server has closed meanwhile (it
    was started anew, say) are told by their first statement, which is then asked again.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self._idle: list[Connection] = []
        self._lock = threading.Lock()
        self._closed = False

    def run(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` gives over a connection, which goes back at once."""
        connection, result = self._tried(work)
        self.put(connection)
        return result

    def begin(self, statements: str) -> Connection:
        """A connection in the transaction that these statements begin; the caller ``put``s it."""
        return self._tried(lambda connection: connection.execute(statements))[0]

    def put(self, connection: Connection) -> None:
        """Take a connection back; one that is broken or in a transaction is closed."""
        idle = driver().pq.TransactionStatus.IDLE
        with self._lock:
            sound = not connection.closed and connection.info.transaction_status == idle
            if sound and not self._closed and len(self._idle) < _MOST_IDLE:
                self._idle.append(connection)
                return
        with suppress(Exception):
            connection.close()

    def close(self) -> None:
        """Close all; those in use as soon as they come back."""
        self._closed = True
        self._drop_idle()

    def _tried(self, work: Callable[[Connection], T]) -> tuple[Connection, T]:
        connection, fresh = self._taken()
        try:
            return connection, work(connection)
        except BaseException as error:
            lost = connection.closed and isinstance(error, driver().Error)
            self.put(connection)
            if fresh or not lost:
                raise
        self._drop_idle()
        connection = connect(self.address)
        try:
            return connection, work(connection)
        except BaseException:
            self.put(connection)
            raise

    def _taken(self) -> tuple[Connection, bool]:
        """A connection, and whether it is a new one."""
        if self._closed:
            raise StorageError("La base est fermée.")
        with self._lock:
            if self._idle:
                return self._idle.pop(), False
        return connect(self.address), True

    def _drop_idle(self) -> None:
        with self._lock:
            dropped, self._idle = self._idle, []
        for connection in dropped:
            with suppress(Exception):
                connection.close()
