"""Terms and their documents: made, thinned out, joined."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.whoosh.inverted import Inverted, invert, joined

some_documents = st.lists(
    st.lists(st.sampled_from(["toit", "mur", "été", "zèbre", "a b", ""]), max_size=8), max_size=7
)


def _told(postings: Inverted) -> dict[str, dict[int, int]]:
    """Term → document → count."""
    bounds = zip(postings.starts[:-1], postings.starts[1:], strict=True)
    return {
        term.decode(): dict(
            zip(
                postings.numbers[start:end].tolist(),
                postings.counts[start:end].tolist(),
                strict=True,
            )
        )
        for term, (start, end) in zip(postings.terms, bounds, strict=True)
    }


def _expected(documents: list[list[str]]) -> dict[str, dict[int, int]]:
    terms = sorted({term for held in documents for term in held}, key=str.encode)
    return {
        term: {number: held.count(term) for number, held in enumerate(documents) if term in held}
        for term in terms
    }


def _in_order(postings: Inverted) -> bool:
    ascending = all(
        np.all(np.diff(numbers) > 0)
        for numbers in np.split(postings.numbers, postings.starts[1:-1])
        if len(numbers)
    )
    return ascending and list(postings.terms) == sorted(set(postings.terms))


def test_a_term_has_the_documents_that_hold_it_and_how_often() -> None:
    postings = invert([["mur", "toit", "mur"], [], ["toit"]])
    assert _told(postings) == {"mur": {0: 2}, "toit": {0: 1, 2: 1}}
    assert list(postings.terms) == [b"mur", b"toit"]


def test_no_document_gives_no_term() -> None:
    assert _told(invert([])) == _told(invert([[], []])) == {}


@given(some_documents)
def test_any_documents_are_told_in_order(documents: list[list[str]]) -> None:
    postings = invert(documents)
    assert _told(postings) == _expected(documents)
    assert _in_order(postings)


@given(some_documents, st.lists(st.booleans(), min_size=7, max_size=7))
def test_documents_that_are_left_out_take_their_terms_along(
    documents: list[list[str]], keep: list[bool]
) -> None:
    keep = keep[: len(documents)]
    fresh = np.where(keep, np.cumsum(keep) - 1, -1).astype(np.int32)
    kept = [held for held, whether in zip(documents, keep, strict=True) if whether]
    thinned = invert(documents).renumbered(fresh)
    assert _told(thinned) == _expected(kept)
    assert _in_order(thinned)


@given(st.lists(some_documents, max_size=4))
def test_parts_joined_tell_what_all_documents_together_tell(parts: list[list[list[str]]]) -> None:
    moved, first = [], 0
    for documents in parts:
        numbers = np.arange(first, first + len(documents), dtype=np.int32)
        moved.append(invert(documents).renumbered(numbers))
        first += len(documents)
    together = joined(moved)
    assert _told(together) == _expected([held for part in parts for held in part])
    assert _in_order(together)
