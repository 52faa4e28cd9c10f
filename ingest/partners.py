"""Bodies that a project's text presents as its partners."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.text import fold

_WORD = r"[A-ZÀ-ÖØ-Ý][\w’'-]*"
_LINK = r"[ ]+(?:&[ ]+|de[ ]+l’|d[eu]s?[ ]+|d’)?"
_NAME = rf"(?!(?i:association)s?\b)(?:L[ea]s?\s+)?{_WORD}(?:{_LINK}{_WORD}){{0,5}}"
_NAMES = rf"(?P<names>{_NAME}(?:\s*,\s*{_NAME})*(?:\s+et\s+{_NAME})?)"
_ARTICLE = r"(?:l[ea]s?\s+|l’)?"
_ANNOUNCED = (
    re.compile(rf"\b(?i:associations?)(?:\s+(?:locales?|gestionnaires?|partenaires?))*\s+{_NAMES}"),
    re.compile(rf"\b(?i:partenariats?)\s+(?:\w+\s+){{0,4}}?avec\s+{_ARTICLE}{_NAMES}"),
    re.compile(rf"\bassoci(?:é|ée|er|e|ent)s?\s+(?:avec|à)\s+{_ARTICLE}{_NAMES}"),
)
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
            found.setdefault(key, name)
    return tuple(name for key, name in found.items() if not _is_part(key, found))


def _names(text: str) -> Iterator[str]:
    for pattern in _ANNOUNCED:
        for match in pattern.finditer(text):
            whole = match["names"]
            parts = re.split(r"\s*,\s*|\s+et\s+(?=[A-ZÀ-ÖØ-Ý])", whole)
            yield from parts


def _is_part(key: str, found: dict[str, str]) -> bool:
    """Is a name only a piece of another one: « Promotion » of « Accueil & Promotion »?"""
    return any(key != other and f" {key} " in f" {other} " for other in found)


def _key(name: str) -> str:
    return re.sub(r"^(?:l[ea]s? |l')", "", fold(name).replace("&", "et"))
