"""Which model is asked for, which is loaded, and where adapted ones are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index import SentenceTransformerEmbedder, StaticEmbedder
from index.embedders.static import bundled_folder
from kb.errors import ConfigurationError, StorageError
from kb.shelf import BUNDLED, EmbedderShelf
from tests.contract.static_folder import write_modules, write_static_model

WORDS = ["logement", "jardin"]


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    """Stands in for the model that comes with the program."""
    return write_static_model(tmp_path / "bundled", WORDS, seed=1)


@pytest.fixture
def adapted(tmp_path: Path) -> Path:
    """A model to install."""
    return write_static_model(tmp_path / "adapted", WORDS, seed=2)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Where the base keeps its own."""
    return tmp_path / "home" / "models"


@pytest.fixture
def shelf(models: Path, bundled: Path) -> EmbedderShelf:
    """Without a model of the user's."""
    return EmbedderShelf(models, "", bundled=bundled)


def test_the_bundled_model_is_asked_for_where_nothing_else_is(
    shelf: EmbedderShelf, bundled: Path
) -> None:
    name, embedder = shelf.create()
    assert name == BUNDLED
    assert embedder.fingerprint == StaticEmbedder(bundled).fingerprint
    assert shelf.wanted(BUNDLED)
    assert shelf.label(BUNDLED) == "modèle français fourni"


def test_the_model_that_comes_with_the_program_is_found(models: Path) -> None:
    embedder = EmbedderShelf(models, "").load(BUNDLED)
    assert embedder.dim == 384
    assert embedder.fingerprint == StaticEmbedder(bundled_folder()).fingerprint


def test_an_installed_model_is_asked_for_from_then_on_in_every_process(
    shelf: EmbedderShelf, models: Path, bundled: Path, adapted: Path
) -> None:
    name = shelf.install(adapted)
    expected = StaticEmbedder(adapted).fingerprint
    shutil.rmtree(adapted)
    assert name == f"adapted:{expected}"
    assert shelf.label(name) == "modèle adapté à vos brochures"
    for one in (shelf, EmbedderShelf(models, "", bundled=bundled)):
        assert one.wanted(name)
        assert not one.wanted(BUNDLED)
        assert one.create()[0] == name
        assert one.create()[1].fingerprint == expected
        assert one.usable(name, expected)


def test_installing_the_same_twice_is_as_once(shelf: EmbedderShelf, adapted: Path) -> None:
    assert shelf.install(adapted) == shelf.install(adapted)


def test_a_damaged_model_is_not_installed(shelf: EmbedderShelf, adapted: Path) -> None:
    (adapted / "model.safetensors").write_bytes(b"")
    with pytest.raises(ConfigurationError, match="manque ou est abîmé"):
        shelf.install(adapted)
    assert shelf.create()[0] == BUNDLED


def test_a_folder_that_takes_no_model_says_so(bundled: Path, adapted: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="vérifiez l’espace disque et les droits"):
        EmbedderShelf(tmp_path / "file", "", bundled=bundled).install(adapted)


def test_an_adapted_model_that_was_taken_away_gives_way_to_the_bundled_one(
    shelf: EmbedderShelf, models: Path, adapted: Path
) -> None:
    name = shelf.install(adapted)
    shutil.rmtree(models / name.removeprefix("adapted:"))
    assert shelf.create()[0] == BUNDLED
    assert not shelf.usable(name, name.removeprefix("adapted:"))


def test_only_the_model_in_use_and_the_one_asked_for_are_kept(
    shelf: EmbedderShelf, models: Path, tmp_path: Path, adapted: Path
) -> None:
    first = shelf.install(write_static_model(tmp_path / "first", WORDS, seed=5))
    second = shelf.install(adapted)
    (models / "lsa-of-an-older-program").mkdir()
    folders = lambda: {one.name for one in models.iterdir() if one.is_dir()}  # noqa: E731
    shelf.keep_only(first)
    assert folders() == {first.removeprefix("adapted:"), second.removeprefix("adapted:")}
    shelf.keep_only("some/transformer")
    assert folders() == {second.removeprefix("adapted:")}


def test_a_static_folder_of_the_user_is_read_without_torch(
    models: Path, bundled: Path, adapted: Path
) -> None:
    shelf = EmbedderShelf(models, str(adapted), bundled=bundled)
    name, embedder = shelf.create()
    assert name == str(adapted)
    assert isinstance(embedder, StaticEmbedder)
    assert shelf.substitute() == (name, embedder)
    assert shelf.word_vectors() is embedder
    assert shelf.label(name) == name


def test_other_models_of_the_user_are_left_to_sentence_transformers(
    models: Path, bundled: Path, adapted: Path
) -> None:
    write_modules(adapted, "Transformer", "Pooling")
    shelf = EmbedderShelf(models, str(adapted), bundled=bundled)
    assert isinstance(shelf.create()[1], SentenceTransformerEmbedder)
    expected = StaticEmbedder(bundled).embed_words(WORDS)
    assert np.array_equal(shelf.word_vectors().embed_words(WORDS), expected)
    assert shelf.substitute()[0] == BUNDLED


def test_vectors_can_be_queried_while_the_weights_are_those_that_made_them(
    shelf: EmbedderShelf, bundled: Path, models: Path
) -> None:
    before = StaticEmbedder(bundled).fingerprint
    assert shelf.usable(BUNDLED, before)
    write_static_model(bundled, WORDS, seed=9)
    assert not EmbedderShelf(models, "", bundled=bundled).usable(BUNDLED, before)


def test_vectors_of_a_model_that_is_missing_wait_for_it_but_retired_ones_do_not(
    shelf: EmbedderShelf,
) -> None:
    assert shelf.usable("/no/such/folder", "st-0123")
    assert not shelf.usable("lsa:lsa-0123:6", "lsa-0123")


def test_the_table_is_in_memory_once(shelf: EmbedderShelf) -> None:
    assert shelf.load(BUNDLED) is shelf.word_vectors()
