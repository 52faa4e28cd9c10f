"""Bodies that a project's text presents as its partners."""

from __future__ import annotations

import re

from kb.text import fold

_WORD = r"(?!(?i:associations?)\b)[A-ZÀ-ÖØ-Ý][\w’'-]*"
_LINK = (
    r"[ ]+(?:&[ ]+|en[ ]+|aux?[ ]+|à[ ]+l[’']|d[eu][ ]+l[’']|de[ ]+la[ ]+|d[eu]s?[ ]+|d[’']|"
    r"d[eu]s?[ ]+[a-zà-ÿ]+[ ]+(?:d[eu]s?[ ]+|d[’']))?"
)
_NUMBER = r"(?:[ ]+\d{2,3}(?=[ ]+[a-zà-ÿ]|\s*[.,;)]|$))?"
"""« Correspondances 65 »: the code of a département ends the name."""
_TAIL = (
    r"(?:[ ]+(?!(?:qui|que|dont|où|ne|en|y|se|lui|leur|nous|les|la|le)\b)[a-zà-ÿ]{4,}s"
    r"(?=[ ]+(?:a|ont|est|sont|s[’']est)\b))?"
)
"""« Les Valoristes gascons a conduit »: an adjective ends the name, right before its verb."""
_COMPLEMENT = r"(?:[ ]+(?:d[eu]s?[ ]+|de[ ]+la[ ]+|de[ ]+l[’']|d[’'])[a-zà-ÿ]{3,}(?![\w’']))?"
"""« Les Amis du quai »."""
_ARTICLED = (
    rf"(?:L[ea]s?[ ]+|L[’']){_WORD}(?:[ ]+à[ ]+{_WORD}|{_LINK}{_WORD}){{0,5}}{_COMPLEMENT}{_TAIL}"
)
_NAME = rf"(?:{_ARTICLED}|{_WORD}(?:{_LINK}{_WORD}){{0,5}}){_NUMBER}"
_NAMES = rf"(?P<names>{_NAME}(?:\s*,\s*{_NAME})*(?:\s+et\s+{_NAME})?)"
_ARTICLE = r"(?:l[ea]s?\s+|l[’'])?"
_KINDS = r"(?:\s+(?:locales?|gestionnaires?|partenaires?))*"
_PLURAL = r"(?=\s+(?:ont|sont|vont|font|(?![\w-]+ient\b)[a-zà-ÿ]+ent)\b)"
"""The verb of several bodies."""
_ANNOUNCED = (
    re.compile(rf"\b(?i:association){_KINDS}\s+(?P<names>{_NAME}(?:\s+et\s+{_NAME}){_PLURAL})"),
    re.compile(rf"\b(?i:associations){_KINDS}\s+{_NAMES}"),
    re.compile(rf"\b(?i:partenariats?)\s+(?:\w+\s+){{0,4}}?avec\s+{_ARTICLE}{_NAMES}"),
    re.compile(rf"\bassoci(?:é|ée|er|e|ent)s?\s+(?:avec|à)\s+{_ARTICLE}{_NAMES}"),
)
_ONE_ANNOUNCED = re.compile(rf"\b(?i:association){_KINDS}\s+(?P<name>{_NAME}(?:\s+et\s+{_NAME})?)")
"""After « l’association », one name, which may hold « et »."""
_ACTING = re.compile(
    rf"(?:^|(?<=[.!?]\s)|(?<=\n)|(?<=• ))(?P<name>{_NAME})\s+(?:a|ont|est|sont|"
    r"s[’']occupe|assure|anime|accompagne|apporte|conseille|coordonne|finance|forme|gère|intervient|met|oriente|participe|"
    r"pilote|propose|soutient|suit|tient)(?:nt)?\b"
)
"""« Accueil Perche Femmes assure l’accompagnement. »"""
_BETWEEN_NAMES = re.compile(r"\s*,\s*|\s+et\s+(?=[A-ZÀ-ÖØ-Ý])")
_WITH_ARTICLE = ("Le ", "La ", "Les ", "L’", "L'")
_SHORTEST = 3


def partners_named(text: str, organisation: str) -> tuple[str, ...]:
    """The names that follow « association », « partenariat avec » or « s’est associé à ».

    ``organisation`` is the project's own, never its partner.
    """
    found: dict[str, str] = {}
    own = _key(organisation)
    for name in _names(text):
        key = _key(name)
        if len(name) >= _SHORTEST and not (own and (own.startswith(key) or key.startswith(own))):
            known = found.setdefault(key, name)
            if name.startswith(_WITH_ARTICLE) and not known.startswith(_WITH_ARTICLE):
                found[key] = name
    return tuple(name for key, name in found.items() if not _is_part(key, found))


def partners_acting(text: str, organisation: str) -> tuple[str, ...]:
    """The names of several words that begin a sentence of a text about partners and act in it."""
    found = dict.fromkeys(match["name"] for match in _ACTING.finditer(text))
    own = fold(organisation)
    return tuple(name for name in found if " " in name and fold(name) != own)


def _names(text: str) -> list[str]:
    """The names that the text announces, in its order."""
    several: dict[int, re.Match[str]] = {}
    for pattern in _ANNOUNCED:
        for match in pattern.finditer(text):
            several.setdefault(match.start("names"), match)
    named = {start: _BETWEEN_NAMES.split(match["names"]) for start, match in several.items()}
    for match in _ONE_ANNOUNCED.finditer(text):
        named.setdefault(match.start("name"), [match["name"]])
    return [name for start in sorted(named) for name in named[start]]


def _is_part(key: str, found: dict[str, str]) -> bool:
    """Is a name only a piece of another one: « Promotion » of « Accueil & Promotion »?"""
    return any(key != other and f" {key} " in f" {other} " for other in found)


def _key(name: str) -> str:
    return re.sub(r"^(?:l[ea]s? |l')", "", fold(name).replace("&", "et"))
