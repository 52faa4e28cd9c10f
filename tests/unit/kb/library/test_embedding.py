"""What the embedder is given of passages, and how its rows come back to them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.catalog import StoredPassage
from kb.library.context import full_sentences, texts_to_embed
from kb.library.embedding import cut, embed
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


def test_a_passage_is_embedded_with_its_context_then_sentence_by_sentence() -> None:
    assert texts_to_embed(_passage(f"{ONE} {TWO}"), PROJECT) == [
        f"Grandir. Granit Logis. Le besoin. {ONE} {TWO}",
        ONE,
        TWO,
    ]


def test_a_single_sentence_has_no_row_of_its_own() -> None:
    assert texts_to_embed(_passage(ONE), PROJECT) == [f"Grandir. Granit Logis. Le besoin. {ONE}"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        (f"Oui. {ONE} Très bien ! {TWO}", [ONE, TWO]),
        (f"{ONE} Oui.", [ONE]),
        ("Oui. Non.", ["Oui.", "Non."]),
        (
            "• Accueil des jeunes\n• Une maison\n• Un jardin partagé ouvert",
            ["• Un jardin partagé ouvert"],
        ),
    ],
)
def test_sentences_of_fewer_than_three_words_are_left_out(text: str, sentences: list[str]) -> None:
    assert full_sentences(text) == sentences


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
    batch = [StoredPassage(0, _passage(one)) for one in (ONE, TWO, f"{ONE} {TWO}", TWO)]
    known = np.array([[42]], dtype=np.float32)
    former = {tuple(texts_to_embed(_passage(ONE), PROJECT)): known}
    rows = embed(embedder, batch, {PROJECT.id: PROJECT}, texts_to_embed, former)
    assert rows[0] is known
    assert [len(each) for each in rows] == [1, 1, 3, 1]
    (asked,) = embedder.calls
    # Nothing of the first, and the second, which comes twice, once.
    assert asked == texts_to_embed(_passage(TWO), PROJECT) + texts_to_embed(
        _passage(f"{ONE} {TWO}"), PROJECT
    )
    again = embed(embedder, batch[:1], {PROJECT.id: PROJECT}, texts_to_embed, former)
    assert again[0] is known
    assert len(embedder.calls) == 1
