"""Which sentence of a passage is quoted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from kb.model import Span
from kb.ports import Embedder
from kb.sentences import split_sentences
from kb.text import Token

_DECIMALS = 5
"""Of cosines: nearer than that, sentences are equals, and the first is quoted."""


def telling_sentence(text: str, matched: Sequence[Token], worth: Mapping[str, float]) -> Span:
    """The sentence whose matched words are worth most; the first of equals.

    ``worth`` gives what each stem of ``matched`` says of the query.
    """

    def total(sentence: Span) -> float:
        stems = {token.stem for token in matched if sentence.start <= token.start < sentence.end}
        # In a fixed order: sums of floats depend on it.
        return sum(worth[stem] for stem in sorted(stems))

    return max(_sentences(text), key=total)


def nearest_sentences(texts: Sequence[str], query: str, embedder: Embedder) -> list[Span]:
    """Of each text, the sentence of highest cosine with ``query``; the first of equals."""
    spans = [_sentences(text) for text in texts]
    several = [place for place, found in enumerate(spans) if len(found) > 1]
    nearest = [found[0] for found in spans]
    if not several:
        return nearest
    sentences = [texts[place][span.start : span.end] for place in several for span in spans[place]]
    cosines = embedder.embed_sentences(sentences) @ embedder.embed_queries([query])[0]
    cosines = np.round(cosines, _DECIMALS)
    start = 0
    for place in several:
        end = start + len(spans[place])
        nearest[place] = spans[place][int(cosines[start:end].argmax())]
        start = end
    return nearest


def _sentences(text: str) -> list[Span]:
    return split_sentences(text) or [Span(0, len(text))]
