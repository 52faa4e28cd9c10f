"""Postings as bytes: nothing is lost, damage is told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.whoosh.inverted import Inverted, invert
from index.whoosh.packed import PARTS, Packed, pack

DOCUMENTS = 1 << 20

some_postings = st.dictionaries(
    st.text(max_size=4).map(str.encode),
    st.dictionaries(
        st.one_of(st.integers(0, 600), st.integers(0, DOCUMENTS - 1)),
        st.sampled_from([1, 1, 1, 2, 255, 256, 100_000]),
        min_size=1,
        max_size=12,
    ),
    max_size=8,
)


def _inverted(postings: dict[bytes, dict[int, int]]) -> Inverted:
    pairs = [sorted(postings[term].items()) for term in sorted(postings)]
    flat = [pair for held in pairs for pair in held]
    return Inverted(
        sorted(postings),
        np.cumsum([0, *map(len, pairs)]),
        np.array([number for number, _ in flat], dtype=np.int32),
        np.array([count for _, count in flat], dtype=np.int32),
    )


def _packed(postings: Inverted, documents: int = DOCUMENTS) -> Packed:
    return Packed(pack(postings), documents)


@given(some_postings)
def test_postings_come_back_as_they_were(postings: dict[bytes, dict[int, int]]) -> None:
    given = _inverted(postings)
    packed = _packed(given)
    assert packed.terms() == list(given.terms)
    for term, held in postings.items():
        numbers, counts = packed.postings(term)
        assert numbers.tolist() == sorted(held)
        expected = [held[number] for number in sorted(held)]
        assert ([1] * len(held) if counts is None else counts.tolist()) == expected
    whole = packed.unpacked()
    assert list(whole.terms) == list(given.terms)
    assert whole.starts.tolist() == given.starts.tolist()
    assert whole.numbers.tolist() == given.numbers.tolist()
    assert whole.counts.tolist() == given.counts.tolist()


@given(some_postings, st.text(max_size=4).map(str.encode))
def test_a_term_that_is_not_there_has_no_documents(
    postings: dict[bytes, dict[int, int]], term: bytes
) -> None:
    postings.pop(term, None)
    numbers, counts = _packed(_inverted(postings)).postings(term)
    assert (numbers.tolist(), counts) == ([], None)


def test_only_documents_that_are_alive_count() -> None:
    packed = _packed(invert([["mur", "toit"], ["toit"], ["mur"]]), 3)
    assert packed.frequencies(np.ones(3, dtype=np.bool_)).tolist() == [2, 2]
    assert packed.frequencies(np.array([False, True, False])).tolist() == [0, 1]
    assert _packed(invert([]), 1).frequencies(np.array([False])).tolist() == []


def test_a_term_of_every_document_takes_a_byte_for_each() -> None:
    parts = pack(invert([["toit"]] * 1000))
    assert parts["data"].nbytes == 1000
    assert sum(parts[name].nbytes for name in PARTS) == 1000 + len("toit") + 4 + 4 + 1


def test_a_document_that_is_not_there_is_damage() -> None:
    packed = _packed(invert([["toit"], ["toit"]]), 1)
    with pytest.raises(ValueError, match="not there"):
        packed.postings(b"toit")


def test_missing_bytes_are_damage() -> None:
    parts = pack(invert([["toit", "mur"], ["toit"]]))
    parts["data"] = parts["data"][:-1]
    with pytest.raises(ValueError, match="bytes of postings"):
        Packed(parts, 2).postings(b"toit")


def test_missing_terms_are_damage() -> None:
    parts = pack(invert([["toit", "mur"], ["toit"]]))
    parts["held"] = parts["held"][:-1]
    with pytest.raises(ValueError, match="as many terms"):
        Packed(parts, 2)
