"""The pages that people read, complete without JavaScript."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request

from kb.expansions import expansion_groups
from kb.model import FILTER_FIELDS, Mode
from kb.records import brochure_record, passage_record, project_record, project_sheet_record
from kb.results import PassageSheet
from web import context, parameters, presentation
from web.api import run_search
from web.parameters import SearchParameters

blueprint = Blueprint("pages", __name__)

MODE_LABELS = {
    Mode.HYBRID: "Mots et sens (conseillé)",
    Mode.LEXICAL: "Mots seulement",
    Mode.SEMANTIC: "Sens seulement",
}


@blueprint.get("/")
def search() -> str:
    """The search page; without a question, the home page."""
    asked = parameters.read_search(request.args)
    if not asked.query.strip():
        return _home(asked)
    answer = run_search(asked)
    return render_template(
        "search.html",
        asked=asked,
        answer=answer,
        modes=MODE_LABELS,
        groups=presentation.groups_of(answer.hits),
        expansions=expansion_groups(answer.expanded),
        most_listed=presentation.LISTED_EXPANSIONS,
        chips=presentation.chips_of(asked, answer),
        facets=presentation.facets_of(asked, answer),
        paging=presentation.paging_of(asked, answer.total),
        nearest=[project_record(project) for project in answer.nearest],
        literal_url=presentation.search_url(replace(asked, correct=False, offset=0)),
        unexpanded_url=presentation.search_url(replace(asked, expand=False, offset=0)),
        expanded_url=presentation.search_url(replace(asked, expand=True, offset=0)),
        first_url=presentation.search_url(replace(asked, offset=0)),
    )


def _home(asked: SearchParameters) -> str:
    library = context.library()
    return render_template(
        "home.html",
        asked=asked,
        modes=MODE_LABELS,
        chips=presentation.chips_of(asked),
        examples=presentation.examples_of(library.projects()),
        statistics=library.statistics(),
    )


@blueprint.get("/projets")
def projects() -> str:
    """Every project, or those that the filters keep."""
    parameters.refuse_unknown(request.args, FILTER_FIELDS)
    chosen = parameters.read_filter(request.args)
    library = context.library()
    return render_template(
        "projects.html",
        chosen=chosen,
        projects=[project_record(project) for project in library.projects(chosen)],
        options=presentation.options_of(library.projects(), chosen),
        titles=presentation.FACET_TITLES,
    )


@blueprint.get("/projets/<path:project_id>")
def project(project_id: str) -> str:
    """All that is known of one project."""
    parameters.refuse_unknown(request.args, ())
    sheet = project_sheet_record(context.library().project(project_id))
    return render_template("project.html", sheet=sheet, passage_html=presentation.passage_html)


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
    """Every brochure with its ingest report."""
    parameters.refuse_unknown(request.args, ())
    entries = [brochure_record(entry) for entry in context.library().brochures()]
    return render_template("brochures.html", entries=entries)


@blueprint.get("/a-propos")
def about() -> str:
    """What this is and what it promises."""
    parameters.refuse_unknown(request.args, ())
    return render_template("about.html", statistics=context.library().statistics())
