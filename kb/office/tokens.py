"""Keys for programs: made once, shown once, scoped, revocable.

A token is 256 random bits. Its SHA-256 digest is what is kept: a slow hash, as passwords
need, protects what people choose and machines can guess; nothing guesses 256 bits, and a
digest can be looked up at every request. Looking it up by its digest also tells nothing
through time: who does not hold the token can't choose what is compared.
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kb.errors import InvalidAccount, NotFound
from kb.office.database import Database
from kb.office.secret import token_digest

PREFIX = "kb_"
"""By which people, and programs that look for secrets gone astray, know a token."""
MAX_NAME = 60
MAX_DAYS = 3650
MOST = 200
"""Tokens of a base: more are a sign that they are made by a loop."""

_BYTES = 32
_DAY_S = 86_400.0
_NOTED_S = 60
"""A token's last use is written no more often than that."""


class Scope(StrEnum):
    """What a token opens."""

    READ = "read"
    """Reading, where it is reserved."""
    WRITE = "write"
    """Reading, and taking brochures in and out."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token, which is not the token."""

    number: int
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    """Within a minute."""
    expired: bool


class Tokens:
    """Makes, knows and revokes tokens. Safe for many threads and processes."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def create(self, name: str, scope: Scope, days: int | None = None) -> str:
        """Make a token and give it: it is never shown again.

        ``days`` after which it opens nothing any more. Raises InvalidAccount for a name
        that is taken or can't be read, and for days out of bounds.
        """
        name = " ".join(name.split())
        if not name or len(name) > MAX_NAME or not name.isprintable():
            raise InvalidAccount(f"Le nom d’un jeton a de 1 à {MAX_NAME} caractères visibles.")
        if days is not None and not 1 <= days <= MAX_DAYS:
            raise InvalidAccount(f"Un jeton vaut de 1 à {MAX_DAYS} jours : corrigez la durée.")
        token = PREFIX + secrets.token_urlsafe(_BYTES)
        now = self._clock()
        expires = None if days is None else now + days * _DAY_S
        with self._database.changing() as change:
            if change.execute("SELECT COUNT(*) FROM tokens").fetchone()[0] >= MOST:
                raise InvalidAccount(
                    f"Il y a déjà {MOST} jetons : révoquez d’abord ceux qui ne servent plus."
                )
            made = change.execute(
                "INSERT OR IGNORE INTO tokens (name, digest, scope, created_at, expires_at)"
                " VALUES (?, ?, ?, ?, ?)",
                (name, token_digest(token), scope, now, expires),
            ).rowcount
        if not made:
            raise InvalidAccount(
                f"Un jeton s’appelle déjà « {name} » : choisissez un autre nom ou révoquez-le."
            )
        return token

    def all(self) -> tuple[Token, ...]:
        """Every token that was not revoked, by name."""
        rows = self._database.rows("SELECT * FROM tokens ORDER BY name")
        return tuple(self._token(row) for row in rows)

    def any(self) -> bool:
        """Whether there is a token at all."""
        return bool(self._database.rows("SELECT 1 FROM tokens LIMIT 1"))

    def revoke(self, name: str) -> Token:
        """Let a token open nothing any more; NotFound for an unknown name."""
        with self._database.changing() as change:
            row = change.execute("SELECT * FROM tokens WHERE name = ?", (name,)).fetchone()
            change.execute("DELETE FROM tokens WHERE name = ?", (name,))
        if row is None:
            raise NotFound(f"Aucun jeton ne s’appelle « {name} » : « kb token list » les liste.")
        return self._token(row)

    def known(self, token: str) -> Token | None:
        """What is known of this token; None when it is wrong, revoked or too old."""
        if not token.startswith(PREFIX):
            return None
        digest = token_digest(token)
        found = self._database.rows("SELECT * FROM tokens WHERE digest = ?", digest)
        if not found:
            return None
        now, row = self._clock(), found[0]
        if row["expires_at"] is not None and row["expires_at"] <= now:
            return None
        if row["used_at"] is None or now - row["used_at"] > _NOTED_S:
            with self._database.changing() as change:
                change.execute("UPDATE tokens SET used_at = ? WHERE digest = ?", (now, digest))
        return self._token(row)

    def _token(self, row: sqlite3.Row) -> Token:
        expires = row["expires_at"]
        return Token(
            number=row["number"],
            name=row["name"],
            scope=Scope(row["scope"]),
            created_at=_moment(row["created_at"]),
            expires_at=None if expires is None else _moment(expires),
            used_at=None if row["used_at"] is None else _moment(row["used_at"]),
            expired=expires is not None and expires <= self._clock(),
        )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
