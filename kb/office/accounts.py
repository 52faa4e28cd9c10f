"""The one administrator of a base, and the browsers that are signed in."""

from __future__ import annotations

import secrets
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from kb.errors import InvalidAccount
from kb.office.database import Database
from kb.office.secret import token_digest

MIN_PASSWORD, MAX_PASSWORD = 12, 1000
MIN_DISTINCT = 5
"""Different characters that a password holds: « aaaaaaaaaaaa » is long, and no secret."""
MAX_NAME = 100
IDLE_S, LIFETIME_S = 2 * 3600, 12 * 3600
"""A session ends after so long without a request, and after so long in all."""

_NOTED_S = 60
"""A session's last use is written no more often than that."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who may change the base through the site."""

    name: str


class Accounts:
    """Creates the administrator and knows who is signed in. Safe for many threads."""

    def __init__(
        self,
        database: Database,
        hasher: PasswordHasher | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._clock = clock
        # Each check takes tens of megabytes on purpose: one at a time.
        self._checking = Lock()

    def administrator(self) -> Administrator | None:
        """The administrator, None while there is none."""
        found = self._database.rows("SELECT name FROM administrator")
        return Administrator(found[0]["name"]) if found else None

    def create(self, name: str, password: str) -> Administrator:
        """Make the administrator; InvalidAccount when there is one, or for a weak password."""
        name = _plain(name).strip()
        if not name or len(name) > MAX_NAME or not name.isprintable():
            raise InvalidAccount(f"Le nom doit avoir de 1 à {MAX_NAME} lettres visibles.")
        hashed = self._hashed(password)
        with self._database.changing() as change:
            cursor = change.execute(
                "INSERT OR IGNORE INTO administrator VALUES (1, ?, ?)", (name, hashed)
            )
        if not cursor.rowcount:
            raise InvalidAccount(
                "Il y a déjà un compte d’administration : « kb admin password » en change le "
                "mot de passe, « kb admin remove » le retire."
            )
        return Administrator(name)

    def change_password(self, password: str) -> None:
        """Give another password and end every session; InvalidAccount for a weak one."""
        hashed = self._hashed(password)
        with self._database.changing() as change:
            cursor = change.execute("UPDATE administrator SET password_hash = ?", (hashed,))
            change.execute("DELETE FROM sessions")
        if not cursor.rowcount:
            raise InvalidAccount(_NO_ACCOUNT)

    def remove(self) -> Administrator:
        """Take the administrator out and end every session."""
        known = self.administrator()
        if known is None:
            raise InvalidAccount(_NO_ACCOUNT)
        with self._database.changing() as change:
            change.execute("DELETE FROM administrator")
            change.execute("DELETE FROM sessions")
        return known

    def sign_in(self, name: str, password: str) -> str | None:
        """Open a session and give its token; None for a wrong name or password."""
        found = self._database.rows("SELECT name, password_hash FROM administrator")
        if not found or len(password) > MAX_PASSWORD:
            return None
        kept = found[0]["password_hash"]
        # Checked whatever the name, so that the time taken tells nothing of it.
        right = self._right(kept, password)
        if not right or not _same(name.strip(), found[0]["name"]):
            return None
        fresh = kept
        if self._hasher.check_needs_rehash(kept):  # the library asks for more work by now
            fresh = self._hasher.hash(_plain(password))
        token = secrets.token_urlsafe(32)
        now = self._clock()
        with self._database.changing() as change:
            # Checking took a while: by now the account may have another password, or be gone.
            cursor = change.execute(
                "UPDATE administrator SET password_hash = ? WHERE password_hash = ?", (fresh, kept)
            )
            change.execute(
                "DELETE FROM sessions WHERE seen_at < ? OR opened_at < ?",
                (now - IDLE_S, now - LIFETIME_S),
            )
            if not cursor.rowcount:
                return None
            change.execute("INSERT INTO sessions VALUES (?, ?, ?)", (token_digest(token), now, now))
        return token

    def signed_in(self, token: str) -> Administrator | None:
        """Who holds this token; None when it is unknown, ended or too old."""
        now = self._clock()
        found = self._database.rows(
            "SELECT name, seen_at FROM sessions, administrator"
            " WHERE token_digest = ? AND seen_at >= ? AND opened_at >= ?",
            token_digest(token),
            now - IDLE_S,
            now - LIFETIME_S,
        )
        if not found:
            return None
        if now - found[0]["seen_at"] > _NOTED_S:
            with self._database.changing() as change:
                change.execute(
                    "UPDATE sessions SET seen_at = ? WHERE token_digest = ?",
                    (now, token_digest(token)),
                )
        return Administrator(found[0]["name"])

    def sign_out(self, token: str) -> None:
        """End a session: its token opens nothing any more."""
        with self._database.changing() as change:
            change.execute("DELETE FROM sessions WHERE token_digest = ?", (token_digest(token),))

    def _hashed(self, password: str) -> str:
        plain = _plain(password)
        if len(plain) < MIN_PASSWORD or len(set(plain)) < MIN_DISTINCT:
            raise InvalidAccount(
                f"Le mot de passe est trop simple : donnez au moins {MIN_PASSWORD} caractères, "
                f"dont {MIN_DISTINCT} différents ; une phrase convient bien."
            )
        if len(password) > MAX_PASSWORD:
            raise InvalidAccount(f"Le mot de passe dépasse {MAX_PASSWORD} caractères.")
        try:
            with self._checking:
                return self._hasher.hash(plain)
        except UnicodeEncodeError as error:
            raise InvalidAccount(
                "Le mot de passe n’est pas écrit en UTF-8 : réglez l’encodage du terminal ou du "
                "fichier qui le donne."
            ) from error

    def _right(self, kept: str, password: str) -> bool:
        with self._checking:
            try:
                return self._hasher.verify(kept, _plain(password))
            except (VerificationError, ValueError):  # a hash that is none is a ValueError
                return False


_NO_ACCOUNT = "Il n’y a pas de compte d’administration : « kb admin create » en fait un."


def _plain(text: str) -> str:
    """One writing for what keyboards write in several."""
    return unicodedata.normalize("NFKC", text)


def _same(given: str, kept: str) -> bool:
    return secrets.compare_digest(_plain(given).casefold().encode(), kept.casefold().encode())
