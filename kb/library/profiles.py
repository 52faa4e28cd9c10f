"""What the analyser sees of each passage, kept in memory between searches."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.catalog import Analysis, Catalog
from kb.deadline import check
from kb.library.context import analysed, context_of
from kb.model import Passage, Project
from kb.query import Alternative, Query
from kb.stopwords import STOP_WORDS
from kb.text import Token, singular, tokenise

if TYPE_CHECKING:
    from kb.library.moment import Moment

_KEPT = 10_000
"""Profiles kept, about 4 kB each."""

CONTEXT_SHARE = 0.6
"""A word that stands in a passage's title or heading answers less than one in its text."""

_LIKE_STOP_WORDS = frozenset(map(singular, STOP_WORDS))
"""Words that may stand in a text without a stem of theirs being kept."""


@dataclass(frozen=True, slots=True)
class Stems:
    """A set of stems in one string: a search looks for few in each of hundreds."""

    text: str
    """Each between two spaces."""

    @staticmethod
    def of(stems: str) -> Stems:
        """The set of what stands in a string by spaces."""
        return Stems(f" {stems} ")

    def __contains__(self, stem: str) -> bool:
        return spaced(stem) in self.text


def spaced(stem: str) -> str:
    """A stem as it stands in the text of ``Stems``."""
    return f" {stem} "


@dataclass(frozen=True, slots=True)
class PassageProfile:
    """A passage with its stems and those of its context."""

    passage: Passage
    project: Project
    stems: Stems
    context: Stems

    @property
    def titles(self) -> tuple[str, ...]:
        """The texts around the passage: titles, places, headings."""
        return tuple(context_of(self.passage, self.project))

    @property
    def words(self) -> tuple[str, ...]:
        """Every word of the text in its order, as phrases compare them."""
        return _words(self.passage.text)

    @property
    def has_number(self) -> bool:
        """Whether the text holds a number."""
        return any(map(str.isdigit, self.passage.text))

    def share(self, stem: str) -> float:
        """How well the passage answers one stem, 0 to 1."""
        if stem in self.stems:
            return 1.0
        return CONTEXT_SHARE if stem in self.context else 0.0


class Profiles:
    """Loads profiles in one query a search, and keeps them: keys are never reused."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._kept: dict[int, PassageProfile] = {}

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def load(self, keys: Collection[int], moment: Moment) -> dict[int, PassageProfile]:
        """The profiles of the live passages among ``keys``, as they are at that moment."""
        kept = self._with_room(len(keys), moment.passages)
        # What is kept may be gone since; what is read now, or was at this moment, is there.
        moment.live.update(
            self._catalog.live_among(
                [one for one in keys if one in kept and one not in moment.live]
            )
        )
        missing = [key for key in keys if key not in kept]
        for key, passage, analysis in self._catalog.analysed(missing):
            check()
            project = moment.projects[passage.project_id]
            kept[key] = _profile(passage, project, analysis or analysed(passage, project))
            moment.live.add(key)
        return {key: kept[key] for key in keys if key in kept and key in moment.live}

    def _with_room(self, wanted: int, passages: int) -> dict[int, PassageProfile]:
        """The profiles that are kept, those of removed passages left out once they are many."""
        kept = self._kept
        if len(kept) > passages + passages // 10:
            live = self._catalog.live_keys()
            kept = {key: one for key, one in kept.copy().items() if key in live}
        if len(kept) + wanted > _KEPT:
            kept = {}
        # Where it is another one, threads under way go on with theirs.
        self._kept = kept
        return kept


def _profile(passage: Passage, project: Project, analysis: Analysis) -> PassageProfile:
    return PassageProfile(passage, project, Stems.of(analysis.stems), Stems.of(analysis.context))


def inverse_frequency(total: int, frequency: int) -> float:
    """How much a word says: BM25's idf (Robertson and Zaragoza, 2009)."""
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def meeting_conditions(
    query: Query, profiles: Mapping[int, PassageProfile]
) -> dict[int, PassageProfile]:
    """The passages without excluded words that hold every exact phrase.

    Where no text holds the phrases, passages whose titles hold them: « Logement
    d’abord » may be the name of a project that its text does not repeat.
    """
    kept = {key: one for key, one in profiles.items() if not _is_excluded(query, one)}
    if not query.phrases:
        return kept
    # Few passages hold all the words of the phrases: only those are read for their order.
    wanted = _telling_stems(query.phrases)
    by_text = {
        key: one
        for key, one in kept.items()
        if all(stem in one.stems for stem in wanted) and _holds_phrases(query, [one.words])
    }
    return by_text or {
        key: one
        for key, one in kept.items()
        if all(one.share(stem) for stem in wanted)
        and _holds_phrases(query, [one.words, *map(_words, one.titles)])
    }


def _telling_stems(phrases: Sequence[Sequence[Token]]) -> frozenset[str]:
    """Stems that a passage has wherever it holds these phrases."""
    return frozenset(
        token.stem
        for phrase in phrases
        for token in phrase
        if not token.stop and token.word not in _LIKE_STOP_WORDS
    )


def _is_excluded(query: Query, profile: PassageProfile) -> bool:
    return any(all(profile.share(token.stem) for token in words) for words in query.excluded)


def _holds_phrases(query: Query, texts: Sequence[tuple[str, ...]]) -> bool:
    check()
    phrases = [tuple(token.word for token in phrase) for phrase in query.phrases]
    return all(any(_stands(phrase, words) for words in texts) for phrase in phrases)


def _stands(phrase: tuple[str, ...], words: tuple[str, ...]) -> bool:
    """Whether a phrase stands among these words, as ``kb.text.find_phrase`` finds it."""
    size = len(phrase)
    return any(
        word == phrase[0] and words[at : at + size] == phrase for at, word in enumerate(words)
    )


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    return tuple(token.word for token in tokenise(text))


def answering(query: Query, profiles: Sequence[PassageProfile]) -> list[Alternative]:
    """The added expressions by which one of these passages at least answers the query."""
    return [
        alternative
        for concept in query.concepts
        for alternative in concept.added
        if _is_answered(tuple(map(spaced, alternative.stems)), profiles)
    ]


def _is_answered(stems: Sequence[str], profiles: Sequence[PassageProfile]) -> bool:
    """Whether one of the passages holds all of these stems, in its text or around it."""
    return any(
        all(stem in one.stems.text or stem in one.context.text for stem in stems)
        for one in profiles
    )
