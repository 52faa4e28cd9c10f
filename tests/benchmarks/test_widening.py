"""What widening by meaning costs over ten thousand words: once a generation, and a query.

In time of the processor: what else the machine does is not counted.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import pytest
from tokenizers import Tokenizer

from index import StaticEmbedder
from index.embedders.static import bundled_folder
from kb.ports import Vectors
from kb.query import parse_query
from kb.text import singular, stem
from kb.widening import Vocabulary, vocabulary_of, widen, widenable

pytestmark = pytest.mark.benchmark

WORDS = 10_000
FIRST_MS, QUERY_MS = 150, 4
QUERY = "hébergement des femmes victimes de violences conjugales"


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def test_widening_over_ten_thousand_words() -> None:
    known = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json")).get_vocab()
    words = [word for word in sorted(known) if word.isalpha() and len(word) > 2][::4][:WORDS]
    assert len(words) == WORDS
    model = StaticEmbedder(bundled_folder())
    model.embed_words(["logement"])

    def read() -> tuple[Vocabulary, Vectors]:
        for kept in (stem, singular):
            kept.cache_clear()
        vocabulary = vocabulary_of([(word, word, 1) for word in words])
        return vocabulary, model.embed_words(vocabulary.folded)

    first = min(_milliseconds(read) for _ in range(5))
    vocabulary, matrix = read()
    query = parse_query(QUERY)
    places = widenable(query, vocabulary.names)
    surfaces = [query.concepts[place].typed.tokens[0].surface for place in places]

    def once() -> None:
        typed = model.embed_words(surfaces)
        whole = model.embed_words([" ".join(surfaces)])[0]
        widen(query, places, typed, whole, vocabulary, matrix)

    each = statistics.median(_milliseconds(once) for _ in range(50))
    print(
        f"\nwidening over {len(vocabulary.words)} stems: "
        f"{first:.0f} ms first, {each:.2f} ms a query"
    )
    assert first < FIRST_MS
    assert each < QUERY_MS
