"""Where projects begin and end, and what of the brochure is about no project.

Section headings come back in every project; titles of projects do not. So the
titles are the headings of the one style whose unique headings most often have
facts (place, year, organisation) or returning section headings below them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.facts import FactLine
from ingest.heading_styles import Style
from ingest.headings import Heading, folded_heading, recurring
from ingest.organisation import looks_like_organisation
from ingest.profile import Profile, meets
from ingest.stream import Stream, blocks
from kb.text import fold

_FEWEST_WORDS = 15
"""Words below a title that states facts, at least."""
_FEWEST_WORDS_WITHOUT_FACTS = 30
_MANY_WORDS = 60
"""Words below a heading in the style of the titles that need nothing else to be one."""
_TITLE_ZONE = 14
"""Lines below a title among which its facts stand."""
_LINES_ABOVE = 5
"""Lines above a title among which its facts may stand."""
_TEXT_ENDS = (".", "!", "?", ":", ";", ",", "»")
_SHARED = ("organisation", "place", "year")


@dataclass(frozen=True, slots=True)
class Span:
    """The lines of one project."""

    start: int
    """Place of its first line."""
    stop: int
    """Place after its last line."""
    title: Heading | None
    """None where nothing looks like a title."""


@dataclass(frozen=True, slots=True)
class Outline:
    """How a brochure falls into projects."""

    spans: tuple[Span, ...]
    recurring: frozenset[str]
    """Folded texts of the headings that come back."""
    cover: Heading | None = None
    """The most prominent heading before the first project."""


@dataclass(frozen=True, slots=True)
class _Evidence:
    heading: Heading
    end: int
    """Place of the next heading that is as prominent."""
    facts: int
    """Facts in the lines next to the heading."""
    sections: int
    words: int

    @property
    def speaks_for_project(self) -> bool:
        """Do facts or section headings follow, with enough text?"""
        return bool(self.facts and self.words >= _FEWEST_WORDS) or bool(
            self.sections and self.words >= _FEWEST_WORDS_WITHOUT_FACTS
        )


def outline(
    stream: Stream,
    headings: Sequence[Heading],
    facts: Sequence[FactLine],
    title_pages: Sequence[int],
    profile: Profile,
) -> Outline:
    """The projects of a brochure; a brochure without a pattern is one project."""
    again = recurring(headings, profile)
    if title_pages:
        spans = _by_title_pages(stream, headings, facts, title_pages, profile)
    else:
        spans = _Finder(stream, headings, facts, profile, again).spans()
    spans = _without_last_contacts(spans, headings) or (_whole(stream, headings, profile, again),)
    return Outline(spans, again, _cover(headings, spans[0].start))


def _without_last_contacts(
    spans: tuple[Span, ...], headings: Sequence[Heading]
) -> tuple[Span, ...]:
    """Contacts that only the last project seems to have are those of the brochure."""
    contacts = [h.start for h in headings if h.rule and h.rule.people]
    if len(spans) < 2 or not contacts or contacts[0] < spans[-1].start:
        return spans
    last = spans[-1]
    return (*spans[:-1], Span(last.start, min(contacts[0], last.stop), last.title))


def _cover(headings: Sequence[Heading], first: int) -> Heading | None:
    """The most prominent heading before the first project."""
    front = [h for h in headings if h.start < first and not h.outside and h.rule is None]
    return min(front, key=lambda heading: (heading.style.rank, heading.start), default=None)


def _by_title_pages(
    stream: Stream,
    headings: Sequence[Heading],
    facts: Sequence[FactLine],
    pages: Sequence[int],
    profile: Profile,
) -> tuple[Span, ...]:
    entries = stream.entries
    tops = {entry.page: entry.place for entry in entries if entry.top}
    starts = [tops[page] for page in pages if page in tops]
    ends = {
        entry.place for entry in entries if entry.top and meets(profile.outside_lines, entry.text)
    }
    fact_starts = {fact.start for fact in facts} | {heading.start for heading in headings}
    spans = []
    for start, following in zip(starts, [*starts[1:], len(entries)], strict=True):
        stop = min((place for place in ends if start < place < following), default=following)
        title_stop = start + 1
        first = next(blocks(entries[start:stop]))
        while title_stop < start + len(first) and title_stop not in fact_starts:
            title_stop += 1
        text = " ".join(entry.text for entry in entries[start:title_stop])
        title = Heading(start, title_stop, text, Style("short"), None)
        spans.append(Span(start, stop, title))
    return tuple(spans)


def _whole(
    stream: Stream, headings: Sequence[Heading], profile: Profile, again: frozenset[str]
) -> Span:
    """The whole document as one project."""
    before_text = next((heading.start for heading in headings if heading.rule), len(stream.entries))
    candidates = [
        heading
        for heading in headings
        if heading.rule is None
        and not heading.outside
        and folded_heading(heading.text, profile) not in again
        and heading.start <= before_text
    ]
    title = min(candidates, key=lambda heading: (heading.style.rank, heading.start), default=None)
    return Span(0, len(stream.entries), title)


class _Finder:
    """Looks for the style of the titles, and for the projects under them."""

    def __init__(
        self,
        stream: Stream,
        headings: Sequence[Heading],
        facts: Sequence[FactLine],
        profile: Profile,
        again: frozenset[str],
    ) -> None:
        self._stream = stream
        self._headings = headings
        self._facts = [fact for fact in facts if fact.has(*_SHARED)]
        self._profile = profile
        self._sections = [
            heading
            for heading in headings
            if heading.rule or folded_heading(heading.text, profile) in again
        ]
        sections = {heading.start for heading in self._sections}
        self._stops = {heading.stop for heading in headings}
        self._candidates = [
            heading
            for heading in headings
            if heading.start not in sections
            and not heading.outside
            and not self._names_body(heading)
        ]
        self._candidate_places = {heading.start for heading in self._candidates}
        self._fact_places = {p for fact in self._facts for p in range(fact.start, fact.stop)}
        self._section_places = {p for h in self._sections for p in range(h.start, h.stop)}

    def _names_body(self, heading: Heading) -> bool:
        """Is this short line below another one the name of a body rather than a title?"""
        return (
            heading.style.weak
            and heading.start in self._stops
            and looks_like_organisation(heading.text, self._profile)
        )

    def spans(self) -> tuple[Span, ...]:
        """The projects, none where fewer than two share a pattern."""
        best: list[_Evidence] = []
        for style in sorted({h.style for h in self._candidates}, key=lambda style: style.rank):
            found = self._projects_of(style)
            if len(found) > len(best):
                best = found
        if len(best) < 2:
            return ()
        style = best[0].heading.style
        titles = sorted(self._with_shrunken(best), key=lambda found: found.heading.start)
        starts = [self._pulled_back(found.heading) for found in titles]
        stops = [*starts[1:], len(self._stream.entries)]
        return tuple(
            Span(start, self._end(found.heading, start, stop, style), found.heading)
            for found, start, stop in zip(titles, starts, stops, strict=True)
        )

    def _projects_of(self, style: Style) -> list[_Evidence]:
        """The projects there are if titles have this style."""
        found = [self._evidence(h) for h in self._candidates if h.style == style]
        good = [evidence for evidence in found if evidence.speaks_for_project]
        with_facts = [evidence for evidence in good if evidence.facts]
        if self._is_distinct(style):
            between = range(good[0].heading.start, good[-1].heading.start) if good else range(0)
            return [
                evidence
                for evidence in found
                if evidence.speaks_for_project
                or (
                    evidence.heading.start in between
                    and evidence.words >= _MANY_WORDS
                    and len(good) > 1
                )
            ]
        if len(with_facts) * 2 >= len(good):
            return with_facts
        return self._restarting(good)

    def _is_distinct(self, style: Style) -> bool:
        """Do only titles look like this?"""
        if style.weak or style.kind in ("capitals", "numbered"):
            return False
        return all(heading.style != style for heading in self._sections)

    def _restarting(self, good: list[_Evidence]) -> list[_Evidence]:
        """Those below which section headings of the project before come back."""
        kept: list[_Evidence] = []
        seen: set[str] = set()
        for evidence in good:
            below = self._section_names(evidence.heading.stop, evidence.end)
            if not kept or below & seen:
                kept.append(evidence)
                seen = set(below)
            else:
                seen |= below
        return kept

    def _section_names(self, start: int, end: int) -> set[str]:
        return {
            heading.rule.name if heading.rule else folded_heading(heading.text, self._profile)
            for heading in self._sections
            if start <= heading.start < end
        }

    def _evidence(self, heading: Heading) -> _Evidence:
        end = self._next_title(heading)
        near = range(self._pulled_back(heading), min(end, heading.stop + _TITLE_ZONE))
        return _Evidence(
            heading,
            end,
            sum(1 for fact in self._facts if fact.start in near),
            len(self._section_names(heading.stop, end)),
            self._words(heading.stop, end, _MANY_WORDS),
        )

    def _words(self, start: int, stop: int, most: int) -> int:
        """The words of some lines; where they are as many as ``most``, no more are counted."""
        words = 0
        for entry in self._stream.entries[start:stop]:
            words += len(entry.text.split())
            if words >= most:
                break
        return words

    def _next_title(self, heading: Heading) -> int:
        return next(
            (
                other.start
                for other in self._headings
                if other.start > heading.start
                and (other.outside or other.start in self._candidate_places)
                and other.style.rank <= heading.style.rank
            ),
            len(self._stream.entries),
        )

    def _pulled_back(self, heading: Heading) -> int:
        """The start of the project, where facts and short labels stand above its title."""
        entries = self._stream.entries
        start = self._first_fact_above(heading)
        page_top = heading.start
        while not entries[page_top].top:
            page_top -= 1
        if self._is_paged() and self._are_labels(page_top, start):
            return page_top
        return start

    def _are_labels(self, start: int, stop: int) -> bool:
        """Are the lines at the top of a page a theme, a number, the names on a map?"""
        entries = self._stream.entries[start:stop]
        return (
            len(entries) <= _LINES_ABOVE
            and self._words(start, stop, 13) <= 12
            and not self._section_places.intersection(range(start, stop))
            and not any(e.line.bullet or e.text.endswith(_TEXT_ENDS) for e in entries)
        )

    def _first_fact_above(self, heading: Heading) -> int:
        """The highest fact among the short lines right above a title, else its own place."""
        start = heading.start
        for place in range(heading.start - 1, max(-1, heading.start - 1 - _LINES_ABOVE), -1):
            entry = self._stream.entries[place]
            if place in self._fact_places:
                start = place
            elif (
                entry.line.bullet
                or place in self._section_places
                or self._words(place, place + 1, 9) > 8
                or entry.text.endswith(_TEXT_ENDS)
            ):
                break
            if entry.top:
                break
        return start

    def _is_paged(self) -> bool:
        return self._stream.entries[-1].page > 1

    def _with_shrunken(self, best: list[_Evidence]) -> list[_Evidence]:
        """With the titles that were printed smaller to fit: at the top of a page, above facts."""
        style = best[0].heading.style
        if style.kind != "style" or not self._is_distinct(style):
            return best
        sections = [h.style.size for h in self._sections if h.style.kind == "style"]
        largest = max(sections, default=0.0)
        known = {evidence.heading.start for evidence in best}
        shrunken = [
            self._evidence(heading)
            for heading in self._candidates
            if heading.start not in known
            and heading.style.kind == "style"
            and heading.style.bold == style.bold
            and largest < heading.style.size < style.size
            and self._stream.entries[heading.start].top
        ]
        return [*best, *(found for found in shrunken if found.facts > 1)]

    def _end(self, title: Heading, start: int, stop: int, style: Style) -> int:
        """Where a project ends: at what follows, or at general information before that."""
        entries = self._stream.entries
        for heading in self._headings:
            if title.stop <= heading.start < stop and self._closes(heading, style):
                return heading.start
        for entry in entries[title.stop : stop]:
            if entry.apart and meets(self._profile.outside_lines, entry.text):
                return entry.place
        return stop

    def _closes(self, heading: Heading, style: Style) -> bool:
        """Does something else than a project begin with this heading?"""
        entry = self._stream.entries[heading.start]
        if heading.outside:
            above = heading.style.rank <= style.rank or (entry.top and self._is_paged())
            return above or (entry.apart and self._is_last(heading))
        numbered = self._profile.without_numbering(heading.text) != heading.text
        if heading.start not in self._candidate_places:
            return False
        if heading.text[:1].isdigit() and not numbered:
            return False
        if not self._is_distinct(style):
            return False
        begins = entry.top or style.kind == "level" or numbered
        return heading.style.rank <= style.rank and begins

    def _is_last(self, heading: Heading) -> bool:
        """Does the document end under this heading, which no other project has?"""
        same = [h for h in self._headings if fold(h.text) == fold(heading.text)]
        return len(same) == 1 and all(h.start <= heading.start for h in self._sections)
