"""Lines that state a fact about a project: who, where, when, for whom, with whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.organisation import is_name_like, looks_like_organisation
from ingest.places import is_place
from ingest.profile import FACT_KINDS, Profile, meets, plainly
from ingest.stream import Entry, Stream

_LONGEST_VALUE = 25
"""Words of a fact at most; a longer one is text."""
_LONGEST_TEXT, _LONGEST_NAME = 160, 60
"""Characters of a line of facts at most, and of one that holds no figure, bracket or label."""
_TELLING = re.compile(r"[\d(\[:?]")
_LABEL = re.compile(r"^(?P<label>[^:|?]{2,50}?)\s*[:?]\s*(?P<value>.*)$")
_SEPARATOR = re.compile(r"\s*[|•·●▪]\s*|\s+[–—-]\s+|\s{3,}")
_YEAR = re.compile(r"\b((?:19[5-9]|20[0-4])\d)\b")
_MONTH = r"janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_YEAR_ALONE = re.compile(
    rf"(?:(?:en|depuis|dès|année|livré[e]?(?:\s+en)?|ouvert[e]?(?:\s+en)?|réalisé[e]?\s+en|"
    rf"mis[e]?\s+en\s+service\s+en|{_MONTH}|printemps|été|automne|hiver|\d{{1,2}})\s+)*"
    r"((?:19[5-9]|20[0-4])\d)(?:\s*(?:[-–/à&]|et)\s*(?:20[0-4])\d)?\s*\.?",
    re.IGNORECASE,
)
_LIST = re.compile(r"\s*(?:;|,|\s/\s|\s\|\s|•|·)\s*|\s+et\s+(?=[A-ZÀ-ÖØ-Ýl])")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, as the line states it."""

    kind: str
    """One of ``FACT_KINDS``."""
    value: str
    labelled: bool


@dataclass(frozen=True, slots=True)
class FactLine:
    """A line, or a row of a table, that states facts and nothing else."""

    start: int
    stop: int
    """Place after its last line."""
    facts: tuple[Fact, ...]

    def has(self, *kinds: str) -> bool:
        """Does it state one of these facts?"""
        return any(fact.kind in kinds for fact in self.facts)


def find_facts(stream: Stream, profile: Profile) -> list[FactLine]:
    """Every line of the document that states facts and nothing else."""
    found: list[FactLine] = []
    place = 0
    while place < len(stream.entries):
        line = _fact_line(stream, place, profile)
        if line is not None:
            found.append(line)
        place = line.stop if line else place + 1
    return found


def _fact_line(stream: Stream, place: int, profile: Profile) -> FactLine | None:
    entry = stream.entries[place]
    if len(entry.text) > 220:
        return None
    if entry.line.cell == 1:
        return _row(stream, place, profile)
    labelled = _labelled(stream, place, profile)
    if labelled is not None:
        return labelled
    if not _stands_free(stream, place):
        return None
    facts = facts_of(entry.text, profile)
    return FactLine(place, place + 1, facts) if facts else None


def _stands_free(stream: Stream, place: int) -> bool:
    """Is this line no piece of running text?"""
    entry = stream.entries[place]
    if entry.apart or not stream.wrapped or place == 0:
        return True
    above = stream.entries[place - 1]
    return len(above.text) < 80 and not re.search(r"[,;]$|\b(?:en|à|de|du|le|la|et)$", above.text)


def _row(stream: Stream, place: int, profile: Profile) -> FactLine | None:
    """A row of a table whose first cell names the fact that the next ones state."""
    stop = place + 1
    while stop < len(stream.entries) and stream.entries[stop].line.cell > 1:
        stop += 1
    kind = label_kind(stream.entries[place].text.rstrip(" :"), profile)
    value = " ".join(stream.entries[index].text for index in range(place + 1, stop))
    if kind is None or not value or len(value.split()) > 2 * _LONGEST_VALUE:
        single = [facts_of(stream.entries[index].text, profile) for index in range(place, stop)]
        if all(single):
            return FactLine(place, stop, tuple(fact for facts in single for fact in facts))
        return None
    return FactLine(place, stop, (Fact(kind, value, True),))


def _labelled(stream: Stream, place: int, profile: Profile) -> FactLine | None:
    """« Bailleur : X », its value perhaps on the next line."""
    entry = stream.entries[place]
    match = _LABEL.match(entry.text)
    if match is None or (kind := label_kind(match["label"], profile)) is None:
        return None
    value, stop = match["value"].strip(), place + 1
    if not value and kind in ("organisation", "place", "year") and stop < len(stream.entries):
        below = stream.entries[stop]
        if not below.line.level and len(below.text.split()) <= 10 and ":" not in below.text:
            value, stop = below.text, stop + 1
    while value and stop < len(stream.entries) and _value_goes_on(stream, stop, value):
        value, stop = f"{value} {stream.entries[stop].text}", stop + 1
    if not value or len(value.split()) > _LONGEST_VALUE:
        return None
    facts = _several(match["label"], value, kind, profile)
    return FactLine(place, stop, facts)


def _several(label: str, value: str, kind: str, profile: Profile) -> tuple[Fact, ...]:
    """« Bailleur : X | Lieu : Y » states two facts."""
    pieces = [piece for piece in re.split(r"\s*[|•·●▪]\s*|\s+[–—]\s+", value) if piece]
    facts = [Fact(kind, pieces[0], True)] if len(pieces) > 1 else []
    for piece in pieces[1:]:
        more = facts_of(piece, profile)
        if not more:
            return (Fact(kind, value, True),)
        facts.extend(more)
    return tuple(facts) or (Fact(kind, value, True),)


def _value_goes_on(stream: Stream, place: int, value: str) -> bool:
    """Is this line the rest of a wrapped value?"""
    above, entry = stream.entries[place - 1], stream.entries[place]
    if entry.apart or entry.line.cell or not stream.wrapped or _LABEL.match(entry.text):
        return False
    same = (above.line.size, above.line.bold) == (entry.line.size, entry.line.bold)
    unfinished = bool(
        re.search(r"(?:,|-|\b(?:de|du|des|la|le|les|et|à|d’|l’))$", value, re.IGNORECASE)
    )
    return same and (entry.text[:1].islower() or unfinished)


def without_label(text: str, profile: Profile) -> str:
    """The value of « Bailleur : X »; the whole text where nothing known stands before it."""
    match = _LABEL.match(text)
    return match["value"] if match and label_kind(match["label"], profile) else text


def label_kind(label: str, profile: Profile) -> str | None:
    """The kind of fact that a label announces."""
    plain = plainly(label).strip()
    for kind in FACT_KINDS:
        if any(pattern.fullmatch(plain) for pattern in profile.labels.get(kind, ())):
            return kind
    return None


def facts_of(text: str, profile: Profile) -> tuple[Fact, ...]:
    """The facts that a short text states without a label; none unless all of it does."""
    if len(text) > _LONGEST_TEXT or (len(text) > _LONGEST_NAME and not _TELLING.search(text)):
        return ()
    pieces = [piece for piece in _SEPARATOR.split(text) if piece]
    read = [_piece_facts(piece, profile) for piece in pieces]
    found = _piece_facts(text, profile)
    if found and not all(read[1:]):
        return found
    if len(pieces) == 1:
        return read[0]
    unsure = [piece for piece, facts in zip(pieces, read, strict=True) if not facts]
    if len(unsure) == len(pieces) or len(unsure) > 1:
        return ()
    if unsure and not _may_be_body(unsure[0], profile):
        return ()
    named = tuple(Fact("organisation", piece, False) for piece in unsure)
    return (*named, *(fact for facts in read for fact in facts))


def _piece_facts(text: str, profile: Profile) -> tuple[Fact, ...]:
    """The facts of a text without separators: « Rance Habitat, Saint-Malo (35), 2019 »."""
    first, comma, rest = (part.strip() for part in text.partition(","))
    if comma and looks_like_organisation(first, profile):
        others = _piece_facts(rest, profile)
        return (Fact("organisation", first, False), *others) if others else ()
    whole = _piece_fact(text, profile)
    if whole is not None:
        return (whole,)
    head, comma, last = (part.strip() for part in text.rpartition(","))
    if not comma or not _YEAR_ALONE.fullmatch(last):
        return ()
    others = _piece_facts(head, profile)
    return (*others, Fact("year", last, False)) if others else ()


def _piece_fact(text: str, profile: Profile) -> Fact | None:
    match = _LABEL.match(text)
    if match and match["value"] and (kind := label_kind(match["label"], profile)):
        return Fact(kind, match["value"], True)
    return _bare_fact(text, profile)


def _bare_fact(text: str, profile: Profile) -> Fact | None:
    if _YEAR_ALONE.fullmatch(text):
        return Fact("year", text, False)
    if len(text.split()) <= 14 and is_place(text):
        return Fact("place", text, False)
    if profile.values and is_values(text, profile):
        return Fact("values", text, False)
    return None


def is_values(text: str, profile: Profile) -> bool:
    """« SOLIDARITÉ & ANTICIPATION »: nothing but values that the profile knows."""
    words = [word for word in re.split(r"\s*(?:&|,|\bet\b)\s*", plainly(text).lower()) if word]
    return len(words) > 1 and all(word.strip() in profile.values for word in words)


def _may_be_body(text: str, profile: Profile) -> bool:
    """May a piece between facts be the name of a body? In capitals, almost anything may."""
    if len(text.split()) > 7 or not is_name_like(text):
        return False
    return not text.isupper() or len(text.split()) <= 2 or looks_like_organisation(text, profile)


def year_of(text: str) -> int | None:
    """The first year in a text."""
    match = _YEAR.search(text)
    return int(match.group(1)) if match else None


def listed(text: str) -> tuple[str, ...]:
    """The items of « a, b et c »."""
    items = (item.strip(" .") for item in _LIST.split(text))
    return tuple(dict.fromkeys(item for item in items if item))


def fact_places(facts: Sequence[FactLine]) -> frozenset[int]:
    """The entries that fact lines take."""
    return frozenset(place for fact in facts for place in range(fact.start, fact.stop))


def meets_aside(entry: Entry, profile: Profile) -> bool:
    """Does the profile set this line aside?"""
    return len(entry.text) < 200 and meets(profile.aside, entry.text)
