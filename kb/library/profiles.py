"""What the analyser sees of each passage, kept in memory between searches."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from sys import intern
from typing import TYPE_CHECKING

from kb.catalog import AnalysedPassage, Catalog
from kb.deadline import check
from kb.library.context import analysed
from kb.query import Alternative, Query

if TYPE_CHECKING:
    from kb.library.moment import Moment

_KEPT = 120_000
"""Profiles kept, about 600 bytes each."""

_DIGIT = re.compile(r"\d")

CONTEXT_SHARE = 0.6
"""A word that stands in a passage's title or heading answers less than one in its text."""


def spaced(stem: str) -> str:
    """A stem as it stands among those of a profile."""
    return f" {stem} "


@dataclass(frozen=True, slots=True)
class PassageProfile:
    """What a search compares with a query, in hundreds of passages of which it shows ten.

    Their texts are read when it is known which.
    """

    project_id: str
    heading: str
    stems: str
    """Those of what surrounds the text, a bar, and its own, each between two spaces.

    In one piece, of which a search looks for few in each of hundreds: most are not there.
    """
    bar: int
    """Where the bar is in ``stems``."""

    @staticmethod
    def of(project_id: str, heading: str, stems: str, context: str) -> PassageProfile:
        """From the stems of the text and those of what surrounds it, with spaces between them."""
        return PassageProfile(project_id, heading, f" {context} | {stems} ", len(context) + 2)

    @property
    def has_number(self) -> bool:
        """Whether the text holds a number, contacts apart."""
        return _DIGIT.search(self.stems, self.bar) is not None

    def says(self, stem: str) -> bool:
        """Whether the text itself has this stem."""
        return self.stems.rfind(spaced(stem)) > self.bar

    def share(self, stem: str) -> float:
        """How well the passage answers one stem, 0 to 1."""
        if spaced(stem) not in self.stems:
            return 0.0
        return 1.0 if self.says(stem) else CONTEXT_SHARE


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
        kept = self._with_room(keys, moment.passages)
        # Told once: what another thread adds meanwhile may be of another moment.
        held = {key for key in keys if key in kept}
        # What is kept may be gone since; what is read now, or was at this moment, is there.
        moment.live.update(self._catalog.live_among([*held - moment.live]))
        # In order: neighbours lie on one page of the file.
        missing = sorted(set(keys) - held)
        unknown = self._read(missing, kept, moment)
        check()
        kept.update(self._analysed_now(unknown, moment))
        return {key: kept[key] for key in keys if key in kept and key in moment.live}

    def read_ahead(self, moment: Moment) -> None:
        """Have those of the newest passages in memory, as many as are kept.

        Passages of which no analysis is kept are left to the searches that meet them.
        """
        newest = self._catalog.newest_keys(max(_KEPT - len(self._kept), 0))
        self._read(sorted(set(newest) - self._kept.keys()), self._kept, moment)

    def _read(
        self, keys: Sequence[int], kept: dict[int, PassageProfile], moment: Moment
    ) -> list[AnalysedPassage]:
        """Keep the profiles of live passages; those of which no analysis is kept come back."""
        unknown = []
        for one in self._catalog.analysed(keys):
            moment.live.add(one.key)
            if one.stems is None:
                unknown.append(one)
            else:
                kept[one.key] = _profile(one, moment)
        return unknown

    def _analysed_now(
        self, found: Sequence[AnalysedPassage], moment: Moment
    ) -> dict[int, PassageProfile]:
        """Profiles of passages of which nothing is kept yet."""
        profiles = {}
        for key, passage in self._catalog.passages([one.key for one in found]).items():
            check()
            seen = analysed(passage, moment.projects[passage.project_id])
            one = AnalysedPassage(
                key, passage.project_id, passage.heading, seen.stems, seen.context
            )
            profiles[key] = _profile(one, moment)
        return profiles

    def _with_room(self, keys: Collection[int], passages: int) -> dict[int, PassageProfile]:
        """The profiles that are kept, those of removed passages left out once they are many."""
        kept = self._kept
        if len(kept) > passages + passages // 10:
            live = self._catalog.live_keys()
            kept = {key: one for key, one in kept.copy().items() if key in live}
        if len(kept) + sum(key not in kept for key in keys) > _KEPT:
            # Those that were read first go: to forget all makes every search wait again.
            kept = dict(islice(kept.copy().items(), len(keys) + _KEPT // 10, None))
        # Where it is another one, threads under way go on with theirs.
        self._kept = kept
        return kept


def _profile(found: AnalysedPassage, moment: Moment) -> PassageProfile:
    # Ids and headings come back: one string for all passages that have it.
    project_id, heading = moment.projects[found.project_id].id, intern(found.heading)
    return PassageProfile.of(project_id, heading, found.stems or "", found.context or "")


def inverse_frequency(total: int, frequency: int) -> float:
    """How much a word says: BM25's idf (Robertson and Zaragoza, 2009)."""
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


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
    return any(all(stem in one.stems for stem in stems) for one in profiles)
