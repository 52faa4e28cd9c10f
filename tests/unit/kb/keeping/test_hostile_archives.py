"""Archives that are broken or meant to harm: refused in one sentence, the base intact."""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.config import Settings
from kb.errors import KbError, NewerFormat, UnusableBackup
from kb.keeping import restore
from kb.keeping.manifest import usable_name
from tests.unit.kb.keeping.conftest import contents

MANIFEST = "passages-sauvegarde.json"
Change = Callable[[dict[str, bytes], dict[str, Any]], None]


def forged(archive: Path, target: Path, change: Change, **options: Any) -> Path:
    """The backup with other members, its manifest true to them unless ``change`` says else."""
    with zipfile.ZipFile(archive) as source:
        members = {name: source.read(name) for name in source.namelist()}
    manifest = json.loads(members.pop(MANIFEST))
    manifest["files"] = None
    change(members, manifest)
    if manifest["files"] is None:
        manifest["files"] = [
            {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in members.items()
        ]
    with zipfile.ZipFile(target, "w", **options) as made:
        for name, data in members.items():
            made.writestr(name, data)
        made.writestr(MANIFEST, json.dumps(manifest))
    return target


def in_catalogue(*statements: str, name: str = "catalogue.sqlite") -> Change:
    """A change of one of the databases of a backup."""

    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        path = Path(os.environ["PYTEST_SCRATCH"]) / "changed.sqlite"
        path.write_bytes(members[name])
        with closing(sqlite3.connect(path)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()
        members[name] = path.read_bytes()

    return change


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("PYTEST_SCRATCH", str(tmp_path / "scratch"))


def refused(settings: Settings, path: Path, said: str) -> None:
    before, around = contents(settings.home), set(settings.home.parent.rglob("*"))
    with pytest.raises(KbError, match=said) as caught:
        restore(settings, path)
    assert isinstance(caught.value, UnusableBackup | NewerFormat)
    assert contents(settings.home) == before
    assert set(settings.home.parent.rglob("*")) - around <= {
        settings.home / "writing.lock",
        settings.home / "engines" / "whoosh-1" / "lexical" / "write.lock",
    }


def renamed(new: str) -> Change:
    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        members[new] = members.pop("uploads/sud.txt")

    return change


@pytest.mark.parametrize(
    "name",
    [
        "../dehors.txt",
        "uploads/../../dehors.txt",
        "/tmp/dehors.txt",
        "uploads/a/b.txt",
        "uploads\\..\\dehors.txt",
        "uploads/",
        "uploads/.",
        "uploads/a\x1bb.txt",
        f"uploads/{'é' * 128}",
        "engines/whoosh-1/lexical/MAIN.toc",
        "secret-key",
        "models",
        "models/catalogue.sqlite/x/../y",
    ],
)
def test_a_name_that_leads_elsewhere(name: str, archive: Path, base: Settings, tmp_path: Path):
    assert not usable_name(name)
    refused(base, forged(archive, tmp_path / "b", renamed(name)), "sauvegarde")


def test_a_file_that_is_a_folder_of_another(archive: Path, base: Settings, tmp_path: Path):
    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        members |= {"models/a": b"x", "models/a/b": b"y"}

    refused(base, forged(archive, tmp_path / "b", change), "n’est pas une sauvegarde")


def test_a_link_among_the_files(archive: Path, base: Settings, tmp_path: Path):
    path = tmp_path / "b"
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(path, "w") as made:
        for info in source.infolist():
            if info.filename == "uploads/sud.txt":
                info.external_attr = 0o120777 << 16
            made.writestr(info, source.read(info.filename))

    refused(base, path, "abîmée")


def test_members_that_inflate(archive: Path, base: Settings, tmp_path: Path):
    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        members["uploads/sud.txt"] = b"\0" * 50_000_000

    bomb = forged(archive, tmp_path / "b", change, compression=zipfile.ZIP_DEFLATED)
    assert bomb.stat().st_size < 1_000_000

    refused(base, bomb, "abîmée")


def test_members_that_lie_over_each_other(archive: Path, base: Settings, tmp_path: Path):
    """Many names for the same bytes: more comes out than is there."""
    path = forged(archive, tmp_path / "b", lambda members, manifest: None)
    with zipfile.ZipFile(path, "a") as made:
        first = made.infolist()[0]
        for number in range(50):
            twin = zipfile.ZipInfo(f"uploads/{number}")
            twin.header_offset, twin.CRC = first.header_offset, first.CRC
            twin.file_size = twin.compress_size = first.file_size
            made.filelist.append(twin)
        made._didModify = True  # type: ignore[attr-defined]  # writes the list of members anew

    refused(base, path, "abîmée")


@pytest.mark.parametrize("kept", [0, 1, 100, 0.5, 0.99, -1])
def test_an_archive_cut_short(kept: float, archive: Path, base: Settings, tmp_path: Path):
    data = archive.read_bytes()
    end = int(kept * len(data)) if isinstance(kept, float) else kept
    (tmp_path / "b").write_bytes(data[:end])

    refused(base, tmp_path / "b", "n’en est que le début|abîmée")


def test_one_byte_that_changed_anywhere(archive: Path, base: Settings, tmp_path: Path):
    data = archive.read_bytes()
    with zipfile.ZipFile(archive) as source:
        offsets = [info.header_offset for info in source.infolist()]
    for place in [offsets[0] + 5000, offsets[1] + 200, offsets[2] + 100, len(data) // 2]:
        broken = bytearray(data)
        broken[place] ^= 0x40
        (tmp_path / "b").write_bytes(broken)
        refused(base, tmp_path / "b", "abîmée")


def test_a_content_whose_digest_is_another(archive: Path, base: Settings, tmp_path: Path):
    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest["files"] = [
            {"name": name, "size": len(data), "sha256": "0" * 64} for name, data in members.items()
        ]

    refused(base, forged(archive, tmp_path / "b", change), "abîmée")


@pytest.mark.parametrize("listed", [[], [{"name": "catalogue.sqlite", "size": 1}], "rien", [3]])
def test_files_that_the_list_does_not_tell(
    listed: object, archive: Path, base: Settings, tmp_path: Path
):
    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest["files"] = listed

    refused(base, forged(archive, tmp_path / "b", change), "sauvegarde")


def test_a_name_that_comes_twice(archive: Path, base: Settings, tmp_path: Path):
    path = forged(archive, tmp_path / "b", lambda members, manifest: None)
    with zipfile.ZipFile(path, "a") as made, pytest.warns(UserWarning, match="Duplicate name"):
        made.writestr("uploads/sud.txt", b"autre")

    refused(base, path, "abîmée")


def test_files_of_others(base: Settings, tmp_path: Path):
    path = tmp_path / "b"
    for data in (b"", b"%PDF-1.7 autre chose", b"PK\x05\x06" + b"\0" * 18, struct.pack("<I", 7)):
        path.write_bytes(data)
        refused(base, path, "n’est pas une sauvegarde de Passages")
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("lisez-moi.txt", "bonjour")
    refused(base, path, "n’est pas une sauvegarde de Passages")
    refused(base, tmp_path / "rien", "n’existe pas")
    refused(base, tmp_path / "scratch", "n’est pas un fichier")


def test_a_manifest_that_is_no_json(archive: Path, base: Settings, tmp_path: Path):
    for number, text in enumerate(("[" * 100_000, "null", "{}", '{"kind": 3}', "\ud800")):
        path = tmp_path / f"b{number}"
        with zipfile.ZipFile(path, "w") as made:
            made.writestr(MANIFEST, text.encode("utf-8", "surrogatepass"))
        refused(base, path, "n’est pas une sauvegarde de Passages")


def test_a_later_version_of_the_archive(archive: Path, base: Settings, tmp_path: Path):
    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        manifest["format"] = 99

    refused(base, forged(archive, tmp_path / "b", change), "mettez le logiciel à jour")


@pytest.mark.parametrize("name", ["catalogue.sqlite", "office.sqlite"])
def test_a_base_of_a_later_format(name: str, archive: Path, base: Settings, tmp_path: Path):
    path = forged(archive, tmp_path / "b", in_catalogue("PRAGMA user_version = 99", name=name))

    refused(base, path, "format 99, ici")


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TRIGGER t AFTER UPDATE ON meta BEGIN DELETE FROM passages; END"],
        ["CREATE VIEW v AS SELECT 1"],
        ["CREATE TABLE autre (x)"],
        ["DROP TABLE spellings"],
        ["ALTER TABLE passages ADD COLUMN x TEXT DEFAULT 'y'"],
        ["DELETE FROM projects WHERE title = 'Grandir'"],
        ["UPDATE brochures SET report = 'pas du JSON'"],
        ["UPDATE projects SET people = '[{\"inconnu\": 1}]'"],
        ["UPDATE passages SET text = 'Jamais écrit.' WHERE text LIKE 'Douze%'"],
        ["UPDATE passages SET page = 'un'"],
        ["UPDATE meta SET value = '../../dehors' WHERE name = 'analysis'"],
    ],
    ids=lambda one: one[0][:40],
)
def test_a_catalogue_that_is_not_one(
    statements: list[str], archive: Path, base: Settings, tmp_path: Path
):
    path = forged(archive, tmp_path / "b", in_catalogue(*statements))
    if "analysis" in statements[0]:
        restore(base, path)  # made anew from the passages, whatever the archive says
        return

    refused(base, path, "ne forme pas une base")


def npy(values: np.ndarray[Any, Any]) -> bytes:
    """An array as numpy writes it."""
    file = io.BytesIO()
    np.save(file, values, allow_pickle=True)
    return file.getvalue()


VECTORS = {
    "another kind": ("scales", npy(np.ones(6, dtype="<f8"))),
    "objects": ("keys", npy(np.array([print] * 6, dtype=object))),
    "one scale too few": ("scales", npy(np.ones(5, dtype="<f4"))),
    "one row too many": ("rows", npy(np.ones((7, 384), dtype="i1"))),
    "of no shape": ("rows", npy(np.ones(6, dtype="i1"))),
    "longer than the model's": ("rows", npy(np.ones((6, 385), dtype="i1"))),
    "not finite": ("scales", npy(np.full(6, np.nan, dtype="<f4"))),
    "not of length 1": ("scales", npy(np.full(6, 3, dtype="<f4"))),
    "no array": ("counts", b"rien du tout"),
    "cut short": ("rows", npy(np.ones((6, 384), dtype="i1"))[:-9]),
    "keys twice": ("keys", npy(np.ones(6, dtype="<i8"))),
    "no rows": ("counts", npy(np.array([0, 2, 1, 1, 1, 1], dtype="<i4"))),
}


@pytest.mark.parametrize("what", VECTORS)
def test_vectors_that_are_none(what: str, archive: Path, base: Settings, tmp_path: Path):
    name, data = VECTORS[what]

    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        members[f"vectors/{name}.npy"] = data

    refused(base, forged(archive, tmp_path / "b", change), "ne forme pas une base")


def test_vectors_of_which_some_are_left_out(archive: Path, base: Settings, tmp_path: Path):
    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        del members["vectors/scales.npy"]

    refused(base, forged(archive, tmp_path / "b", change), "ne forme pas une base")


def test_an_array_that_tells_of_more_than_there_is(archive: Path, base: Settings, tmp_path: Path):
    """Room for all of it is never asked for."""

    def change(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
        rows = members["vectors/rows.npy"]
        members["vectors/rows.npy"] = rows.replace(
            b"(6, 384), }" + b" " * 9, b"(6000000000, 384), }"
        )
        assert members["vectors/rows.npy"] != rows

    refused(base, forged(archive, tmp_path / "b", change), "ne forme pas une base")


def test_accounts_that_act_by_themselves(archive: Path, base: Settings, tmp_path: Path):
    trigger = "CREATE TRIGGER t AFTER INSERT ON sessions BEGIN DELETE FROM administrator; END"
    path = forged(archive, tmp_path / "b", in_catalogue(trigger, name="office.sqlite"))

    refused(base, path, "ne forme pas une base")


@pytest.mark.parametrize("model", ["mechant/modele", "adapted:../../dehors", "student:/tmp/x"])
def test_a_model_that_nobody_here_asked_for(
    model: str, archive: Path, base: Settings, tmp_path: Path
):
    change = in_catalogue(f"UPDATE meta SET value = '{model}' WHERE name = 'embedder'")

    refused(base, forged(archive, tmp_path / "b", change), "KB_EMBEDDING_MODEL")


def test_an_engine_s_name_is_never_taken_from_an_archive(
    archive: Path, base: Settings, tmp_path: Path
):
    change = in_catalogue("UPDATE meta SET value = '../../dehors' WHERE name = 'engine'")

    restore(base, forged(archive, tmp_path / "b", change))

    assert not (tmp_path / "dehors").exists()
    assert [path.name for path in (base.home / "engines").iterdir()] == ["whoosh-2"]


def test_nothing_is_left_where_there_was_no_home(archive: Path, fresh: Settings, tmp_path: Path):
    path = forged(archive, tmp_path / "b", in_catalogue("CREATE TABLE autre (x)"))

    with pytest.raises(UnusableBackup):
        restore(fresh, path)

    assert not fresh.home.exists()
