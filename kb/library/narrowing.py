"""Filters, applied to what a search found.

A filter keeps a part of the answer and changes nothing else: scores, and the floor under
which passages are left out, are those of the whole answer. So a facet counts what choosing
it will show, in every mode.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kb.library.context import folded_value, wanted_values
from kb.library.moment import Moment
from kb.library.profiles import PassageProfile
from kb.library.requests import Ranked
from kb.model import FILTER_FIELDS, Filter
from kb.ranking import diversify


class Narrowing:
    """Tells which passages meet the filters of one search."""

    def __init__(self, filter: Filter, moment: Moment) -> None:
        self._wanted = wanted_values(filter)
        self._moment = moment

    @property
    def active(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self._wanted)

    def keeps(self, passage: PassageProfile, but: str = "") -> bool:
        """Whether a passage meets every filter, or every filter but one."""
        return all(
            not wanted.isdisjoint(self._values(passage, name))
            for name, wanted in self._wanted.items()
            if name != but
        )

    def kept(self, passages: Iterable[PassageProfile]) -> dict[str, list[PassageProfile]]:
        """For each field, the passages among which its values are counted.

        Those that meet the filters of the other fields: what one value of a field shows
        must not hide that another one could be added.
        """
        passages = list(passages)
        narrowed = [one for one in passages if self.keeps(one)] if self.active else passages
        return {
            name: [one for one in passages if self.keeps(one, but=name)]
            if name in self._wanted
            else narrowed
            for name in FILTER_FIELDS
        }

    def _values(self, passage: PassageProfile, name: str) -> tuple[str, ...]:
        """The folded values of a passage in that field."""
        if name == "heading":
            return (folded_value(passage.heading),)
        values: tuple[str, ...] = getattr(self._moment.facets(passage.project_id), name)
        return values


def narrowed(ranked: Ranked, narrowing: Narrowing, decay: float) -> Ranked:
    """The part of an answer that meets the filters, in an order of its own."""
    if not narrowing.active:
        return ranked
    profiles = ranked.profiles
    kept = [one for one in ranked.candidates if narrowing.keeps(profiles[one.key])]
    project_of = {one.key: profiles[one.key].project_id for one in kept}
    return replace(
        ranked,
        candidates=diversify(kept, project_of, decay),
        answerable=ranked.answerable and bool(kept),
        pool=ranked.candidates if ranked.answerable else (),
    )


def joined(part: Ranked, whole: Ranked) -> Ranked:
    """What a search within the filters found, its facets counted in the whole answer too."""
    found = {one.key for one in part.candidates} if part.answerable else set()
    return replace(
        part,
        profiles={**whole.profiles, **part.profiles},
        at_least=part.at_least or whole.at_least,
        pool=[
            *(one for one in whole.pool if one.key not in found),
            *(one for one in part.candidates if one.key in found),
        ],
    )
