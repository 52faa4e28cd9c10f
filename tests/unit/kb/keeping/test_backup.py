"""A backup: one file, whole or not there, of one state of the base."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kb import faults
from kb.config import Settings
from kb.errors import InputError, NewerFormat, StorageError
from kb.keeping import back_up
from tests.unit.kb.keeping.conftest import contents, ingest, query
from tests.unit.kb.library.conftest import MEDITERRANEE


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_it_holds_the_catalogue_the_accounts_the_base_s_own_files_and_layouts(
    made: Path, archive: Path
) -> None:
    held = members(archive)

    assert set(held) == {
        "catalogue.sqlite",
        "office.sqlite",
        "uploads/sud.txt",
        "profiles/union.toml",
        "vectors/keys.npy",
        "vectors/counts.npy",
        "vectors/scales.npy",
        "vectors/rows.npy",
        "passages-sauvegarde.json",
    }
    assert held["uploads/sud.txt"].decode("utf-8") == MEDITERRANEE


def test_its_manifest_tells_what_it_holds(archive: Path, made: Path) -> None:
    held = members(archive)
    manifest = json.loads(held.pop("passages-sauvegarde.json"))

    assert manifest["kind"] == "passages-sauvegarde"
    assert (manifest["brochures"], manifest["projects"], manifest["passages"]) == (2, 3, 6)
    assert manifest["uploads"] == str(made / "base" / "uploads")
    assert {one["name"]: (one["size"], one["sha256"]) for one in manifest["files"]} == {
        name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in held.items()
    }


def test_sessions_and_work_are_left_out_to_the_last_byte(archive: Path, tmp_path: Path) -> None:
    office = members(archive)["office.sqlite"]
    path = tmp_path / "office.sqlite"
    path.write_bytes(office)

    assert query(path, "SELECT name FROM administrator") == [("ada",)]
    assert query(path, "SELECT * FROM sessions") == []
    assert query(path, "SELECT * FROM jobs") == []
    assert b"attend.txt" not in office


def test_only_its_owner_may_read_it(base: Settings, tmp_path: Path) -> None:
    back_up(base, tmp_path / "b")

    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600


def test_it_changes_nothing_and_leaves_nothing_beside(base: Settings, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    before = contents(base.home)

    back_up(base, tmp_path / "out" / "b")

    assert contents(base.home) == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["b"]


def test_a_file_that_is_there_is_replaced_on_demand_only(base: Settings, tmp_path: Path) -> None:
    target = tmp_path / "b"
    target.write_text("à garder")

    with pytest.raises(InputError, match="existe déjà : donnez un autre nom, ou --force"):
        back_up(base, target)
    assert target.read_text() == "à garder"

    back_up(base, target, force=True)
    assert zipfile.is_zipfile(target)


def test_a_file_that_comes_meanwhile_stays(base: Settings, tmp_path: Path) -> None:
    target = tmp_path / "b"
    faults.listen(lambda point: target.write_text("autre") if point == "backup:written" else None)

    with pytest.raises(InputError, match="existe déjà"):
        back_up(base, target)

    assert target.read_text() == "autre"


@pytest.mark.parametrize("point", ["backup:copied", "backup:written"])
def test_a_full_disk_leaves_no_file(
    point: str, base: Settings, tmp_path: Path, stopping: Callable[[str], None]
) -> None:
    (tmp_path / "out").mkdir()
    stopping(point)

    with pytest.raises(StorageError, match="la base n’est pas touchée"):
        back_up(base, tmp_path / "out" / "b")

    assert list((tmp_path / "out").iterdir()) == []


def test_a_place_that_is_no_file_is_told(base: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="est un dossier"):
        back_up(base, tmp_path)
    with pytest.raises(InputError, match="n’existe pas : créez-le"):
        back_up(base, tmp_path / "rien" / "b")


def test_where_there_is_no_base_nothing_is_made(fresh: Settings, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="Il n’y a pas de base"):
        back_up(fresh, tmp_path / "b")

    assert not fresh.home.exists()
    assert not (tmp_path / "b").exists()


def test_a_base_of_a_later_format_is_left_alone(base: Settings, tmp_path: Path) -> None:
    query(base.home / "catalogue.sqlite", "PRAGMA user_version = 99")
    before = contents(base.home)

    with pytest.raises(NewerFormat, match="mettez le logiciel à jour"):
        back_up(base, tmp_path / "b")

    assert contents(base.home) == before


def test_a_damaged_catalogue_is_not_kept_as_if_it_were_sound(
    base: Settings, tmp_path: Path
) -> None:
    catalogue = base.home / "catalogue.sqlite"
    data = bytearray(catalogue.read_bytes())
    data[4096 * 3 : 4096 * 12] = b"\xff" * (4096 * 9)
    catalogue.write_bytes(data)

    with pytest.raises(StorageError, match="kb restore FICHIER"):
        back_up(base, tmp_path / "b")

    assert not (tmp_path / "b").exists()


def test_a_file_that_is_no_longer_what_was_read_is_told_and_left_out(
    base: Settings, tmp_path: Path
) -> None:
    (base.home / "uploads" / "sud.txt").write_text("autre chose")

    done = back_up(base, tmp_path / "b")

    assert done.lacking == ("Sud",)
    assert "uploads/sud.txt" not in members(tmp_path / "b")


def test_a_brochure_that_is_being_replaced_is_kept_with_what_it_was_read_from(
    base: Settings, tmp_path: Path
) -> None:
    previous = base.home / "office" / "incoming" / "0123" / "previous"
    previous.parent.mkdir(parents=True)
    (base.home / "uploads" / "sud.txt").rename(previous)
    (base.home / "uploads" / "sud.txt").write_text("la suivante, pas encore lue")

    done = back_up(base, tmp_path / "b")

    assert done.lacking == ()
    assert members(tmp_path / "b")["uploads/sud.txt"].decode("utf-8") == MEDITERRANEE


def test_a_brochure_that_changes_while_it_is_backed_up_is_taken_as_it_became(
    base: Settings, tmp_path: Path
) -> None:
    sent = base.home / "uploads" / "sud.txt"
    text = MEDITERRANEE.replace("foyer", "logement")
    copies: list[str] = []

    def change(point: str) -> None:
        if point == "backup:copied":
            copies.append(point)
            if len(copies) == 1:
                sent.write_text(text, encoding="utf-8")
                ingest(base, sent)

    faults.listen(change)
    done = back_up(base, tmp_path / "b")

    assert len(copies) == 2
    assert done.lacking == ()
    held = members(tmp_path / "b")
    assert held["uploads/sud.txt"].decode("utf-8") == text
    (tmp_path / "catalogue.sqlite").write_bytes(held["catalogue.sqlite"])
    found = query(tmp_path / "catalogue.sqlite", "SELECT text FROM passages WHERE id LIKE 'sud/%'")
    assert found == [("Les saisonniers dorment dans leur voiture faute de logement.",)]


def test_what_a_backup_that_died_left_beside_goes_in_time(base: Settings, tmp_path: Path) -> None:
    import os

    old, young = tmp_path / ".passages-sauvegarde-a", tmp_path / ".passages-sauvegarde-b"
    old.mkdir()
    young.mkdir()
    os.utime(old, (0, 0))

    back_up(base, tmp_path / "b")

    assert (old.exists(), young.exists()) == (False, True)
