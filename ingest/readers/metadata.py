"""Titles and years in files' metadata: which are worth keeping."""

from __future__ import annotations

import re

from ingest.cleaning import clean_text

_PROGRAM_PREFIX = re.compile(r"^microsoft\s+\w+\s*[-–]\s*", re.IGNORECASE)
_FILE_NAME = re.compile(
    r"^\S+\.\w{2,5}$|^\S*_\S*$|\.(?:indd|docx?|pdf|qxp|pub|odt|pptx?|ai|xlsx?|rtf|txt|html?)$",
    re.IGNORECASE,
)
_NO_TITLE = frozenset(
    str.split(
        "anonymous document document1 document2 index none null page présentation "
        "presentation print sans titre title test untitled word"
    )
)
_FILLER = re.compile(
    r"^(?:sans titre|sans nom|nouveau document|untitled|unnamed|no title|document|diapositive"
    r"|slide|mise en page|layout|page)\W*\d*$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,])(19[89]\d|20[0-4]\d)(?![\d.,]*\d)")


def sensible_title(title: str) -> str:
    """The title cleaned; empty where it is a file's name or a program's filler."""
    cleaned = _PROGRAM_PREFIX.sub("", clean_text(title))
    bare = cleaned.strip("()[]<>{}\"'«»-–_ .").lower()
    if _FILE_NAME.search(cleaned) or _FILLER.match(bare) or bare in _NO_TITLE:
        return ""
    return cleaned if sum(character.isalpha() for character in cleaned) >= 4 else ""


def declared_year(*fields: str | None) -> int | None:
    """The year that the first field which names just one gives (title, subject, keywords).

    When a file was made or saved is no year of its text, and is not looked at.
    """
    return next((year for text in fields if (year := year_in(text or ""))), None)


def year_in(text: str) -> int | None:
    """The only year that a text names, between 1980 and 2049; None for none or several."""
    years = {int(found) for found in _YEAR.findall(text)}
    return years.pop() if len(years) == 1 else None
