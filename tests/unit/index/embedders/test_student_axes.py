"""A student whose vectors are told by fewer numbers than both models have."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from index import StaticEmbedder, StudentEmbedder
from kb.errors import ConfigurationError
from tests.contract.embedders import TEXTS, EmbedderContract
from tests.contract.static_folder import write_static_model
from tests.contract.student_folder import DIM, write_student
from tests.unit.index.embedders.test_student import HARD_TEXTS, WORDS

pytestmark = pytest.mark.slow

STATIC, KEPT = 24, 30


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static model that tokenises for the graph."""
    return write_static_model(tmp_path_factory.mktemp("models") / "words", WORDS, dim=STATIC)


@pytest.fixture(scope="module")
def whole(words: Path) -> Path:
    """A student that keeps all numbers."""
    return write_student(words.with_name("student"), words)


@pytest.fixture(scope="module")
def axes() -> np.ndarray:
    """Directions at right angles, drawn by chance."""
    drawn = np.random.default_rng(5).normal(size=(STATIC + DIM, KEPT))
    return np.linalg.qr(drawn)[0].astype(np.float16)


@pytest.fixture
def folder(whole: Path, axes: np.ndarray, tmp_path: Path) -> Path:
    """The same student with axes."""
    made = Path(shutil.copytree(whole, tmp_path / "narrow"))
    save_file({"axes": axes}, made / "axes.safetensors")
    return made


def opened(folder: Path, words: Path) -> StudentEmbedder:
    return StudentEmbedder(folder, StaticEmbedder(words), StaticEmbedder(words))


@pytest.fixture
def embedder(folder: Path, words: Path) -> StudentEmbedder:
    return opened(folder, words)


class TestContract(EmbedderContract):
    """The promises of every embedder."""


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_vector_is_that_of_both_models_along_the_axes(
    embedder: StudentEmbedder, whole: Path, words: Path, axes: np.ndarray
) -> None:
    expected = unit(opened(whole, words).embed_passages(TEXTS) @ axes.astype(np.float32))
    assert embedder.dim == KEPT
    assert embedder.embed_passages(TEXTS) == pytest.approx(expected, abs=1e-6)
    assert embedder.embed_queries(TEXTS) == pytest.approx(expected, abs=1e-6)


def test_a_sentence_is_that_of_the_static_model_along_the_axes(
    embedder: StudentEmbedder, words: Path, axes: np.ndarray
) -> None:
    rows = StaticEmbedder(words).embed_passages(TEXTS) @ axes[:STATIC].astype(np.float32)
    assert embedder.embed_sentences(TEXTS) == pytest.approx(unit(rows), abs=1e-6)
    assert not embedder.embed_sentences(["", "🏠"]).any()


def test_a_vector_is_the_same_alone_and_among_others_bit_for_bit(
    embedder: StudentEmbedder,
) -> None:
    together = embedder.embed_passages(HARD_TEXTS)
    alone = [embedder.embed_passages([one]) for one in HARD_TEXTS]
    assert np.array_equal(np.vstack(alone), together)
    assert np.array_equal(embedder.embed_passages(HARD_TEXTS[::-1])[::-1], together)


def test_other_axes_are_another_model(
    folder: Path, whole: Path, words: Path, embedder: StudentEmbedder, axes: np.ndarray
) -> None:
    before = embedder.fingerprint
    save_file({"axes": axes[:, ::-1].copy()}, folder / "axes.safetensors")
    assert len({before, opened(folder, words).fingerprint, opened(whole, words).fingerprint}) == 3


def test_beside_a_static_model_of_another_length_all_numbers_are_kept(
    folder: Path, whole: Path, words: Path, tmp_path: Path
) -> None:
    other = write_static_model(tmp_path / "other", WORDS, dim=10)
    found = StudentEmbedder(folder, StaticEmbedder(other), StaticEmbedder(words))
    plain = StudentEmbedder(whole, StaticEmbedder(other), StaticEmbedder(words))
    assert found.dim == 10 + DIM
    assert np.array_equal(found.embed_passages(TEXTS), plain.embed_passages(TEXTS))
    assert found.fingerprint == plain.fingerprint


@pytest.mark.parametrize("damage", ["cut", "empty", "other name", "flat", "too many"])
def test_damaged_axes_say_what_to_do(
    folder: Path, words: Path, axes: np.ndarray, damage: str
) -> None:
    path = folder / "axes.safetensors"
    if damage == "other name":
        save_file({"directions": axes}, path)
    elif damage == "flat":
        save_file({"axes": axes[:, 0].copy()}, path)
    elif damage == "too many":
        save_file({"axes": axes.T.copy()}, path)
    else:
        path.write_bytes(path.read_bytes()[: 40 if damage == "cut" else 0])
    with pytest.raises(ConfigurationError, match="manque ou est abîmé : réinstallez"):
        opened(folder, words).embed_queries(["velo"])
