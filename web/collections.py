"""The basket: passages that someone keeps, in their order, to make a note of.

The basket itself stays in the browser. The server shows the passages that an
address names, changes that address at a button, and writes the files.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from kb.notes.note import chapters, reference_of, sources
from kb.records import Record, passage_record
from kb.results import PassageSheet
from web import context, presentation
from web.addresses import see_other
from web.chosen import (
    CHANGES,
    MAX_INTRODUCTION,
    MAX_PASSAGES,
    MAX_TITLE,
    changed,
    read_chosen,
)
from web.exports import bound_request, exported, note_of

blueprint = Blueprint("collections", __name__, url_prefix="/panier")
blueprint.before_request(bound_request)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the basket; without a record where the passage is gone."""

    id: str
    record: Record | None
    html: Markup
    reference: str


@blueprint.get("")
def basket() -> Response | str:
    """The passages that the address names; without any, the basket that the browser keeps."""
    asked = read_chosen(request.args, CHANGES)
    found = context.library().sheets(asked.ids) if asked.ids else {}
    for change in CHANGES:
        if change in request.args:
            projects = {one: sheet.project.id for one, sheet in found.items()}
            after = changed(asked, change, request.args[change], projects)
            address = url_for("collections.basket", **after.arguments())  # type: ignore[arg-type]
            return see_other(f"{address}#choisis")
    return render_template(
        "basket.html",
        asked=asked,
        items=[_item(one, found.get(one)) for one in asked.ids],
        most=MAX_PASSAGES,
        longest_title=MAX_TITLE,
        longest_introduction=MAX_INTRODUCTION,
    )


def _item(passage_id: str, sheet: PassageSheet | None) -> Item:
    if sheet is None:
        return Item(passage_id, None, Markup(), "")
    html = presentation.passage_html(sheet.passage.text)
    return Item(passage_id, passage_record(sheet), html, reference_of(sheet))


@blueprint.route("/note", methods=["GET", "POST"])
def note() -> str:
    """The note as a page to print."""
    asked = read_chosen(request.values)
    whole = note_of(asked)
    return render_template(
        "note.html",
        note=whole,
        chapters=chapters(whole),
        sources=sources(whole),
        back=url_for("collections.basket", **asked.arguments()),  # type: ignore[arg-type]
    )


@blueprint.route("/export", methods=["GET", "POST"])
def export() -> Response:
    """The note as a file."""
    asked = read_chosen(request.values, ("format",))
    return exported(asked, request.values.get("format", ""))
