"""Which sentence of a passage is quoted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kb.library.quoting import nearest_sentences, telling_sentence
from kb.model import Span
from kb.ports import Vectors
from kb.text import content_tokens

TEXT = "Le toit fuit. Le loyer monte. Le jardin reste."


class LetterEmbedder:
    """Counts the letters of a text; remembers what it was given."""

    dim = 128
    fingerprint = "letters"

    def __init__(self) -> None:
        self.given: list[list[str]] = []

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts)

    def embed_sentences(self, texts: Sequence[str]) -> Vectors:
        self.given.append(list(texts))
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.dim), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for letter in text.lower():
                row[ord(letter) % self.dim] += letter.isalpha()
            row /= max(float(np.linalg.norm(row)), 1e-9)
        return rows


def _quoted(text: str, span: Span) -> str:
    return text[span.start : span.end]


def test_sentence_of_the_words_that_say_most_is_quoted() -> None:
    worth = {"toit": 1.0, "loyer": 3.0, "mont": 0.5, "jardin": 3.4}
    matched = [token for token in content_tokens(TEXT) if token.stem in worth]
    assert _quoted(TEXT, telling_sentence(TEXT, matched, worth)) == "Le loyer monte."


def test_first_of_equals_is_quoted() -> None:
    worth = {"toit": 1.0, "jardin": 1.0}
    matched = [token for token in content_tokens(TEXT) if token.stem in worth]
    assert _quoted(TEXT, telling_sentence(TEXT, matched, worth)) == "Le toit fuit."


def test_text_without_sentence_is_quoted_whole() -> None:
    assert telling_sentence("", [], {}) == Span(0, 0)


def test_nearest_sentence_of_each_text_word_for_word() -> None:
    embedder = LetterEmbedder()
    other = "Abc. Xyz jardin."
    spans = nearest_sentences([TEXT, "Une seule phrase.", other], "jardin", embedder)
    assert [_quoted(text, span) for text, span in zip((TEXT, other), spans[::2], strict=True)] == [
        "Le jardin reste.",
        "Xyz jardin.",
    ]
    assert spans[1] == Span(0, 17)


def test_sentences_are_embedded_in_one_call_and_lone_ones_not_at_all() -> None:
    embedder = LetterEmbedder()
    nearest_sentences([TEXT, "Une seule phrase.", "Abc. Def."], "jardin", embedder)
    assert embedder.given == [
        ["Le toit fuit.", "Le loyer monte.", "Le jardin reste.", "Abc.", "Def."]
    ]
    nearest_sentences(["Une seule phrase."], "jardin", embedder)
    assert len(embedder.given) == 1


def test_query_without_direction_quotes_the_first_sentence() -> None:
    assert nearest_sentences([TEXT], "2018", LetterEmbedder()) == [Span(0, 13)]
