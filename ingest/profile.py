"""Brochure layouts as data: what a profile says, and which one a brochure needs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

SHAPES = ("level", "style", "numbered", "capitals", "short")
FACT_KINDS = ("organisation", "place", "year", "public", "partners", "objectives", "values")

Patterns = tuple[re.Pattern[str], ...]
_CONTINUED = re.compile(r"\s*(?:\((?:suite(?: et fin)?|fin)\)|[–—-]\s*suite(?: et fin)?)$", re.I)
"""At the end of a heading printed again on the next page or slide."""
_MAY_BE_CONTINUED = (")", "e", "E", "n", "N")
"""The last letter of such an ending."""
_ESCAPED = re.compile(r"\\.")
_MAY_TELL_CASE = re.compile(r"\(\?[a-zA-Z-]|\\[xuUN\d]")
"""Flags, and characters told by their numbers."""
_REMEMBERED = 8192
"""Lines of which it is remembered what they are: every rule asks the same of them."""


@dataclass(frozen=True, slots=True)
class HeadingRule:
    """A heading that the profile knows."""

    name: str
    """Canonical name."""
    patterns: Patterns
    trailing: bool = False
    """It stands below the text that it heads."""
    listing: bool = False
    """It heads a list: a paragraph or a quotation after the list is not its own."""
    tags: bool = False
    """Short tags surround it, which are objectives and not text."""
    people: bool = False
    """It heads contacts."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """How one family of brochures is laid out; see corpus/README.md for each key.

    Told apart by identity, so that what it says of a line can be remembered.
    """

    name: str
    signature: Patterns
    any_signature: re.Pattern[str] | None
    """Met by what meets a pattern of ``signature``, and sooner known; None where none can tell."""
    signature_at_least: int
    brochure_title: Patterns
    brochure_year: Patterns
    default_title: str
    """Title of the brochure where its text holds none."""
    furniture: Patterns
    aside: Patterns
    outside_headings: Patterns
    contents_headings: Patterns
    outside_lines: Patterns
    title_pages: Patterns
    title_pages_at_least: int
    capital_subtitle: bool
    subtitle_on_second_line: bool
    numbering: Patterns
    values: frozenset[str]
    tags: tuple[str, ...]
    opening: str
    shapes: frozenset[str]
    only: bool
    """Only the headings of this profile are known, and their wording is enough."""
    headings: tuple[HeadingRule, ...]
    any_heading: re.Pattern[str] | None
    """The same for ``headings``."""
    labels: Mapping[str, Patterns]
    any_label: re.Pattern[str] | None
    """The same for ``labels``."""
    organisation_words: frozenset[str]
    institutions: Patterns
    partner_words: frozenset[str]
    other_bodies: frozenset[str]
    """Names of bodies that act in many projects and carry none."""
    deeds: Patterns
    roles: Patterns

    def heading(self, text: str) -> HeadingRule | None:
        """The rule whose pattern ``text`` meets; numbering, colon and « (suite) » left out."""
        return _heading_of(self, text)

    def without_numbering(self, text: str) -> str:
        """``text`` without « Fiche n° 4 – », « 3. »… at its start."""
        return _without_numbering(self, text)


@lru_cache(maxsize=_REMEMBERED)
def _heading_of(profile: Profile, text: str) -> HeadingRule | None:
    plain = plainly(_without_numbering(profile, text))
    if plain.endswith(_MAY_BE_CONTINUED):
        plain = _CONTINUED.sub("", plain)
    plain = plain.rstrip(" :")
    if profile.any_heading is not None and not fits_any_case(profile.any_heading, plain):
        return None
    for rule in profile.headings:
        if any(pattern.fullmatch(plain) for pattern in rule.patterns):
            return rule
    return None


def fits_any_case(pattern: re.Pattern[str], plain: str) -> bool:
    """Does all of a text meet a pattern, whatever the case of its letters?"""
    lower = _for_lower_case(pattern.pattern) if plain.isascii() else None
    if lower is not None:
        return lower.fullmatch(plain.lower()) is not None
    return pattern.fullmatch(plain) is not None


@lru_cache(maxsize=256)
def _for_lower_case(pattern: str) -> re.Pattern[str] | None:
    """What meets in lower case the texts of ASCII that ``pattern`` meets in any: twice as quick.

    None where the pattern tells capitals from small letters. Looked up by its text: the hash
    of a compiled pattern is that of all its code, anew each time.
    """
    letters = _ESCAPED.sub("", pattern)
    told_apart = letters != letters.lower() or _MAY_TELL_CASE.search(pattern)
    return None if told_apart else re.compile(pattern)


@lru_cache(maxsize=_REMEMBERED)
def _without_numbering(profile: Profile, text: str) -> str:
    plain = plainly(text)
    for pattern in profile.numbering:
        match = pattern.match(plain)
        if match:
            return text[match.end() :].strip()
    return text


class _Plain(dict[int, str]):
    """Code point → the letter without its accent, filled as characters are met."""

    def __missing__(self, code: int) -> str:
        base = unicodedata.normalize("NFD", chr(code))[0]
        self[code] = base
        return base


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_COMMON = tuple(zip("é’èàê", "e'eae", strict=True))
"""What stands in most lines, and how it is read: sooner replaced than looked for."""
_PLAIN = _Plain({ord("’"): "'", ord("ʼ"): "'", ord("‘"): "'"})


@lru_cache(maxsize=_REMEMBERED)
def plainly(text: str) -> str:
    """``text`` as patterns are compared with it: no accents, straight apostrophes.

    Keeps the length of the text: positions carry over. Remembered, because every
    line meets many patterns.
    """
    if text.isascii():
        return text
    for character, letter in _COMMON:
        text = text.replace(character, letter)
    return text if text.isascii() else _NOT_ASCII.sub(_plain, text)


def _plain(character: re.Match[str]) -> str:
    return _PLAIN[ord(character[0])]


def meets(patterns: Iterable[re.Pattern[str]], text: str) -> bool:
    """Does all of ``text`` meet one of the patterns?"""
    return fits(patterns, plainly(text))


def fits(patterns: Iterable[re.Pattern[str]], plain: str) -> bool:
    """As ``meets``, for a text that ``plainly`` gave."""
    plain = plain.strip()
    # Every line of a document passes here several times: any() costs as much as the pattern.
    for pattern in patterns:  # noqa: SIM110
        if pattern.fullmatch(plain):
            return True
    return False


def choose_profile(lines: Sequence[str], profiles: Sequence[Profile]) -> Profile:
    """The profile with most of its signature among the lines; the generic one if none fits."""
    plain = {plainly(line).strip() for line in lines}
    best, best_share = profiles[-1], 0.0
    for profile in profiles:
        if not profile.signature:
            continue
        sooner = profile.any_signature
        hits = plain if sooner is None else {line for line in plain if sooner.fullmatch(line)}
        found = sum(any(p.fullmatch(line) for line in hits) for p in profile.signature)
        share = found / len(profile.signature)
        if found >= profile.signature_at_least and share > best_share:
            best, best_share = profile, share
    return best
