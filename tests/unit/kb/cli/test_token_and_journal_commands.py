"""``kb token``, ``kb journal`` and ``--contacts``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.config import Settings
from kb.office.tokens import Scope
from kb.wiring import open_journal, open_tokens
from tests.unit.kb.cli.conftest import Kb


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_a_token_is_shown_once_alone_on_its_line(kb: Kb, settings: Settings) -> None:
    shell = kb("token", "create", "--name", "veille", "--scope", "write", "--days", "30")
    assert (shell.code, shell.out.count("\n")) == (0, 1)
    assert "il ne sera plus montré" in shell.err
    known = open_tokens(settings).known(shell.out.strip())
    assert known is not None and known.scope is Scope.WRITE
    listed = kb("token", "list").out
    assert listed.startswith("veille : lire, ajouter et retirer des brochures, créé le ")
    assert "valable jusqu’au" in listed and "employé le" in listed
    assert shell.out.strip() not in listed


def test_a_token_is_revoked_by_its_name(kb: Kb, settings: Settings) -> None:
    assert kb("token", "list").out == "Aucun jeton : « kb token create --name NOM » en fait un.\n"
    token = kb("token", "create", "--name", "veille").out.strip()
    assert kb("token", "revoke", "veille").out == "Jeton « veille » révoqué.\n"
    assert open_tokens(settings).known(token) is None
    again = kb("token", "revoke", "veille")
    assert (again.code, again.err.startswith("Erreur : Aucun jeton ne s’appelle")) == (1, True)


@pytest.mark.parametrize(
    "arguments", [("create",), ("create", "--name", "a", "--scope", "tout"), ("revoke",)]
)
def test_what_is_missing_is_told(kb: Kb, arguments: tuple[str, ...]) -> None:
    shell = kb("token", *arguments)
    assert (shell.code, shell.out) == (2, "")


def test_commands_tell_the_journal_who_changed_what(kb: Kb, settings: Settings) -> None:
    assert kb("journal").out == "Rien n’a encore été changé.\n"
    kb("token", "create", "--name", "veille")
    kb("remove", "cahier")
    kb("reindex")
    kb("search", "logement")
    entries = open_journal(settings).entries()
    assert [(e.action.value, e.subject, e.outcome) for e in entries] == [
        ("reindex", "", "done"),
        ("remove", "Cahier des projets", "removed"),
        ("token-made", "veille", "done"),
    ]
    assert {e.actor.kind.value for e in entries} == {"command"}
    assert all(e.actor.name for e in entries)
    lines = kb("journal", "--limit", "2").out.splitlines()
    assert len(lines) == 2
    assert lines[1].endswith("retrait « Cahier des projets », retirée")
    record = json.loads(kb("journal", "--json").out.splitlines()[0])
    assert (record["action"], record["by"]["kind"]) == ("reindex", "command")


def test_a_journal_that_cannot_be_written_undoes_nothing(kb: Kb, settings: Settings) -> None:
    settings.home.mkdir()
    (settings.home / "office").write_text("autre chose")
    shell = kb("remove", "cahier")
    assert shell.code == 0
    assert shell.out.startswith("Brochure retirée")
    assert shell.err.startswith("Attention : le journal n’a pas pu être écrit.")


def test_contacts_are_shown_where_they_are_asked_for(kb: Kb) -> None:
    masked, shown = kb("show", "cahier/le-jardin"), kb("show", "cahier/le-jardin", "--contacts")
    assert "@" not in masked.out
    assert "@" in shown.out
    assert "@" not in kb("show", "cahier/le-jardin").out
