"""The title block of a project: title, subtitle and the facts around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.cleaning import join_lines
from ingest.facts import Fact, FactLine, is_values, listed, year_of
from ingest.heading_styles import Style
from ingest.headings import Heading
from ingest.organisation import looks_like_organisation
from ingest.places import names_place, places_of
from ingest.profile import Profile
from ingest.projects import Span
from ingest.stream import Entry, Stream, blocks
from kb.model import Person
from kb.text import fold

_SHARED = ("organisation", "place", "year", "values")
"""What a line beside the text states, perhaps with the partners or the public."""
_LONG_FACT = 12
"""Words from which a fact is also text worth finding."""
_STOPPED = re.compile(r"[.!?;:,»]$")
_UNFINISHED = re.compile(
    r"(?:^|\s|[’'])(?:à|au|aux|avec|d|dans|de|des|du|en|et|l|la|le|les|ou|par|pour|sans|sous|sur|un|une)[’']?$",
    re.IGNORECASE,
)
_CONTINUED = re.compile(r"\s*\((?:suite|fin)\)$", re.IGNORECASE)


@dataclass(slots=True)
class Identity:
    """What the title block of a project says, filled line by line."""

    title: str = ""
    subtitles: list[str] = field(default_factory=list)
    facts: dict[str, list[Fact]] = field(default_factory=dict)
    title_places: set[int] = field(default_factory=set)
    """Lines that are wholly in the metadata."""
    repeats: set[int] = field(default_factory=set)
    """Lines that print the title again on a later page."""
    labels: set[int] = field(default_factory=set)
    """Lines above the title that number or class the project."""
    organisation_lines: list[str] = field(default_factory=list)

    def value(self, kind: str) -> str:
        """The first value of a kind of fact, labelled ones first; empty where there is none."""
        found = sorted(self.facts.get(kind, []), key=lambda fact: not fact.labelled)
        return found[0].value if found else ""

    @property
    def subtitle(self) -> str:
        """The subtitles as one."""
        return " – ".join(self.subtitles)

    @property
    def year(self) -> int | None:
        """The project's year."""
        return year_of(self.value("year"))

    @property
    def places(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Communes and département codes."""
        communes: list[str] = []
        codes: list[str] = []
        for fact in self.facts.get("place", []):
            named, numbers = places_of(fact.value, labelled=fact.labelled)
            communes += named
            codes += numbers
        return tuple(dict.fromkeys(communes)), tuple(dict.fromkeys(codes))

    @property
    def people(self) -> tuple[Person, ...]:
        """Those whom the title block names with their function: « Inès Schmitt, directrice »."""
        body = self.value("organisation")
        split = [fact.value.partition(",") for fact in self.facts.get("person", [])]
        return tuple(Person(name.strip(), role.strip(), body) for name, _, role in split)

    def all_of(self, kind: str) -> tuple[str, ...]:
        """The items listed by the facts of a kind."""
        return tuple(
            dict.fromkeys(item for fact in self.facts.get(kind, []) for item in listed(fact.value))
        )


def identify(
    stream: Stream,
    span: Span,
    headings: Sequence[Heading],
    facts: Sequence[FactLine],
    section_styles: frozenset[Style],
    profile: Profile,
) -> Identity:
    """Read the title block of a project; ``facts`` are those of its lines."""
    return _Reader(stream, span, headings, facts, section_styles, profile).read()


class _Reader:
    def __init__(
        self,
        stream: Stream,
        span: Span,
        headings: Sequence[Heading],
        facts: Sequence[FactLine],
        section_styles: frozenset[Style],
        profile: Profile,
    ) -> None:
        self._stream = stream
        self._span = span
        self._headings = {h.start: h for h in headings if span.start <= h.start < span.stop}
        self._facts = {fact.start: fact for fact in facts}
        self._styles = section_styles
        self._profile = profile
        self._identity = Identity()

    def read(self) -> Identity:
        """The title block, read from top to bottom."""
        after = self._read_title()
        zone_end = self._read_zone(after)
        self._read_later_facts(zone_end)
        if self._profile.capital_subtitle:
            self._read_capitals()
        self._mark_repeats()
        if names_place(self._identity.title) and "place" not in self._identity.facts:
            self._identity.facts["place"] = [Fact("place", self._identity.title, False)]
        return self._identity

    def _entries(self, start: int, stop: int) -> Sequence[Entry]:
        return self._stream.entries[start:stop]

    def _read_title(self) -> int:
        """Take the title; give the place after it."""
        title = self._span.title
        if title is None:
            return self._span.start
        for place in range(self._span.start, title.start):
            self._take_above(place)
        lines = [entry.text for entry in self._entries(title.start, title.stop)]
        self._take(range(title.start, title.stop))
        first, rest = self._split(lines)
        self._identity.title = self._profile.without_numbering(first)
        if rest:
            self._identity.subtitles.append(rest)
        if len(re.findall(r"[^\W\d_]", self._identity.title)) < 2:
            return self._title_below(title)
        return title.stop

    def _take_above(self, place: int) -> None:
        """A line above the title: a fact, or the number or theme of the project."""
        if place in self._identity.title_places:
            return
        fact = self._facts.get(place)
        text = self._stream.entries[place].text
        if fact:
            self._keep(fact)
        elif self._is_body_name(text):
            self._identity.organisation_lines.append(text)
            self._take([place])
        else:
            self._identity.labels.add(place)

    def _title_below(self, numbering: Heading) -> int:
        """« Fiche n° 4 » stands alone: the title is on the lines below."""
        if self._identity.subtitles:
            self._identity.title = self._identity.subtitles.pop(0)
            return numbering.stop
        heading = self._headings.get(numbering.stop)
        if heading and heading.rule is None:
            self._identity.title = self._profile.without_numbering(heading.text)
            self._take(range(heading.start, heading.stop))
            return heading.stop
        for block in blocks(self._entries(numbering.stop, self._span.stop)):
            if block[0].place in self._facts:
                continue
            self._identity.title = self._joined([entry.text for entry in block[:3]])
            self._take(entry.place for entry in block[:3])
            return block[min(len(block), 3) - 1].place + 1
        return numbering.stop

    def _split(self, lines: Sequence[str]) -> tuple[str, str]:
        """Title and subtitle of a block where a new line may begin the subtitle."""
        if self._profile.subtitle_on_second_line:
            for index in range(1, len(lines)):
                if lines[index][:1].isupper() and not _UNFINISHED.search(lines[index - 1]):
                    return self._joined(lines[:index]), self._joined(lines[index:])
        return self._joined(lines), ""

    def _joined(self, lines: Sequence[str]) -> str:
        return join_lines(lines, self._stream.vocabulary)

    def _take(self, places: Iterable[int]) -> None:
        self._identity.title_places.update(places)

    def _read_zone(self, start: int) -> int:
        """Read facts and subtitles up to the first text; give the place where it begins."""
        place = start
        while place < self._span.stop:
            if place in self._identity.title_places:
                place += 1
                continue
            following = self._fact_at(place) or self._subtitle_heading(place) or self._line(place)
            if not following:
                break
            place = following
        return place

    def _fact_at(self, place: int) -> int:
        fact = self._facts.get(place)
        if fact is None:
            return 0
        self._keep(fact)
        return fact.stop

    def _keep(self, line: FactLine) -> None:
        for fact in line.facts:
            self._identity.facts.setdefault(fact.kind, []).append(fact)
        if not any(len(fact.value.split()) >= _LONG_FACT for fact in line.facts):
            self._take(range(line.start, line.stop))

    def _subtitle_heading(self, place: int) -> int:
        heading = self._headings.get(place)
        if heading is None or heading.rule or heading.outside or "»" in heading.text:
            return 0
        if heading.style in self._styles and not self._facts_follow(heading.stop):
            return 0
        if self._is_body_name(heading.text):
            self._identity.organisation_lines.append(heading.text)
        else:
            self._identity.subtitles.append(heading.text)
        self._take(range(heading.start, heading.stop))
        return heading.stop

    def _facts_follow(self, place: int) -> bool:
        return place in self._facts and place < self._span.stop

    def _line(self, place: int) -> int:
        """A block that is neither fact nor text: the subtitle, or the name of a body."""
        if place in self._headings:
            return 0
        block = self._until_fact(next(blocks(self._entries(place, self._span.stop))))
        text = self._joined([entry.text for entry in block])
        words = len(text.split())
        if block[0].line.bullet or words > 30 or _STOPPED.search(text) or block[0].line.cell:
            return 0
        if text.startswith(("«", "“", "©")):
            return 0
        if is_values(text, self._profile):
            self._identity.facts.setdefault("values", []).append(Fact("values", text, False))
        elif self._is_body_name(text):
            self._identity.organisation_lines.append(text)
        elif words >= 3 and not text[:1].isdigit() and not self._identity_has_line_subtitle():
            self._identity.subtitles.append(text)
        else:
            return 0
        self._take(entry.place for entry in block)
        return block[-1].place + 1

    def _identity_has_line_subtitle(self) -> bool:
        return len(self._identity.subtitles) > 1

    def _until_fact(self, block: Sequence[Entry]) -> Sequence[Entry]:
        for index, entry in enumerate(block):
            if index and (entry.place in self._facts or entry.place in self._headings):
                return block[:index]
        return block

    def _is_body_name(self, text: str) -> bool:
        return looks_like_organisation(text, self._profile)

    def _read_later_facts(self, start: int) -> None:
        """Facts that stand further down, in a box beside the text."""
        first_page = self._stream.entries[self._span.start].page
        for box in self._boxes(start):
            on_title_page = (
                self._stream.entries[box[0].start].page == first_page
                and self._stream.entries[-1].page > 1
            )
            new = [line for line in box if self._is_new(line, on_title_page)]
            labelled = [line for line in box if all(fact.labelled for fact in line.facts)]
            sure = sum(1 for line in labelled if line.has("organisation", "place", "year"))
            for line in box:
                if line in new or (line in labelled and (new or sure > 1)):
                    self._keep(line)

    def _boxes(self, start: int) -> list[list[FactLine]]:
        """The lines of facts from ``start`` on, those that follow each other together."""
        found: list[list[FactLine]] = []
        for place in sorted(self._facts):
            line = self._facts[place]
            if not start <= place < self._span.stop:
                continue
            if found and found[-1][-1].stop == place:
                found[-1].append(line)
            else:
                found.append([line])
        return found

    def _is_new(self, line: FactLine, on_title_page: bool) -> bool:
        """Does a line state who, where or when, for the first time?"""
        shared = [fact for fact in line.facts if fact.kind in _SHARED]
        others = [fact for fact in line.facts if fact.kind not in _SHARED]
        beside = len(shared) > 1 or all(fact.labelled for fact in line.facts)
        return (bool(shared) and (beside or not others)) and all(
            fact.kind not in self._identity.facts and (fact.labelled or on_title_page)
            for fact in shared
        )

    def _read_capitals(self) -> None:
        """Lines in capitals anywhere on the title page."""
        page = self._stream.entries[self._span.start].page
        for heading in self._headings.values():
            on_page = self._stream.entries[heading.start].page == page
            free = heading.start not in self._identity.title_places and heading.rule is None
            if on_page and free and heading.style.kind == "capitals":
                self._identity.subtitles.append(heading.text)
                self._take(range(heading.start, heading.stop))

    def _mark_repeats(self) -> None:
        printed = {fold(text) for text in (self._identity.title, *self._identity.subtitles)}
        title = self._span.title
        if title:
            printed.add(fold(title.text))
        for entry in self._entries(self._span.start, self._span.stop):
            if entry.top and entry.place not in self._identity.title_places:
                heading = self._headings.get(entry.place)
                text = heading.text if heading and not heading.rule else entry.text
                if fold(_CONTINUED.sub("", text)) in printed:
                    stop = heading.stop if heading and not heading.rule else entry.place + 1
                    self._identity.repeats.update(range(entry.place, stop))
