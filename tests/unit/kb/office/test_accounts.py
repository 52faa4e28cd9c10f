"""One administrator, with a good password, and sessions that end."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import cast

import pytest
from argon2 import PasswordHasher

from kb.errors import InvalidAccount
from kb.office.accounts import IDLE_S, LIFETIME_S, MAX_PASSWORD, Accounts, Administrator
from kb.office.database import Database
from tests.unit.kb.office.conftest import CHEAP, Clock

PASSWORD = "une phrase facile à retenir"
OTHER = "une tout autre phrase"


def test_there_is_no_account_until_one_is_created(accounts: Accounts):
    assert accounts.administrator() is None
    assert accounts.sign_in("admin", "admin") is None
    assert accounts.sign_in("", "") is None


def test_the_administrator_signs_in_with_name_and_password(accounts: Accounts):
    assert accounts.create(" Ada ", PASSWORD) == Administrator("Ada")

    token = accounts.sign_in("ada", PASSWORD)

    assert token is not None
    assert accounts.signed_in(token) == Administrator("Ada")


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("ada", PASSWORD.upper()),
        ("ada", PASSWORD + " "),
        ("ada", ""),
        ("bob", PASSWORD),
        ("", PASSWORD),
        ("ada", "x" * (MAX_PASSWORD + 1)),
    ],
)
def test_a_wrong_name_or_password_opens_nothing(accounts: Accounts, name: str, password: str):
    accounts.create("ada", PASSWORD)

    assert accounts.sign_in(name, password) is None


def test_the_same_letters_written_otherwise_are_the_same_password(accounts: Accounts):
    accounts.create("ada", "déjà vu en été")

    assert accounts.sign_in("ada", "de\u0301ja\u0300 vu en e\u0301te\u0301") is not None


@pytest.mark.parametrize("password", ["", "onze lettre", "aaaaaaaaaaaaaaaa", "abababababababab"])
def test_a_simple_password_is_refused(accounts: Accounts, password: str):
    with pytest.raises(InvalidAccount) as raised:
        accounts.create("ada", password)

    assert str(raised.value) == (
        "Le mot de passe est trop simple : donnez au moins 12 caractères, dont 5 différents ; "
        "une phrase convient bien."
    )
    assert accounts.administrator() is None


def test_a_password_without_end_is_refused(accounts: Accounts):
    with pytest.raises(InvalidAccount, match="dépasse 1000 caractères"):
        accounts.create("ada", "abcde" * 300)


def test_a_password_that_is_no_text_is_refused(accounts: Accounts):
    not_utf8 = b"une phrase \xff facile".decode(errors="surrogateescape")
    with pytest.raises(InvalidAccount, match="UTF-8"):
        accounts.create("ada", not_utf8)
    assert accounts.administrator() is None


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 101])
def test_a_name_that_cannot_be_typed_is_refused(accounts: Accounts, name: str):
    with pytest.raises(InvalidAccount, match="de 1 à 100 lettres visibles"):
        accounts.create(name, PASSWORD)


def test_a_second_account_is_refused_and_changes_nothing(accounts: Accounts):
    accounts.create("ada", PASSWORD)

    with pytest.raises(InvalidAccount, match="Il y a déjà un compte"):
        accounts.create("bob", OTHER)

    assert accounts.administrator() == Administrator("ada")
    assert accounts.sign_in("ada", PASSWORD) is not None


def test_another_password_ends_every_session(accounts: Accounts):
    accounts.create("ada", PASSWORD)
    token = accounts.sign_in("ada", PASSWORD) or ""

    accounts.change_password(OTHER)

    assert accounts.signed_in(token) is None
    assert accounts.sign_in("ada", PASSWORD) is None
    assert accounts.sign_in("ada", OTHER) is not None


def test_a_simple_new_password_leaves_the_old_one(accounts: Accounts):
    accounts.create("ada", PASSWORD)

    with pytest.raises(InvalidAccount):
        accounts.change_password("court")

    assert accounts.sign_in("ada", PASSWORD) is not None


def test_removing_the_account_ends_every_session(accounts: Accounts):
    accounts.create("ada", PASSWORD)
    token = accounts.sign_in("ada", PASSWORD) or ""

    assert accounts.remove() == Administrator("ada")

    assert accounts.administrator() is None
    assert accounts.signed_in(token) is None


def test_without_an_account_there_is_nothing_to_change_or_remove(accounts: Accounts):
    for change in (lambda: accounts.change_password(PASSWORD), accounts.remove):
        with pytest.raises(InvalidAccount, match="« kb admin create » en fait un"):
            change()


def test_a_session_ends_when_it_is_not_used(accounts: Accounts, clock: Clock):
    accounts.create("ada", PASSWORD)
    token = accounts.sign_in("ada", PASSWORD) or ""

    clock.now += IDLE_S
    assert accounts.signed_in(token) is not None
    clock.now += IDLE_S
    assert accounts.signed_in(token) is not None
    clock.now += IDLE_S + 1
    assert accounts.signed_in(token) is None


def test_a_session_ends_even_when_it_is_used(accounts: Accounts, clock: Clock):
    accounts.create("ada", PASSWORD)
    token = accounts.sign_in("ada", PASSWORD) or ""

    for _ in range(LIFETIME_S // 3600):
        clock.now += 3600
        assert accounts.signed_in(token) is not None
    clock.now += 1
    assert accounts.signed_in(token) is None


def test_signing_out_ends_one_session_alone(accounts: Accounts):
    accounts.create("ada", PASSWORD)
    first, second = (accounts.sign_in("ada", PASSWORD) or "" for _ in range(2))

    accounts.sign_out(first)

    assert first != second
    assert accounts.signed_in(first) is None
    assert accounts.signed_in(second) == Administrator("ada")


def test_sessions_that_ended_are_swept_at_the_next_sign_in(
    accounts: Accounts, clock: Clock, database: Database
):
    accounts.create("ada", PASSWORD)
    accounts.sign_in("ada", PASSWORD)
    clock.now += IDLE_S + 1

    accounts.sign_in("ada", PASSWORD)

    assert len(database.rows("SELECT * FROM sessions")) == 1


@pytest.mark.parametrize("token", ["", "inconnu", "' OR 1=1 --"])
def test_an_unknown_token_opens_nothing(accounts: Accounts, token: str):
    accounts.create("ada", PASSWORD)
    accounts.sign_in("ada", PASSWORD)

    assert accounts.signed_in(token) is None


def test_neither_password_nor_token_is_kept(accounts: Accounts, tmp_path: Path):
    accounts.create("ada", PASSWORD)
    token = accounts.sign_in("ada", PASSWORD) or ""

    kept = (tmp_path / "office" / "office.sqlite").read_bytes()

    assert PASSWORD.encode() not in kept
    assert token.encode() not in kept
    assert b"$argon2id$" in kept


def test_a_hash_of_older_settings_is_made_anew_at_sign_in(
    accounts: Accounts, database: Database, clock: Clock
):
    accounts.create("ada", PASSWORD)
    dearer = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)

    assert Accounts(database, dearer, clock).sign_in("ada", PASSWORD) is not None

    kept = database.rows("SELECT password_hash FROM administrator")[0]["password_hash"]
    assert not dearer.check_needs_rehash(kept)
    assert CHEAP.verify(kept, PASSWORD)


def test_a_damaged_hash_opens_nothing(accounts: Accounts, tmp_path: Path):
    accounts.create("ada", PASSWORD)
    with sqlite3.connect(tmp_path / "office" / "office.sqlite") as connection:
        connection.execute("UPDATE administrator SET password_hash = 'abîmé'")
    connection.close()

    assert accounts.sign_in("ada", "abîmé") is None


@pytest.mark.parametrize("meanwhile", ["change", "remove"])
def test_a_password_that_is_changed_while_it_is_checked_opens_nothing(
    accounts: Accounts, database: Database, clock: Clock, meanwhile: str
):
    accounts.create("ada", PASSWORD)

    class Slow:
        """Checks so slowly that the account changes meanwhile."""

        def verify(self, kept: str, password: str) -> bool:
            if meanwhile == "change":
                accounts.change_password(OTHER)
            else:
                accounts.remove()
            return CHEAP.verify(kept, password)

        check_needs_rehash = staticmethod(CHEAP.check_needs_rehash)

    slow = Accounts(database, cast(PasswordHasher, Slow()), clock)

    assert slow.sign_in("ada", PASSWORD) is None

    assert database.rows("SELECT * FROM sessions") == []
    assert accounts.sign_in("ada", PASSWORD) is None
    assert (accounts.sign_in("ada", OTHER) is not None) is (meanwhile == "change")
