"""Text cut into passages: whole sentences, one page, one heading, a size worth quoting."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from ingest.stream import Paragraph
from kb.model import Span
from kb.sentences import split_sentences

MOST_WORDS = 180
"""Words of a passage at most, unless one sentence alone has more."""
FEWEST_AIMED, MOST_AIMED = 60, 120
_WORD = re.compile(r"\w+")
_INNER_WORD = re.compile(r"[^A-Za-z0-9À-ÖØ-öø-ÿ\s](?=\w)")
"""What a word begins behind that no space parts from the one before, and some others."""
_CLAUSE = re.compile(r"(?<=;)\s+")
_CUT_IN_LIST, _CUT_IN_PARAGRAPH, _CUT_IN_BULLET, _CUT_AFTER_LEAD_IN = 150.0, 400.0, 900.0, 4000.0


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of a passage and the pages that it stands on."""

    text: str
    page: int
    last_page: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, with what a cut in front of it costs."""

    paragraph: int
    span: Span
    words: int
    page: int
    last_page: int
    cut_cost: float


def cut(paragraphs: Sequence[Paragraph]) -> list[Piece]:
    """The passages of one section.

    A passage stays on one page, save for a last sentence that runs over the page
    break, and holds lines that follow each other in the document.
    """
    if short := _as_one(paragraphs):
        return [short]
    pieces: list[Piece] = []
    units = _units(paragraphs)
    groups = _neighbours(paragraphs)
    for _, together in groupby(units, key=lambda unit: (groups[unit.paragraph], unit.page)):
        for chosen in _best_cut(list(together)):
            pieces.append(_piece(chosen, paragraphs))
    return pieces


def _as_one(paragraphs: Sequence[Paragraph]) -> Piece | None:
    """All of a section that stands together on one page and is no longer than is aimed at.

    No cut of it would cost less, wherever its sentences end.
    """
    pages = {page for paragraph in paragraphs for _, page in paragraph.pages}
    if len(pages) != 1 or _neighbours(paragraphs)[-1]:
        return None
    texts = [paragraph.text.strip() for paragraph in paragraphs]
    whole = "\n".join(texts)
    # Never fewer than the words of the sentences together, each counted by itself.
    words = whole.count(" ") + len(texts) + len(_INNER_WORD.findall(whole))
    if words > MOST_AIMED or not all(texts):
        return None
    page = pages.pop()
    return Piece(whole, page, page)


def _neighbours(paragraphs: Sequence[Paragraph]) -> list[int]:
    """A number for each paragraph, the same while nothing stands between them."""
    numbers: list[int] = []
    for index, paragraph in enumerate(paragraphs):
        if not index:
            numbers.append(0)
            continue
        follows = paragraph.places[0] == paragraphs[index - 1].places[-1] + 1
        numbers.append(numbers[-1] + (not follows))
    return numbers


def _units(paragraphs: Sequence[Paragraph]) -> list[_Unit]:
    units: list[_Unit] = []
    for index, paragraph in enumerate(paragraphs):
        for number, (span, words) in enumerate(_sentences(paragraph.text)):
            units.append(
                _Unit(
                    index,
                    span,
                    words,
                    paragraph.page_at(span.start),
                    paragraph.page_at(span.end - 1),
                    _cut_cost(paragraphs, index, number),
                )
            )
    return units


def _sentences(text: str) -> list[tuple[Span, int]]:
    """Sentences and their words; one that is too long for a passage falls into clauses."""
    found: list[tuple[Span, int]] = []
    for span in split_sentences(text):
        words = count_words(text[span.start : span.end])
        if words <= MOST_WORDS:
            found.append((span, words))
            continue
        clauses = list(_CLAUSE.finditer(text, span.start, span.end))
        starts = [span.start, *(one.end() for one in clauses)]
        stops = [*(one.start() for one in clauses), span.end]
        for start, stop in zip(starts, stops, strict=True):
            found.append((Span(start, stop), count_words(text[start:stop])))
    return found


def _cut_cost(paragraphs: Sequence[Paragraph], index: int, sentence: int) -> float:
    paragraph = paragraphs[index]
    if sentence:
        return _CUT_IN_BULLET if paragraph.bullet else _CUT_IN_PARAGRAPH
    if not index or not paragraph.bullet:
        return 0.0
    return _CUT_IN_LIST if paragraphs[index - 1].bullet else _CUT_AFTER_LEAD_IN


def count_words(text: str) -> int:
    """Words of a text, by spaces or by letters, whichever gives more."""
    by_spaces = text.split()
    return max(len(by_spaces), sum(map(_words_within, by_spaces)))


@lru_cache(maxsize=16384)
def _words_within(text: str) -> int:
    """Words by letters of what stands between two spaces: the same ones come all the time."""
    return len(_WORD.findall(text))


def _best_cut(units: Sequence[_Unit]) -> list[list[_Unit]]:
    """The way to cut the units that costs least."""
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(units) + 1):
        options: list[tuple[float, int]] = []
        words = 0
        for start in range(end - 1, -1, -1):
            words += units[start].words
            if words > MOST_WORDS and start < end - 1:
                break
            cost = best[start][0] + _size_cost(words) + (units[start].cut_cost if start else 0.0)
            options.append((cost, start))
        best.append(min(options))
    cuts: list[list[_Unit]] = []
    end = len(units)
    while end:
        start = best[end][1]
        cuts.insert(0, list(units[start:end]))
        end = start
    return cuts


def _size_cost(words: int) -> float:
    """How far a passage is from the size aimed at."""
    if words < FEWEST_AIMED:
        return float((FEWEST_AIMED - words) ** 2)
    return float((words - MOST_AIMED) ** 2) if words > MOST_AIMED else 0.0


def _piece(units: Sequence[_Unit], paragraphs: Sequence[Paragraph]) -> Piece:
    texts = []
    for index, together in groupby(units, key=lambda unit: unit.paragraph):
        spans = [unit.span for unit in together]
        texts.append(paragraphs[index].text[spans[0].start : spans[-1].end])
    return Piece("\n".join(texts), units[0].page, units[-1].last_page)
