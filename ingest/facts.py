"""Facts about a project in short texts: who, where, when, for whom, with whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.organisation import is_name_like, looks_like_organisation
from ingest.places import is_place
from ingest.profile import FACT_KINDS, Profile, fits, fits_any_case, plainly
from ingest.stream import Entry

LONGEST_VALUE = 25
"""Words of a fact at most; a longer one is text."""
_LONGEST_TEXT, _LONGEST_NAME = 160, 60
"""Characters of a line of facts at most, and of one that holds no figure, bracket or label."""
_LONGEST_LABEL = 60
"""Characters of a label at most."""
_LONGEST_ASIDE = 200
"""Characters of one line of a longer block."""
_MOST_IN_CAPTION = 4
"""Lines."""
_TELLING = re.compile(r"[\d(\[:?]")
LABEL = re.compile(r"^(?P<label>[^:|?]{2,50}?)\s*[:?]\s*(?P<value>.*)$")
"""« Bailleur : X », « Où ? X », the value perhaps empty."""
WHO = re.compile(r"qui(?: (?:porte|pilote))?", re.IGNORECASE)
"""Beside « Où ? » and « Quand ? », it asks for the body that carries the project."""
_EITHER_FORM = re.compile(
    r"\((?:s|e|es|x|ne|nes|trice|trices|euse|euses)\)|·[a-z]+·?[a-z]*", re.IGNORECASE
)
"""« Commune(s) », « Chargé·e »: the part of a label that leaves the number or gender open."""
_FEWEST_IN_SENTENCE = 8
"""Words from which a value that ends like a sentence is one."""
_ICONS = r"\u2300-\u25af\u25b2-\u27bf\u2b00-\u2bff\ue000-\uf8ff\U0001f000-\U0001faff"
_ICON = rf"[{_ICONS}]\ufe0f?"
"""The small pictures that stand for « Où », « Quand » or « Avec qui », symbol fonts included."""
_SEPARATOR = re.compile(rf"\s*[|•·●▪]\s*|\s+[–—-]\s+|\s{{3,}}|\s*{_ICON}\s*")
_MAY_SEPARATE = re.compile(rf"[|•·●▪–—\-{_ICONS}]|\s{{3}}")
"""What stands in every separator."""
_LEADING_ICONS = re.compile(rf"(?:{_ICON}\s*)+")
_LABEL_END = re.compile(r"\s*[:?](?=\s|$)")
_MOST_LABEL_WORDS = 5
_BETWEEN_FACTS = " |•·●▪–—-,;/"
_WITH = re.compile(r"(?:(?:en|un) partenariat\s+)?avec\s+(?P<names>.+)", re.IGNORECASE)
"""« Avec Tables Ouvertes », beside other facts."""
_YEAR = re.compile(r"\b((?:19[5-9]|20[0-4])\d)\b")
_MONTH = r"janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
_YEAR_ALONE = re.compile(
    rf"(?:(?:en|depuis|dès|année|livré[e]?(?:\s+en)?|ouvert[e]?(?:\s+en)?|réalisé[e]?\s+en|"
    rf"mis[e]?\s+en\s+service\s+en|{_MONTH}|printemps|été|automne|hiver|\d{{1,2}})\s+)*"
    r"((?:19[5-9]|20[0-4])\d)(?:\s*(?:[-–—/à&›>→]|et)\s*(?:20[0-4])\d)?\s*\.?",
    re.IGNORECASE,
)
_BODY_AT = re.compile(
    r"(?P<body>[^(),]{3,60}?)\s*\((?P<commune>[A-ZÀ-ÖØ-Ý][^(),]{1,40}),\s*(?P<departement>[^()]{2,25})\)"
)
_LAST_BODY = re.compile(r",\s*(?=[^,()]+\([^()]*\)$)")
_BETWEEN_VALUES = re.compile(r"\s*(?:&|,|\bet\b)\s*")
_TWO_SENTENCES = re.compile(r"[a-zà-ÿ)»]\.\s+[A-ZÀ-ÖØ-Ý]")
_SPEAKER = re.compile(r"(?:les )?(?:intervenante?s?|oratrices?|orateurs?|temoins?)", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:;|,|\s/\s|\s\|\s|•|·)\s*")
_LAST_OF_LIST = re.compile(
    r"\s+et\s+(?!(?:Compagnie|Cie|Fils|Filles|Frères|Associés|Associées|Co)\b)(?=[A-ZÀ-ÖØ-Ýl])"
)
"""« a, b et c »: further up, « et » is part of a name, as in « Âge et Vie, la ville »."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, as the line states it."""

    kind: str
    """One of ``FACT_KINDS``, or « person »."""
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


def without_icons(text: str) -> str:
    """A text without the small pictures at its start: « ⚑ Aubusson (23) »."""
    return _LEADING_ICONS.sub("", text, count=1) if _LEADING_ICONS.match(text) else text


def without_label(text: str, profile: Profile) -> str:
    """The values of « Où ? X Quand ? Y »; the whole text where no known label stands in it."""
    values = [
        match["names"] if not kind and (match := _WITH.fullmatch(value)) else value
        for piece in _separated(text)
        for kind, value in labelled_pieces(piece, profile)
    ]
    return " ".join(values)


def _separated(text: str) -> list[str]:
    """What stands between the separators of a text."""
    if not _MAY_SEPARATE.search(text):
        return [text] if text else []
    return [piece for piece in _SEPARATOR.split(text) if piece]


def labelled_pieces(text: str, profile: Profile) -> list[tuple[str, str]]:
    """« Où ? Nevers Quand ? 2019 » cut at every label that is known: kinds and values.

    A text before the first label has no kind.
    """
    if ":" not in text and "?" not in text:
        return [("", text)]
    cuts: list[tuple[int, int, str]] = []
    for end in _LABEL_END.finditer(text):
        after = cuts[-1][1] if cuts else 0
        start, kind = _label_before(text, after, end.start(), profile)
        if kind:
            cuts.append((start, end.end(), kind))
    if not cuts:
        return [("", text)]
    before = text[: cuts[0][0]].strip().rstrip(_BETWEEN_FACTS)
    stops = [start for start, _, _ in cuts[1:]] + [len(text)]
    values = [
        (kind, text[end:stop].strip().rstrip(_BETWEEN_FACTS if stop < len(text) else ""))
        for (_, end, kind), stop in zip(cuts, stops, strict=True)
    ]
    asked = LABEL.match(before)
    if asked and asked["value"] and WHO.fullmatch(asked["label"]):
        return [("organisation", asked["value"]), *values]
    return [("", before), *values] if before else values


def _label_before(text: str, after: int, end: int, profile: Profile) -> tuple[int, str]:
    """Where the longest known label that ends here begins, and its kind; in a text, a capital."""
    words = list(re.finditer(r"\S+", text[after:end]))
    for word in words[-_MOST_LABEL_WORDS:]:
        start = after + word.start()
        if start > 0 and not text[start].isupper():
            continue
        kind = label_kind(text[start:end], profile)
        if kind:
            return start, kind
    return end, ""


def label_kind(label: str, profile: Profile) -> str | None:
    """The kind of fact that a label announces: « Organisme », « Commune(s) : », « Où ? »."""
    return _label_kind(label, profile)


@lru_cache(maxsize=8192)
def _label_kind(label: str, profile: Profile) -> str | None:
    either = "(" in label or "·" in label
    plain = plainly(_EITHER_FORM.sub("", label) if either else label).strip(" :?")
    if profile.any_label is not None and not fits_any_case(profile.any_label, plain):
        return None
    for kind in FACT_KINDS:
        if any(pattern.fullmatch(plain) for pattern in profile.labels.get(kind, ())):
            return kind
    return None


def is_bare_label(text: str, profile: Profile) -> bool:
    """Is a line a known label and nothing else?"""
    return len(text) <= _LONGEST_LABEL and label_kind(text, profile) is not None


def is_running_text(value: str) -> bool:
    """Is a value a sentence, or the beginning of several, rather than names?"""
    words = len(value.split())
    if words > LONGEST_VALUE or _TWO_SENTENCES.search(value):
        return True
    return words >= _FEWEST_IN_SENTENCE and value.endswith((".", "!", "?", "»", ";"))


def organisation_first(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """« Somme Solidaire, Abbeville (80) » as a body and its place, where it was read as places."""
    first = facts[0]
    name, comma, rest = (part.strip() for part in first.value.partition(","))
    if first.kind != "place" or first.labelled or not comma or not is_name_like(name):
        return tuple(facts)
    return (Fact("organisation", name, False), Fact("place", rest, False), *facts[1:])


def facts_of(text: str, profile: Profile) -> tuple[Fact, ...]:
    """The facts that a short text states without a label; none unless all of it does."""
    text = without_icons(text)
    if len(text) > _LONGEST_TEXT or (len(text) > _LONGEST_NAME and not _TELLING.search(text)):
        return ()
    return _short_facts(text, profile)


@lru_cache(maxsize=8192)
def _short_facts(text: str, profile: Profile) -> tuple[Fact, ...]:
    """``facts_of`` a short text: remembered, because headings come back in every project."""
    found = _facts_among(text, profile)
    return () if all(_is_company(fact) for fact in found) else found


def _is_company(fact: Fact) -> bool:
    """« Avec les habitants »: alone, it is a heading or text."""
    return fact.kind == "partners" and not fact.labelled


def _facts_among(text: str, profile: Profile) -> tuple[Fact, ...]:
    """The facts between the separators of a text, its company included."""
    pieces = _separated(text)
    read = [_piece_facts(piece, profile) for piece in pieces]
    found = read[0] if pieces == [text] else _piece_facts(text, profile)
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


def body_at(text: str) -> tuple[Fact, ...]:
    """« Habitat Drouais (Dreux, 28) »: a body and its place."""
    match = _BODY_AT.fullmatch(text) if text.endswith(")") else None
    if match is None or not is_name_like(match["body"]):
        return ()
    place = f"{match['commune']} ({match['departement']})"
    if not is_place(place):
        return ()
    return (Fact("organisation", match["body"], True), Fact("place", place, True))


def speaker_facts(label: str, value: str, profile: Profile) -> tuple[Fact, ...]:
    """« Intervenante : Inès Schmitt, cheffe de projet, Batigère (Forbach, 57) »."""
    who, _, body = _LAST_BODY.sub("\n", value).partition("\n")
    located = body_at(body)
    if not located or not _SPEAKER.fullmatch(plainly(_EITHER_FORM.sub("", label))):
        return ()
    _, _, role = who.partition(",")
    is_role = any(pattern.match(plainly(role.strip())) for pattern in profile.roles)
    return (Fact("person", who, True), *located) if is_role else ()


def _piece_facts(text: str, profile: Profile) -> tuple[Fact, ...]:
    """The facts of a text without separators: « Rance Habitat, Saint-Malo (35), 2019 »."""
    if located := body_at(text):
        return located
    first, comma, rest = (part.strip() for part in text.partition(","))
    if comma and looks_like_organisation(first, profile):
        others = _piece_facts(rest, profile)
        return (Fact("organisation", first, False), *others) if others else ()
    several = labelled_pieces(text, profile)
    if len(several) > 1 and all(kind and value for kind, value in several):
        return tuple(Fact(kind, value, True) for kind, value in several)
    whole = _piece_fact(text, profile)
    if whole is not None:
        return (whole,)
    head, comma, last = (part.strip() for part in text.rpartition(","))
    if not comma or not _YEAR_ALONE.fullmatch(last):
        return ()
    others = _piece_facts(head, profile)
    return (*others, Fact("year", last, False)) if others else ()


def _piece_fact(text: str, profile: Profile) -> Fact | None:
    match = LABEL.match(text)
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
    company = _WITH.fullmatch(text)
    if company and all(map(is_name_like, listed(company["names"]))):
        return Fact("partners", company["names"], False)
    return None


def is_values(text: str, profile: Profile) -> bool:
    """« SOLIDARITÉ & ANTICIPATION »: nothing but values that the profile knows."""
    words = [word for word in _BETWEEN_VALUES.split(plainly(text).lower()) if word]
    return len(words) > 1 and all(word.strip() in profile.values for word in words)


def _may_be_body(text: str, profile: Profile) -> bool:
    """May a piece between facts be the name of a body? In capitals, almost anything may."""
    if len(text.split()) > 7 or not is_name_like(text):
        return False
    return not text.isupper() or len(text.split()) <= 2 or looks_like_organisation(text, profile)


def is_year(text: str) -> bool:
    """Does a text state a year, a month of it or a span of years, and nothing else?"""
    return bool(_YEAR_ALONE.fullmatch(text.strip()))


def year_of(text: str) -> int | None:
    """The first year in a text."""
    match = _YEAR.search(text)
    return int(match.group(1)) if match else None


def listed(text: str) -> tuple[str, ...]:
    """The items of « a, b et c »."""
    *first, last = _LIST.split(text)
    items = [item.strip(" .") for item in (*first, *_LAST_OF_LIST.split(last))]
    return tuple(dict.fromkeys(item for item in items if item))


def fact_places(facts: Sequence[FactLine]) -> frozenset[int]:
    """The entries that fact lines take."""
    return frozenset(place for fact in facts for place in range(fact.start, fact.stop))


def lines_aside(block: Sequence[Entry], profile: Profile) -> list[int]:
    """The places of those lines of a block that the profile sets aside: all, some or none."""
    plain = [plainly(entry.text).strip() for entry in block]
    if len(block) <= _MOST_IN_CAPTION and fits(profile.aside, " ".join(plain)):
        return [entry.place for entry in block]
    if len(block) == 1:
        return []
    return [
        entry.place
        for pattern in profile.aside
        for entry, text in zip(block, plain, strict=True)
        if len(text) < _LONGEST_ASIDE and pattern.fullmatch(text)
    ]
