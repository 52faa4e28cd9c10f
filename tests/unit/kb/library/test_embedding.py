"""What the embedder is given of passages, and how its rows come back to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.analysis import texts_to_embed
from kb.catalog import StoredPassage
from kb.library.embedding import cut, embed, embed_texts
from kb.model import Passage, Project
from kb.ports import Vectors

PROJECT = Project(id="b/p", brochure_id="b", title="Grandir", organisation="Granit Logis")
ONE = "La colocation rompt l’isolement des seniors."
TWO = "Douze jeunes ménages partagent la maison."


def _passage(text: str, heading: str = "Le besoin") -> Passage:
    return Passage("b/p/s/1", "b/p/s", "b/p", "b", text, heading, "", 1, 1, "1")


class _LengthEmbedder:
    """One row a text: its length; keeps count of the calls."""

    dim = 1
    fingerprint = "length"

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        return np.array([[len(text)] for text in texts], dtype=np.float32)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts)


def test_all_texts_go_to_the_embedder_at_once_and_rows_come_back_to_their_passage() -> None:
    embedder = _LengthEmbedder()
    batch = [StoredPassage(7, _passage(f"{ONE} {TWO}", "")), StoredPassage(3, _passage(TWO, ""))]
    rows = embed(embedder, batch, {PROJECT.id: PROJECT})
    prefix = len("Grandir. Granit Logis. ")
    assert [each.tolist() for each in rows] == [
        [[prefix + len(ONE) + 1 + len(TWO)], [len(ONE)], [len(TWO)]],
        [[prefix + len(TWO)]],
    ]
    assert len(embedder.calls) == 1


def test_no_passage_asks_nothing_of_the_embedder() -> None:
    embedder = _LengthEmbedder()
    assert embed(embedder, [], {}) == []
    assert embedder.calls == []


@given(st.lists(st.integers(0, 6), max_size=12))
def test_cut_rows_are_all_rows_in_order(counts: list[int]) -> None:
    rows = np.arange(2 * sum(counts), dtype=np.float32).reshape(-1, 2)
    pieces = cut(rows, counts)
    assert [len(piece) for piece in pieces] == counts
    assert np.array_equal(np.concatenate([*pieces, np.empty((0, 2), np.float32)]), rows)


@pytest.mark.parametrize("counts", [[], [1], [2, 2], [4]])
def test_rows_that_do_not_add_up_are_refused(counts: list[int]) -> None:
    with pytest.raises(ValueError, match="3 rows cannot be cut"):
        cut(np.zeros((3, 2), np.float32), counts)


def test_what_is_known_is_not_embedded_again() -> None:
    embedder = _LengthEmbedder()
    one, two, both = (
        tuple(texts_to_embed(_passage(text), PROJECT)) for text in (ONE, TWO, f"{ONE} {TWO}")
    )
    former = {one: np.array([[42]], dtype=np.float32)}
    rows = embed_texts(embedder, [one, two, both, two], former)
    assert rows[0] is former[one]
    assert [len(each) for each in rows] == [1, 1, 3, 1]
    # Nothing of the first, and the second, which comes twice, once.
    assert embedder.calls == [[*two, *both]]
    assert embed_texts(embedder, [one], former)[0] is former[one]
    assert len(embedder.calls) == 1
