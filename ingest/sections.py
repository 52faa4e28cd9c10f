"""Which text stands under which heading, headings below their text included."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from ingest.casing import Casing
from ingest.headings import Heading
from ingest.profile import HeadingRule, Profile
from ingest.projects import Span
from ingest.stream import Paragraph, Stream, paragraphs, runs_on

_QUOTATION = ("«", "“", '"')


@dataclass(slots=True)
class Part:
    """Lines under one heading, in the order of the document."""

    name: str
    printed: str
    rule: HeadingRule | None
    page: int
    places: list[int] = field(default_factory=list)
    heading: Heading | None = None
    _paragraphs: list[Paragraph] | None = field(default=None, init=False, repr=False, compare=False)

    def paragraphs(self, stream: Stream) -> Sequence[Paragraph]:
        """Its running text; made once, so not before every place is known."""
        if self._paragraphs is None:
            entries = [stream.entries[place] for place in sorted(self.places)]
            self._paragraphs = paragraphs(entries, stream)
        return self._paragraphs


@dataclass(frozen=True, slots=True)
class Sectioned:
    """A project's lines under its headings."""

    parts: tuple[Part, ...]
    """Those that hold text."""
    orphans: tuple[Heading, ...]
    """Headings that nothing stands under."""


def divide(
    stream: Stream,
    span: Span,
    headings: Sequence[Heading],
    taken: Collection[int],
    profile: Profile,
    casing: Casing,
) -> Sectioned:
    """Put every line of a project that is not ``taken`` under a heading."""
    return _Divider(stream, span, headings, taken, profile, casing).divide()


class _Divider:
    def __init__(
        self,
        stream: Stream,
        span: Span,
        headings: Sequence[Heading],
        taken: Collection[int],
        profile: Profile,
        casing: Casing,
    ) -> None:
        self._entries = stream.entries
        self._profile = profile
        self._casing = casing
        self._headings = {
            h.start: h
            for h in headings
            if span.start <= h.start < span.stop and h.start not in taken
        }
        inside = {p for h in self._headings.values() for p in range(h.start, h.stop)}
        self._texts = [
            p for p in range(span.start, span.stop) if p not in taken and p not in inside
        ]
        self._order = sorted([*self._texts, *self._headings])
        self._span = span
        self._parts: list[Part] = []

    def divide(self) -> Sectioned:
        """The lines under their headings."""
        page = self._entries[self._span.start].page
        self._parts = [Part(self._profile.opening, "", None, page)]
        for index, place in enumerate(self._order):
            heading = self._headings.get(place)
            if heading is None:
                self._parts[-1].places.append(place)
                continue
            part = self._part(heading)
            if self._trails(heading, index):
                self._claim(part)
            self._parts.append(part)
        filled = [part for part in self._parts if part.places]
        orphans = [p.heading for p in self._parts if p.heading and not p.places]
        printed = {p.heading.start for p in filled if p.heading}
        return Sectioned(
            tuple(_merged(sorted(filled, key=lambda part: part.places[0]))),
            tuple(h for h in orphans if h.start not in printed),
        )

    def _part(self, heading: Heading) -> Part:
        printed = heading.text
        name = heading.rule.name if heading.rule else self._name(printed)
        page = self._entries[heading.start].page
        return Part(name, printed, heading.rule, page, heading=heading)

    def _name(self, printed: str) -> str:
        """An unknown heading in sentence case, without number and colon."""
        bare = self._profile.without_numbering(printed).rstrip(" :") or printed
        return self._casing.running(bare)

    def _trails(self, heading: Heading, index: int) -> bool:
        """Does the heading name the text above it?"""
        if heading.rule is None:
            return False
        if heading.rule.trailing:
            return True
        following = self._order[index + 1] if index + 1 < len(self._order) else None
        if following is not None and following not in self._headings:
            return False
        page = self._entries[heading.start].page
        last_on_page = following is None or self._entries[following].page != page
        return last_on_page and self._entries[-1].page > 1

    def _claim(self, part: Part) -> None:
        """Give ``part`` the text above its heading, on the same page, that no heading leads."""
        claimed: list[int] = []
        for other in reversed(self._parts):
            on_page = [p for p in other.places if self._entries[p].page == part.page]
            leads = other.heading is not None and other.page == part.page
            if leads and other.rule is not None:
                claimed = self._after_list(on_page, other.rule) + claimed
                other.places = _without(other.places, claimed)
                break
            if leads:
                other.name, other.rule = part.name, part.rule
                continue
            claimed = on_page + claimed
            other.places = _without(other.places, on_page)
            break
        part.places.extend(claimed)

    def _after_list(self, places: Sequence[int], rule: HeadingRule) -> list[int]:
        """The lines from the first that no longer belong to the list under ``rule``."""
        if not rule.listing:
            return []
        seen_bullet = False
        for index, place in enumerate(places):
            entry = self._entries[place]
            above = self._entries[place - 1]
            starts = entry.line.gap_before and not runs_on(above.text, entry.text)
            quotation = entry.text.startswith(_QUOTATION) and entry.line.gap_before
            if index and (quotation and not entry.line.bullet):
                return list(places[index:])
            if seen_bullet and starts and not entry.line.bullet:
                return list(places[index:])
            seen_bullet = seen_bullet or entry.line.bullet
        return []


def _without(places: Sequence[int], taken: Collection[int]) -> list[int]:
    gone = set(taken)
    return [place for place in places if place not in gone]


def _merged(parts: Sequence[Part]) -> list[Part]:
    """Neighbours under the same printed heading as one."""
    merged: list[Part] = []
    for part in parts:
        above = merged[-1] if merged else None
        if above and (above.name, above.printed) == (part.name, part.printed):
            above.places.extend(part.places)
        else:
            merged.append(part)
    return merged


def is_quantity(heading: Heading) -> bool:
    """« 43 logements », printed large, is no heading."""
    return heading.rule is None and bool(re.match(r"\d[\d\s.,]*(?:%|€|[a-zà-ÿ])", heading.text))
