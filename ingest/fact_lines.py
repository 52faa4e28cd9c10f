"""Which lines of a document state facts: labelled, in tables, in boxes or bare."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.cleaning import join_lines
from ingest.fact_boxes import find_boxes
from ingest.facts import (
    LABEL,
    LONGEST_VALUE,
    WHO,
    Fact,
    FactLine,
    body_at,
    facts_of,
    is_bare_label,
    is_running_text,
    label_kind,
    labelled_pieces,
    organisation_first,
    speaker_facts,
    without_icons,
)
from ingest.profile import Profile
from ingest.stream import Entry, Stream

_LONGEST_LINE = 220
"""Characters of a line that states facts, at most."""
_GOES_ON = re.compile(
    r"(?:[,;|-]|(?:^|\s|[’'])(?:à|au|aux|avec|dans|de|depuis|des|du|d|début|en|et|fin|l|la|le|les|"
    r"ou|par|pour|sur|printemps|été|automne|hiver|janvier|février|mars|avril|mai|juin|juillet|"
    r"août|septembre|octobre|novembre|décembre)[’']?)$",
    re.IGNORECASE,
)
_LONGEST_LINK = 20
"""Characters of the end of a line in which ``_GOES_ON`` has room, and more."""
_MARK = re.compile(r"[|•·●▪]")
_BETWEEN_FACTS = re.compile(r"\s*[|•·●▪]\s*|\s+[–—]\s+")
_UNFINISHED = re.compile(r"(?:,|-|\b(?:de|du|des|la|le|les|et|à|d’|l’))$", re.IGNORECASE)
_SPLIT = re.compile(r"[,|•·●▪-]\s*$")
"""The end of a line of facts that goes on below."""


def find_facts(stream: Stream, profile: Profile) -> list[FactLine]:
    """Every line of the document that states facts and nothing else."""
    boxes = {line.start: line for line in find_boxes(stream, profile)}
    found: list[FactLine] = []
    place = 0
    while place < len(stream.entries):
        line = boxes.get(place) or _fact_line(stream, place, profile)
        if line is not None:
            found.append(line)
        place = line.stop if line else place + 1
    return _like_the_others(found)


def _fact_line(stream: Stream, place: int, profile: Profile) -> FactLine | None:
    entry = stream.entries[place]
    if len(entry.text) > _LONGEST_LINE:
        return None
    if entry.line.cell == 1:
        return _header_row(stream, place, profile) or _row(stream, place, profile)
    # Every label ends with one of these; most lines have none.
    if ":" in entry.text or "?" in entry.text:
        labelled = _labelled(stream, place, profile)
        if labelled is not None:
            return labelled
    return _bare(stream, place, profile) if _stands_free(stream, place) else None


def _bare(stream: Stream, place: int, profile: Profile) -> FactLine | None:
    """« Rance Habitat | Saint-Malo (35) | 2019 », perhaps wrapped."""
    entry = stream.entries[place]
    facts = facts_of(entry.text, profile)
    if facts and not _SPLIT.search(entry.text):
        return FactLine(place, place + 1, facts)
    wrapped = _SPLIT.search(entry.text) or _MARK.search(entry.text)
    below = stream.entries[place + 1 : place + 2]
    if wrapped and below and _same_type(entry, below[0]):
        whole = join_lines([entry.text, below[0].text], stream.vocabulary)
        more = facts_of(whole, profile)
        if len(more) > max(1, len(facts)):
            return FactLine(place, place + 2, more)
    return FactLine(place, place + 1, facts) if facts else None


def _same_type(above: Entry, entry: Entry) -> bool:
    """Is a line set like the one above, with nothing between them?"""
    if entry.apart:
        return False
    one, other = above.line, entry.line
    return one.size == other.size and one.bold == other.bold and one.cell == other.cell


def _stands_free(stream: Stream, place: int) -> bool:
    """Is this line no piece of running text?"""
    entry = stream.entries[place]
    below = stream.entries[place + 1] if place + 1 < len(stream.entries) else None
    if not stream.wrapped:
        return True
    if below and below.text[:1].islower() and _same_type(entry, below):
        return False
    if entry.apart or place == 0 or not _same_type(stream.entries[place - 1], entry):
        return True
    above = stream.entries[place - 1].text
    if len(above) >= 80 or entry.text.endswith("."):
        return False
    return not _GOES_ON.search(above[-_LONGEST_LINK:])


def _row_end(stream: Stream, place: int) -> int:
    """The place after the row of a table whose first cell is at ``place``."""
    stop = place + 1
    while stop < len(stream.entries) and stream.entries[stop].line.cell > 1:
        stop += 1
    return stop


def _row(stream: Stream, place: int, profile: Profile) -> FactLine | None:
    """A row of a table whose first cell names the fact that the next ones state."""
    stop = _row_end(stream, place)
    texts = [stream.entries[index].text for index in range(place, stop)]
    kind = label_kind(texts[0], profile)
    value = " ".join(texts[1:])
    fits = value and len(value.split()) <= 2 * LONGEST_VALUE
    if kind is not None and fits and not any(is_bare_label(text, profile) for text in texts[1:]):
        return FactLine(place, stop, (Fact(kind, value, True),))
    single = [facts_of(text, profile) for text in texts]
    if all(single):
        return FactLine(place, stop, tuple(fact for facts in single for fact in facts))
    among = facts_of(" | ".join(map(without_icons, texts)), profile) if len(texts) > 2 else ()
    return FactLine(place, stop, among) if len(among) > 2 else None


def _header_row(stream: Stream, place: int, profile: Profile) -> FactLine | None:
    """A row of labels with the row of their values below it."""
    middle = _row_end(stream, place)
    if middle - place < 2 or middle >= len(stream.entries):
        return None
    stop = _row_end(stream, middle)
    labels = [entry.text for entry in stream.entries[place:middle]]
    if stop - middle != len(labels) or stream.entries[middle].line.cell != 1:
        return None
    values = [entry.text for entry in stream.entries[middle:stop]]
    kinds = [
        label_kind(text, profile) or ("organisation" if WHO.fullmatch(text.rstrip(" :?")) else "")
        for text in labels
    ]
    if not all(kinds) or any(is_bare_label(text, profile) for text in values):
        return None
    facts = zip(kinds, values, strict=True)
    return FactLine(place, stop, tuple(Fact(kind, value, True) for kind, value in facts))


def _labelled(stream: Stream, place: int, profile: Profile) -> FactLine | None:
    """« Bailleur : X », its value perhaps on the next line."""
    text = stream.entries[place].text
    match = LABEL.match(without_icons(text))
    if match is not None and (said := speaker_facts(match["label"], match["value"], profile)):
        return FactLine(place, place + 1, said)
    if match is None or (kind := label_kind(match["label"], profile)) is None:
        return None
    value, stop = match["value"].strip(), place + 1
    if not value and kind in ("organisation", "place", "year") and stop < len(stream.entries):
        below = stream.entries[stop]
        if _is_value(below, profile):
            value, stop = below.text, stop + 1
    while value and stop < len(stream.entries) and _value_goes_on(stream, stop, value):
        value, stop = f"{value} {stream.entries[stop].text}", stop + 1
    longest = max(len(piece.split()) for _, piece in labelled_pieces(value, profile) or [("", "")])
    if not value or longest > LONGEST_VALUE or value.endswith(":"):
        return None
    if _runs_into_text(stream, stop, kind, value):
        return None
    return FactLine(place, stop, _several(value, kind, profile))


def _is_value(below: Entry, profile: Profile) -> bool:
    """May the line below a label be its value?"""
    if below.line.level or len(below.text.split()) > 10 or ":" in below.text:
        return False
    return not is_bare_label(below.text, profile) and not below.text.endswith("?")


def _runs_into_text(stream: Stream, stop: int, kind: str, value: str) -> bool:
    """« Partenariat : L’association suit les ménages et » is the first line of a text."""
    if kind not in ("public", "partners", "objectives") or stop >= len(stream.entries):
        return False
    above, below = stream.entries[stop - 1], stream.entries[stop]
    goes_on = stream.wrapped and not below.apart and _same_type(above, below)
    return goes_on and not LABEL.match(below.text) and is_running_text(f"{value} {below.text}")


def _several(value: str, kind: str, profile: Profile) -> tuple[Fact, ...]:
    """« Bailleur : X | Lieu : Y » and « Bailleur : X Lieu : Y » state two facts."""
    (_, first), *others = labelled_pieces(value, profile)
    if others and first and all(kind and text for kind, text in others):
        below = [fact for of, text in others for fact in _several(text, of, profile)]
        return (*_several(first, kind, profile), *below)
    if kind == "organisation" and (located := body_at(value)):
        return located
    pieces = [piece for piece in _BETWEEN_FACTS.split(value) if piece]
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
    if entry.line.cell or not stream.wrapped or LABEL.match(entry.text):
        return False
    unfinished = _UNFINISHED.search(value)
    return _same_type(above, entry) and (entry.text[:1].islower() or bool(unfinished))


def _like_the_others(lines: Iterable[FactLine]) -> list[FactLine]:
    """With the body named first where most lines of places say it first."""
    lines = list(lines)
    first = [line.facts[0] for line in lines if line.has("place") and not line.facts[0].labelled]
    bodies = sum(1 for fact in first if fact.kind == "organisation")
    if bodies < 2 or bodies * 2 <= len(first):
        return lines
    return [FactLine(line.start, line.stop, organisation_first(line.facts)) for line in lines]
