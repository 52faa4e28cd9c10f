from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import StaticEmbedder
from index.training.config import ExportOptions, VocabularyOptions
from index.training.counting import WordCounts
from index.training.export import Quantised, centred, write_model
from index.training.heldout import table_embedding
from index.training.vocabulary import make_tokenizer, make_vocabulary
from index.training.word_vectors import WordVectors
from kb.errors import StorageError

TEXTS = ["Le logement des seniors", "sans-abri, à l’abri !", "inconnuzzz logements", "", "?"]


@pytest.fixture(scope="module")
def tokenizer():
    words = WordCounts()
    words.add(["le logement des seniors abri a l sans-abri"])
    vectors = WordVectors(("le",), np.arange(1), np.ones((1, 1), dtype=np.float32))
    return make_tokenizer(
        make_vocabulary(words, words, vectors, VocabularyOptions(words=20, pieces=0))
    )


@pytest.fixture(scope="module")
def table(tokenizer):
    rows = np.random.default_rng(0).normal(size=(tokenizer.get_vocab_size(), 16))
    rows *= np.random.default_rng(1).uniform(0.001, 1, size=(len(rows), 1))
    rows[0] = 0
    return rows.astype(np.float32)


@pytest.mark.slow
def test_the_folder_reads_alike_everywhere(tmp_path: Path, table, tokenizer):
    from sentence_transformers import SentenceTransformer

    stored = write_model(tmp_path / "m", table, tokenizer, "# card", ExportOptions())

    expected = table_embedding(stored.table(), tokenizer)(TEXTS)
    theirs = SentenceTransformer(str(tmp_path / "m"), device="cpu").encode(TEXTS)
    ours = StaticEmbedder(tmp_path / "m").embed_passages(TEXTS)
    assert np.abs(theirs - expected).max() < 1e-6
    assert np.abs(ours - expected).max() < 1e-6
    assert not expected[3:].any()


def test_quantised_rows_are_near_what_they_were(table):
    stored = Quantised.of_table(table)

    assert stored.embeddings.dtype == np.int8
    assert stored.weights.dtype == np.float32
    error = np.abs(stored.table() - table).max(axis=1)
    assert (error <= stored.weights / 2 + 1e-9).all()
    assert not stored.table()[0].any()


def test_centring_takes_the_mean_text_away(table, tokenizer):
    texts = TEXTS[:3]
    shifted = centred(table, tokenizer, texts)

    means = []
    for text in texts:
        ids = [one for one in tokenizer.encode(text).ids if one]
        means.append(shifted[ids].mean(axis=0))
    assert np.abs(np.mean(means, axis=0)).max() < 1e-6
    assert not shifted[0].any()


def test_a_model_is_replaced_whole(tmp_path: Path, table, tokenizer):
    write_model(tmp_path / "m", table, tokenizer, "# one", ExportOptions())
    write_model(tmp_path / "m", table, tokenizer, "# two", ExportOptions())

    assert (tmp_path / "m" / "README.md").read_text() == "# two"
    assert [one.name for one in tmp_path.iterdir()] == ["m"]


def test_a_model_that_is_too_large_is_refused_and_the_old_one_stays(tmp_path, table, tokenizer):
    write_model(tmp_path / "m", table, tokenizer, "# one", ExportOptions())

    with pytest.raises(StorageError, match=r"et 0,001 Mo sont permis : demandez moins de mots"):
        write_model(tmp_path / "m", table, tokenizer, "# two", ExportOptions(max_megabytes=0.001))
    assert (tmp_path / "m" / "README.md").read_text() == "# one"
    assert [one.name for one in tmp_path.iterdir()] == ["m"]
