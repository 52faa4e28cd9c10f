"""Which lines are headings: by declared level, by typography, by the shape of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.cleaning import join_lines
from ingest.heading_styles import (
    MOST_WORDS,
    Body,
    Style,
    body_style,
    ends_as_text,
    face,
    has_address,
    is_capitals,
    is_set_apart,
    is_within_text,
    line_style,
    may_begin,
)
from ingest.profile import HeadingRule, Profile, meets
from ingest.stream import Entry, Stream, runs_on
from kb.text import fold

_MOST_CHARACTERS = 120
"""Characters in one line of a heading, at most."""
_MOST_LINES = 5
_FEWEST_IN_SENTENCE = 4
"""Words above which a line that ends with a full stop is a sentence."""
_OF_EACH_PROJECT = 3
"""Times that a heading of general information comes back where it is one of every project."""
_LONGEST_LINK = 20
"""Characters of the end of a line in which such a word has room, and more."""
_FUNCTION_WORDS = re.compile(
    r"(?:^|\s|[’'])(?:à|au|aux|avec|chez|d|dans|de|des|du|en|entre|et|l|la|le|les|ou|par|pour|"
    r"qui|que|sans|ses|son|sa|sous|sur|un|une|vers)[’']?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading on one line or several."""

    start: int
    """Place of its first line."""
    stop: int
    """Place after its last line."""
    text: str
    """As printed, on one line."""
    style: Style
    rule: HeadingRule | None
    """What the profile knows of it."""
    outside: bool = False
    """The profile says that no project is presented under it."""


def find_headings(stream: Stream, profile: Profile, not_headings: frozenset[int]) -> list[Heading]:
    """The headings of a document in order; lines in ``not_headings`` are none.

    Lines that only look short are headings of a document that shows no better ones.
    """
    body = body_style(stream)
    headings: list[Heading] = []
    place = 0
    while place < len(stream.entries):
        heading = None
        if place not in not_headings and not is_within_text(stream, place, profile, body):
            heading = _heading_at(stream, place, profile, body, not_headings)
        if heading is None or _is_torn(stream, heading, headings, not_headings):
            place += 1
        else:
            headings.append(heading)
            place = heading.stop
    return _convincing(_with_own_sections(headings, profile), profile)


def _is_torn(
    stream: Stream, heading: Heading, headings: Sequence[Heading], not_headings: frozenset[int]
) -> bool:
    """Is it the end of a block of large print whose first lines are no heading?"""
    place = heading.start
    if heading.style.kind != "style" or heading.rule or not place or place - 1 in not_headings:
        return False
    above, entry = stream.entries[place - 1], stream.entries[place]
    same = (above.line.size, above.line.bold) == (entry.line.size, entry.line.bold)
    return same and not entry.apart and not (headings and headings[-1].stop == place)


def _with_own_sections(headings: list[Heading], profile: Profile) -> list[Heading]:
    """« Vos contacts » or « Conclusion » that comes back belongs to each project."""
    if not any(heading.outside for heading in headings):
        return headings
    counts = Counter(folded_heading(heading.text, profile) for heading in headings)
    kept = []
    for heading in headings:
        times = counts[folded_heading(heading.text, profile)]
        contacts = heading.rule is not None and heading.rule.people
        own = times >= _OF_EACH_PROJECT or (contacts and times > 1)
        kept.append(replace(heading, outside=False) if heading.outside and own else heading)
    return kept


def _convincing(headings: list[Heading], profile: Profile) -> list[Heading]:
    """Without the headings known by their wording alone, where the others look like headings."""
    strong = sum(1 for heading in headings if heading.rule and not heading.style.weak)
    if profile.only or strong < 3:
        return headings
    return [
        heading
        for heading in headings
        if heading.rule is None or not heading.style.weak or heading.rule.people
    ]


def recurring(headings: Sequence[Heading], profile: Profile) -> frozenset[str]:
    """Folded texts of headings that occur several times: those of sections, not of projects."""
    counts = Counter(folded_heading(heading.text, profile) for heading in headings)
    return frozenset(text for text, count in counts.items() if count > 1 and text)


def folded_heading(text: str, profile: Profile) -> str:
    """A heading's text as two of them are compared."""
    return fold(profile.without_numbering(text)).rstrip(" :")


def _heading_at(
    stream: Stream, place: int, profile: Profile, body: Body, not_headings: frozenset[int]
) -> Heading | None:
    entry = stream.entries[place]
    style = line_style(stream, place, profile, body)
    known = _known_heading(stream, place, profile, body, not_headings, style)
    if known is not None:
        return known
    if style is None or style.kind not in profile.shapes:
        return None
    stop = _end_by_looks(stream, place, style, not_headings)
    # A known heading among the lines that look alike would leave the first ones no more alone.
    if style.kind == "short" and not _stands_alone(stream, place, stop, not_headings):
        return None
    known_below = (at for at in range(place + 1, stop) if _begins_known(stream, at, profile))
    stop = next(known_below, stop)
    if style.kind == "short" and not _stands_alone(stream, place, stop, not_headings):
        return None
    text = join_lines([e.text for e in stream.entries[place:stop]], stream.vocabulary)
    if len(text.split()) > 2 * MOST_WORDS or (
        style.kind != "capitals" and ends_as_text(text) and len(text.split()) > 8
    ):
        return None
    return Heading(
        entry.place, stop, text, style, profile.heading(text), meets(profile.outside_headings, text)
    )


def _known_heading(
    stream: Stream,
    place: int,
    profile: Profile,
    body: Body,
    not_headings: frozenset[int],
    style: Style | None,
) -> Heading | None:
    """A heading that the profile knows, on up to three lines."""
    first = stream.entries[place]
    if first.line.cell > 1 or len(first.text) > _MOST_CHARACTERS:
        return None
    if first.line.bullet and not is_set_apart(first.line, body):
        return None
    if not may_begin(stream, place):
        return None
    text, words = "", 0
    for stop in range(place + 1, min(place + 3, len(stream.entries)) + 1):
        entry = stream.entries[stop - 1]
        words += len(entry.text.split())
        if words - (stop - place - 1) > MOST_WORDS:  # each line may end with half a word
            return None
        if stop > place + 1 and (stop - 1 in not_headings or not _joins(stream, stop - 1)):
            return None
        text = join_lines([text, entry.text], stream.vocabulary) if text else entry.text
        if len(text.split()) > MOST_WORDS:
            return None
        if style is None and _is_sentence(stream, stop, text):
            continue
        rule, outside = profile.heading(text), meets(profile.outside_headings, text)
        if (rule or outside) and _is_whole(stream, stop, style, body):
            return Heading(place, stop, text, style or Style("known"), rule, outside)
    return None


def _joins(stream: Stream, place: int) -> bool:
    """May this line be the next one of a heading: not apart from it, and of the same type?"""
    above, entry = stream.entries[place - 1], stream.entries[place]
    if entry.apart or (above.line.size, above.line.bold) != (entry.line.size, entry.line.bold):
        return False
    if is_capitals(above.text) or is_capitals(entry.text):
        return above.text.isupper() and entry.text.isupper()
    return entry.text[:1].islower() or _ends_as_link(above.text)


def _ends_as_link(text: str) -> bool:
    """Does a line end with a word that links it to the next one?"""
    return _FUNCTION_WORDS.search(text[-_LONGEST_LINK:]) is not None


def _is_sentence(stream: Stream, stop: int, text: str) -> bool:
    """Does a line that nothing but its words sets apart end, or go on, as running text?"""
    if ends_as_text(text) and len(text.split()) > _FEWEST_IN_SENTENCE:
        return True
    if not stream.wrapped or stop >= len(stream.entries):
        return False
    below = stream.entries[stop]
    return not below.apart and below.text[:1].islower() and len(text.split()) > 1


def _is_whole(stream: Stream, stop: int, style: Style | None, body: Body) -> bool:
    """Does the heading end here, or go on in the same style on the next line?"""
    if style is None or style.weak or stop >= len(stream.entries):
        return True
    above, entry = stream.entries[stop - 1], stream.entries[stop]
    if entry.apart:
        return True
    return not (entry.text[:1].islower() and _same_type(above, entry, body))


def _same_type(above: Entry, entry: Entry, body: Body) -> bool:
    usual = (body.size, body.bold, body.color, body.family)
    return face(above.line) == face(entry.line) != usual


def _end_by_looks(stream: Stream, place: int, style: Style, not_headings: frozenset[int]) -> int:
    """The place after the lines that look like those of the heading in ``style`` that is here."""
    stop = place + 1
    last = min(place + _MOST_LINES, len(stream.entries))
    while stop < last and stop not in not_headings and _goes_on(stream, stop, style):
        stop += 1
    return stop


def _begins_known(stream: Stream, place: int, profile: Profile) -> bool:
    """Is this line a heading that the profile knows, whatever stands above it?"""
    if not profile.heading(stream.entries[place].text):
        return False
    return not _ends_as_link(stream.entries[place - 1].text)


def _goes_on(stream: Stream, place: int, style: Style) -> bool:
    """Does this line look like the next one of a heading in ``style``?"""
    above, entry = stream.entries[place - 1], stream.entries[place]
    if entry.line.level or entry.line.bullet or style.kind == "level":
        return False
    if entry.line.cell and not (entry.line.cell == above.line.cell == 1 and stream.wrapped):
        return False
    if entry.page != above.page or entry.line.column != above.line.column:
        return False
    return _is_alike(above, entry, style)


def _is_alike(above: Entry, entry: Entry, style: Style) -> bool:
    """Is a line, by its looks, the next one of a heading in ``style``?"""
    if style.kind == "style":
        same = (entry.line.size, entry.line.bold) == (above.line.size, above.line.bold)
        if style.color or style.family:
            same = face(entry.line) == face(above.line) and not entry.apart
        near = not entry.line.gap_before or entry.line.y - above.line.y <= 1.6 * style.size
        return same and near and not (entry.apart and not entry.line.size)
    if entry.apart:
        return False
    if style.kind == "capitals":
        return is_capitals(entry.text)
    if style.kind == "numbered":
        return entry.text[:1].islower() or _ends_as_link(above.text)
    return not has_address(entry.text)


def _stands_alone(stream: Stream, place: int, stop: int, not_headings: frozenset[int]) -> bool:
    """Is a block of plain text short enough, and apart from what is below it?"""
    below = stop >= len(stream.entries) or stream.entries[stop].apart or stop in not_headings
    if not below or stop - place > 3:
        return False
    text = " ".join(stream.entries[index].text for index in range(place, stop))
    if stop < len(stream.entries) and runs_on(text, stream.entries[stop].text):
        return False
    return len(text.split()) <= 24 and not ends_as_text(text)
