"""The JSON API: the same objects as the command line, described at ``/api/openapi.json``."""

from __future__ import annotations

import logging
from http import HTTPStatus
from importlib import resources

from flask import Blueprint, Response, jsonify, request, url_for
from flask_babel import gettext as _

from kb.deadline import within
from kb.errors import KbError, StorageError, UnreadableBrochure
from kb.model import FILTER_FIELDS
from kb.office.journal import Action
from kb.privacy import hidden
from kb.records import (
    Record,
    answer_record,
    brochure_record,
    hit_record,
    passage_record,
    project_record,
    project_sheet_record,
    project_url,
    suggestion_record,
)
from kb.results import Answer, FileState, Suggestion, SuggestionKind
from web import context, parameters, uploads
from web.callers import actor, require_writing
from web.metrics import count_ingest, count_search
from web.parameters import SearchParameters
from web.problems import Unusable, shareable

blueprint = Blueprint("api", __name__, url_prefix="/api")

SEARCH_S = 5.0
"""How long a search may take before it gives its place back."""

_log = logging.getLogger(__name__)


def run_search(asked: SearchParameters) -> Answer:
    """The answer to ``asked``; the question is logged only where the settings say so."""
    with within(SEARCH_S):
        answer = context.library().search(
            asked.query,
            mode=asked.mode,
            filter=asked.filter,
            limit=asked.limit,
            offset=asked.offset,
            expand=asked.expand,
            correct=asked.correct,
        )
    count_search(answer)
    if context.settings().log_queries:
        # What someone typed to find a person is not for a log either.
        query = hidden(asked.query)[0]
        _log.info("search %r: %d in %.1f ms", query, answer.total, answer.took_ms)
    return answer


@blueprint.get("/search")
def search() -> Response:
    """Passages that answer ``q``."""
    asked = parameters.read_search(request.args)
    if not asked.query.strip():
        raise Unusable(_("La recherche est vide : donnez des mots dans le paramètre « q »."))
    return jsonify(answer_record(run_search(asked)))


@blueprint.get("/suggest")
def suggest() -> Response:
    """What who has typed ``q`` so far may mean; nothing for a single letter."""
    parameters.refuse_unknown(request.args, ("q", "limit"))
    limit = parameters.read_integer(
        request.args, "limit", parameters.DEFAULT_SUGGESTIONS, 1, parameters.MAX_SUGGESTIONS
    )
    typed = parameters.read_text(request.args, "q")
    found = context.library().suggest(typed, limit)
    return jsonify({"query": typed, "suggestions": [_suggestion_record(one) for one in found]})


def _suggestion_record(suggestion: Suggestion) -> Record:
    """A suggestion with the page that it leads to."""
    kind, value = suggestion.kind, hidden(suggestion.value)[0]
    if kind is SuggestionKind.PROJECT:
        url = project_url(value)
    elif kind is SuggestionKind.TERM:
        url = url_for("pages.search", q=hidden(suggestion.label)[0])
    else:
        url = url_for("pages.projects", **{kind.value: value})  # type: ignore[arg-type]  # of the query
    return {**suggestion_record(suggestion), "url": url}


@blueprint.get("/projects")
def projects() -> Response:
    """Every project, or those that the filters keep."""
    parameters.refuse_unknown(request.args, FILTER_FIELDS)
    found = context.library().projects(parameters.read_filter(request.args))
    return jsonify(
        {"total": len(found), "projects": [project_record(project) for project in found]}
    )


@blueprint.get("/projects/<path:project_id>")
def project(project_id: str) -> Response:
    """All that is known of one project."""
    parameters.refuse_unknown(request.args, ())
    return jsonify(project_sheet_record(context.library().project(project_id)))


@blueprint.get("/passages/<path:passage_id>")
def passage(passage_id: str) -> Response:
    """One passage with its place."""
    parameters.refuse_unknown(request.args, ())
    return jsonify(passage_record(context.library().passage(passage_id)))


@blueprint.get("/passages/<path:passage_id>/similar")
def similar(passage_id: str) -> Response:
    """Other passages of like meaning."""
    parameters.refuse_unknown(request.args, ("limit",))
    limit = parameters.read_integer(
        request.args, "limit", parameters.DEFAULT_SIMILAR, 1, parameters.MAX_SIMILAR
    )
    hits = context.library().similar(passage_id, limit)
    return jsonify({"passage": passage_id, "hits": [hit_record(hit) for hit in hits]})


@blueprint.get("/brochures")
def brochures() -> Response:
    """Every brochure with its ingest report."""
    parameters.refuse_unknown(request.args, ())
    entries = context.library().brochures()
    return jsonify(
        {"total": len(entries), "brochures": [brochure_record(entry) for entry in entries]}
    )


@blueprint.post("/brochures")
def upload() -> tuple[Response, int]:
    """Take in a brochure: 201 when new, 200 when known or updated, 422 when refused."""
    require_writing()
    parameters.refuse_unknown(request.args, ())
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Unusable(
            _("Aucun fichier n’est joint : envoyez-le en multipart, dans le champ « file ».")
        )
    outcome = uploads.receive(context.office().intake, sent)
    count_ingest(outcome.state.value)
    _note(Action.ADD, uploads.safe_name(sent.filename), outcome.state, outcome.brochure_id)
    if outcome.state is FileState.REFUSED:
        raise UnreadableBrochure(outcome.message)
    status = HTTPStatus.CREATED if outcome.state is FileState.ADDED else HTTPStatus.OK
    body = {
        "state": outcome.state.value,
        "message": shareable(KbError(outcome.message)),
        "brochure": brochure_record(context.library().brochure(outcome.brochure_id)),
    }
    return jsonify(body), status.value


@blueprint.get("/brochures/<brochure_id>")
def brochure(brochure_id: str) -> Response:
    """One brochure with its ingest report."""
    parameters.refuse_unknown(request.args, ())
    return jsonify(brochure_record(context.library().brochure(brochure_id)))


@blueprint.delete("/brochures/<brochure_id>")
def remove(brochure_id: str) -> Response:
    """Forget a brochure, its projects and its passages; gives what was removed."""
    require_writing()
    parameters.refuse_unknown(request.args, ())
    removed = context.office().intake.remove(brochure_id)
    count_ingest(FileState.REMOVED.value)
    _note(Action.REMOVE, removed.brochure.title, FileState.REMOVED, removed.brochure.id)
    return jsonify(brochure_record(removed))


def _note(action: Action, subject: str, outcome: str, brochure_id: str) -> None:
    """Tell the journal; what was changed is changed, whether it can be told or not."""
    try:
        context.office().journal.note(actor(), action, subject, outcome, brochure_id)
    except StorageError:
        _log.exception("a change can't be noted")


@blueprint.get("/openapi.json")
def description() -> Response:
    """The OpenAPI description of this API."""
    text = resources.files("web").joinpath("openapi.json").read_text(encoding="utf-8")
    return Response(text, mimetype="application/json")
