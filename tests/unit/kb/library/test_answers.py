"""Answers: which sentence of a hit is quoted, by its words or by its meaning."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb.library import Library
from kb.library.answers import AnswerBuilder
from kb.library.base import Base, Parts
from kb.library.profiles import Profiles
from kb.library.requests import Ranked, Request
from kb.model import Span
from kb.ports import Vectors
from kb.query import expand, parse_query
from kb.ranking import Candidate
from kb.thesaurus import build_thesaurus

GARDEN = """\
# Le Verger | Loire Toit | Tours | 37 | 2020
## Le besoin
Les murs sont repeints. Un potager nourrit le quartier. Les voisins en parlent.
"""

THESAURUS = build_thesaurus({"synonymes": [{"termes": ["façade", "murs"]}]})


class GardenSense:
    """Knows that a kitchen garden is a garden; remembers how many texts it was given."""

    dim = 2
    fingerprint = "garden"

    def __init__(self) -> None:
        self.given: list[int] = []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        self.given.append(len(texts))
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        about = [any(word in text for word in ("potager", "jardins")) for text in texts]
        return np.array([[1, 0] if one else [0, 1] for one in about], np.float32)


Quote = Callable[[str, Candidate], str]


@pytest.fixture
def sense() -> GardenSense:
    return GardenSense()


@pytest.fixture
def quote(parts: Parts, library: Library, tmp_path: Path, sense: GardenSense) -> Quote:
    """The sentence quoted of the one passage, for a query and how the passage was found."""
    path = tmp_path / "verger.txt"
    path.write_text(GARDEN, encoding="utf-8")
    assert not library.ingest([path]).refused
    with Base(parts).moment() as now:
        moment = replace(now, embedder=sense)

    def build(text: str, candidate: Candidate) -> str:
        query = expand(parse_query(text), THESAURUS, moment.known)
        profiles = Profiles(parts.catalog).load([candidate.key], moment)
        ranked = Ranked([candidate], profiles, answerable=True)
        builder = AnswerBuilder(moment, query, parts.catalog.passages)
        hit = builder.build(Request(text), None, ranked, time.perf_counter()).hits[0]
        assert hit.citation.startswith(f"« {_best(hit.passage.text, hit.best_sentence)} »")
        return _best(hit.passage.text, hit.best_sentence)

    return build


def _best(text: str, span: Span) -> str:
    return text[span.start : span.end]


def test_hit_found_by_meaning_alone_is_quoted_by_meaning(quote: Quote) -> None:
    by_meaning = Candidate(1, 0.5, None, 1)
    assert quote("jardins", by_meaning) == "Un potager nourrit le quartier."


def test_hit_with_a_matching_word_is_quoted_by_its_words(quote: Quote, sense: GardenSense) -> None:
    assert quote("jardins voisins", Candidate(1, 0.5, 1, 1)) == "Les voisins en parlent."
    assert sense.given == []


def test_hit_that_was_not_found_by_meaning_is_quoted_from_its_start(
    quote: Quote, sense: GardenSense
) -> None:
    assert quote("jardins", Candidate(1, 0.5, None, None)) == "Les murs sont repeints."
    assert sense.given == []


def test_typed_words_say_more_than_added_ones(quote: Quote) -> None:
    assert quote("façade", Candidate(1, 0.5, 1, None)) == "Les murs sont repeints."
    assert quote("façade voisins", Candidate(1, 0.5, 1, None)) == "Les voisins en parlent."
