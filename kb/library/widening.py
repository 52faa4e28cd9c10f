"""Widening a query with the base's own words, by the static model's word vectors."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.library.base import Base
from kb.library.moment import Moment
from kb.model import Project
from kb.ports import Vectors, WordVectors
from kb.query import Alternative, Query
from kb.text import content_tokens, fold
from kb.widening import MOST_READ, Vocabulary, vocabulary_of, widen, widenable


@dataclass(frozen=True, slots=True)
class WordMap:
    """The words that may be offered at one generation of the catalogue, and their vectors."""

    generation: int
    model: WordVectors
    """It may change before the catalogue does: vectors of two models never meet."""
    vocabulary: Vocabulary
    matrix: Vectors
    """One row a word of the vocabulary, L2-normalised."""
    unknown: frozenset[str]
    """Folded words of the base that the model lacks, which are not offered."""


class Widener:
    """Adds words of like meaning to queries; safe for many threads.

    The words of the base are embedded at the first query of each generation
    (about a tenth of a second for ten thousand words, later those alone that are new),
    and kept in memory. While one thread reads them anew, the others go on with those
    that were there before: a word that has gone finds nothing.
    """

    def __init__(self, base: Base) -> None:
        self._base = base
        self._lock = threading.Lock()
        self._kept: WordMap | None = None

    def read(self, moment: Moment) -> None:
        """Have the words of the base in memory."""
        self._words(moment, self._base.parts.word_vectors())

    def widen(self, query: Query, moment: Moment) -> Query:
        """The query with the nearest words of the brochures as alternatives of its concepts."""
        model = self._base.parts.word_vectors()
        words = self._words(moment, model)
        places = widenable(query, words.vocabulary.names)
        if not places or not words.vocabulary.words:
            return query
        typed = model.embed_words([_surface(query.concepts[place].typed) for place in places])
        known = _known(typed)
        if not known:
            return query
        places = [places[row] for row in known]
        whole = _whole(query, model)
        return widen(query, places, typed[known], whole, words.vocabulary, words.matrix)

    def _words(self, moment: Moment, model: WordVectors) -> WordMap:
        kept = self._kept if self._kept is not None and self._kept.model is model else None
        if kept is not None and kept.generation == moment.generation:
            return kept
        if not self._lock.acquire(blocking=kept is None):
            return kept or self._words(moment, model)
        try:
            kept = self._kept
            if kept is None or kept.generation != moment.generation or kept.model is not model:
                kept = self._kept = self._read(moment, model, kept)
            return kept
        finally:
            self._lock.release()

    def _read(self, moment: Moment, model: WordVectors, former: WordMap | None) -> WordMap:
        named = frozenset(_names(moment.projects.values()))
        vocabulary = vocabulary_of(self._base.catalog.vocabulary(MOST_READ), named)
        if former is None or former.model is not model:
            former = WordMap(0, model, vocabulary.only([]), model.embed_words([]), frozenset())
        places = {word: row for row, word in enumerate(former.vocabulary.folded)}
        fresh = [w for w in vocabulary.folded if w not in places and w not in former.unknown]
        read = model.embed_words(fresh)
        known = _known(read)
        matrix = np.concatenate([former.matrix, read[known]])
        places |= {fresh[row]: len(former.matrix) + place for place, row in enumerate(known)}
        # Words that have gone are left out.
        kept = [row for row, word in enumerate(vocabulary.folded) if word in places]
        rows = np.array([places[vocabulary.folded[row]] for row in kept], dtype=np.intp)
        unknown = frozenset(vocabulary.folded) - places.keys()
        return WordMap(moment.generation, model, vocabulary.only(kept), matrix[rows], unknown)


def _whole(query: Query, model: WordVectors) -> npt.NDArray[np.float32]:
    """The vector of the query's words, shape (dim,), those that the model lacks left out."""
    words = [token.surface for token in content_tokens(query.words)]
    held = " ".join(words[row] for row in _known(model.embed_words(words)))
    whole: npt.NDArray[np.float32] = model.embed_words([held])[0]
    return whole


def _known(vectors: Vectors) -> list[int]:
    """The rows that are not zero: those of words that the model knows."""
    return [int(row) for row in np.flatnonzero(np.any(vectors, axis=1))]


def _surface(typed: Alternative) -> str:
    return " ".join(token.surface for token in typed.tokens)


def _names(projects: Iterable[Project]) -> Iterable[str]:
    """Folded words of the names of people, places and organisations."""
    for project in projects:
        people = [one.name for one in project.people]
        for name in (project.organisation, *project.communes, *people):
            yield from (fold(token.surface) for token in content_tokens(name))
