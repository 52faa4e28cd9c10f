"""Projects: their list, the sheet of one, and a few side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from markupsafe import Markup, escape

from kb.model import FILTER_FIELDS, Filter, Project, Span
from kb.privacy import public
from kb.records import Record, project_record, project_sheet_record
from kb.results import FactKind
from kb.themes import Theme, theme, themes_of
from web import context, parameters, presentation
from web.addresses import see_other
from web.parameters import Arguments
from web.problems import Unusable

blueprint = Blueprint("sheets", __name__)

CHOSEN = "projet"
"""Parameter that names a project to compare."""
FEWEST, MOST = 2, 4
"""Projects side by side."""
COMPARE, SHOW_ALL = "comparer", "tout"
"""Buttons of the list that lead elsewhere, with the projects ticked on it."""
PER_PAGE = 48
RELATED = 4
MAX_PAGE = 10_000

FACT_TITLES = {
    FactKind.ORGANISATION: lazy_gettext("Organisation"),
    FactKind.PARTNERS: lazy_gettext("Partenaires"),
    FactKind.PLACE: lazy_gettext("Lieu"),
    FactKind.YEAR: lazy_gettext("Année"),
    FactKind.PUBLIC: lazy_gettext("Public"),
    FactKind.OBJECTIVES: lazy_gettext("Objectifs"),
    FactKind.FIGURES: lazy_gettext("Chiffres"),
    FactKind.CONDITIONS: lazy_gettext("Conditions de réussite"),
    FactKind.OBSTACLES: lazy_gettext("Freins"),
}
AT_A_GLANCE = tuple(FactKind)[: tuple(FactKind).index(FactKind.FIGURES)]
"""What the head of a sheet lists; figures stand beside, the rest in its own section."""


@dataclass(frozen=True, slots=True)
class ListParameters:
    """What the list of projects was asked."""

    filter: Filter
    theme: Theme | None
    chosen: tuple[str, ...]
    """Projects ticked on another page of the list."""
    page: int

    def url(self, **changed: object) -> str:
        """Address of the list, other than what is ``changed``."""
        arguments: dict[str, object] = {
            name: list(values) for name, values in self.filter.active().items()
        }
        if self.theme is not None:
            arguments["theme"] = self.theme.slug
        if self.chosen:
            arguments[CHOSEN] = list(self.chosen)
        if self.page > 1:
            arguments["page"] = self.page
        arguments |= changed
        kept = {name: value for name, value in arguments.items() if value not in (None, [], "")}
        return url_for("pages.projects", **kept)  # type: ignore[arg-type]  # values of the query


def read_list(arguments: Arguments) -> ListParameters:
    """The parameters of the list; raises ``InvalidQuery`` naming what is allowed."""
    allowed = (*FILTER_FIELDS, "theme", CHOSEN, "page", COMPARE, SHOW_ALL)
    parameters.refuse_unknown(arguments, allowed)
    slug = arguments.get("theme", "").strip()
    chosen_theme = theme(slug) if slug else None
    if slug and chosen_theme is None:
        raise Unusable(
            _(
                "Le thème « %(name)s » n’existe pas : choisissez-en un à la page « Parcourir ».",
                name=slug[:60],
            )
        )
    return ListParameters(
        filter=parameters.read_filter(arguments),
        theme=chosen_theme,
        chosen=read_chosen(arguments),
        page=parameters.read_integer(arguments, "page", 1, 1, MAX_PAGE),
    )


def read_chosen(arguments: Arguments) -> tuple[str, ...]:
    """The projects that a request names, each once, in its order."""
    return tuple(dict.fromkeys(one for one in map(str.strip, arguments.getlist(CHOSEN)) if one))


def projects_page() -> Response | str:
    """Every project, or those that the filters keep, a page at a time."""
    asked = read_list(request.args)
    # The form sends all of itself at each button, so that what was ticked is never lost.
    if COMPARE in request.args:
        return see_other(compare_url(asked.chosen))
    if SHOW_ALL in request.args:
        return see_other(ListParameters(Filter(), None, asked.chosen, 1).url())
    if any("" in values for values in request.args.listvalues()):
        return see_other(asked.url())
    library = context.library()
    every = library.projects()
    found = library.projects(asked.filter) if asked.filter.active() else every
    if asked.theme is not None:
        found = tuple(one for one in found if asked.theme in themes_of(one))
    start = (asked.page - 1) * PER_PAGE
    shown = found[start : start + PER_PAGE]
    visible = {one.id for one in shown}
    return render_template(
        "projects.html",
        asked=asked,
        total=len(found),
        projects=[project_record(project) for project in shown],
        elsewhere=[one for one in asked.chosen if one not in visible],
        options=presentation.options_of(every, asked.filter),
        titles=presentation.FACET_TITLES,
        themes=_theme_options(every, asked.theme),
        pages=-(-len(found) // PER_PAGE),
        most=MOST,
    )


def _theme_options(projects: Sequence[Project], chosen: Theme | None) -> list[presentation.Option]:
    present = {each.slug: each for project in projects for each in themes_of(project)}
    named = sorted(present.values(), key=lambda each: each.slug)
    return [presentation.Option(each.slug, _(each.name), each == chosen) for each in named]


def project_page(project_id: str) -> str:
    """All that is known of one project."""
    parameters.refuse_unknown(request.args, ())
    library = context.library()
    sheet = library.project(project_id)
    record = project_sheet_record(sheet)
    return render_template(
        "project.html",
        sheet=record,
        facts=_by_kind(record),
        titles=FACT_TITLES,
        listed=AT_A_GLANCE,
        themes=themes_of(sheet.project),
        related=[project_record(one.project) for one in library.related(project_id, RELATED)],
        passage_html=presentation.passage_html,
        measured=measured_html,
    )


@blueprint.get("/comparer")
def compare() -> str:
    """A few projects side by side."""
    parameters.refuse_unknown(request.args, (CHOSEN,))
    named = read_chosen(request.args)
    library = context.library()
    sheets = [project_sheet_record(library.project(one)) for one in named[:MOST]]
    facts = [_by_kind(sheet) for sheet in sheets]
    chosen = tuple(sheet["id"] for sheet in sheets)
    others = library.related(chosen[0], RELATED + MOST) if len(chosen) in range(1, MOST) else ()
    return render_template(
        "compare.html",
        sheets=sheets,
        facts=facts,
        rows=[kind for kind in FactKind if any(each.get(kind) for each in facts)],
        titles=FACT_TITLES,
        removals=[compare_url([one for one in chosen if one != gone]) for gone in chosen],
        additions=[
            (public(one.project.title), compare_url([*chosen, one.project.id]))
            for one in others
            if one.project.id not in chosen
        ][:RELATED],
        list_url=ListParameters(Filter(), None, chosen, 1).url(),
        left_out=len(named) - len(chosen),
        fewest=FEWEST,
        most=MOST,
        measured=measured_html,
    )


def compare_url(projects: Sequence[str]) -> str:
    """Address at which these projects stand side by side."""
    return url_for("sheets.compare", **{CHOSEN: list(projects)})  # type: ignore[arg-type]


def measured_html(fact: Record) -> Markup:
    """The text of a fact, its numbers with their unit set off."""
    pieces, position, text = [], 0, fact["text"]
    for span in (Span(each["start"], each["end"]) for each in fact["measures"]):
        pieces.append(escape(text[position : span.start]))
        pieces.append(Markup("<b>{}</b>").format(text[span.start : span.end]))
        position = span.end
    return Markup("").join([*pieces, escape(text[position:])])


def _by_kind(sheet: Record) -> dict[FactKind, list[Record]]:
    """The facts of a sheet by what they tell, kinds without any left out."""
    gathered: dict[FactKind, list[Record]] = {}
    for fact in sheet["facts"]:
        gathered.setdefault(FactKind(fact["kind"]), []).append(fact)
    return gathered
