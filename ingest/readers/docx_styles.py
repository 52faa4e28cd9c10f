"""What the styles of a Word document say of its paragraphs and runs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from ingest.readers.families import family_of, written_color
from ingest.readers.paragraphs import Style

_HEADING_NAME = re.compile(r"(?:heading|titre|título|überschrift|titolo|kop)\s*([1-9])$")
_TITLE_NAMES = frozenset({"title", "titre"})
_CONTENTS_NAME = re.compile(r"(?:toc|tm|table des matières)\s*(?:heading|\d)")
_DEEPEST_STYLE = 30


@dataclass(frozen=True, slots=True)
class Look:
    """What a paragraph's style and own settings declare."""

    level: int
    title: bool
    listed: bool
    new_page: bool
    contents_entry: bool


class Styles:
    """Looks settings up in an element, its style and the styles that this is based on."""

    def __init__(self, word: WordDocument) -> None:
        sheet = word.styles.element
        self._by_id = {style.get(qn("w:styleId")): style for style in sheet.iter(qn("w:style"))}
        self._defaults = sheet.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}")
        self._normal = next(
            (
                style
                for style in self._by_id.values()
                if style.get(qn("w:default")) in ("1", "true")
                and style.get(qn("w:type")) == "paragraph"
            ),
            None,
        )
        self._titled = self._has_title(word.element.body)
        self._run_looks: dict[Any, Style] = {}

    def of_paragraph(self, paragraph: Any) -> Look:
        """The look of a paragraph element."""
        chain = self._chain(paragraph)
        names = [_name(style) for style in chain]
        title = any(name in _TITLE_NAMES for name in names)
        level = self._level(paragraph, chain, names)
        numbering = self._setting(paragraph, chain, "w:numPr")
        identifier = None if numbering is None else numbering.find(qn("w:numId"))
        return Look(
            level=1 if title else level + 1 if level and self._titled else level,
            title=title,
            listed=(identifier is not None and identifier.get(qn("w:val")) != "0")
            or any(name.startswith(("list bullet", "list number")) for name in names),
            new_page=_is_on(self._setting(paragraph, chain, "w:pageBreakBefore")),
            contents_entry=any(_CONTENTS_NAME.match(name) for name in names),
        )

    def of_run(self, run: Any, paragraph: Any) -> Style:
        """Size, weight, colour and family of a run's text."""
        own = run.find(qn("w:rPr"))
        called = None if own is None else own.find(qn("w:rStyle"))
        identifier = None if called is None else called.get(qn("w:val"))
        sources = [own, *map(_run_settings, self._ancestors(self._by_id.get(identifier)))]
        sources += map(_run_settings, self._chain(paragraph))
        if self._defaults is not None:
            sources.append(self._defaults.find(qn("w:rPr")))
        size = _first(sources, "w:sz")
        points = 0.0 if size is None else _number(size.get(qn("w:val"))) / 2
        color = _first(sources, "w:color")
        return Style(
            size=points,
            bold=_is_on(_first(sources, "w:b")),
            color="" if color is None else written_color(color.get(qn("w:val"))),
            family=_family(_first(sources, "w:rFonts")),
        )

    def is_hidden(self, run: Any) -> bool:
        """Is the run's text marked as hidden?"""
        return _is_on(_first([run.find(qn("w:rPr"))], "w:vanish"))

    def _level(self, paragraph: Any, chain: list[Any], names: list[str]) -> int:
        outline = self._setting(paragraph, chain, "w:outlineLvl")
        if outline is not None:
            depth = int(_number(outline.get(qn("w:val")), 9.0))
            return depth + 1 if depth < 9 else 0
        found = [match for name in names if (match := _HEADING_NAME.match(name))]
        return int(found[0].group(1)) if found else 0

    def _has_title(self, body: Any) -> bool:
        """Does a paragraph stand in the style Title? Headings are then one level below."""
        titles = {key for key, style in self._by_id.items() if _name(style) in _TITLE_NAMES}
        return any(style.get(qn("w:val")) in titles for style in body.iter(qn("w:pStyle")))

    def _setting(self, paragraph: Any, chain: list[Any], name: str) -> Any | None:
        own = paragraph.find(f"{qn('w:pPr')}/{qn(name)}")
        if own is not None:
            return own
        return next(
            (
                found
                for style in chain
                if (found := style.find(f"{qn('w:pPr')}/{qn(name)}")) is not None
            ),
            None,
        )

    def _chain(self, paragraph: Any) -> list[Any]:
        called = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self._normal if called is None else self._by_id.get(called.get(qn("w:val")))
        return self._ancestors(style)

    def _ancestors(self, style: Any | None) -> list[Any]:
        chain: list[Any] = []
        while style is not None and len(chain) < _DEEPEST_STYLE:
            chain.append(style)
            base = style.find(qn("w:basedOn"))
            style = None if base is None else self._by_id.get(base.get(qn("w:val")))
        return chain


def _name(style: Any) -> str:
    name = style.find(qn("w:name"))
    return "" if name is None else str(name.get(qn("w:val")) or "").strip().lower()


def _run_settings(style: Any) -> Any | None:
    return style.find(qn("w:rPr"))


def _family(fonts: Any | None) -> str:
    """The family of a run; one that the theme gives goes by its part in it, « major » or « minor ».

    What matters of a family is that it differs from the text's.
    """
    if fonts is None:
        return ""
    theme = str(fonts.get(qn("w:asciiTheme")) or "")
    if theme:
        return theme.removesuffix("HAnsi").removesuffix("Ascii")
    return family_of(str(fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or ""))


def _first(sources: list[Any], name: str) -> Any | None:
    for source in sources:
        found = None if source is None else source.find(qn(name))
        if found is not None:
            return found
    return None


def _is_on(toggle: Any | None) -> bool:
    return toggle is not None and toggle.get(qn("w:val")) not in ("0", "false", "off", "none")


def _number(value: str | None, default: float = 0.0) -> float:
    try:
        return float(value or default)
    except ValueError:
        return default
