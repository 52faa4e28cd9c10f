"""The pages that people read, complete without JavaScript."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from kb.records import brochure_record, passage_record
from kb.results import PassageSheet
from web import context, parameters, presentation, sheets
from web.listing import page_of
from web.search_page import search_page

blueprint = Blueprint("pages", __name__)

PER_PAGE = 50
"""Brochures of one page."""


@blueprint.get("/")
def search() -> Response:
    """The search page; without a question, the home page."""
    return search_page()


@blueprint.get("/projets")
def projects() -> Response | str:
    """Every project, or those that the filters keep."""
    return sheets.projects_page()


@blueprint.get("/projets/<path:project_id>")
def project(project_id: str) -> str:
    """All that is known of one project."""
    return sheets.project_page(project_id)


@blueprint.get("/passages/<path:passage_id>")
def passage(passage_id: str) -> str:
    """One passage with what stands around it, and others of like meaning."""
    parameters.refuse_unknown(request.args, ())
    sheet = context.library().passage(passage_id)
    similar = context.library().similar(passage_id, parameters.DEFAULT_SIMILAR)
    previous, following = _neighbours(sheet)
    return render_template(
        "passage.html",
        sheet=passage_record(sheet),
        html=presentation.passage_html(sheet.passage.text),
        previous=previous,
        following=following,
        similar=presentation.groups_of(similar),
    )


def _neighbours(sheet: PassageSheet) -> tuple[str, str]:
    """Identifiers of the passages before and after, empty at the ends of the section."""
    sections = context.library().project(sheet.project.id).sections
    passages = next(
        (each.passages for each in sections if each.section.id == sheet.passage.section_id), ()
    )
    before, after = presentation.neighbours_of(passages, sheet.passage.id)
    return (before.id if before else "", after.id if after else "")


@blueprint.get("/brochures")
def brochures() -> str:
    """Every brochure with its ingest report, a page at a time."""
    parameters.refuse_unknown(request.args, ("page",))
    page = page_of(context.library().brochures(), PER_PAGE)
    entries = [brochure_record(entry) for entry in page.rows]
    return render_template("brochures.html", entries=entries, page=page)


@blueprint.get("/a-propos")
def about() -> str:
    """What this is and what it promises."""
    parameters.refuse_unknown(request.args, ())
    return render_template("about.html", statistics=context.library().statistics())
