"""What the analyser sees of each passage, kept in memory between searches."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kb.catalog import Catalog
from kb.library.context import context_of
from kb.model import Passage, Project
from kb.query import Alternative, Query
from kb.text import find_phrase, stems, tokenise

_KEPT = 50_000
"""Profiles kept, about 2 kB each."""

CONTEXT_SHARE = 0.6
"""A word that stands in a passage's title or heading answers less than one in its text."""


@dataclass(frozen=True, slots=True)
class PassageProfile:
    """A passage with its stems and those of its context."""

    passage: Passage
    stems: frozenset[str]
    context: frozenset[str]
    titles: tuple[str, ...]
    """The texts around the passage: titles, places, headings."""

    @property
    def has_number(self) -> bool:
        """Whether the text holds a number."""
        return any(char.isdigit() for char in self.passage.text)

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

    def load(
        self, keys: Collection[int], projects: Mapping[str, Project]
    ) -> dict[int, PassageProfile]:
        """The profiles of the live passages among ``keys``."""
        live = self._catalog.live_among(keys)
        missing = [key for key in live if key not in self._kept]
        if len(self._kept) + len(missing) > _KEPT:
            self._kept = {}
            missing = list(live)
        for key, passage in self._catalog.passages(missing).items():
            project = projects[passage.project_id]
            context = context_of(passage, project)
            self._kept[key] = PassageProfile(
                passage,
                frozenset(stems(passage.text)),
                frozenset(one for part in context for one in stems(part)),
                tuple(context),
            )
        return {key: self._kept[key] for key in live if key in self._kept}


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
    by_text = {key: one for key, one in kept.items() if _holds_phrases(query, [one.passage.text])}
    return by_text or {
        key: one
        for key, one in kept.items()
        if _holds_phrases(query, [one.passage.text, *one.titles])
    }


def _is_excluded(query: Query, profile: PassageProfile) -> bool:
    return any(all(profile.share(token.stem) for token in words) for words in query.excluded)


def _holds_phrases(query: Query, texts: Sequence[str]) -> bool:
    tokenised = [tokenise(text) for text in texts]
    return all(any(find_phrase(tokens, phrase) for tokens in tokenised) for phrase in query.phrases)


def answering(query: Query, profile: PassageProfile) -> list[Alternative]:
    """The added expressions by which this passage answers the query."""
    return [
        alternative
        for concept in query.concepts
        for alternative in concept.added
        if alternative.stems <= profile.stems | profile.context
    ]
