"""Rows of tables: which hold values, and which only frame text on the page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ingest.document import Line

_LAYOUT_WORDS = 60
"""A paragraph of more words is there for the layout, whatever the table."""
_PROSE_WORDS = 25
"""A paragraph of more words in a row of two cells is text beside its label."""
_SENTENCE_WORDS = 8
_ITEM_WORDS = 5
"""Several paragraphs of more words on average are text; of fewer, a list of names."""
_SENTENCE_END = re.compile(r"[.!?…][\s»”)]*$")
_WRAPPED_LINES = 4
_WRAPPED_WORDS = 15
"""From so many lines and more words on, a cell whose lines run on is text."""
_WORD = re.compile(r"\w")


def is_layout(lines: Sequence[Line], cells: int) -> bool:
    """Does a row of so many cells, with these lines in them, frame text?

    So does a row of one cell, a cell with a heading or long text in it, text beside
    a picture or an ornament, and a label with paragraphs of text beside it.
    """
    if cells <= 1 or any(line.level or _words(line) > _LAYOUT_WORDS for line in lines):
        return True
    filled: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if _WORD.search(line.text):
            filled[line.cell].append(line)
    if len(filled) == 1 and 1 not in filled:
        return True
    return len(filled) == 2 and any(map(_is_prose, filled.values()))


def frames_wrapped_text(cells: Mapping[int, Sequence[str]]) -> bool:
    """As ``is_layout``, for a row of two columns whose cells hold printed lines.

    ``cells`` holds the lines of each cell that is not empty, by its place from 1.
    """
    if list(cells) == [2]:
        return True
    return len(cells) == 2 and any(map(_is_wrapped_prose, cells.values()))


def _is_wrapped_prose(lines: Sequence[str]) -> bool:
    words = len(" ".join(lines).split())
    if words > _PROSE_WORDS:
        return True
    if words > _SENTENCE_WORDS and _SENTENCE_END.search(lines[-1]):
        return True
    wrapped = sum(line[:1].islower() for line in lines)
    return len(lines) >= _WRAPPED_LINES and words > _WRAPPED_WORDS and 2 * wrapped >= len(lines)


def _is_prose(cell: Sequence[Line]) -> bool:
    lengths = [_words(line) for line in cell]
    if max(lengths) > _PROSE_WORDS or (len(cell) > 1 and sum(lengths) > _ITEM_WORDS * len(cell)):
        return True
    return any(_words(line) > _SENTENCE_WORDS and _SENTENCE_END.search(line.text) for line in cell)


def _words(line: Line) -> int:
    return len(line.text.split())
