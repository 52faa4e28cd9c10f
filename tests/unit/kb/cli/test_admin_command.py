"""``kb admin``: the account of who takes care of the site's brochures."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kb.config import Settings
from kb.office.accounts import Accounts, Administrator
from kb.wiring import open_accounts
from tests.unit.kb.cli.conftest import Kb, Shell

PASSWORD = "une phrase facile"


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("kb.office.accounts.PasswordHasher", lambda: cheap)


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return open_accounts(Settings(home=tmp_path))


@pytest.fixture
def admin(kb: Kb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs ``kb admin`` with what a program writes to it."""

    def call(*arguments: str, given: str = "") -> Shell:
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        return kb("admin", *arguments, environ={"KB_HOME": str(tmp_path)})

    return call


@pytest.fixture
def typed(kb: Kb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs ``kb admin`` with what someone types at a terminal."""

    def call(*arguments: str, lines: list[str]) -> Shell:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        monkeypatch.setattr(sys, "stdin", Terminal())
        monkeypatch.setattr("click.termui.hidden_prompt_func", lambda prompt: lines.pop(0))
        return kb("admin", *arguments, environ={"KB_HOME": str(tmp_path)})

    return call


def test_alone_it_tells_its_commands(admin):
    shell = admin()

    assert (shell.code, shell.err) == (0, "")
    assert shell.out == admin("--help").out
    assert [line.split()[0] for line in shell.out.splitlines()[-3:]] == [
        "create",
        "password",
        "remove",
    ]


def test_creates_the_account_from_a_program(admin, accounts: Accounts):
    shell = admin("create", "--name", "ada", "--password-stdin", given=f"{PASSWORD}\r\nreste")

    assert (shell.code, shell.err) == (0, "")
    assert shell.out == (
        "Compte créé : connectez-vous sur le site, à l’adresse /connexion, avec le nom « ada ».\n"
    )
    assert accounts.sign_in("ada", PASSWORD) is not None


def test_the_password_is_typed_twice(typed, accounts: Accounts):
    assert typed("create", lines=[PASSWORD, PASSWORD]).code == 0

    assert accounts.administrator() == Administrator("admin")


def test_two_passwords_that_differ_make_no_account(typed, accounts: Accounts):
    shell = typed("create", lines=[PASSWORD, PASSWORD + "x"])

    assert (shell.code, shell.out) == (1, "")
    assert shell.err.endswith("Erreur : Les deux mots de passe diffèrent : recommencez.\n")
    assert accounts.administrator() is None


@pytest.mark.parametrize("given", ["", "\n", "court\n"])
def test_a_simple_password_makes_no_account(admin, accounts: Accounts, given: str):
    shell = admin("create", "--password-stdin", given=given)

    assert (shell.code, shell.out) == (1, "")
    assert shell.err.startswith("Erreur : Le mot de passe est trop simple")
    assert accounts.administrator() is None


def test_without_a_terminal_the_option_is_asked_for(admin, accounts: Accounts):
    shell = admin("create", given=PASSWORD)

    assert (shell.code, shell.err) == (
        2,
        "Erreur : il manque --password-stdin, car il n’y a pas de terminal "
        "(voir « kb admin create --help »).\n",
    )
    assert accounts.administrator() is None


def test_a_second_account_is_refused_before_a_password_is_asked(typed, accounts: Accounts):
    accounts.create("ada", PASSWORD)

    shell = typed("create", lines=[])

    assert (shell.code, shell.err) == (
        1,
        "Erreur : Le compte « ada » existe déjà : « kb admin password » en change le mot de "
        "passe, « kb admin remove » le retire.\n",
    )


def test_changes_the_password(admin, accounts: Accounts):
    accounts.create("ada", PASSWORD)

    shell = admin("password", "--password-stdin", given="une tout autre phrase")

    assert (shell.code, shell.out) == (
        0,
        "Mot de passe changé ; les sessions ouvertes ont pris fin.\n",
    )
    assert accounts.sign_in("ada", PASSWORD) is None
    assert accounts.sign_in("ada", "une tout autre phrase") is not None


def test_removes_the_account(admin, accounts: Accounts):
    accounts.create("ada", PASSWORD)

    shell = admin("remove")

    assert (shell.code, shell.out) == (
        0,
        "Compte « ada » retiré ; les brochures ne sont pas touchées.\n",
    )
    assert accounts.administrator() is None


@pytest.mark.parametrize("command", ["password", "remove"])
def test_without_an_account_it_says_how_to_make_one(admin, command: str):
    shell = admin(command)

    assert (shell.code, shell.err) == (
        1,
        "Erreur : Il n’y a pas de compte d’administration : « kb admin create » en fait un.\n",
    )


def test_an_unknown_command_is_one_line(admin):
    shell = admin("crate")

    assert shell.code == 2
    assert shell.err.count("\n") == 1
    assert shell.err.startswith("Erreur : la commande « crate » n’existe pas")
