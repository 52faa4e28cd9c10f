"""What is printed on pages besides their text: running headers, footers, page numbers.

``ingest.marginalia`` adds what stands beside the text: credits of photographs and so on.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.document import Document, Line, Page
from ingest.marginalia import MARGIN, SHARE, SHORT, Spot, beside_text, is_at_side
from ingest.profile import Profile, meets, plainly

_EDGE_LINES = 3
"""How many lines at each end of a page may be furniture."""
_SURE_SHARE = 0.6
"""Share of the pages on which it is furniture even where no gap sets it apart."""
_SHARE_OF_ROW = 0.5
"""Share of the pages on which small print at one height is furniture."""
_NUMBER = re.compile(
    r"(?:page|p\.)?\s*[-–—|•·]*\s*(\d{1,3})\s*(?:(?:/|sur|de)\s*\d{1,3})?\s*[-–—|•·]*", re.I
)
_DIGITS = re.compile(r"\d+")
_ENDS = re.compile(r"^(\d{1,3})\b|\b(\d{1,3})$")
_FOLIO = re.compile(r"[-–—|•·]\s*(?:page|p\.)\s*(\d{1,3})$", re.I)
"""How a footer ends that holds the page number after its text."""

Edges = Mapping[int, Mapping[int, tuple[str, int]]]
"""Page number → index of a line → (end of the page, lines between it and that end)."""


@dataclass(frozen=True, slots=True)
class Furniture:
    """What was found around the text."""

    spots: frozenset[Spot]
    lines: tuple[str, ...]
    """As printed, each once, those that hold page numbers as one."""
    printed: Mapping[int, str]
    """Printed number of each page that has one."""
    body_size: float
    """Font size of most of the text; 0.0 where sizes are unknown."""


def find_furniture(document: Document, profile: Profile) -> Furniture:
    """Repeated headers and footers, page numbers, and what the profile names."""
    edges = {page.number: _edges(page) for page in document.pages}
    size = body_size(document)
    repeated = _repeated(document, edges, profile, size) if document.paged else set()
    numbers = _page_numbers(document, edges, repeated) if document.paged else {}
    named = {
        (page.number, index)
        for page in document.pages
        for index, line in enumerate(page.lines)
        if profile.furniture and len(line.text) < SHORT and meets(profile.furniture, line.text)
    }
    beside = beside_text(document, size)
    labelled = {
        (page.number, index)
        for page in document.pages
        for index in edges[page.number]
        if page.label and page.lines[index].text == page.label
    }
    spots = frozenset(repeated | set(numbers) | named | labelled | beside)
    labels = {page.number: page.label for page in document.pages if page.label}
    printed = {spot[0]: text for spot, text in numbers.items()}
    return Furniture(spots, _as_printed(document, spots), {**labels, **printed}, size)


def _edges(page: Page) -> dict[int, tuple[str, int]]:
    """The lines that may be furniture: index → (end of the page, distance from it)."""
    count = len(page.lines)
    if page.height and any(line.y for line in page.lines):
        return _margin_edges(page)
    edges = {index: ("top", index) for index in range(min(_EDGE_LINES, count))}
    for index in range(max(0, count - _EDGE_LINES), count):
        edges.setdefault(index, ("bottom", count - 1 - index))
    return edges


def _margin_edges(page: Page) -> dict[int, tuple[str, int]]:
    edges: dict[int, tuple[str, int]] = {}
    for index, line in enumerate(page.lines):
        if line.turned:
            continue
        if line.y <= page.height * MARGIN:
            edges[index] = (f"top {round(line.y / 4)}", 0)
        elif line.y >= page.height * (1 - MARGIN):
            edges[index] = (f"bottom {round(line.y / 4)}", 0)
        elif _NUMBER.fullmatch(line.text) and is_at_side(line, page):
            edges[index] = ("side", 0)
    return edges


def _repeated(document: Document, edges: Edges, profile: Profile, size: float) -> set[Spot]:
    pages = {page.number: page for page in document.pages if page.lines}
    found: set[Spot] = set()
    sure = _same_line_of_every_page(document, edges, size)
    for places in _alike(document, edges):
        lines = [(number, pages[number].lines[index].text) for number, index in places]
        count = len({number for number, _ in places})
        line = pages[places[0][0]].lines[places[0][1]]
        if count < max(3, len(pages) * SHARE) or _is_heading(line, 1.15 * size, profile):
            continue
        if _counts(lines) or (_is_same(lines) and count >= len(pages) * _SURE_SHARE):
            sure.update(places)
        elif _is_same(lines):
            found.update(places)
    found |= sure
    return {
        spot
        for spot in found
        if _is_outermost(spot, found, edges, pages)
        and (spot in sure or _is_apart(spot, found, pages[spot[0]].lines))
    }


def _alike(document: Document, edges: Edges) -> list[list[Spot]]:
    """Lines at the same end of their pages that are equal but for numbers."""
    spots: dict[tuple[str, str], list[Spot]] = defaultdict(list)
    for page in document.pages:
        for index, (end, _) in edges[page.number].items():
            key = _DIGITS.sub("0", plainly(page.lines[index].text).lower())
            if key.strip("0 -–—|/•·"):
                spots[end, key].append((page.number, index))
    return list(spots.values())


def _is_apart(spot: Spot, found: Collection[Spot], lines: Sequence[Line]) -> bool:
    """Does a gap separate the line, or the furniture around it, from the text?"""
    number, index = spot
    start = stop = index
    while start > 0 and not lines[start].gap_before:
        start -= 1
    while stop + 1 < len(lines) and not lines[stop + 1].gap_before:
        stop += 1
    return all(
        (number, other) in found or _NUMBER.fullmatch(lines[other].text)
        for other in range(start, stop + 1)
    )


def _is_same(lines: Sequence[tuple[int, str]]) -> bool:
    return len({text for _, text in lines}) == 1


def _counts(lines: Sequence[tuple[int, str]]) -> bool:
    """Do the lines hold page numbers?"""
    shifts: Counter[int] = Counter()
    for number, text in lines:
        ends = _ENDS.search(text)
        if ends:
            shifts[int(ends.group(1) or ends.group(2)) - number] += 1
    return bool(shifts) and shifts.most_common(1)[0][1] * 3 >= len(lines) * 2


def _same_line_of_every_page(document: Document, edges: Edges, size: float) -> set[Spot]:
    """Small print at the same height of most pages, whatever it says: the project's name…"""
    rows: dict[tuple[str, float], list[Spot]] = defaultdict(list)
    for page in document.pages:
        for index, (end, _) in edges[page.number].items():
            if 0 < page.lines[index].size < size:
                rows[end, page.lines[index].size].append((page.number, index))
    least = max(4, len(document.pages) * _SHARE_OF_ROW)
    return {
        spot
        for spots in rows.values()
        if len({number for number, _ in spots}) >= least
        for spot in spots
    }


def _is_heading(line: Line, largest: float, profile: Profile) -> bool:
    return line.level > 0 or line.size > largest or profile.heading(line.text) is not None


def _is_outermost(spot: Spot, found: set[Spot], edges: Edges, pages: Mapping[int, Page]) -> bool:
    """Is there only furniture between this line and the end of the page?"""
    number, index = spot
    end, distance = edges[number][index]
    step = 1 if end == "bottom" else -1
    nearer = [index + step * offset for offset in range(1, distance + 1)]
    return all(
        (number, other) in found or _NUMBER.fullmatch(pages[number].lines[other].text)
        for other in nearer
    )


def body_size(document: Document) -> float:
    """Font size in which most of the text is printed; 0.0 where sizes are unknown."""
    weights: Counter[float] = Counter()
    for page in document.pages:
        for line in page.lines:
            weights[line.size] += len(line.text)
    return weights.most_common(1)[0][0] if weights else 0.0


def _page_numbers(document: Document, edges: Edges, repeated: Collection[Spot]) -> dict[Spot, str]:
    """Page numbers: those whose distance from the page's place is the usual one."""
    if spreads := _spread_numbers(document, edges):
        return spreads
    found: dict[Spot, int] = {}
    sure: set[Spot] = set()
    for page in document.pages:
        for index in edges[page.number]:
            text = page.lines[index].text
            alone = _NUMBER.fullmatch(text)
            if alone:
                found[page.number, index] = int(alone.group(1))
            elif (page.number, index) in repeated and (ends := _ENDS.search(text)):
                found[page.number, index] = int(ends.group(1) or ends.group(2))
            elif _is_footer_with_its_number(page, index, edges):
                found[page.number, index] = page.number
                sure.add((page.number, index))
    shifts = Counter(value - number for (number, _), value in found.items())
    if not shifts:
        return {}
    shift, count = shifts.most_common(1)[0]
    if count < 2 and len(document.pages) > 2 and not sure:
        return {}
    return {spot: str(value) for spot, value in found.items() if value - spot[0] == shift}


def _is_footer_with_its_number(page: Page, index: int, edges: Edges) -> bool:
    """Does the last line of a page end with the page's place in the file, as « … – p. 1 »?"""
    end, distance = edges[page.number][index]
    text = page.lines[index].text
    if distance or not end.startswith("bottom") or len(text) >= SHORT:
        return False
    folio = _FOLIO.search(text)
    return folio is not None and int(folio.group(1)) == page.number


def _spread_numbers(document: Document, edges: Edges) -> dict[Spot, str]:
    """Page numbers of a file whose pages each show two facing pages, as « 20-21 »."""
    pairs: dict[int, tuple[int, int, int]] = {}
    for page in document.pages:
        if not any(page.lines[index].y for index in edges[page.number]):
            continue
        alone = [
            (int(match.group(1)), index)
            for index in edges[page.number]
            if (match := _NUMBER.fullmatch(page.lines[index].text))
        ]
        for (left, first), (right, second) in itertools.pairwise(sorted(alone)):
            if right == left + 1 and page.lines[first].y == page.lines[second].y > 0:
                pairs[page.number] = (left, first, second)
    shifts = Counter(left - 2 * number for number, (left, _, _) in pairs.items())
    if not shifts or len(pairs) * 2 < len(document.pages):
        return {}
    shift, _ = shifts.most_common(1)[0]
    return {
        (number, index): f"{left}-{left + 1}"
        for number, (left, first, second) in pairs.items()
        if left - 2 * number == shift
        for index in (first, second)
    }


def _as_printed(document: Document, spots: Iterable[Spot]) -> tuple[str, ...]:
    pages = {page.number: page for page in document.pages}
    lines: dict[str, str] = {}
    for number, index in sorted(spots):
        text = pages[number].lines[index].text
        lines.setdefault(_DIGITS.sub("0", text), text)
    return tuple(lines.values())
