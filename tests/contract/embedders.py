"""What every embedder promises; test modules inherit it for their own."""

from __future__ import annotations

import numpy as np
import pytest

from kb.ports import Embedder

TEXTS = ["logement pour jeunes", "jardin partagé", "logement", "velo atelier jardin"]


class EmbedderContract:
    """Inherit, and give a fixture ``embedder`` that knows the words of ``TEXTS``."""

    def test_one_normalised_float32_row_per_text(self, embedder: Embedder) -> None:
        for rows in (embedder.embed_queries(TEXTS), embedder.embed_passages(TEXTS)):
            assert rows.shape == (len(TEXTS), embedder.dim)
            assert rows.dtype == np.float32
            assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)

    def test_no_text_gives_no_row(self, embedder: Embedder) -> None:
        assert embedder.embed_queries([]).shape == (0, embedder.dim)
        assert embedder.embed_passages([]).shape == (0, embedder.dim)

    def test_a_text_gets_the_same_vector_alone_and_among_others(self, embedder: Embedder) -> None:
        together = embedder.embed_passages(TEXTS)
        alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
        assert together == pytest.approx(alone, abs=1e-6)

    def test_different_texts_get_different_vectors(self, embedder: Embedder) -> None:
        rows = embedder.embed_passages(TEXTS)
        assert len({row.tobytes() for row in rows}) == len(TEXTS)

    def test_a_passage_is_nearest_to_the_query_of_its_words(self, embedder: Embedder) -> None:
        products = embedder.embed_queries(TEXTS) @ embedder.embed_passages(TEXTS).T
        assert products.argmax(axis=1).tolist() == [0, 1, 2, 3]

    def test_sentences_have_a_row_each_and_are_nearest_to_the_query_of_their_words(
        self, embedder: Embedder
    ) -> None:
        rows = embedder.embed_sentences(TEXTS)
        assert rows.shape == (len(TEXTS), embedder.dim)
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
        alone = np.concatenate([embedder.embed_sentences([text]) for text in TEXTS])
        assert rows == pytest.approx(alone, abs=1e-6)
        products = embedder.embed_queries(TEXTS) @ rows.T
        assert products.argmax(axis=1).tolist() == [0, 1, 2, 3]
        assert embedder.embed_sentences([]).shape == (0, embedder.dim)

    def test_odd_texts_give_finite_rows(self, embedder: Embedder) -> None:
        odd = ["", " ", "…", "xyzzy", "logement " * 5000, "\x00\n\t", "🏠"]
        assert np.isfinite(embedder.embed_queries(odd)).all()
        assert np.isfinite(embedder.embed_passages(odd)).all()
        assert np.isfinite(embedder.embed_sentences(odd)).all()

    def test_the_fingerprint_does_not_change_by_itself(self, embedder: Embedder) -> None:
        before = embedder.fingerprint
        embedder.embed_queries(TEXTS)
        assert embedder.fingerprint == before
        assert len(before) > 16
