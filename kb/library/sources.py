"""Showing the page that a passage cites, and its picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from kb.errors import Busy, InvalidQuery, NotFound, UnreadableBrochure
from kb.library.base import Base
from kb.library.ingesting import unknown_brochure
from kb.library.originals import Originals
from kb.library.parting import parts_of, spans_of, within
from kb.model import PageText, Passage, Span
from kb.ports import PageRenderer
from kb.privacy import public, shown
from kb.results import BrochureEntry, PassageSheet
from kb.source import ZOOMS, Box, Original, PageSize, Picture, Quote, SourcePage

_DRAWING = "2"
"""Raised when pages are drawn otherwise, so that nobody is shown an old picture."""
_MEDIA_TYPE = "image/webp"


@dataclass(frozen=True, slots=True)
class _View:
    """What the file of a brochure gives for one page."""

    original: Original
    size: PageSize | None = None
    boxes: tuple[Box, ...] = ()


class Sources:
    """Shows pages of brochures, from the stored text and, where it is unchanged, the file."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._originals = Originals()

    def page(self, sheet: PassageSheet, number: int | None) -> SourcePage:
        """See ``kb.library.Library.source_page``."""
        passage, brochure = sheet.passage, sheet.brochure
        entry = self._entry(brochure.id)
        cited = range(passage.page, passage.last_page + 1)
        wanted = {*cited, number} if number is not None and brochure.paged else set(cited)
        stored = self._base.catalog.pages(brochure.id, wanted)
        quote = self._quote(passage)
        spans = _spans_by_page(quote, cited, stored)
        if not brochure.paged:
            return _part(sheet, number, stored, spans, self._view(entry, quote, 0))
        shown = passage.page if number is None else number
        if not 1 <= shown <= brochure.page_count:
            raise NotFound(_no_page(shown, brochure.page_count))
        view = self._view(entry, quote, shown)
        text = stored.get(shown, PageText(shown, "", ""))
        return SourcePage(
            sheet=sheet,
            number=shown,
            count=brochure.page_count,
            printed=text.printed,
            text=text.text,
            spans=spans.get(shown, ()),
            pages=tuple(cited),
            original=view.original,
            size=view.size,
            boxes=view.boxes,
        )

    def picture_key(self, brochure_id: str, number: int, zoom: int) -> str:
        """See ``kb.library.Library.page_picture_key``."""
        entry = self._entry(brochure_id)
        if zoom not in ZOOMS:
            raise InvalidQuery(
                f"L’agrandissement {zoom} n’existe pas : choisissez parmi "
                f"{', '.join(map(str, ZOOMS))}."
            )
        if not self._renderer.shows(entry.brochure.format):
            raise NotFound(
                f"La brochure « {public(entry.brochure.title)} » n’a pas d’image de ses pages : "
                "lisez son texte."
            )
        if not 1 <= number <= entry.brochure.page_count:
            raise NotFound(_no_page(number, entry.brochure.page_count))
        bare = "-bare" if shown() else ""
        return f"{entry.brochure.sha256}-{number}-{zoom}-{_DRAWING}{bare}"

    def picture(self, brochure_id: str, number: int, zoom: int) -> Picture:
        """See ``kb.library.Library.page_picture``."""
        key = self.picture_key(brochure_id, number, zoom)
        entry = self._entry(brochure_id)
        with self._originals.opened(entry) as (original, file):
            if file is None:
                raise NotFound(_GONE[original])
            kept = self._base.parts.pictures.get(key)
            if kept is not None:
                return Picture(kept, _MEDIA_TYPE, kept=True)
            # Who may see contacts is shown the page as it is.
            bare = {"bare": True} if shown() else {}
            picture = self._renderer.draw(file, number, zoom, **bare)
        self._base.parts.pictures.put(key, picture.data)
        return picture

    def forget(self, sha256: str) -> None:
        """Drop the pictures of a file that no brochure was read from any more."""
        self._base.parts.pictures.forget(sha256)

    @cached_property
    def _renderer(self) -> PageRenderer:
        return self._base.parts.renderer()

    def _entry(self, brochure_id: str) -> BrochureEntry:
        entry = self._base.catalog.brochure(brochure_id)
        if entry is None:
            raise NotFound(unknown_brochure(brochure_id))
        return entry

    def _view(self, entry: BrochureEntry, quote: Quote, shown: int) -> _View:
        with self._originals.opened(entry) as (original, file):
            if file is None or not self._renderer.shows(entry.brochure.format):
                return _View(original)
            try:
                size = self._renderer.size(file, shown)
                cited = quote.first_page <= shown <= quote.last_page
                boxes = self._renderer.locate(file, quote).get(shown, ()) if cited else ()
            except (UnreadableBrochure, Busy):
                return _View(Original.UNREADABLE)
            return _View(original, size, boxes)

    def _quote(self, passage: Passage) -> Quote:
        """The passage with what stands around it in its project."""
        others = [
            stored.passage for stored in self._base.catalog.passages_of_project(passage.project_id)
        ]
        place = next((i for i, one in enumerate(others) if one.id == passage.id), len(others))
        before = [one.text for one in others[max(place - 1, 0) : place]]
        after = [one.text for one in others[place + 1 : place + 2]]
        if passage.heading_printed:
            before.append(passage.heading_printed)
        return Quote(passage.text, passage.page, passage.last_page, tuple(before), tuple(after))


_GONE = {
    Original.MISSING: "Le fichier de la brochure n’est plus à sa place : remettez-le, "
    "ou relancez « kb ingest ».",
    Original.CHANGED: "Le fichier de la brochure a changé depuis sa lecture : "
    "relancez « kb ingest » pour le relire.",
    Original.UNREADABLE: "Le fichier de la brochure ne peut pas être ouvert : "
    "vérifiez ses droits de lecture.",
}


def _no_page(number: int, count: int) -> str:
    return f"Il n’y a pas de page {number} : la dernière est la page {count}."


def _spans_by_page(
    quote: Quote, cited: range, stored: Mapping[int, PageText]
) -> dict[int, tuple[Span, ...]]:
    texts = [stored[number].text if number in stored else "" for number in cited]
    return dict(zip(cited, spans_of(quote, texts), strict=True))


def _part(
    sheet: PassageSheet,
    number: int | None,
    stored: Mapping[int, PageText],
    spans: Mapping[int, tuple[Span, ...]],
    view: _View,
) -> SourcePage:
    """A part of a text without pages: the one asked for, else that of the passage."""
    page = stored.get(sheet.passage.page, PageText(sheet.passage.page, "", ""))
    marked = spans.get(sheet.passage.page, ())
    parts = parts_of(page.text)
    cited = tuple(place for place, part in enumerate(parts, start=1) if within(marked, part))
    shown = (cited or (1,))[0] if number is None else number
    if not 1 <= shown <= len(parts):
        raise NotFound(_no_page(shown, len(parts)))
    part = parts[shown - 1]
    return SourcePage(
        sheet=sheet,
        number=shown,
        count=len(parts),
        printed="",
        text=page.text[part.start : part.end],
        spans=within(marked, part),
        pages=cited,
        original=view.original,
        size=None,
        boxes=(),
    )
