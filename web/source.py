"""The page of the brochure that a passage cites: its picture, its text, the passage marked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from kb.privacy import public
from kb.records import SOURCE_ANCHOR, passage_record
from kb.source import ZOOMS, Box, SourcePage
from web import context, parameters, presentation
from web.i18n import language
from web.metrics import count_picture
from web.problems import Unusable
from web.throttle import Few

blueprint = Blueprint("source", __name__, url_prefix="/source")

SHEET_ANCHOR = "feuille"
HIGHEST_PAGE = 1_000_000
_drawing = Few(5)
"""Pictures at once: drawing takes its time, which threads that search must not wait for."""
_MARK, _MARK_END = "<mark>", "</mark>"


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle of the overlay, as SVG wants it."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Step:
    """A link to the same page in another size."""

    zoom: int
    url: str
    current: bool


@blueprint.get("/<path:passage_id>")
def passage(passage_id: str) -> str:
    """The page on which a passage stands, or another page of its brochure."""
    parameters.refuse_unknown(request.args, ("page", "zoom"))
    zoom = _zoom()
    number = parameters.read_integer(request.args, "page", 0, 1, HIGHEST_PAGE) or None
    page = context.library().source_page(passage_id, number)
    page = replace(page, printed=public(page.printed))
    # Where the passage can't be found in a text without pages, its part is not known.
    here = page.number in page.pages or not page.pages
    return render_template(
        "source.html",
        sheet=passage_record(page.sheet),
        page=page,
        zoom=zoom,
        anchor=SOURCE_ANCHOR,
        sheet_anchor=SHEET_ANCHOR,
        here=here,
        picture_url=_picture_url(page, zoom),
        rectangles=[_rectangle(box) for box in page.boxes],
        html=_text_html(page),
        previous=_url(page, page.number - 1, zoom) if page.number > 1 else "",
        following=_url(page, page.number + 1, zoom) if page.number < page.count else "",
        back=_url(page, page.pages[0], zoom) if page.pages and not here else "",
        goes_on=_url(page, page.number + 1, zoom) if page.number + 1 in page.pages and here else "",
        steps=[Step(each, _url(page, page.number, each), each == zoom) for each in ZOOMS],
    )


@blueprint.get("/<brochure_id>/pages/<int:number>.webp")
def picture(brochure_id: str, number: int) -> Response:
    """A page of a brochure as a picture; browsers ask each time whether theirs is the last."""
    parameters.refuse_unknown(request.args, ("zoom",))
    zoom = _zoom()
    key = context.library().page_picture_key(brochure_id, number, zoom)
    response, origin = Response(status=304), "unchanged"
    if not request.if_none_match.contains_weak(key):
        with _drawing.let_in():
            drawn = context.library().page_picture(brochure_id, number, zoom)
        response, origin = Response(drawn.data, mimetype=drawn.media_type), "drawn"
        if drawn.kept:
            origin = "kept"
    count_picture(origin)
    response.set_etag(key)
    # Kept by the visitor's browser alone, which must ask before it shows it again.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _zoom() -> int:
    zoom = parameters.read_integer(request.args, "zoom", ZOOMS[0], 1, HIGHEST_PAGE)
    if zoom not in ZOOMS:
        allowed = ", ".join(map(str, ZOOMS))
        raise Unusable(
            _(
                "Le paramètre « %(name)s » vaut « %(value)s » : choisissez parmi %(allowed)s.",
                name="zoom",
                value=zoom,
                allowed=allowed,
            )
        )
    return zoom


def _url(page: SourcePage, number: int, zoom: int) -> str:
    """Address of a page of the same brochure; what is usual is left out of it."""
    arguments: dict[str, int] = {}
    if page.pages[:1] != (number,):
        arguments["page"] = number
    if zoom != ZOOMS[0]:
        arguments["zoom"] = zoom
    anchor = SOURCE_ANCHOR if number in page.pages else SHEET_ANCHOR
    return url_for(
        ".passage",
        passage_id=page.sheet.passage.id,
        _anchor=anchor,
        **arguments,  # type: ignore[arg-type]  # values of the query
    )


def _picture_url(page: SourcePage, zoom: int) -> str:
    if page.size is None:
        return ""
    return url_for(
        ".picture",
        brochure_id=page.sheet.brochure.id,
        number=page.number,
        zoom=zoom if zoom != ZOOMS[0] else None,
    )


def _rectangle(box: Box) -> Rectangle:
    return Rectangle(
        round(box.left, 2),
        round(box.top, 2),
        round(box.right - box.left, 2),
        round(box.bottom - box.top, 2),
    )


def _text_html(page: SourcePage) -> Markup:
    """The page's text, the passage marked and, for who listens, announced."""
    html = str(presentation.passage_html(page.text, page.spans))
    first, last = html.find(_MARK), html.rfind(_MARK_END)
    if first < 0:
        return Markup(html)
    # Only one thing can bear the identifier: the picture's mark where there is one.
    mark = _MARK if page.boxes else f'<mark id="{SOURCE_ANCHOR}">'
    start, end = _aside(_("[Début du passage]") + " "), _aside(" " + _("[Fin du passage]"))
    # What the presentation gave is escaped already, and so are these words.
    return Markup(f"{html[:first]}{mark}{start}{html[first + len(_MARK) : last]}{end}{html[last:]}")


def _aside(words: str) -> Markup:
    """Words for screen readers only; they are not copied with the text."""
    return Markup('<span class="unseen aside" lang="{}">{}</span>').format(language(), words)
