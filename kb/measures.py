"""Numbers with what they count: « 43 logements », « 228 000 € », « 30 % ».

A year, a date, a time of day, the number of a law or of a page counts nothing and is
no measure.
"""

from __future__ import annotations

import re

from kb.model import Span
from kb.stopwords import STOP_WORDS
from kb.text import fold

_SPACE = "[ \u00a0\u202f]"
_NUMBER = re.compile(
    rf"(?<![\w.,/°#-])(?<!\d{_SPACE})"
    rf"(?:\d{{1,3}}(?:[ \u00a0\u202f.]\d{{3}})+(?!\d)|\d+)(?:,\d+|\.\d{{1,2}})?"
    rf"(?![\d/])(?!{_SPACE}\d)"
)
_SYMBOL = re.compile(
    rf"{_SPACE}?(?:(?:k|M|Md|millions?{_SPACE}d[’']|milliards?{_SPACE}d[’'])?(?:€|euros?\b)"
    rf"|%|‰|(?:k|h)?m[²³23]?(?!\w)|h(?:a|eures?)?(?!\w)|ETP\b|°C|kWh\b|kg\b)"
    rf"|{_SPACE}[ÉéEe]quivalents?[- ][Tt]emps[- ][Pp]lein\b"
)
_WORD = re.compile(rf"{_SPACE}(?P<word>[^\W\d_]+(?:[-’'][^\W\d_]+)*)(?!\.\w)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATES_AND_STREETS = """
janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
lundi mardi mercredi jeudi vendredi samedi dimanche rue avenue boulevard place bis ter
"""
_BEFORE_NOUNS = """
nouveau nouveaux nouvelle nouvelles jeune jeunes petit petits petite petites grand grands
grande grandes ancien anciens ancienne anciennes autre autres premier premiers premiere
premieres seul seuls seule seules bon bons bonne bonnes
"""
_NOT_COUNTED = STOP_WORDS | frozenset(_DATES_AND_STREETS.split())
"""Words after a number that count nothing."""
_BEFORE_NOUN = frozenset(_BEFORE_NOUNS.split())
"""Adjectives that may stand between a number and what it counts."""
_NUMBERED = re.compile(
    r"(?:\b(?:n°|n[o°]s?|art\.?|articles?|lois?|pages?|p\.|pp\.|années?|an|chapitres?|lots?|"
    r"étages?|fiches?|annexes?|tél\.?|alinéas?|entre|décrets?|types?)|n°)[ \u00a0\u202f]?$",
    re.IGNORECASE,
)
"""What stands before a number that is a name."""
_WHEN = re.compile(rf"(?:\b(?:à|dès|vers|avant|après|entre|et)|[-–]){_SPACE}?$", re.IGNORECASE)
"""What stands before a time of day."""
_MINUTES = re.compile(rf"{_SPACE}?(?:\d\d\b|(?:à|et)\b|[-–])")
"""What follows one."""


def measures(text: str) -> tuple[Span, ...]:
    """Where a text gives a number with its unit or what it counts, in order.

    >>> [("Dès 2019, 43 nouveaux logements pour 1,5 M€")[s.start : s.end]
    ...  for s in measures("Dès 2019, 43 nouveaux logements pour 1,5 M€")]
    ['43 nouveaux logements', '1,5 M€']
    """
    return tuple(
        Span(number.start(), end)
        for number in _NUMBER.finditer(text)
        if (end := _end_of_unit(text, number)) > 0
    )


def _end_of_unit(text: str, number: re.Match[str]) -> int:
    """Where the unit of a number ends; 0 where it has none."""
    symbol = _SYMBOL.match(text, number.end())
    if symbol:
        return 0 if _is_clock(text, number, symbol) else symbol.end()
    if _YEAR.fullmatch(number.group()) or _NUMBERED.search(text, 0, number.start()):
        return 0
    first = _WORD.match(text, number.end())
    if not first:
        return 0
    second = _WORD.match(text, first.end()) if fold(first["word"]) in _BEFORE_NOUN else None
    if second and _counts(second["word"]):
        return second.end()
    return first.end() if _counts(first["word"]) else 0


def _is_clock(text: str, number: re.Match[str], symbol: re.Match[str]) -> bool:
    """Whether hours tell when, as in « de 9 h à 17 h 30 »."""
    if symbol.group().strip() != "h":
        return False
    before, after = _WHEN.search(text, 0, number.start()), _MINUTES.match(text, symbol.end())
    return bool(before or after)


def _counts(word: str) -> bool:
    """Whether a word after a number may be what it counts; a name is not."""
    folded = fold(word)
    is_name = word[0].isupper() and not word.isupper()
    return len(folded) > 1 and not is_name and folded not in _NOT_COUNTED
