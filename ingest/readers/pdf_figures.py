"""Key figures of a page: a large number and the small words below or beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.document import Line

_NUMBER = re.compile(
    r"[+≈~<>±-]?\s?(?!0\d)\d[\d\s.,/]*\s?(%|k€|M€|€|m²|m2|ha|km|h|ans?)?", re.IGNORECASE
)
_LARGE = 1.5
"""Times the size of the text from which a number is a figure to be noticed."""
_SMALL = 1.2
"""Times the size of the text up to which words name a figure; larger ones are a title."""
_MOST_WORDS = 6
_REACH = 2.0
"""Times the size of the number within which its words begin, down or to the right."""
_SHARED = 0.4
"""Share of the narrower one's width that a number and the words below it have in common."""
_LOOK_AHEAD = 8
"""Lines; figures in a row may be read before the words of all of them."""


def with_key_figures(lines: Sequence[Line]) -> list[Line]:
    """« 43 » in large print above « logements » as one line, « 43 logements »."""
    body = _body_size(lines)
    named: dict[int, int] = {}
    for place, line in enumerate(lines):
        if line.size >= _LARGE * body > 0 and _NUMBER.fullmatch(line.text):
            words = _words_of(lines, place, _SMALL * body, named)
            if words is not None:
                named[words] = place
    figures = set(named.values())
    return [
        _joined(lines[named[place]], line) if place in named else line
        for place, line in enumerate(lines)
        if place not in figures
    ]


def _body_size(lines: Sequence[Line]) -> float:
    weights: Counter[float] = Counter()
    for line in lines:
        weights[line.size] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0.0


def _words_of(
    lines: Sequence[Line], place: int, largest: float, named: dict[int, int]
) -> int | None:
    """The line that says what a number counts, if one stands right below or beside it."""
    figure = lines[place]
    for other in range(place + 1, min(place + 1 + _LOOK_AHEAD, len(lines))):
        words = lines[other]
        if other not in named and words.size <= largest and _names(figure, words):
            return other
    return None


def _names(figure: Line, words: Line) -> bool:
    if words.turned or words.column != figure.column or len(words.text.split()) > _MOST_WORDS:
        return False
    unit = _NUMBER.fullmatch(figure.text)
    counted = words.text[:1].islower() or (unit is not None and unit.group(1) is not None)
    if not counted or words.bullet or not words.text[:1].isalpha():
        return False
    reach = _REACH * figure.size
    shared = min(figure.x + figure.width, words.x + words.width) - max(figure.x, words.x)
    down = words.y - figure.y
    below = 0 < down <= reach and shared >= _SHARED * min(figure.width, words.width)
    right = words.x - figure.x - figure.width
    return below or (abs(down) < figure.size and 0 <= right <= reach / 2)


def _joined(figure: Line, words: Line) -> Line:
    left = min(figure.x, words.x)
    return words._replace(
        text=f"{figure.text} {words.text}",
        x=left,
        width=round(max(figure.x + figure.width, words.x + words.width) - left, 2),
        gap_before=True,
        cell=0,
        bold_prefix=0,
    )
