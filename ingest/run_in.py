"""Headings that share their line with the text below them: « Contexte : La ville… »."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.document import Line
from ingest.facts import label_kind
from ingest.headings import folded_heading
from ingest.profile import Profile
from ingest.stream import Entry, Stream, entry_of

_LONGEST = 60
"""Characters of a heading that shares its line, at most."""
_FEWEST_WORDS = 8
"""Words from which what follows the heading is a text rather than a fact."""
_FEWEST_WORDINGS = 2
"""Different known headings that a document must print so, in bold, to be believed."""
_FEWEST_PLAIN_WORDINGS = 3
"""The same where nothing but the words tells."""
_MARK = r"\s*(?:[:.]\s*[–—-]?|[–—]|\s-)"
_AFTER_BOLD = re.compile(rf"{_MARK}\s*(?=\S)")
_SPACES = re.compile(r"\s*")
_ENDS_BOLD = re.compile(rf"{_MARK}\s*$")
_PLAIN = re.compile(r"(?P<heading>[A-ZÀ-ÖØ-Ý][^:.!?«»()]{2,58}?)\s*:\s+(?=[A-ZÀ-ÖØ-Ý«])")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A line that may begin with a heading."""

    place: int
    cut: int
    """Where the text begins in the line."""
    folded: str
    known: bool
    """The profile knows the heading."""
    labels: bool
    """The same words also announce facts."""
    leads_text: bool
    """What follows is long enough to be a text."""


def split_run_in(stream: Stream, profile: Profile) -> Stream:
    """The stream with headings that share a line with text on lines of their own."""
    if profile.only:
        return stream
    found = [
        candidate
        for entry in stream.entries
        if (candidate := _candidate(stream, entry, profile)) is not None
    ]
    bold = _believed([c for c in found if _is_bold(stream, c)], _FEWEST_WORDINGS)
    plain = _believed([c for c in found if not _is_bold(stream, c)], _FEWEST_PLAIN_WORDINGS)
    cuts = {c.place: c.cut for c in (*bold, *(c for c in plain if c.known))}
    return _split(stream, cuts) if cuts else stream


def _candidate(stream: Stream, entry: Entry, profile: Profile) -> _Candidate | None:
    line = entry.line
    if line.level or line.cell or line.bold or line.bullet:
        return None
    cut = _cut(line)
    if not cut or not _may_begin(stream, entry):
        return None
    heading = line.text[:cut].rstrip(" :.–—-")
    return _Candidate(
        entry.place,
        cut,
        folded_heading(heading, profile),
        profile.heading(heading) is not None,
        label_kind(heading, profile) is not None,
        _leads_text(stream, entry, line.text[cut:]),
    )


def _cut(line: Line) -> int:
    """Where the text begins behind the heading of a line; 0 where there is none."""
    text, bold = line.text, line.bold_prefix
    if not bold:
        match = _PLAIN.match(text) if ":" in text else None
    elif bold > _LONGEST:
        return 0
    elif _ENDS_BOLD.search(text[:bold]):
        match = _SPACES.match(text, bold)
    else:
        match = _AFTER_BOLD.match(text, bold)
    return match.end() if match and match.end() < len(text) else 0


def _may_begin(stream: Stream, entry: Entry) -> bool:
    """Does a paragraph begin with this line?"""
    if entry.apart or not stream.wrapped or not entry.place or entry.line.bold_prefix:
        return True
    return stream.entries[entry.place - 1].text.endswith((".", "!", "?", "»", ":", ";"))


def _leads_text(stream: Stream, entry: Entry, rest: str) -> bool:
    """Is what follows the heading a text: several words, or the lead-in of a list?"""
    words = len(rest.split())
    for below in stream.entries[entry.place + 1 : entry.place + 3]:
        if below.apart or below.line.bold_prefix or not stream.wrapped:
            break
        words += len(below.text.split())
    return words >= _FEWEST_WORDS or rest.endswith(":")


def _believed(candidates: Sequence[_Candidate], fewest: int) -> list[_Candidate]:
    """The candidates whose wording comes back over text, where the document prints several so."""
    by_wording: dict[str, list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        by_wording[candidate.folded].append(candidate)
    kept = {
        wording: same
        for wording, same in by_wording.items()
        if (len(same) > 1 or same[0].known)
        and 2 * sum(candidate.leads_text for candidate in same) > len(same)
    }
    sure = [same for same in kept.values() if same[0].known and not same[0].labels]
    again = any(len(same) > 1 for same in sure)
    if len(sure) < fewest or not (again or len(sure) > fewest):
        return []
    return [candidate for same in kept.values() for candidate in same]


def _is_bold(stream: Stream, candidate: _Candidate) -> bool:
    return stream.entries[candidate.place].line.bold_prefix > 0


def _split(stream: Stream, cuts: dict[int, int]) -> Stream:
    entries: list[Entry] = []
    for entry in stream.entries:
        cut = cuts.get(entry.place)
        for line, top in _lines(entry, cut):
            entries.append(entry_of(len(entries), entry.page, line, top))
    return replace(stream, entries=tuple(entries))


def _lines(entry: Entry, cut: int | None) -> list[tuple[Line, bool]]:
    """The lines of an entry, each with whether it stands first on its page."""
    line = entry.line
    if cut is None:
        return [(line, entry.top)]
    heading = line._replace(
        text=line.text[:cut].rstrip(" .–—-"),
        bold=line.bold_prefix > 0,
        bold_prefix=0,
        gap_before=True,
    )
    text = line._replace(text=line.text[cut:], bold_prefix=0, gap_before=False)
    return [(heading, entry.top), (text, False)]
