"""Boxes of facts: labels on lines of their own, each with its value below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.facts import (
    LONGEST_VALUE,
    Fact,
    FactLine,
    is_bare_label,
    is_running_text,
    is_year,
    label_kind,
)
from ingest.organisation import is_name_like
from ingest.places import is_place
from ingest.profile import Profile
from ingest.stream import Entry, Stream

_MOST_LINES = 4
"""Lines of a value, at most."""
_LONGEST_ALONE = 10
"""Words of the value of a label that stands in no box, at most."""
_SHARED = ("organisation", "place", "year")
"""Facts whose labels are no headings of sections."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """A label and the lines of its value."""

    start: int
    stop: int
    kind: str
    value: str
    distinct: bool
    """The label is set otherwise than its value."""


def find_boxes(stream: Stream, profile: Profile) -> list[FactLine]:
    """The pairs of label and value that stand close together or look like it."""
    found: list[FactLine] = []
    place = 0
    while place < len(stream.entries):
        if not is_bare_label(stream.entries[place].text, profile):  # as nearly no line is
            place += 1
            continue
        pairs = _run(stream, place, profile)
        if pairs and _is_box(pairs):
            found += [FactLine(p.start, p.stop, (Fact(p.kind, p.value, True),)) for p in pairs]
            place = pairs[-1].stop
        else:
            place += 1
    return found


def _is_box(pairs: Sequence[_Pair]) -> bool:
    shared = sum(1 for pair in pairs if pair.kind in _SHARED)
    if len(pairs) == 1:
        return bool(shared) and pairs[0].distinct and _is_plain_answer(pairs[0])
    return shared > 1 or (shared > 0 and len({pair.kind for pair in pairs}) > 1)


def _is_plain_answer(pair: _Pair) -> bool:
    """Is a value a name, a place or a year rather than the text under a heading?"""
    if len(pair.value.split()) > _LONGEST_ALONE or pair.value.endswith((".", ";", ",")):
        return False
    if pair.kind == "year":
        return is_year(pair.value)
    return is_name_like(pair.value) or is_place(pair.value)


def _run(stream: Stream, place: int, profile: Profile) -> list[_Pair]:
    """The pairs that follow each other from here, their labels set alike."""
    pairs: list[_Pair] = []
    while (pair := _pair(stream, place, profile)) is not None:
        if pairs and not _alike(stream.entries[pairs[0].start], stream.entries[place]):
            break
        pairs.append(pair)
        place = pair.stop
    return pairs


def _pair(stream: Stream, place: int, profile: Profile) -> _Pair | None:
    if place + 1 >= len(stream.entries):
        return None
    label, first = stream.entries[place], stream.entries[place + 1]
    if label.line.level or label.line.cell or label.line.bullet:
        return None
    if not is_bare_label(label.text, profile):
        return None
    if not _may_be_value(label, first, profile):
        return None
    stop = place + 2
    while stop < len(stream.entries) and _goes_on(stream, place, stop, profile):
        stop += 1
    value = " ".join(entry.text for entry in stream.entries[place + 1 : stop])
    kind = label_kind(label.text, profile)
    if kind is None or len(value.split()) > LONGEST_VALUE or is_running_text(value):
        return None
    return _Pair(place, stop, kind, value, not _alike(label, first))


def _may_be_value(label: Entry, entry: Entry, profile: Profile) -> bool:
    line = entry.line
    if line.level or line.cell or line.bullet or entry.page != label.page:
        return False
    if line.column != label.line.column or entry.text.endswith((":", "?")):
        return False
    return not is_bare_label(entry.text, profile)


def _goes_on(stream: Stream, place: int, stop: int, profile: Profile) -> bool:
    """Does the value of the label at ``place`` go on on this line?"""
    label, first, entry = (stream.entries[index] for index in (place, place + 1, stop))
    if entry.apart or not stream.wrapped or stop - place > _MOST_LINES:
        return False
    if not _may_be_value(label, entry, profile) or not _alike(first, entry):
        return False
    return not _alike(label, first) or entry.text[:1].islower()


def _alike(one: Entry, other: Entry) -> bool:
    return (one.line.size, one.line.bold) == (other.line.size, other.line.bold)
