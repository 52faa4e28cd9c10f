"""A model folder is written whole or not at all, and never over something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.training.folder import check_target, write_folder
from kb.errors import InputError, StorageError

ADVICE = "demandez moins de mots"


def filled(size: int = 1000, name: str = "model.onnx"):
    return lambda folder: (folder / name).write_bytes(b"x" * size)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A model that is there already."""
    write_folder(tmp_path / "m", filled(1), 1.0, ADVICE)
    return tmp_path / "m"


@pytest.mark.parametrize("name", ["model.safetensors", "model.onnx"])
def test_a_model_may_be_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / name).touch()
    check_target(tmp_path / "m")


def test_a_new_or_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    check_target(tmp_path / "empty")
    check_target(tmp_path / "new")


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_something_else_is_left_alone(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "notes"
    if kind == "folder":
        target.mkdir()
        (target / "notes.txt").write_text("mine")
    else:
        target.write_text("mine")
    with pytest.raises(InputError) as caught:
        write_folder(target, filled(), 1.0, ADVICE)
    assert str(caught.value) == (
        f"« {target} » existe et n’est pas un modèle : donnez un autre dossier par --output."
    )
    assert (target / "notes.txt" if kind == "folder" else target).read_text() == "mine"


def test_a_folder_is_replaced_whole(old: Path) -> None:
    (old / "left.txt").touch()
    write_folder(old, filled(1000), 1.0, ADVICE)
    assert [(one.name, one.stat().st_size) for one in old.iterdir()] == [("model.onnx", 1000)]
    assert [one.name for one in old.parent.iterdir()] == ["m"]
    assert old.stat().st_mode & 0o777 == 0o755


def test_parents_are_made(tmp_path: Path) -> None:
    write_folder(tmp_path / "a" / "b", filled(), 1.0, ADVICE)
    assert (tmp_path / "a" / "b" / "model.onnx").exists()


def test_a_folder_larger_than_allowed_is_refused_and_the_old_one_stays(old: Path) -> None:
    with pytest.raises(StorageError) as caught:
        write_folder(old, filled(2_340_000), 1.5, ADVICE)
    assert str(caught.value) == (
        "Le modèle pèse 2,34 Mo et 1,5 Mo sont permis : demandez moins de mots."
    )
    with pytest.raises(StorageError, match="sont permis"):
        write_folder(old, filled(1_500_001), 1.5, ADVICE)
    assert (old / "model.onnx").stat().st_size == 1
    assert [one.name for one in old.parent.iterdir()] == ["m"]
    write_folder(old, filled(1_500_000), 1.5, ADVICE)


def test_what_breaks_while_filling_leaves_the_old_one(old: Path) -> None:
    def breaks(folder: Path) -> None:
        filled()(folder)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_folder(old, breaks, 1.0, ADVICE)
    assert (old / "model.onnx").stat().st_size == 1
    assert [one.name for one in old.parent.iterdir()] == ["m"]


def test_a_disk_that_refuses_is_told_and_the_old_one_stays(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if target == old and not path.name.endswith("-old"):
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(StorageError) as caught:
        write_folder(old, filled(), 1.0, ADVICE)
    assert str(caught.value) == (
        f"Le modèle ne s’écrit pas dans « {old} » (No space left on device) : libérez de la place "
        "ou donnez un autre dossier."
    )
    assert (old / "model.onnx").stat().st_size == 1
    assert [one.name for one in old.parent.iterdir()] == ["m"]
