"""Fonts of a PDF: what each code shows, how wide it is, whether it is bold."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from pypdf.generic import DictionaryObject

# pypdf keeps this class out of its public names, but nothing else there decodes a
# string together with its width, and extracting plain text loses where words stand.
from pypdf.generic._font import Font

from ingest.readers.families import BOLD, REGULAR, SEMIBOLD, family_of, named_weight

_SYMBOL_NAME = re.compile(r"wingding|webding|zapfdingbat|symbol|dingbat|bullet", re.IGNORECASE)
_FORCE_BOLD = 1 << 18
_THOUSANDTHS = 0.001
_UNUSED_CODE = "\x7f"


class Shown(NamedTuple):
    """A string as a font shows it; a named tuple, as there are many."""

    text: str
    width: float
    """In ems."""
    glyphs: int
    spaces: int
    """How many single-byte spaces it holds, to which word spacing applies."""


class Typeface:
    """One font, ready to decode strings."""

    __slots__ = (
        "_encoding",
        "_known",
        "_texts",
        "_widths",
        "bold",
        "family",
        "space",
        "symbolic",
        "weight",
    )

    def __init__(self, font: Font, unit: float = _THOUSANDTHS) -> None:
        self.weight = weight_of(font)
        self.bold = self.weight >= SEMIBOLD
        self.family = family_of(font.name)
        self.symbolic = _SYMBOL_NAME.search(font.name) is not None
        self.space = max(float(font.space_width) * unit, 0.0)
        """Width of a space, in ems."""
        self._encoding = font.encoding
        self._texts = _Texts(font)
        self._widths = _Widths(font, unit)
        self._known: dict[bytes, Shown] = {}

    def show(self, string: bytes) -> Shown:
        """The text of a string and its width; codes without a meaning give themselves."""
        shown = self._known.get(string)
        if shown is None:
            shown = self._known[string] = self._decode(string)
        return shown

    def _decode(self, string: bytes) -> Shown:
        if isinstance(self._encoding, dict):
            codes: Any = string
            spaces = string.count(b" ")
        else:
            codes, spaces = _named_decode(string, self._encoding), 0
        # Each of the two in one loop that is not Python's: there are as many as letters.
        text = "".join(map(self._texts.__getitem__, codes))
        return Shown(text, sum(map(self._widths.__getitem__, codes), 0.0), len(codes), spaces)


class _Texts(dict[int | str, str]):
    """What each code shows: a byte in a simple font, a character else."""

    def __init__(self, font: Font) -> None:
        super().__init__()
        self._font = font

    def __missing__(self, code: int | str) -> str:
        font = self._font
        coded = chr(code) if isinstance(code, int) else code
        if isinstance(code, int) and isinstance(font.encoding, dict):
            coded = font.encoding.get(code, coded)
            # The PDF specification shows codes that Windows-1252 leaves unused as bullets.
            coded = "•" if coded == _UNUSED_CODE else coded
        text = "".join(str(font.character_map.get(character, character)) for character in coded)
        self[code] = text
        return text


class _Widths(dict[int | str, float]):
    """The width of each of the same codes, in ems."""

    def __init__(self, font: Font, unit: float) -> None:
        super().__init__()
        self._font = font
        self._unit = unit

    def __missing__(self, code: int | str) -> float:
        font, widths = self._font, self._font.character_widths
        raw = chr(code) if isinstance(code, int) else code
        width = font.space_width if raw == font.space_char else widths.get(raw, widths["default"])
        self[code] = found = float(width) * self._unit
        return found


def _named_decode(string: bytes, encoding: str) -> str:
    try:
        return string.decode(encoding, "surrogatepass")
    except (UnicodeDecodeError, LookupError):
        return string.decode("utf-16-be" if len(string) % 2 == 0 else "latin-1", "replace")


def weight_of(font: Font) -> int:
    """By its name, the flag that forces bold, or the weight that it declares."""
    named = named_weight(font.name)
    if named is not None:
        return named
    descriptor = font.font_descriptor
    try:
        if int(descriptor.flags) & _FORCE_BOLD:
            return BOLD
        return BOLD if float(descriptor.weight) >= SEMIBOLD else REGULAR
    except (TypeError, ValueError):
        return REGULAR


def load_typeface(resource: DictionaryObject) -> Typeface:
    """A font resource made ready; a broken one decodes bytes as Windows-1252 text."""
    try:
        font = Font.from_font_resource(resource)
        return Typeface(font, _glyph_unit(resource))
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        return fallback_typeface()


def fallback_typeface() -> Typeface:
    """What shows text whose font is missing."""
    return Typeface(Font.from_core_font_name("/Helvetica"))


def _glyph_unit(resource: DictionaryObject) -> float:
    """Ems per unit of width; only Type 3 fonts choose their own."""
    if resource.get("/Subtype") != "/Type3":
        return _THOUSANDTHS
    matrix = resource.get("/FontMatrix")
    return abs(float(matrix[0])) if matrix else _THOUSANDTHS
