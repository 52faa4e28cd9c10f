"""Who, where and when, as the first sentences of a project tell it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.organisation import looks_like_organisation
from ingest.profile import Profile, plainly
from kb.sentences import split_sentences
from kb.territory import departement_code, departements_in

_SENTENCES = 3
_WORD = r"(?:[A-ZÀ-ÖØ-Ý][\w’'-]*|\d{2,3})"
_LINK = r"(?:\s+(?:de\s+la\s+|de\s+l[’']|des?\s+|du\s+|d[’']|en\s+|&\s+|et\s+)?)"
_BODY = (
    r"(?:l[ea]s?\s+|l[’'])?(?:(?:association|bailleur(?:\s+social)?|office|organisme|coopérative|"
    rf"fondation|société|mutuelle|groupe)\s+)?(?P<body>[A-ZÀ-ÖØ-Ý][\w’'-]*(?:{_LINK}{_WORD}){{0,5}})"
)
_CARRIED = r"(?:portée?s?|menée?s?|conduite?s?|pilotée?s?)"
_ACTION = (
    r"(?:projet|action|opération|initiative|démarche|dispositif|programme|expérience|résidence)"
)
_BY = re.compile(
    rf"(?:^(?i:{_CARRIED})|\b(?:est|a été|sont)\s+{_CARRIED}|\b{_ACTION}s?\s+{_CARRIED})"
    rf"\s+par\s+{_BODY}(?=\s*[.,;(]|\s+(?:à|au|aux|en|dans|depuis|avec|sur|pour)\b|$)"
)
"""« Portée par Adoma Sud à Carpentras (84) »."""
_ROLE = re.compile(r"\s*,\s*(?P<role>\w+)")
_COMMUNE = (
    r"(?P<commune>[A-ZÀ-ÖØ-Ý][\w’'-]*(?:[ -](?:l[eè]s?|la|sur|sous|de|du|des|d[’']|en)?[ -]?"
    r"[A-ZÀ-ÖØ-Ý][\w’'-]*){0,4})"
)
_AT = r"(?:\b[àÀ]|^A|\b[aA](?P<masculine>u))\s+"
_BRACKETED = re.compile(r"[A-ZÀ-ÖØ-Ý][\w’'-]*\s*\((?:\d{2}|2[AB]|97\d)\)")
_IN = r"(?P<departement>(?:dans\s+(?:l[ea]s?\s+|l[’'])|en\s+)[A-ZÀ-ÖØ-Ý][\w’'-]*(?:\s[A-Z][\w-]*)?)"
_WITH_NUMBER = re.compile(rf"{_AT}{_COMMUNE}\s*\((?P<departement>\w[\w’' -]{{1,28}})\)")
_WITH_NAME = re.compile(rf"{_AT}{_COMMUNE}\s*,?\s+{_IN}")
_ACTS = re.compile(rf"^[ÀA]\s[^.;:]{{3,80}}?,\s+{_BODY}")
"""« À Guéret, dans la Creuse, Creusalis s’est associé… »: the name before a deed."""
_ELSEWHERE = re.compile(
    r"\b(?:inspir|visit|exemple|modèle|comme à|venue?s? de|originaires?|siège|ailleurs|autres?\b)",
    re.IGNORECASE,
)
"""What a sentence says about other places."""
_ANY_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SINCE = re.compile(r"\b(?:[Dd]epuis|[Ee]n|[Dd]ès)\s+(?:[a-zûé]+\s+)?(20[0-4]\d)\b")
_BEGINS = re.compile(
    rf"\b(?:{_CARRIED}|lanc(?:er|ée?s?|e|ent)|ouv(?:erte?s?|re|rent|rir)|créée?s?|livrée?s?|"
    r"inaugurée?s?|démarr(?:ée?s?|e)|née?s?|mise?s? en (?:service|place|œuvre))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What sentences tell; empty where they tell nothing, or more than one thing."""

    organisation: str = ""
    commune: str = ""
    departement: str = ""
    """Its code."""
    year: int | None = None


def told_by(text: str, profile: Profile) -> Told:
    """The facts in the first sentences of a project's running text."""
    sentences = [text[span.start : span.end] for span in split_sentences(text)[:_SENTENCES]]
    about = [" ".join(s.split()) for s in sentences if "«" not in s and not _ELSEWHERE.search(s)]
    commune, departement = _place(about)
    return Told(_organisation(about, text, profile), commune, departement, _year(about, sentences))


def _organisation(sentences: Sequence[str], text: str, profile: Profile) -> str:
    deed = re.compile("|".join(rf"\s+(?:{p.pattern})\b" for p in profile.deeds), re.IGNORECASE)
    found = []
    for sentence in sentences:
        match = _BY.search(sentence)
        if match is None:
            match = _ACTS.match(sentence)
            if match is None or not deed.match(plainly(sentence), match.end()):
                continue
            if text.count(match["body"]) < 2 and not looks_like_organisation(
                match["body"], profile
            ):
                continue
        if not _is_person(sentence[match.end() :], profile):
            found.append(match["body"])
    names = dict.fromkeys(name for name in found if not _acts_everywhere(name, profile))
    return next(iter(names)) if len(names) == 1 else ""


def _is_person(after: str, profile: Profile) -> bool:
    """« portée par Marie Dupont, directrice »."""
    match = _ROLE.match(after)
    return bool(match) and any(p.match(plainly(match["role"])) for p in profile.roles if match)


def _acts_everywhere(name: str, profile: Profile) -> bool:
    return any(body in plainly(name).lower() for body in map(plainly, profile.other_bodies))


def _place(sentences: Sequence[str]) -> tuple[str, str]:
    """The one commune that is named with its département, else the one département."""
    found: dict[tuple[str, str], None] = {}
    for sentence in sentences:
        for match in _WITH_NUMBER.finditer(sentence):
            found[_commune(match), _code(match["departement"])] = None
        for match in _WITH_NAME.finditer(sentence):
            named = departements_in(match["departement"], after_commune=True)
            found[_commune(match), named[0] if len(named) == 1 else ""] = None
    places = [place for place in found if place[1]]
    bracketed = {text for sentence in sentences for text in _BRACKETED.findall(sentence)}
    if len(places) == 1 and len(bracketed) <= 1:
        return places[0]
    codes = {code for _, code in places}
    codes.update(code for s in sentences for code in departements_in(s))
    return ("", codes.pop()) if len(codes) == 1 else ("", "")


def _commune(match: re.Match[str]) -> str:
    """« au Havre » is in « Le Havre »."""
    return f"Le {match['commune']}" if match["masculine"] else match["commune"]


def _code(text: str) -> str:
    return "" if text.isdigit() and len(text) != 2 else departement_code(text)


def _year(about: Sequence[str], sentences: Sequence[str]) -> int | None:
    """The only year that stands in the sentences, where something begins in it."""
    if len(_ANY_YEAR.findall(" ".join(sentences))) != 1:
        return None
    found = [_SINCE.search(sentence) for sentence in about if _BEGINS.search(sentence)]
    return next((int(match.group(1)) for match in found if match), None)
