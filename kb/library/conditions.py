"""What a query demands of every passage: exact phrases, and words that must not stand there."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from kb.analysis import context_of
from kb.deadline import check
from kb.library.profiles import PassageProfile
from kb.model import Passage, Project
from kb.query import Query
from kb.stopwords import STOP_WORDS
from kb.text import Token, singular, tokenise

_LIKE_STOP_WORDS = frozenset(map(singular, STOP_WORDS))
"""Words that may stand in a text without a stem of theirs being kept."""

PassagesOf = Callable[[Collection[int]], Mapping[int, Passage]]
"""Reads the passages of some keys."""


class Conditions:
    """Sorts out the passages that a query may show."""

    def __init__(self, query: Query, passages: PassagesOf, projects: Mapping[str, Project]) -> None:
        """``passages`` reads texts, for phrases; ``projects`` are all of the base, by id."""
        self._query = query
        self._passages = passages
        self._projects = projects

    def met_by(self, profiles: Mapping[int, PassageProfile]) -> dict[int, PassageProfile]:
        """The passages without excluded words that hold every exact phrase.

        Where no text holds the phrases, passages whose titles hold them: « Logement
        d’abord » may be the name of a project that its text does not repeat.
        """
        kept = dict(profiles)
        if self._query.excluded:
            kept = {key: one for key, one in kept.items() if not self._excludes(one)}
        if not self._query.phrases:
            return kept
        # Few passages hold all the words of the phrases: only those are read for their order.
        wanted = _telling_stems(self._query.phrases)
        in_text = [key for key, one in kept.items() if all(map(one.says, wanted))]
        met = self._holding(in_text, lambda passage: [passage.text])
        if not met:
            around = [key for key, one in kept.items() if all(map(one.share, wanted))]
            met = self._holding(around, self._text_and_titles)
        return {key: one for key, one in kept.items() if key in met}

    def _excludes(self, profile: PassageProfile) -> bool:
        return any(
            all(profile.share(token.stem) for token in words) for words in self._query.excluded
        )

    def _holding(
        self, keys: Collection[int], texts_of: Callable[[Passage], Iterable[str]]
    ) -> set[int]:
        """Which of the passages hold every phrase, each in one of their texts."""
        found = self._passages(keys)
        return {key for key, one in found.items() if self._hold_phrases(texts_of(one))}

    def _hold_phrases(self, texts: Iterable[str]) -> bool:
        check()
        words = [_words(text) for text in texts]
        phrases = [tuple(token.word for token in phrase) for phrase in self._query.phrases]
        return all(any(_stands(phrase, some) for some in words) for phrase in phrases)

    def _text_and_titles(self, passage: Passage) -> list[str]:
        return [passage.text, *context_of(passage, self._projects[passage.project_id])]


def find_phrase(tokens: Sequence[Token], phrase: Sequence[Token]) -> list[tuple[int, int]]:
    """Character ranges where ``phrase`` occurs, word by word, plural and accents apart."""
    words = tuple(token.word for token in tokens)
    wanted = tuple(token.word for token in phrase)
    return [(tokens[at].start, tokens[at + len(wanted) - 1].end) for at in _places(wanted, words)]


def _telling_stems(phrases: Sequence[Sequence[Token]]) -> frozenset[str]:
    """Stems that a passage has wherever it holds these phrases."""
    return frozenset(
        token.stem
        for phrase in phrases
        for token in phrase
        if not token.stop and token.word not in _LIKE_STOP_WORDS
    )


def _stands(phrase: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether a phrase stands among these words."""
    return next(_places(phrase, words), None) is not None


def _places(phrase: tuple[str, ...], words: tuple[str, ...]) -> Iterator[int]:
    """Where a phrase begins among these words; an empty one begins nowhere."""
    size = len(phrase)
    return (
        at
        for at, word in enumerate(words)
        if size and word == phrase[0] and words[at : at + size] == phrase
    )


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """Every word of a text in its order, as phrases compare them."""
    return tuple(token.word for token in tokenise(text))
