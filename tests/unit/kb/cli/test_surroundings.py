"""The doctor tells what is around a base: folder, disk, rights, settings, each with its mend."""

from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from kb.cli import surroundings
from kb.cli.surroundings import LEAST_FREE_BYTES, MEGABYTE, examine_surroundings
from kb.config import Settings
from kb.results import Finding
from kb.wiring import open_accounts, open_library

Usage = namedtuple("Usage", "total used free")


def found(settings: Settings) -> dict[str, Finding]:
    return {one.subject: one for one in examine_surroundings(settings)}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A base that was made."""
    settings = Settings(home=tmp_path / "base")
    with open_library(settings):
        open_accounts(settings)
    return settings


def test_a_base_as_it_is_made_is_well(settings: Settings) -> None:
    told = found(settings)
    assert list(told) == ["Dossier", "Espace disque", "Droits", "Réglages"]
    assert all(one.ok for one in told.values())
    assert told["Dossier"].message == f"« {settings.home} » accepte l’écriture."


def test_what_servers_of_one_catalogue_do_not_share_is_told(settings: Settings) -> None:
    told = found(replace(settings, catalogue="postgresql://moi:secret@base/passages"))
    assert told["Partage"].ok
    assert "propres à chaque serveur" in told["Partage"].message
    assert "secret" not in str(told)


def test_a_base_that_is_not_made_yet_is_not_made_by_looking(tmp_path: Path) -> None:
    told = found(Settings(home=tmp_path / "là" / "base"))
    assert all(one.ok for one in told.values())
    assert "« kb ingest » le fera" in told["Dossier"].message
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_no_file_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_given: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(surroundings.tempfile, "TemporaryFile", refuse)
    folder = found(settings)["Dossier"]
    assert not folder.ok
    assert "Permission denied" in folder.message
    assert "chown -R" in folder.message


def test_little_room_is_told_with_what_is_wanted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.home / "engines").mkdir(exist_ok=True)
    (settings.home / "engines" / "rows").write_bytes(b"x" * 3 * MEGABYTE)
    free = LEAST_FREE_BYTES + 2 * MEGABYTE
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, free))
    room = found(settings)["Espace disque"]
    assert not room.ok
    assert room.message.startswith("Il reste 202 Mo, il en faudrait 203 ")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, free + 2 * MEGABYTE))
    assert found(settings)["Espace disque"] == Finding(True, "Espace disque", "204 Mo libres.")


@pytest.mark.parametrize(("place", "mode"), [(".", 0o777), ("office/office.sqlite", 0o644)])
def test_what_others_may_change_or_read_is_told(settings: Settings, place: str, mode: int) -> None:
    (settings.home / place).chmod(mode)
    rights = found(settings)["Droits"]
    assert not rights.ok
    assert str(settings.home / place) in rights.message
    assert "chmod -R go-rwx" in rights.message


def test_what_settings_leave_open_is_told(tmp_path: Path) -> None:
    told = examine_surroundings(Settings(home=tmp_path, host="0.0.0.0"))
    unsafe = [one.message for one in told if one.subject == "Réglages"]
    assert len(unsafe) == 3
    assert unsafe[0].startswith("Le site écoute au-delà de cette machine (0.0.0.0)")


def test_an_account_is_seen(settings: Settings) -> None:
    closed = Settings(home=settings.home, reading_open=False)
    assert not found(closed)["Réglages"].ok
    open_accounts(settings).create("ada", "un mot de passe d’essai")
    assert found(closed)["Réglages"].ok


def test_accounts_that_cannot_be_read_are_told(settings: Settings) -> None:
    (settings.home / "office" / "office.sqlite").write_bytes(b"pas une base" * 100)
    assert not found(settings)["Comptes"].ok
