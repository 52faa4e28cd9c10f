"""A PDF page's content stream, followed once: which text stands where.

pypdf parses the stream and the fonts; here its text operators are followed,
which takes less time than pypdf's own extraction and keeps what that loses:
the width of each piece of text, and where two pieces on one line stand apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot
from typing import Any, ClassVar, NamedTuple

from pypdf import PageObject
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject, PdfObject, StreamObject

from ingest.cleaning import SOFT_HYPHEN
from ingest.readers.families import REGULAR
from ingest.readers.pdf_colors import Paint, cmyk, gray, paint_of, rgb, unknown
from ingest.readers.pdf_content import operations
from ingest.readers.pdf_fonts import Shown, Typeface, fallback_typeface, load_typeface
from ingest.readers.pdf_matrix import IDENTITY, Matrix, matrix_of, multiply

_SMALLEST = 0.5
"""Points; smaller text can't be seen and is there for other reasons than reading."""
_NEW_RUN_GAP = 0.1
"""Ems; a smaller move inside a string is kerning."""
_PADDING = re.compile(r"\s{4,}|\t")
_DEEPEST = 12
_MOST_FORMS = 2000
_FILL_AND_STROKE = 2


class Run(NamedTuple):
    """Text shown in one go. Points from the page's top left corner, read upright.

    A named tuple, as there are many: a frozen dataclass takes four times as long to make.
    """

    text: str
    """Without spaces at its ends."""
    x: float
    y: float
    width: float
    size: float
    bold: bool
    symbolic: bool
    space: float
    """Width of a space of its font."""
    turn: int
    """Quarter turns counter-clockwise by which it stands on the page, 0 for upright."""
    after_space: bool = False
    """A space was shown just before it."""
    color: str = ""
    family: str = ""
    weight: int = REGULAR
    """From 100 to 900, as fonts declare it."""


@dataclass(slots=True)
class _TextState:
    """What ``q`` saves and ``Q`` restores."""

    cm: Matrix
    face: Typeface
    size: float = 12.0
    character_gap: float = 0.0
    word_gap: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0
    fill: tuple[Paint, Sequence[Any]] = (unknown, ())
    """What the operands of its colour mean, and these."""


class Fonts:
    """The typefaces of one file, each made ready once however many pages use it."""

    def __init__(self) -> None:
        self._by_reference: dict[Any, Typeface] = {}
        self.fallback = fallback_typeface()

    def get(self, resource: PdfObject | None) -> Typeface:
        """The typeface of a font resource; the fallback where there is none."""
        if resource is None:
            return self.fallback
        font = resource.get_object()
        if not isinstance(font, DictionaryObject):
            return self.fallback
        reference = getattr(font, "indirect_reference", None)
        key = (reference.idnum, reference.generation) if reference else id(font)
        if key not in self._by_reference:
            self._by_reference[key] = load_typeface(font)
        return self._by_reference[key]


def read_runs(page: PageObject, fonts: Fonts, base: Matrix) -> list[Run]:
    """The text of a page in the order in which it is drawn.

    ``base`` turns the page's own coordinates into points from the bottom left
    corner of the page as it is displayed.
    """
    contents = page.get("/Contents")
    contents = contents.get_object() if contents is not None else None
    resources = _dictionary(page.get_inherited("/Resources", None))
    if contents is None or resources is None:
        return []
    follower = _Follower(fonts, base, page.pdf)
    follower.follow(ContentStream(contents, page.pdf, "bytes"), resources, depth=0)
    return follower.runs


def _dictionary(value: Any) -> DictionaryObject | None:
    found = value.get_object() if isinstance(value, PdfObject) else value
    return found if isinstance(found, DictionaryObject) else None


class _Follower:
    """Follows the operators of a stream that place and show text."""

    def __init__(self, fonts: Fonts, base: Matrix, pdf: Any) -> None:
        self.runs: list[Run] = []
        self._fonts = fonts
        self._pdf = pdf
        self._state = _TextState(cm=base, face=fonts.fallback)
        self._saved: list[_TextState] = []
        self._tm = self._line = IDENTITY
        self._resources = DictionaryObject()
        self._depth = self._forms = 0
        self._after_space = False
        self._marked: list[tuple[str, int] | None] = []
        self._paints: dict[tuple[int, str], Paint] = {}
        self._told = (self._state.fill, "")

    def follow(self, stream: ContentStream, resources: DictionaryObject, depth: int) -> None:
        """Follow a whole stream; an operator with wrong operands changes nothing."""
        outer, self._resources, self._depth = self._resources, resources, depth
        for operands, operator in operations(stream):
            handler = self._HANDLERS.get(operator)
            if handler is not None:
                try:
                    handler(self, operands)
                except (IndexError, KeyError, TypeError, ValueError, AttributeError):
                    continue
        self._resources, self._depth = outer, depth - 1

    # Graphics state

    def _restore(self, _: list[Any]) -> None:
        if self._saved:
            self._state = self._saved.pop()

    def _concatenate(self, operands: list[Any]) -> None:
        self._state.cm = multiply(matrix_of(operands), self._state.cm)

    def _set_font(self, operands: list[Any]) -> None:
        fonts = _dictionary(self._resources.get("/Font"))
        name = operands[0]
        resource = fonts.raw_get(name) if fonts is not None and name in fonts else None
        self._state.face = self._fonts.get(resource)
        self._state.size = float(operands[1])

    def _set_color(self, paint: Paint, operands: Sequence[Any]) -> None:
        self._state.fill = (paint, operands)

    def _set_color_space(self, operands: list[Any]) -> None:
        """Colours are then told in a space of the page's resources, or a device's."""
        name = operands[0]
        key = (id(self._resources), name)
        if key not in self._paints:
            spaces = _dictionary(self._resources.get("/ColorSpace"))
            named = spaces is not None and name in spaces
            self._paints[key] = paint_of(spaces[name] if spaces is not None and named else name)
        self._set_color(self._paints[key], ())

    def _fill_color(self) -> str:
        """The colour of the text; told only here, as most colours of a stream fill shapes."""
        fill = self._state.fill
        if fill is not self._told[0]:
            try:
                self._told = (fill, fill[0](fill[1]))
            except (ArithmeticError, IndexError, TypeError, ValueError):
                self._told = (fill, "")
        return self._told[1]

    # Text position

    def _place(self, matrix: Matrix) -> None:
        self._tm = self._line = matrix

    def _move(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self._line
        self._tm = self._line = (a, b, c, d, e + x * a + y * c, f + x * b + y * d)

    def _move_and_lead(self, operands: list[Any]) -> None:
        self._state.leading = -float(operands[1])
        self._move(float(operands[0]), float(operands[1]))

    def _advance(self, distance: float) -> None:
        a, b, c, d, e, f = self._tm
        self._tm = (a, b, c, d, e + distance * a, f + distance * b)

    # Showing text

    def _next_and_show(self, operands: list[Any]) -> None:
        self._move(0.0, -self._state.leading)
        self._show(operands[0])

    def _space_next_and_show(self, operands: list[Any]) -> None:
        self._state.word_gap = float(operands[0])
        self._state.character_gap = float(operands[1])
        self._next_and_show(operands[2:])

    def _show(self, string: Any) -> None:
        shown = self._state.face.show(_bytes(string))
        width = self._width(shown)
        self._add_run(shown.text, width)
        self._advance(width)

    def _show_spaced(self, operands: list[Any]) -> None:
        """Strings and moves: kerning stays within a run, larger gaps begin another."""
        state = self._state
        text, width = "", 0.0
        for item in operands[0]:
            if isinstance(item, (int, float)):
                move = -float(item) * 0.001 * state.size * state.stretch
                if abs(move) < _NEW_RUN_GAP * abs(state.size):
                    width += move
                    continue
                self._add_run(text, width)
                self._advance(width + move)
                text, width = "", 0.0
            else:
                shown = state.face.show(_bytes(item))
                text += shown.text
                width += self._width(shown)
        self._add_run(text, width)
        self._advance(width)

    def _width(self, shown: Shown) -> float:
        state = self._state
        spacing = shown.glyphs * state.character_gap + shown.spaces * state.word_gap
        return (shown.width * state.size + spacing) * state.stretch

    def _add_run(self, text: str, width: float) -> None:
        """Keep a piece of text where the text matrix stands."""
        if not text.strip():
            self._after_space = self._after_space or bool(text)
            return
        state = self._state
        a, b, c, d, e, f = multiply(self._tm, state.cm)
        along, across = hypot(a, b), hypot(c, d)
        size = abs(state.size) * across
        if size < _SMALLEST or along == 0.0:
            return
        turn = 0 if abs(b) <= abs(a) and a > 0 else 2 if abs(b) <= abs(a) else 1 if b > 0 else 3
        x, y = e + state.rise * c, f + state.rise * d
        self._split_padding(text, x, y, width * along, size, turn)

    def _split_padding(
        self, text: str, x: float, y: float, width: float, size: float, turn: int
    ) -> None:
        """One run, or several where wide blanks inside the text stand for tabs."""
        step = width / len(text)
        start = 0
        for blank in (*_PADDING.finditer(text), None):
            end = blank.start() if blank else len(text)
            self._keep(text[start:end], x, y, start * step, step, size, turn)
            start = blank.end() if blank else end

    def _keep(
        self, text: str, x: float, y: float, offset: float, step: float, size: float, turn: int
    ) -> None:
        bare = text.strip()
        if not bare:
            return
        state = self._state
        face = state.face
        space = face.space * size
        blank = len(text) - len(bare)
        leading = len(text) - len(text.lstrip()) if blank else 0
        trailing = blank - leading
        offset += leading * space
        width = max(len(text) * step - (leading + trailing) * space, 0.1 * size)
        along = ((1, 0), (0, 1), (-1, 0), (0, -1))[turn]
        self.runs.append(
            Run(
                text=bare,
                x=x + offset * along[0],
                y=y + offset * along[1],
                width=width,
                size=size,
                bold=face.bold or state.mode % 4 == _FILL_AND_STROKE,
                symbolic=face.symbolic,
                space=space,
                turn=turn,
                after_space=self._after_space or leading > 0,
                color=self._fill_color(),
                family=face.family,
                weight=face.weight,
            )
        )
        self._after_space = trailing > 0

    # Forms and marked content

    def _paint_form(self, operands: list[Any]) -> None:
        forms = _dictionary(self._resources.get("/XObject"))
        form = forms[operands[0]] if forms is not None else None
        if not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form":
            return
        self._forms += 1
        if self._depth >= _DEEPEST or self._forms > _MOST_FORMS:
            return
        saved, stack, place = replace(self._state), self._saved, (self._tm, self._line)
        self._saved = []
        matrix = form.get("/Matrix")
        if isinstance(matrix, ArrayObject):
            self._state.cm = multiply(matrix_of(matrix), self._state.cm)
        resources = _dictionary(form.get("/Resources")) or self._resources
        self.follow(ContentStream(form, self._pdf, "bytes"), resources, self._depth + 1)
        self._state, self._saved, (self._tm, self._line) = saved, stack, place

    def _begin_marked(self, operands: list[Any]) -> None:
        properties = _dictionary(operands[1]) if len(operands) > 1 else None
        actual = properties.get("/ActualText") if properties is not None else None
        self._marked.append(None if actual is None else (_text(actual), len(self.runs)))

    def _end_marked(self, _: list[Any]) -> None:
        """Put what the file says the text really is in the place of what is drawn."""
        mark = self._marked.pop() if self._marked else None
        if mark is None:
            return
        actual, start = mark
        drawn = self.runs[start:]
        if not drawn or any(run.y != drawn[0].y or run.turn for run in drawn):
            return
        if actual != SOFT_HYPHEN and not actual.strip():
            return
        last = drawn[-1]
        width = last.x + last.width - drawn[0].x
        self.runs[start:] = [drawn[0]._replace(text=actual.strip(), width=width)]

    _HANDLERS: ClassVar[Mapping[bytes, Callable[[_Follower, list[Any]], None]]] = {
        b"q": lambda self, _: self._saved.append(replace(self._state)),
        b"Q": _restore,
        b"cm": _concatenate,
        b"BT": lambda self, _: self._place(IDENTITY),
        b"Tf": _set_font,
        b"Tm": lambda self, operands: self._place(matrix_of(operands)),
        b"Td": lambda self, operands: self._move(float(operands[0]), float(operands[1])),
        b"TD": _move_and_lead,
        b"T*": lambda self, _: self._move(0.0, -self._state.leading),
        b"Tj": lambda self, operands: self._show(operands[0]),
        b"TJ": _show_spaced,
        b"'": _next_and_show,
        b'"': _space_next_and_show,
        b"Tc": lambda self, operands: setattr(self._state, "character_gap", float(operands[0])),
        b"Tw": lambda self, operands: setattr(self._state, "word_gap", float(operands[0])),
        b"Tz": lambda self, operands: setattr(self._state, "stretch", float(operands[0]) / 100),
        b"TL": lambda self, operands: setattr(self._state, "leading", float(operands[0])),
        b"Ts": lambda self, operands: setattr(self._state, "rise", float(operands[0])),
        b"Tr": lambda self, operands: setattr(self._state, "mode", int(operands[0])),
        b"g": lambda self, operands: self._set_color(gray, operands),
        b"rg": lambda self, operands: self._set_color(rgb, operands),
        b"k": lambda self, operands: self._set_color(cmyk, operands),
        b"cs": _set_color_space,
        b"sc": lambda self, operands: self._set_color(self._state.fill[0], operands),
        b"scn": lambda self, operands: self._set_color(self._state.fill[0], operands),
        b"Do": _paint_form,
        b"BMC": lambda self, _: self._marked.append(None),
        b"BDC": _begin_marked,
        b"EMC": _end_marked,
    }
    """What an operator does. Of the class: that of each page would hold the page, and be held."""


def _bytes(string: Any) -> bytes:
    if isinstance(string, bytes):
        return string
    if isinstance(string, str):
        return string.encode("latin-1", "replace")
    raise TypeError("not a string")


def _text(string: Any) -> str:
    """A text string of the file: UTF-16 with its mark, else one byte a character."""
    if isinstance(string, str):
        return string
    data = bytes(string)
    if data.startswith(b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    return data.decode("latin-1")
