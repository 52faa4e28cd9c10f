"""How documents name fonts and colours: the family, the weight, the colour as a number."""

from __future__ import annotations

import re

REGULAR = 400
MEDIUM = 500
SEMIBOLD = 600
BOLD = 700

DARKEST = 40
"""Of 255, the light in every channel up to which a colour reads as black."""
_HEXADECIMAL = re.compile(r"#?([0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
_SUBSET = re.compile(r"^/?(?:[A-Z]{6}\+)?")
_STYLE = re.compile(
    r"(?:regular|normal|book|thin|hairline|extra ?light|ultra ?light|light|medium|"
    r"semi ?bold|demi ?bold|demi|extra ?bold|ultra ?bold|bold|black|heavy|italic|oblique|"
    r"gras|psmt|mt|ps)$"
)
_WEIGHTS = (
    (re.compile(r"(?:demi|semi)[ -]?(?:light|condensed)", re.IGNORECASE), REGULAR),
    (re.compile(r"(?:demi|semi)[ -]?(?:bold)?(?![a-z])|semi[ -]?bold", re.IGNORECASE), SEMIBOLD),
    (re.compile(r"bold|black|heavy|demi|gras|fett|\bbd\b", re.IGNORECASE), BOLD),
    (re.compile(r"medium|\bmd\b", re.IGNORECASE), MEDIUM),
)
"""First match counts; weights lighter than regular do not matter here."""


def family_of(name: str) -> str:
    """« ABCDEF+OpenSans-SemiBold » → « opensans »: lower case, no tag, spaces or style."""
    bare = re.split(r"[-,;]", _SUBSET.sub("", name), maxsplit=1)[0]
    family = re.sub(r"[\s_\"']+", "", bare.lower())
    while (style := _STYLE.search(family)) and style.start() > 0:
        family = family[: style.start()]
    return family


def named_weight(name: str) -> int | None:
    """How heavy a font's name says it is; None where it says nothing of bold or medium."""
    bare = _SUBSET.sub("", name)
    return next((weight for pattern, weight in _WEIGHTS if pattern.search(bare)), None)


def written_color(value: str | None) -> str:
    """A colour as documents write it (« 1F4E79 », « #1f4e79 », « #abc »), as a ``Line`` tells it.

    Empty for black, for what reads as black, and for what is no such number.
    """
    found = _HEXADECIMAL.fullmatch((value or "").strip())
    if found is None:
        return ""
    digits = found.group(1).lower()
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    if max(int(digits[place : place + 2], 16) for place in (0, 2, 4)) <= DARKEST:
        return ""
    return f"#{digits}"
