"""List items: which lines start one, and their text without the bullet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.cleaning import clean_line

_SYMBOLS = "\x7f•‣⁃∙⦁◦●○◉◌▪▫■□◾◽▶►▷▸▹➢➣➤➔➜→⇒➥➧➨➪➯⮕⇨⯈❯✅👉🔹🔸❖❑❒✓✔✗✘☐☑⬤"
_SYMBOL = re.compile(rf"[{_SYMBOLS}\uf000-\uf8ff]+\s*|·\s+")
_DASH = re.compile(r"[-–—−*o]\s+(?=\S)|[–—](?=[^\W\d_])")
"""Marks that running text may hold too: only the lines around them tell."""
_ENDS_A_SENTENCE = re.compile(r"[.:;!?…»)]$")
_SHORT_LINE = 45
"""Characters under which a line above a dash is taken for a title, not for running text."""


def has_symbol(text: str) -> bool:
    """Does the text start with a bullet that can be nothing else?"""
    return _SYMBOL.match(text.lstrip()) is not None


def has_dash(text: str) -> bool:
    """Does the text start with a dash or star, which may be a bullet?"""
    return _DASH.match(text.lstrip()) is not None


def without_bullet(text: str) -> str:
    """The cleaned text after the bullet, symbol or dash, that it starts with."""
    bare = text.lstrip()
    found = _SYMBOL.match(bare) or _DASH.match(bare)
    return clean_line(bare[found.end() :] if found else bare)


def bold_start(text: str, bold: str) -> int:
    """How many characters at the start of a line are bold, both cleaned; 0 where all are."""
    return len(bold) if len(bold) < len(text) and text.startswith(bold) else 0


def find_bullets(texts: Sequence[str], gaps: Sequence[bool]) -> list[bool]:
    """Which lines start a list item; ``gaps`` tells which stand after a blank line.

    A dash counts after a blank line, a short line, the end of a sentence or an
    earlier item, or where the next line starts with a dash too; elsewhere it is
    the dash of a sentence that the line break happened to put first.
    """
    bullets: list[bool] = []
    in_dashes = False
    for place, text in enumerate(texts):
        in_dashes = in_dashes and not gaps[place]
        if text[:1].isalnum() and text[0] != "o":  # as most do
            bullets.append(False)
        elif has_symbol(text):
            bullets.append(True)
            in_dashes = False
        elif has_dash(text) and (in_dashes or _is_dash_item(texts, gaps, place)):
            bullets.append(True)
            in_dashes = True
        else:
            bullets.append(False)
    return bullets


def _is_dash_item(texts: Sequence[str], gaps: Sequence[bool], place: int) -> bool:
    if place == 0 or gaps[place]:
        return True
    above = texts[place - 1].strip()
    if len(above) < _SHORT_LINE or _ENDS_A_SENTENCE.search(above):
        return True
    return place + 1 < len(texts) and has_dash(texts[place + 1])
