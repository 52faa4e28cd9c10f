"""By what a line is set apart from the text: level, size, weight, colour, shape."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.document import Line
from ingest.profile import Profile, plainly
from ingest.stream import Entry, Stream

MOST_WORDS = 16
"""Words in one line of a heading, at most."""
_LARGER = 1.08
"""A heading's font size over that of the text, at least."""
_MUCH_LARGER = 1.3
"""The same for a title in quotation marks, which a quotation is not."""
_MOST_IN_QUOTES = 9
"""Words of a title in quotation marks, at most."""
_FEWEST_IN_ROW = 8
"""Words right of a label in a table from which it heads a text rather than names a fact."""
_FEWEST_ACCENTS = 3
"""Short lines that a document sets apart by the same colour or type, at least."""
_MOST_IN_ACCENT = 12
_NO_LETTERS = re.compile(r"[\W\d_]+")
_FOUR_LETTERS = re.compile(r"(?:[\W\d_]*+[^\W\d_]){4}")
_ADDRESS = re.compile(r"\S@\S|https?://|www\.")
_MAY_END = (".", "!", "?", ":", "…", "»")
_QUOTED = re.compile(r"«\s*[^«»]+[^«».!?…,;\s]\s*»")


@dataclass(frozen=True, slots=True)
class Style:
    """How a heading is set apart; styles that are equal look the same to the reader."""

    kind: str
    """``level``, ``style``, ``numbered``, ``capitals``, ``short`` or ``known``."""
    level: int = 0
    size: float = 0.0
    bold: bool = False
    color: str = ""
    """Its colour, where only colour or font family set it apart; else empty."""
    family: str = ""
    """Its font family, under the same condition."""

    @property
    def rank(self) -> tuple[int, int, float, bool]:
        """Sorts styles, most prominent first."""
        order = ("level", "style", "numbered", "capitals", "known", "short")
        return (order.index(self.kind), self.level, -self.size, not self.bold)

    @property
    def weak(self) -> bool:
        """Does only the shape of the text speak for a heading?"""
        return self.kind in ("short", "known")


_CAPITALS, _NUMBERED, _SHORT = Style("capitals"), Style("numbered"), Style("short")

Face = tuple[float, bool, str, str]
"""Size, weight, colour and family of the type of a line."""


@dataclass(frozen=True, slots=True)
class Body:
    """How the running text of a document looks."""

    size: float = 0.0
    bold: bool = False
    color: str = ""
    family: str = ""
    accents: frozenset[int] = frozenset()
    """Places of the lines that colour or font family alone set apart above text."""


def has_words(text: str) -> bool:
    """Is a line made of letters rather than of figures and signs?"""
    signs = len(text.replace(" ", ""))
    letters = sum([len(word) for word in text.split(" ") if word.isalpha()])
    if letters < 3 or letters * 2 < signs:  # those of other words count too
        letters = len(_NO_LETTERS.sub("", text))
    return letters >= 3 and letters * 2 >= signs


def ends_as_text(text: str) -> bool:
    """Does a line end with the punctuation of running text?"""
    if text.endswith("."):
        return text[-2:-1] not in ("", ".", "…")
    return text.endswith((",", ";")) or text.rstrip().endswith("»")


def is_capitals(text: str) -> bool:
    """Is a line, of four letters at least, all in capitals?"""
    return text.isupper() and _FOUR_LETTERS.match(text) is not None


def has_address(text: str) -> bool:
    """Does a line hold an e-mail address or the address of a site?"""
    # Nearly no line has one of these, and it is much sooner known.
    hint = "@" in text or "://" in text or "www." in text
    return hint and _ADDRESS.search(text) is not None


def face(line: Line) -> Face:
    """The type in which a line is set."""
    return (line.size, line.bold, line.color, line.family)


def is_set_apart(line: Line, body: Body) -> bool:
    """Is a line larger than the text, or bold where the text is not?"""
    if not body.size:
        return line.bold and not body.bold
    return line.size >= body.size * _LARGER or (line.bold and not body.bold)


def body_style(stream: Stream) -> Body:
    """How most of the text looks, and which lines only colour or family set apart from it."""
    weights: Counter[Face] = Counter()
    looks: set[Face] = set()
    for entry in stream.entries:
        look = face(entry.line)
        looks.add(look)
        if not entry.line.level:
            weights[look] += len(entry.text)
    plain: Counter[tuple[float, bool]] = Counter()
    for (size, bold, _, _), weight in weights.items():
        plain[size, bold] += weight
    (size, bold), _ = plain.most_common(1)[0] if plain else ((0.0, False), 0)
    same = Counter({f: weight for f, weight in weights.items() if f[:2] == (size, bold)})
    (_, _, color, family), _ = same.most_common(1)[0] if same else ((0.0, False, "", ""), 0)
    body = Body(size, bold, color, family)
    if all(look[2:] == (color, family) for look in looks):
        return body
    return Body(size, bold, color, family, _accents(stream, body))


def _accents(stream: Stream, body: Body) -> frozenset[int]:
    """The short lines of a colour or family that the document keeps for such lines."""
    usual = (body.size, body.bold, body.color, body.family)
    words: Counter[Face] = Counter()
    found: dict[Face, list[list[Entry]]] = defaultdict(list)
    for run in _runs(stream):
        look = face(run[0].line)
        if look[2:] == usual[2:] or look[0] < body.size or look[1] != body.bold:
            continue
        words[look] += sum(len(entry.text.split()) for entry in run)
        if _is_accent(stream, run, usual):
            found[look].append(run)
    kept = [
        run
        for look, runs in found.items()
        if len(runs) >= _FEWEST_ACCENTS
        and 2 * sum(len(e.text.split()) for run in runs for e in run) > words[look]
        for run in runs
    ]
    return frozenset(entry.place for run in kept for entry in run)


def _runs(stream: Stream) -> list[list[Entry]]:
    """Neighbouring lines of one face that nothing separates."""
    runs: list[list[Entry]] = []
    for entry in stream.entries:
        above = runs[-1][-1] if runs else None
        if above and not entry.apart and face(above.line) == face(entry.line):
            runs[-1].append(entry)
        else:
            runs.append([entry])
    return runs


def _is_accent(stream: Stream, run: Sequence[Entry], usual: Face) -> bool:
    """Are these lines, by colour or family alone, what may head the text below them?"""
    first, last = run[0], run[-1]
    text = " ".join(entry.text for entry in run)
    below = stream.entries[last.place + 1 : last.place + 3]
    return (
        len(run) <= 2
        and len(text.split()) <= _MOST_IN_ACCENT
        and (text[0].isupper() or text[0].isdigit())
        and not (first.line.bullet or first.line.cell or ends_as_text(text))
        and any(face(e.line) == usual and e.page == last.page for e in below)
    )


def may_begin(stream: Stream, place: int) -> bool:
    """Is this line no continuation of a sentence above?"""
    entry = stream.entries[place]
    if entry.apart or not stream.wrapped or not place:
        return True
    above = stream.entries[place - 1]
    if above.text.endswith(_MAY_END) or above.text.isupper():
        return True
    one, other = above.line, entry.line
    return not (
        one.size == other.size
        and one.bold == other.bold
        and one.color == other.color
        and one.family == other.family
    )


def is_within_text(stream: Stream, place: int, profile: Profile, body: Body) -> bool:
    """Does this line go on with the text above it, set like the text and not numbered?

    Most lines do, and are no heading by any rule: this tells sooner than all of them.
    """
    if may_begin(stream, place):
        return False
    line, text = stream.entries[place].line, stream.entries[place].text
    if is_set_apart(line, body) or place in body.accents:
        return False
    plain = plainly(text)
    # Every line passes here, and any() costs more than the pattern.
    for pattern in profile.numbering:  # noqa: SIM110
        if pattern.match(plain):
            return False
    return True


def line_style(stream: Stream, place: int, profile: Profile, body: Body) -> Style | None:
    """The style by which this line may be a heading; None for text."""
    line, text = stream.entries[place].line, stream.entries[place].text
    if line.level:
        return Style("level", level=line.level)
    if line.bullet or line.cell > 1 or text.startswith(("“", "(")):
        return None
    style = _by_type(line, text, place, body)
    if style is None and not line.cell:
        style = _by_shape(stream, place, profile)
    # Most lines are text, which the above tells sooner than the rest.
    if style is None or not _may_head(stream, place, body):
        return None
    return style if not line.cell or _heads_row(stream, place) else None


def _may_head(stream: Stream, place: int, body: Body) -> bool:
    """May the words of a line be those of a heading?"""
    text = stream.entries[place].text
    if len(text.split()) > MOST_WORDS or has_address(text) or not has_words(text):
        return False
    return not text.startswith("«") or _is_quoted_title(stream, place, body)


def _by_type(line: Line, text: str, place: int, body: Body) -> Style | None:
    if is_set_apart(line, body):
        larger = body.size > 0 and line.size >= body.size * _LARGER
        if larger or not ends_as_text(text):
            return Style("style", size=line.size, bold=line.bold)
    if place in body.accents:
        return Style("style", 0, line.size, line.bold, line.color, line.family)
    return None


def _by_shape(stream: Stream, place: int, profile: Profile) -> Style | None:
    text = stream.entries[place].text
    if is_capitals(text) and may_begin(stream, place):
        return _CAPITALS
    if profile.without_numbering(text) != text and not ends_as_text(text) and text[0] != "(":
        return _NUMBERED
    return _SHORT if _is_short(stream, place) else None


def _is_quoted_title(stream: Stream, place: int, body: Body) -> bool:
    """« La tablée », far larger than the text: a title rather than what somebody says."""
    line = stream.entries[place].line
    if not body.size or line.size < body.size * _MUCH_LARGER:
        return False
    text = ""
    for entry in stream.entries[place : place + 3]:
        if face(entry.line) != face(line):
            return False
        text = f"{text} {entry.text}".strip()
        if "»" in text:
            return len(text.split()) <= _MOST_IN_QUOTES + 2 and bool(_QUOTED.fullmatch(text))
    return False


def _heads_row(stream: Stream, place: int) -> bool:
    """Does a cell stand alone in its row, or left of a text rather than of a fact?"""
    label = stream.entries[place].line
    words = 0
    for entry in stream.entries[place + 1 :]:
        if not words and entry.line.cell == 1 and face(entry.line) == face(label):
            continue
        if entry.line.cell <= 1:
            break
        words += len(entry.text.split())
        if words >= _FEWEST_IN_ROW:
            return not _is_label_row(entry.line, label)
    return not words


def _is_label_row(right: Line, left: Line) -> bool:
    """Is what stands right of a label a label too, as in the head of a table?"""
    return right.bold and left.bold


def _is_short(stream: Stream, place: int) -> bool:
    entry = stream.entries[place]
    return (
        not entry.line.size
        and entry.apart
        and len(entry.text) <= 90
        and (entry.text[0].isupper() or entry.text[0].isdigit() or entry.text[0] == "#")
        and not ends_as_text(entry.text)
        and not _leads_list(stream, place)
    )


def _leads_list(stream: Stream, place: int) -> bool:
    """« L’atelier vise à : » above bullets is their lead-in."""
    entry = stream.entries[place]
    below = stream.entries[place + 1 : place + 2]
    plain = entry.text.endswith(":") and not entry.line.bold
    return plain and bool(below) and below[0].line.bullet
