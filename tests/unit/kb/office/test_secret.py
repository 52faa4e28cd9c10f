"""The key: random, whole, made once, its owner's alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.errors import StorageError
from kb.office.secret import secret_key


def test_the_key_is_made_once_and_kept(tmp_path: Path):
    path = tmp_path / "office" / "secret-key"

    first = secret_key(path)

    assert len(first) == 32
    assert secret_key(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert {each.name for each in path.parent.iterdir()} == {"secret-key", "secret-key.lock"}


def test_two_bases_have_two_keys(tmp_path: Path):
    assert secret_key(tmp_path / "a") != secret_key(tmp_path / "b")


def test_whoever_comes_first_all_get_the_same_key(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(secret_key, [tmp_path / "secret-key"] * 32))

    assert len(keys) == 1


def test_a_disk_that_knows_no_second_names_keeps_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr("os.link", refuse)
    assert secret_key(tmp_path / "secret-key") == secret_key(tmp_path / "secret-key")


def test_a_full_disk_leaves_no_part_of_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object) -> None:
        raise OSError(28, "disque plein")

    with monkeypatch.context() as full:
        full.setattr("os.replace", refuse)
        with pytest.raises(StorageError, match="disque plein"):
            secret_key(tmp_path / "secret-key")

    assert [each.name for each in tmp_path.iterdir()] == ["secret-key.lock"]


def test_a_key_that_others_could_read_is_closed_again(tmp_path: Path):
    path = tmp_path / "secret-key"
    secret_key(path)
    path.chmod(0o644)

    secret_key(path)

    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"court", b"x" * 33])
def test_a_damaged_key_is_told_and_left(tmp_path: Path, content: bytes):
    path = tmp_path / "secret-key"
    path.write_bytes(content)

    with pytest.raises(StorageError, match="est abîmée : effacez ce fichier"):
        secret_key(path)

    assert path.read_bytes() == content


def test_a_key_that_cannot_be_made_is_told(tmp_path: Path):
    (tmp_path / "office").touch()

    with pytest.raises(StorageError, match="ne peut être ni lue ni écrite"):
        secret_key(tmp_path / "office" / "secret-key")
