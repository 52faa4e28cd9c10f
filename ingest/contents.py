"""Tables of contents, which name projects without presenting them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ingest.headings import Heading
from ingest.profile import Profile, meets
from ingest.stream import Entry, Stream
from kb.text import fold

_CONTENTS_LINE = re.compile(r"(?:\.{3,}|…|\s)\s*\d{1,3}$")


def contents_places(
    stream: Stream, headings: Sequence[Heading], profile: Profile
) -> frozenset[int]:
    """The lines of tables of contents, which name projects without presenting them."""
    found: set[int] = set()
    for heading in headings:
        if meets(profile.contents_headings, heading.text) and heading.start not in found:
            found.update(range(heading.start, _contents_end(stream, heading, headings)))
    return frozenset(found)


def _contents_end(stream: Stream, heading: Heading, headings: Sequence[Heading]) -> int:
    entries = stream.entries
    if any(entry.page != entries[heading.start].page for entry in entries):
        page = entries[heading.start].page
        while _is_contents_page(stream, page + 1):
            page += 1
        return next((entry.place for entry in entries if entry.page > page), len(entries))
    later = {fold(entry.text) for entry in entries[heading.stop + 1 :]}
    place = heading.stop
    while place < len(entries) and _is_contents_line(entries[place], entries[place + 1 :], later):
        place += 1
    return place


def _is_contents_line(entry: Entry, below: Sequence[Entry], later: Collection[str]) -> bool:
    """Does a line end with a page number, or come again as a heading further down?"""
    if _CONTENTS_LINE.search(entry.text):
        return True
    text = fold(entry.text)
    return text in later and any(fold(other.text) == text for other in below)


def _is_contents_page(stream: Stream, page: int) -> bool:
    lines = [entry.text for entry in stream.entries if entry.page == page]
    numbered = sum(1 for line in lines if _CONTENTS_LINE.search(line))
    return numbered >= 3 and numbered * 5 >= len(lines) * 2
