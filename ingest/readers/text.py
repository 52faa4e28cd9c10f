"""Plain text, of any usual encoding, with or without pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ingest.cleaning import clean_line, clean_lines
from ingest.document import Document, Line, Page
from ingest.readers.bounds import check_characters
from ingest.readers.bullets import (
    bold_start,
    find_bullets,
    has_dash,
    has_symbol,
    without_bullet,
)
from ingest.readers.encoding import decode
from ingest.readers.text_columns import unfold_columns

_LINE_BREAK = re.compile(r"\r\n|[\n\r\v\x85\u2028\u2029]")
_RARE_BREAKS = "\r\v\x85\u2028\u2029"
_PAGE_START = re.compile(r" [^ \t\xa0]")
_LINES_PER_PAGE = 6
"""Fewer lines a page on average, and leading spaces are taken for indents."""
_HASHES = re.compile(r"(#{1,6})\s+(?=\S)(.*?)\s*#*$")
_UNDERLINE = re.compile(r"(={3,}|-{3,})$")
_STOPPED = re.compile(r"[.,;:!?…’-]$")
_RULE = re.compile(r"[-=_*~—–─═.\s]{3,}$")
_DRAWN = frozenset("-=_*~—–─═.")
"""With what a line begins that is drawn rather than written."""

_EMPHASIS = re.compile(
    r"(?<![\w*_/.@])(\*{1,3}|_{1,3})(?=[^\s*_])((?:[^*_\n]|\n(?!\s*\n))+?)(?<=\S)\1(?![\w*_/@])"
)
"""Words between the marks that Markdown puts around them, over several lines maybe."""
_STRONG_START = re.compile(r"\s*(?:[-–•*·]\s+)?(\*\*|__)(?=\S)([^*_]+)\1(?!\w)")


def read(path: Path, data: bytes) -> Document:
    """Read a text file; raise ``UnreadableBrochure`` when its encoding is unknown."""
    # No usual encoding takes more than four bytes a character.
    check_characters(path, len(data) // 4)
    text = decode(path, data)
    check_characters(path, len(text))
    pages = split_pages(text)
    return Document(
        format="txt",
        pages=tuple(
            Page(number=number, lines=_with_top_apart(_read_lines(unfold_columns(lines))))
            for number, lines in enumerate(pages, start=1)
        ),
        paged=len(pages) > 1,
    )


def _with_top_apart(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """A page whose first line was broken off on purpose, as a title is, shows a gap below it.

    It was where the next line begins a sentence whose first word would have fitted above.
    """
    if len(lines) < 2:
        return lines
    top, below = lines[0], lines[1]
    first_word = below.text.split()[0]
    fits = len(top.text) + 1 + len(first_word) <= len(below.text)
    broken_off = fits and first_word[0].isupper() and not _STOPPED.search(top.text)
    if not broken_off or top.bullet or top.level or below.bullet:
        return lines
    return (top, below._replace(gap_before=True), *lines[2:])


def split_pages(text: str) -> list[list[str]]:
    """The lines of each page.

    Pages end at form feeds. A text extracted from a PDF may show them in another
    way: pages joined, each beginning with exactly one space before its first word.
    """
    if "\f" in text.strip("\f\r\n\t "):
        return [_lines_of(page) for page in text.removesuffix("\f").split("\f")]
    lines = _lines_of(text.replace("\f", "\n"))
    starts = _page_starts(lines)
    if not starts:
        return [lines]
    ends = [*starts[1:], len(lines)]
    return [lines[start:end] for start, end in zip(starts, ends, strict=True)]


def _lines_of(text: str) -> list[str]:
    if any(mark in text for mark in _RARE_BREAKS):
        return _LINE_BREAK.split(text)
    return text.split("\n")


def _page_starts(lines: list[str]) -> list[int]:
    """Where pages begin, by their leading space; empty when nothing shows pages."""
    candidates = [place for place, line in enumerate(lines) if _PAGE_START.match(line)]
    filled = sum(1 for line in lines if line.strip())
    first = next((place for place, line in enumerate(lines) if line.strip()), 0)
    if not candidates or candidates[0] != first or len(candidates) < 2:
        return []
    if filled < _LINES_PER_PAGE * len(candidates):
        return []
    starts = [place for place in candidates[1:] if not _is_indented(lines, place)]
    return [0, *starts] if starts else []


def _is_indented(lines: list[str], place: int) -> bool:
    """Is the leading space an indent: a list item, or the rest of one?"""
    line = lines[place]
    if has_symbol(line) or has_dash(line):
        return True
    if not line.lstrip()[0].islower():
        return False
    above = place - 1
    while above > 0 and lines[above].startswith((" ", "\t")) and lines[above].strip():
        above -= 1
    return has_symbol(lines[above]) or has_dash(lines[above])


def _read_lines(printed: list[str]) -> tuple[Line, ...]:
    strong, plain = _without_emphasis(printed)
    cleaned = clean_lines(plain)
    kept, gaps = _without_blank_lines(plain, cleaned)
    texts = [plain[place] for place in kept]
    bullets = find_bullets(texts, gaps)
    lines: list[Line] = []
    lone_bullet = gap = False
    for place, text, blank_above, bullet in zip(kept, texts, gaps, bullets, strict=True):
        drawn = cleaned[place][:1] in _DRAWN
        underline = _UNDERLINE.match(text.strip()) if drawn else None
        if underline and lines and not blank_above and not lines[-1].bullet:
            lines[-1] = _heading(lines[-1], 1 if underline.group(1)[0] == "=" else 2)
            gap = True
            continue
        if drawn and _RULE.match(text):
            gap = True
            continue
        below_gap = bool(lines) and (gap or blank_above)
        line = _read_line(text, cleaned[place], bullet or lone_bullet, below_gap)
        if strong[place]:
            line = _with_weight(line, strong[place])
        lone_bullet = bullet and not line.text
        gap = line.gap_before if lone_bullet else False
        if line.text:
            lines.append(line)
    return tuple(lines)


def _without_emphasis(printed: list[str]) -> tuple[list[str], list[str]]:
    """What is bold at the start of each line, and the lines without the marks of Markdown."""
    whole = "\n".join(printed)
    if "*" not in whole and "_" not in whole:
        return [""] * len(printed), printed
    strong = [_strong_start(text) for text in printed]
    return strong, _EMPHASIS.sub(r"\2", whole).split("\n")


def _strong_start(text: str) -> str:
    """What stands between the marks for bold at the start of a line, cleaned."""
    found = _STRONG_START.match(text)
    return clean_line(found.group(2)) if found else ""


def _with_weight(line: Line, strong: str) -> Line:
    return line._replace(bold=line.text == strong, bold_prefix=bold_start(line.text, strong))


def _without_blank_lines(
    printed: Sequence[str], cleaned: Sequence[str]
) -> tuple[list[int], list[bool]]:
    """The places of the lines with text, and whether a blank one stands above."""
    places: list[int] = []
    gaps: list[bool] = []
    blank = False
    for place, text in enumerate(printed):
        if cleaned[place] or has_symbol(text):
            gaps.append(blank)
            places.append(place)
            blank = False
        else:
            blank = True
    return places, gaps


def _read_line(text: str, cleaned: str, bullet: bool, gap: bool) -> Line:
    if bullet:
        return Line(without_bullet(text), bullet=True, gap_before=gap)
    hashes = _HASHES.match(text.strip()) if "#" in text else None
    if hashes:
        return Line(clean_line(hashes.group(2)), level=len(hashes.group(1)), gap_before=gap)
    return Line(cleaned, gap_before=gap)


def _heading(line: Line, level: int) -> Line:
    return Line(line.text, level=line.level or level, gap_before=line.gap_before)
