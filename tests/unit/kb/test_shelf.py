"""Which model is asked for, which is loaded, and where adapted ones are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from index import SentenceTransformerEmbedder, StaticEmbedder, StudentEmbedder
from index.embedders.static import bundled_folder
from index.embedders.student import bundled_student_folder
from kb.errors import ConfigurationError, StorageError
from kb.shelf import BUNDLED, LIGHT, STUDENT, EmbedderShelf
from tests.contract.static_folder import write_modules, write_static_model

WORDS = ["logement", "jardin"]
TEXTS = ["un logement", "le jardin"]


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


@pytest.fixture
def light(models: Path, bundled: Path) -> EmbedderShelf:
    """The same, without the transformer."""
    return EmbedderShelf(models, LIGHT, bundled=bundled)


def test_the_bundled_models_are_asked_for_where_nothing_else_is(
    shelf: EmbedderShelf, bundled: Path
) -> None:
    name, embedder = shelf.create()
    assert name == STUDENT + BUNDLED
    assert isinstance(embedder, StudentEmbedder)
    expected = StudentEmbedder(bundled_student_folder(), StaticEmbedder(bundled))
    assert embedder.fingerprint == expected.fingerprint
    assert np.array_equal(embedder.embed_queries(TEXTS), expected.embed_queries(TEXTS))
    assert shelf.wanted(name)
    assert not shelf.wanted(BUNDLED)
    assert shelf.label(name) == "modèle français fourni"


def test_the_static_model_alone_can_be_asked_for(light: EmbedderShelf, bundled: Path) -> None:
    name, embedder = light.create()
    assert name == BUNDLED
    assert isinstance(embedder, StaticEmbedder)
    assert embedder.fingerprint == StaticEmbedder(bundled).fingerprint
    assert light.wanted(BUNDLED)
    assert not light.wanted(STUDENT + BUNDLED)
    assert light.label(BUNDLED) == "modèle français léger fourni"


def test_the_models_that_come_with_the_program_are_found(models: Path) -> None:
    shelf = EmbedderShelf(models, "")
    light, whole = shelf.load(BUNDLED), shelf.load(STUDENT + BUNDLED)
    assert light.fingerprint == StaticEmbedder(bundled_folder()).fingerprint
    assert whole.fingerprint == StudentEmbedder(bundled_student_folder()).fingerprint
    assert (light.dim, whole.dim) == (384, 512)


def test_what_stands_in_for_a_model_while_someone_waits_is_static(
    shelf: EmbedderShelf, adapted: Path
) -> None:
    name, embedder = shelf.substitute()
    assert name == BUNDLED
    assert isinstance(embedder, StaticEmbedder)
    installed = shelf.install(adapted)
    name, embedder = shelf.substitute()
    assert name == installed
    assert isinstance(embedder, StaticEmbedder)


@pytest.mark.parametrize(
    ("model", "before", "label"),
    [
        ("", STUDENT, "modèle français adapté à vos brochures"),
        (LIGHT, "", "modèle français léger adapté à vos brochures"),
    ],
)
def test_an_installed_model_is_asked_for_from_then_on_in_every_process(
    models: Path, bundled: Path, adapted: Path, model: str, before: str, label: str
) -> None:
    shelf = EmbedderShelf(models, model, bundled=bundled)
    installed = shelf.install(adapted)
    static = StaticEmbedder(adapted)
    expected = StudentEmbedder(bundled_student_folder(), static) if before else static
    rows, fingerprint = expected.embed_queries(TEXTS), expected.fingerprint
    assert installed == f"adapted:{static.fingerprint}"
    shutil.rmtree(adapted)
    for one in (shelf, EmbedderShelf(models, model, bundled=bundled)):
        name, embedder = one.create()
        assert name == before + installed
        assert one.wanted(name)
        assert not one.wanted(before + BUNDLED)
        assert one.label(name) == label
        assert one.usable(name, fingerprint)
        assert np.array_equal(embedder.embed_queries(TEXTS), rows)
        assert one.static_folder() == models / static.fingerprint


def test_installing_the_same_twice_is_as_once(shelf: EmbedderShelf, adapted: Path) -> None:
    assert shelf.install(adapted) == shelf.install(adapted)


def test_a_damaged_model_is_not_installed(shelf: EmbedderShelf, adapted: Path) -> None:
    (adapted / "model.safetensors").write_bytes(b"")
    with pytest.raises(ConfigurationError, match="manque ou est abîmé"):
        shelf.install(adapted)
    assert shelf.create()[0] == STUDENT + BUNDLED


def test_a_folder_that_takes_no_model_says_so(bundled: Path, adapted: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="vérifiez l’espace disque et les droits"):
        EmbedderShelf(tmp_path / "file", "", bundled=bundled).install(adapted)


def test_an_adapted_model_that_was_taken_away_gives_way_to_the_bundled_one(
    shelf: EmbedderShelf, models: Path, adapted: Path
) -> None:
    name = shelf.install(adapted)
    fingerprint = shelf.create()[1].fingerprint
    shutil.rmtree(models / name.removeprefix("adapted:"))
    assert shelf.create()[0] == STUDENT + BUNDLED
    assert not shelf.usable(name, name.removeprefix("adapted:"))
    assert not shelf.usable(STUDENT + name, fingerprint)


def test_only_the_model_in_use_and_the_one_asked_for_are_kept(
    shelf: EmbedderShelf, models: Path, tmp_path: Path, adapted: Path
) -> None:
    first = shelf.install(write_static_model(tmp_path / "first", WORDS, seed=5))
    second = shelf.install(adapted)
    (models / "lsa-of-an-older-program").mkdir()
    folders = lambda: {one.name for one in models.iterdir() if one.is_dir()}  # noqa: E731
    shelf.keep_only(STUDENT + first)
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


def test_a_student_of_the_user_stands_beside_the_bundled_static_model(
    models: Path, bundled: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(bundled_student_folder(), own)
    shelf = EmbedderShelf(models, str(own), bundled=bundled)
    name, embedder = shelf.create()
    assert name == str(own)
    assert isinstance(embedder, StudentEmbedder)
    assert embedder.fingerprint == shelf.load(STUDENT + BUNDLED).fingerprint
    assert shelf.label(name) == name
    assert shelf.telling_cosine(name) is None
    assert shelf.substitute()[0] == BUNDLED
    assert shelf.usable(name, embedder.fingerprint)
    shutil.rmtree(own)
    assert EmbedderShelf(models, str(own), bundled=bundled).usable(name, "student-0123")


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
    before = {name: shelf.load(name).fingerprint for name in (BUNDLED, STUDENT + BUNDLED)}
    assert all(shelf.usable(name, fingerprint) for name, fingerprint in before.items())
    assert not shelf.usable(STUDENT + BUNDLED, before[BUNDLED])
    write_static_model(bundled, WORDS, seed=9)
    later = EmbedderShelf(models, "", bundled=bundled)
    assert not any(later.usable(name, fingerprint) for name, fingerprint in before.items())


def test_vectors_of_a_model_that_is_missing_wait_for_it_but_retired_ones_do_not(
    shelf: EmbedderShelf,
) -> None:
    assert shelf.usable("/no/such/folder", "st-0123")
    assert not shelf.usable("lsa:lsa-0123:6", "lsa-0123")


def test_meaning_alone_answers_with_the_models_of_the_program_only(
    shelf: EmbedderShelf, adapted: Path
) -> None:
    own = [BUNDLED, STUDENT + BUNDLED, shelf.install(adapted)]
    assert all(0 < (shelf.telling_cosine(name) or 0) < 1 for name in own)
    assert shelf.telling_cosine(str(adapted)) is None


def test_tables_and_graph_are_in_memory_once(shelf: EmbedderShelf) -> None:
    assert shelf.load(BUNDLED) is shelf.word_vectors()
    assert shelf.load(STUDENT + BUNDLED) is shelf.load(STUDENT + BUNDLED)
