"""Communes and départements in short texts about a place."""

from __future__ import annotations

import re

from ingest.profile import plainly
from kb.territory import departement_code, departement_name

_BRACKETED = re.compile(
    r"(?P<names>[^()\[\]]{2,70}?)\s*[\(\[]\s*(?P<departement>\w[\w’' -]{1,28}?)\s*[\)\]]"
)
_NAME_WORD = (
    r"(?:[A-ZÀ-ÖØ-Ý][\w’'-]*|\d{1,2}(?:er?|e|ème)|(?:l[eè]s?|la|lez|sur|sous|de|du|des|d|en|à|au|aux|et|près)"
    r"|(?:villes?|communes?|quartiers?|métropole|agglomération|communauté|pays|cantons?|secteurs?|"
    r"arrondissements?|bassins?|territoires?|région|département|rural|urbaine|intercommunalité)"
    r"|(?:d|l|lès)[’'][A-ZÀ-ÖØ-Ý][\w’'-]*)"
)
"""A word of the name of a place: with a capital, a link, or a kind of territory."""
_ALONE = re.compile(
    rf"(?:(?:\s*(?:,|;|/|&)\s*|\s+)?(?=[A-ZÀ-ÖØ-Ý]|(?:et|à)\s){_NAME_WORD}"
    rf"(?:(?:\s*[,;/&]\s*|\s+[–—-]\s+|\s+){_NAME_WORD}){{0,9}}\s*[\(\[][^()\[\]]{{2,30}}[\)\]]\s*)+"
)
_POSTCODE = re.compile(r"\b(\d{5})\s+([A-ZÀ-ÖØ-Ý][\w’' -]+)")
_BETWEEN_NAMES = re.compile(r"\s*[,;/&]\s*|(?:^|\s+)et\s+")
_LEADING = re.compile(r"^(?:à|a|au|aux|de|d’|d'|ville de|commune de)\s+", re.IGNORECASE)
_NOT_A_COMMUNE = re.compile(
    r"(?:plusieurs|ensemble|communes?|departement|territoire|metropole|agglomeration|region|pays|"
    r"quartiers?|communaute|bassin|secteur|tout|toute|toutes|tous|arrondissement|canton|residence|"
    r"rue|avenue|place|boulevard|allee|site|\d+)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"\?|\b(?:1[89]|20)\d\d\b")
"""No commune is called a question or a year."""
_SHORTEST_NAME = 3


def is_place(text: str) -> bool:
    """Does a text name communes with their départements, or a département, and nothing else?"""
    if _ALONE.fullmatch(text):
        return all(_code_of(match["departement"]) for match in _BRACKETED.finditer(text))
    return _SHORTEST_NAME <= len(text) < 30 and text[0].isupper() and bool(departement_code(text))


def names_place(text: str) -> bool:
    """Does a text hold « Commune (NN) »?"""
    return any(_code_of(match["departement"]) for match in _BRACKETED.finditer(text))


def places_of(text: str, labelled: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Communes and département codes that a text about a place names.

    Without a département in brackets a name counts as a commune only where ``labelled``.
    """
    communes: list[str] = []
    codes: list[str] = []
    rest = text
    for match in _BRACKETED.finditer(text):
        code = _code_of(match["departement"])
        if code:
            codes.append(code)
            communes.extend(_communes(match["names"], code))
            rest = rest.replace(match.group(), "")
    for match in _POSTCODE.finditer(rest):
        codes.append(_code_of(match[1]))
        communes.extend(_communes(match[2], ""))
        rest = rest.replace(match.group(), "")
    for name in _BETWEEN_NAMES.split(re.split(r"[(\[]", rest)[0].strip(" .,-–—")):
        code = departement_code(name) if len(name) >= _SHORTEST_NAME else ""
        if code:
            codes.append(code)
        elif labelled and not codes:
            communes.extend(_communes(name, ""))
    return tuple(dict.fromkeys(communes)), tuple(dict.fromkeys(filter(None, codes)))


def _code_of(departement: str) -> str:
    """Code of a département given by code, by name or by the postcode of a commune."""
    if re.fullmatch(r"\d{5}", departement):
        departement = departement[:3] if departement.startswith("97") else departement[:2]
    if departement.isdigit() and len(departement) == 1:
        return ""
    return departement_code(departement)


def _communes(names: str, code: str) -> list[str]:
    kept = []
    for name in _BETWEEN_NAMES.split(names):
        bare = _LEADING.sub("", name.strip(" .,-–—:"))
        is_departement = departement_name(code) == bare and bare != "Paris"
        unfit = _NO_NAME.search(bare) or _NOT_A_COMMUNE.match(plainly(bare))
        if bare[:1].isupper() and not is_departement and not unfit:
            kept.append(bare)
    return kept
