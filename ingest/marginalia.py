"""What stands beside the text of a page: text on its side, badges, credits of photographs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from ingest.document import Document, Line, Page
from ingest.profile import plainly

MARGIN = 0.12
"""Share of the page height, at top and bottom, where furniture stands."""
_SIDE_MARGIN = 0.07
"""Share of the page width, at left and right, where nothing but furniture stands."""
SHARE = 0.3
"""Share of the pages on which a repeated line is furniture."""
SHORT = 80
"""Characters; a longer line is no furniture unless it returns."""
_LONE_NUMBER = re.compile(r"\d{1,3}")
_LONGEST_NUMBER = 3
_CREDIT = re.compile(
    r"©|(?:crédits?\s+(?:photo\w*|illustrations?|visuels?|images?)|photos?|photographies?)\s*[:©]"
    r"|(?:crédits?|illustrations?|visuels?)\s*©",
    re.I,
)
_ENDS_WITH_CREDIT = re.compile(
    r"©[^;:!?]{0,60}$"
    r"|^.{0,80}[.–—|]\s+(?:crédits?\s+photo\w*|photo(?:graphie)?s?)\s*:\s*"
    r"(?:[^.;:!?]|\b[a-z]\.){1,40}\.?$",
    re.I,
)
_LONGEST_CAPTION = 240
"""Characters."""
_CAPTION_LINES = 4

Spot = tuple[int, int]
"""(page number, index of the line on the page)"""


def beside_text(document: Document, size: float) -> set[Spot]:
    """The lines of a document that are not part of its text, most of which has this size."""
    return _turned(document) | _badges(document) | _captions(document, size)


def is_at_side(line: Line, page: Page) -> bool:
    """Does the line stand in the left or right margin?"""
    depth = page.width * _SIDE_MARGIN
    return 0 < line.x + line.width <= depth or line.x >= page.width - depth > 0


def _turned(document: Document) -> set[Spot]:
    """Short text on its side in the left or right margin of its page, or on several pages."""
    spots: dict[str, list[tuple[Spot, bool]]] = defaultdict(list)
    for page in document.pages:
        for index, line in enumerate(page.lines):
            if line.turned and len(line.text) < SHORT:
                depth = page.width * MARGIN
                marginal = line.y <= depth or line.y >= page.width - depth
                spots[plainly(line.text).lower()].append(((page.number, index), marginal))
    return {
        spot
        for places in spots.values()
        for spot, marginal in places
        if marginal or len({number for (number, _), _ in places}) > 1
    }


def _badges(document: Document) -> set[Spot]:
    """Numbers that stand alone at the same place near the edge of several pages."""
    spots: dict[tuple[int, int], list[Spot]] = defaultdict(list)
    for page in document.pages:
        for index, line in enumerate(page.lines):
            number = len(line.text) <= _LONGEST_NUMBER and _LONE_NUMBER.fullmatch(line.text)
            if number and _is_alone_at_edge(line, page):
                place = (round((line.x + line.width / 2) / 8), round(line.y / 8))
                spots[place].append((page.number, index))
    least = max(3, len(document.pages) * SHARE)
    return {
        spot
        for places in spots.values()
        if len({number for number, _ in places}) >= least
        for spot in places
    }


def _is_alone_at_edge(line: Line, page: Page) -> bool:
    from_end = min(line.y, page.height - line.y)
    if not (0 < from_end < page.height * MARGIN or (line.y and is_at_side(line, page))):
        return False
    return not any(
        other is not line
        and abs(other.y - line.y) < 1.5 * max(line.size, other.size)
        and max(other.x - line.x - line.width, line.x - other.x - other.width) < 2 * line.size
        for other in page.lines
        if not other.turned
    )


def _captions(document: Document, size: float) -> set[Spot]:
    """Credits of photographs, with the rest of the caption that they stand in."""
    found: set[Spot] = set()
    for page in document.pages:
        for index, line in enumerate(page.lines):
            if "©" not in line.text and ":" not in line.text:  # as most lines
                continue
            if line.level or not _is_credit(line.text):
                continue
            first, stop = _caption_around(page.lines, index)
            if stop - first > 1 and not (stop - first <= _CAPTION_LINES and 0 < line.size < size):
                if not line.text.startswith("©"):
                    continue
                first, stop = index, index + 1
            if sum(len(each.text) for each in page.lines[first:stop]) <= _LONGEST_CAPTION:
                found.update((page.number, place) for place in range(first, stop))
    return found


def _is_credit(text: str) -> bool:
    """Is a line a credit, or does it end with one?"""
    return bool(_CREDIT.match(text) or _ENDS_WITH_CREDIT.search(text))


def _caption_around(lines: Sequence[Line], index: int) -> tuple[int, int]:
    """The lines of the same print around one, down to the next gap: first and past the last."""
    first, stop = index, index + 1
    while first > 0 and not lines[first].gap_before and _is_like(lines[first - 1], lines[index]):
        first -= 1
    while stop < len(lines) and not lines[stop].gap_before and _is_like(lines[stop], lines[index]):
        stop += 1
    return first, stop


def _is_like(one: Line, other: Line) -> bool:
    return (one.size, one.bold, one.column, one.level, one.cell) == (
        other.size,
        other.bold,
        other.column,
        other.level,
        other.cell,
    )
