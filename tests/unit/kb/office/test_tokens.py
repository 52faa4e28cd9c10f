"""Tokens: made once, shown once, scoped, ended."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import InvalidAccount, NotFound
from kb.office.database import Database
from kb.office.tokens import MAX_DAYS, MOST, PREFIX, Scope, Tokens

DAY_S = 86_400


@pytest.fixture
def now() -> list[float]:
    return [1_700_000_000.0]


@pytest.fixture
def tokens(database: Database, now: list[float]) -> Tokens:
    return Tokens(database, lambda: now[0])


def test_a_token_is_known_by_itself_alone(tokens: Tokens) -> None:
    token = tokens.create("  veille   du soir ", Scope.READ)
    assert (token.startswith(PREFIX), len(token)) == (True, len(PREFIX) + 43)
    known = tokens.known(token)
    assert known is not None
    assert (known.name, known.scope, known.expires_at) == ("veille du soir", Scope.READ, None)
    for other in ("", "kb_", token[:-1], token + "a", token.swapcase(), "kb_é", "kb_\udce9"):
        assert tokens.known(other) is None


def test_two_tokens_never_meet(tokens: Tokens) -> None:
    first, second = tokens.create("a", Scope.READ), tokens.create("b", Scope.WRITE)
    assert first != second
    assert [(one.name, one.scope) for one in tokens.all()] == [
        ("a", Scope.READ), ("b", Scope.WRITE),
    ]  # fmt: skip


def test_the_file_holds_no_token(tokens: Tokens, tmp_path: Path, database: Database) -> None:
    token = tokens.create("a", Scope.WRITE)
    kept = database.rows("SELECT digest FROM tokens")[0]["digest"]
    assert kept == hashlib.sha256(token.encode()).hexdigest()
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or token.removeprefix(PREFIX).encode() not in path.read_bytes()


def test_a_token_opens_nothing_after_its_days(tokens: Tokens, now: list[float]) -> None:
    token = tokens.create("a", Scope.READ, days=2)
    now[0] += 2 * DAY_S - 1
    assert tokens.known(token) is not None
    now[0] += 1
    assert tokens.known(token) is None
    assert [one.expired for one in tokens.all()] == [True]


def test_a_revoked_token_opens_nothing_and_its_name_is_free(tokens: Tokens) -> None:
    token = tokens.create("a", Scope.READ)
    assert tokens.revoke("a").name == "a"
    assert (tokens.known(token), tokens.all(), tokens.any()) == (None, (), False)
    assert tokens.create("a", Scope.READ) != token
    with pytest.raises(NotFound, match="Aucun jeton ne s’appelle « b »"):
        tokens.revoke("b")


def test_the_last_use_is_noted_at_most_once_a_minute(tokens: Tokens, now: list[float]) -> None:
    token = tokens.create("a", Scope.READ)

    def used() -> float | None:
        moment = tokens.all()[0].used_at
        return moment.timestamp() if moment else None

    assert used() is None
    started = now[0]
    for later, noted in ((0, 0), (30, 0), (61, 61)):
        now[0] = started + later
        tokens.known(token)
        assert used() == started + noted


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x1bb", "a\u202eb"])
def test_a_name_that_cannot_be_read_is_refused(tokens: Tokens, name: str) -> None:
    with pytest.raises(InvalidAccount, match="de 1 à 60 caractères visibles"):
        tokens.create(name, Scope.READ)


@pytest.mark.parametrize("days", [0, -1, MAX_DAYS + 1])
def test_days_out_of_bounds_are_refused(tokens: Tokens, days: int) -> None:
    with pytest.raises(InvalidAccount, match="de 1 à 3650 jours"):
        tokens.create("a", Scope.READ, days)


def test_a_name_that_is_taken_is_refused(tokens: Tokens) -> None:
    tokens.create("a", Scope.READ)
    with pytest.raises(InvalidAccount, match="s’appelle déjà « a »"):
        tokens.create("a", Scope.WRITE)
    assert len(tokens.all()) == 1


def test_a_loop_that_makes_tokens_ends(database: Database, tokens: Tokens) -> None:
    with database.changing() as change:
        change.executemany(
            "INSERT INTO tokens (name, digest, scope, created_at) VALUES (?, ?, 'read', 0)",
            [(str(number), str(number)) for number in range(MOST)],
        )
    with pytest.raises(InvalidAccount, match="révoquez d’abord"):
        tokens.create("a", Scope.READ)


def test_another_process_sees_it_at_once(
    tokens: Tokens, tmp_path: Path, database: Database
) -> None:
    other: Callable[[str], object] = Tokens(database).known
    token = tokens.create("a", Scope.READ)
    assert other(token) is not None
    tokens.revoke("a")
    assert other(token) is None
