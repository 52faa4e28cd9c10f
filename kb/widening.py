"""Widening a query by meaning: words of the brochures that are near those typed.

Each typed concept is compared with every word of the base's own vocabulary by
the cosine of their word vectors; the nearest become alternatives of the concept,
beside those of the thesaurus. Choosing among them looks at the whole query too,
as query expansion by embeddings does (Kuzi, Shtok and Kurland, "Query Expansion
Using Word Embeddings", CIKM 2016; Roy et al., "Using Word Embeddings for Automatic
Query Expansion", arXiv:1606.07608). Only words that brochures hold are offered: any
other would find nothing. Pure: word vectors come in as arrays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from heapq import nsmallest

import numpy as np
import numpy.typing as npt

from kb.expansions import meaning_reason
from kb.ports import Vectors
from kb.query import Alternative, Concept, Query
from kb.stopwords import STOP_WORDS
from kb.text import Token, fold, word_stem, word_token
from kb.thesaurus import ACRONYM

MOST_WORDS = 6
"""Words added to a concept at most: the page lists them all."""
LEAST_SIMILARITY = 0.35
"""Cosine below which a word says something else."""
WEIGHT = 0.5
"""Weight of an added word of cosine 1: less than the thesaurus, which people wrote."""
CONTEXT_SHARE = 0.3
"""How much the likeness to the whole query decides which of the near words are taken."""

MOST_OFFERED = 30_000
"""Words of a base that may be added to queries, the most frequent: all of them below some
thousand brochures. Those beyond stand in a passage or two, and each costs every query time."""
MOST_READ = 2 * MOST_OFFERED
"""Words looked at for them: several may have one stem."""
_SHORTEST = 3
"""Letters of a word that may be widened or offered."""
_ROWS_AT_ONCE = 512
"""Words compared at once: their vectors stay in the processor's cache."""
_DECIMALS = 4
"""Of similarities: the same order on every machine."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of a base that may be offered, in alphabetical order, one a stem."""

    words: tuple[str, ...]
    """As the brochures usually write them."""
    folded: tuple[str, ...]
    """The same words, folded."""
    stems: tuple[str, ...]
    """Of ``words``, each once."""
    names: frozenset[str]
    """Stems of people, places and organisations that are no common words: never widened."""
    places: dict[str, int] = field(repr=False)
    """Stem → its place in ``words``."""

    def only(self, kept: Sequence[int]) -> Vocabulary:
        """The words at these places and no others."""
        words, folded, stems = (
            tuple(column[place] for place in kept)
            for column in (self.words, self.folded, self.stems)
        )
        return Vocabulary(words, folded, stems, self.names, _places(stems))


def vocabulary_of(
    spellings: Iterable[tuple[str, str, int]], named: Collection[str] = ()
) -> Vocabulary:
    """The vocabulary of a base from how its folded words are written.

    ``spellings`` are folded word, spelling and occurrences; ``named`` the folded
    words of the names of people, places and organisations. Each stem is offered
    under its most frequent word, one that is written in lower case before any
    other. A stem that never is may be a name, and is left out; only an acronym
    that ``named`` lacks is offered in capitals. Of more than ``MOST_OFFERED`` the most
    frequent are kept.
    """
    written: dict[str, list[tuple[str, int]]] = {}
    for word, spelling, count in spellings:
        written.setdefault(word, []).append((spelling, count))
    chosen: dict[str, tuple[bool, int, str, str]] = {}
    for word, ways in written.items():
        if not word.isalpha() or len(word) < _SHORTEST or word in STOP_WORDS:
            continue
        stem, spelling = word_stem(word), _usual(ways)
        best = (not spelling.islower(), -sum(count for _, count in ways), word, spelling)
        chosen[stem] = min(chosen.get(stem, best), best)
    names = frozenset(stem for stem, (name, _, word, _) in chosen.items() if name and word in named)
    offered = [
        (less, word, spelling, stem)
        for stem, (_, less, word, spelling) in chosen.items()
        if spelling.islower() or (spelling.isupper() and stem not in names)
    ]
    ordered = sorted(one[1:] for one in nsmallest(MOST_OFFERED, offered))
    words = tuple(spelling for _, spelling, _ in ordered)
    folded = tuple(word for word, _, _ in ordered)
    stems = tuple(stem for _, _, stem in ordered)
    return Vocabulary(words, folded, stems, names, _places(stems))


def _usual(ways: Sequence[tuple[str, int]]) -> str:
    """The most frequent spelling, one in lower case before any other.

    A capital at the start of a sentence says nothing; that of a name stands everywhere.
    """
    if len(ways) == 1:  # Most words, and there are thousands.
        return ways[0][0]
    return min(ways, key=lambda way: (not way[0].islower(), -way[1], way[0]))[0]


def _places(stems: Sequence[str]) -> dict[str, int]:
    return {stem: place for place, stem in enumerate(stems)}


def widenable(query: Query, names: Collection[str]) -> list[int]:
    """The places of the concepts that meaning may widen.

    Not those of exact phrases, numbers, very short words and names; nor an acronym
    that the thesaurus spells out: its letters may be another word (*VIF*).
    """
    exact = {token.stem for phrase in query.phrases for token in phrase}
    return [
        place
        for place, concept in enumerate(query.concepts)
        if not concept.typed.stems <= exact
        and not _is_spelt_out(concept)
        and all(_is_word(token) and token.stem not in names for token in concept.typed.tokens)
    ]


def _is_spelt_out(concept: Concept) -> bool:
    is_one_word = len(concept.typed.tokens) == 1
    return is_one_word and any(one.reason == ACRONYM for one in concept.added)


def _is_word(token: Token) -> bool:
    return token.surface.isalpha() and len(fold(token.surface)) >= _SHORTEST


def widen(
    query: Query,
    places: Sequence[int],
    typed: Vectors,
    whole: npt.NDArray[np.float32],
    vocabulary: Vocabulary,
    matrix: Vectors,
) -> Query:
    """The query, its concepts at ``places`` widened with the nearest words.

    ``typed`` holds one row a place, the vector of the concept's words; ``whole``
    (shape (dim,)) is that of the query; ``matrix`` has one row a word of the
    vocabulary. All are L2-normalised, or zero where the model knows no word: such
    a concept stays as it is. A stem is added once, to the concept that it is
    nearest to, and never where it was typed, excluded or is given by the
    thesaurus for the same concept.
    """
    similarity = np.round(_cosines(matrix, typed), _DECIMALS)
    allowed = _allowed(query, places, similarity, vocabulary)
    near = np.flatnonzero(allowed.any(axis=1))
    similarity, allowed = similarity[near], allowed[near]
    context = np.vecdot(matrix[near], whole)[:, np.newaxis]
    rank = np.round((1 - CONTEXT_SHARE) * similarity + CONTEXT_SHARE * context, _DECIMALS)
    owner = np.where(allowed, similarity, -np.inf).argmax(axis=1)
    concepts = list(query.concepts)
    for column, place in enumerate(places):
        mine = np.flatnonzero(allowed[:, column] & (owner == column))
        # Stable sorts: equals stay in alphabetical order. The nearest is told first.
        best = mine[np.argsort(-rank[mine, column], kind="stable")][:MOST_WORDS]
        best = best[np.argsort(-similarity[best, column], kind="stable")]
        added = tuple(
            _alternative(vocabulary.words[near[row]], float(similarity[row, column]))
            for row in best
        )
        concepts[place] = replace(concepts[place], added=(*concepts[place].added, *added))
    return replace(query, concepts=tuple(concepts))


def _cosines(matrix: Vectors, typed: Vectors) -> Vectors:
    """Of each row of ``matrix`` with each of ``typed``, shape (rows, typed).

    Row by row: a matrix product waits for threads that a busy server gives late, and rounds
    by what else is asked. Some rows at a time, which memory then gives once for all of ``typed``.
    """
    found = np.empty((len(matrix), len(typed)), dtype=np.float32)
    for start in range(0, len(matrix), _ROWS_AT_ONCE):
        some = slice(start, start + _ROWS_AT_ONCE)
        for column, row in enumerate(typed):
            found[some, column] = np.vecdot(matrix[some], row)
    return found


def _allowed(
    query: Query, places: Sequence[int], similarity: Vectors, vocabulary: Vocabulary
) -> npt.NDArray[np.bool_]:
    """Which words (rows) may be added to which concepts (columns)."""
    allowed: npt.NDArray[np.bool_] = similarity >= np.float32(LEAST_SIMILARITY)
    typed = {stem for concept in query.concepts for stem in concept.typed.stems}
    excluded = {token.stem for words in query.excluded for token in words}
    allowed[_rows(vocabulary, typed | excluded)] = False
    for column, place in enumerate(places):
        offered = {stem for one in query.concepts[place].added for stem in one.stems}
        allowed[_rows(vocabulary, offered), column] = False
    return allowed


def _rows(vocabulary: Vocabulary, stems: Iterable[str]) -> list[int]:
    return [vocabulary.places[stem] for stem in stems if stem in vocabulary.places]


def _alternative(word: str, similarity: float) -> Alternative:
    # A cosine may exceed 1 by rounding, and float32 by the digits that it lacks.
    similarity = round(min(similarity, 1.0), _DECIMALS)
    weight = WEIGHT * similarity
    return Alternative(
        tokens=(word_token(word),),
        weight=weight,
        label=word,
        reason=meaning_reason(similarity),
        share=weight,
        similarity=similarity,
    )
