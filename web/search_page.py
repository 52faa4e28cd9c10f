"""The search page: whole, or only its results for the script that searches while one types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import Response, make_response, render_template, request
from flask_babel import lazy_gettext as _

from kb.errors import InvalidQuery
from kb.expansions import ExpansionGroup, expansion_groups
from kb.model import Mode
from kb.records import project_record
from kb.results import Expansion, ExpansionSource
from web import context, core_words, links, parameters, presentation
from web.api import run_search
from web.parameters import SearchParameters

MODE_LABELS = {
    Mode.HYBRID: _("les mots et le sens (conseillé)"),
    Mode.LEXICAL: _("les mots seulement"),
    Mode.SEMANTIC: _("le sens seulement"),
}
FRAGMENT_HEADER = "X-Fragment"
LISTED_EXPANSIONS = 6
"""Added words that stand in the line; the others are folded away with the reasons."""
EXAMPLES = 6


@dataclass(frozen=True, slots=True)
class Widening:
    """What a search was widened to, in a line and in full."""

    listed: tuple[str, ...]
    others: int
    groups: tuple[ExpansionGroup, ...]


def search_page() -> Response:
    """Results of a search; without a question, the home page."""
    asked = parameters.read_search(request.args)
    part = request.headers.get(FRAGMENT_HEADER) == "results"
    status = HTTPStatus.OK
    try:
        view = _found(asked) if asked.query.strip() else _home(asked)
    except InvalidQuery as error:
        status, view = HTTPStatus.BAD_REQUEST, _refused(asked, error)
    page = render_template(
        "results.html" if part else "search.html", asked=asked, modes=MODE_LABELS, **view
    )
    response = make_response(page, status)
    response.vary.add(FRAGMENT_HEADER)
    return response


def _home(asked: SearchParameters) -> dict[str, object]:
    library = context.library()
    return {
        "home": True,
        "answer": None,
        "chips": links.chips_of(asked),
        "examples": library.examples(EXAMPLES),
        "statistics": library.statistics(),
    }


def _refused(asked: SearchParameters, error: InvalidQuery) -> dict[str, object]:
    """What is wrong with the question, which stays in the field to be mended."""
    return {
        "answer": None,
        "refusal": core_words.said(str(error)),
        "chips": links.chips_of(asked),
        "examples": context.library().examples(EXAMPLES // 2),
    }


def _found(asked: SearchParameters) -> dict[str, object]:
    answer = run_search(asked)
    return {
        "answer": answer,
        "groups": presentation.groups_of(answer.hits),
        "widening": widening_of(answer.expanded),
        "chips": links.chips_of(asked, answer),
        "facets": links.facets_of(asked, answer),
        "paging": links.paging_of(asked, answer.total),
        "nearest": [project_record(project) for project in answer.nearest],
        "examples": () if answer.hits else context.library().examples(EXAMPLES // 2),
        "literal_url": links.search_url(replace(asked, correct=False, offset=0)),
        "unexpanded_url": links.search_url(replace(asked, expand=False, offset=0)),
        "expanded_url": links.search_url(replace(asked, expand=True, offset=0)),
        "first_url": links.search_url(replace(asked, offset=0)),
        "unfiltered_url": links.search_url(replace(asked, filter=type(asked.filter)(), offset=0)),
    }


def widening_of(expanded: Sequence[Expansion]) -> Widening | None:
    """The added words, each once and the thesaurus' first; None where none was added."""
    in_order = sorted(expanded, key=lambda one: one.source is ExpansionSource.MEANING)
    words = tuple(dict.fromkeys(one.added for one in in_order))
    if not words:
        return None
    others = len(words[LISTED_EXPANSIONS:])
    return Widening(words[:LISTED_EXPANSIONS], others, expansion_groups(expanded))
