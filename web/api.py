"""The JSON API: the same objects as the command line, described at ``/api/openapi.json``."""

from __future__ import annotations

import logging
from http import HTTPStatus
from importlib import resources
from pathlib import Path

from flask import Blueprint, Response, jsonify, request

from kb.errors import InvalidQuery, UnreadableBrochure
from kb.model import FILTER_FIELDS
from kb.records import (
    answer_record,
    brochure_record,
    hit_record,
    passage_record,
    project_record,
    project_sheet_record,
)
from kb.results import Answer, FileState
from web import context, parameters, uploads
from web.parameters import SearchParameters
from web.security import require_token

blueprint = Blueprint("api", __name__, url_prefix="/api")

_log = logging.getLogger(__name__)


def run_search(asked: SearchParameters) -> Answer:
    """The answer to ``asked``; the question is logged only where the settings say so."""
    answer = context.library().search(
        asked.query,
        mode=asked.mode,
        filter=asked.filter,
        limit=asked.limit,
        offset=asked.offset,
        expand=asked.expand,
        correct=asked.correct,
    )
    if context.settings().log_queries:
        _log.info("search %r: %d in %.1f ms", asked.query, answer.total, answer.took_ms)
    return answer


@blueprint.get("/search")
def search() -> Response:
    """Passages that answer ``q``."""
    asked = parameters.read_search(request.args)
    if not asked.query.strip():
        raise InvalidQuery("La recherche est vide : donnez des mots dans le paramètre « q ».")
    return jsonify(answer_record(run_search(asked)))


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
    require_token(context.settings().admin_token)
    parameters.refuse_unknown(request.args, ())
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise InvalidQuery(
            "Aucun fichier n’est joint : envoyez-le en multipart, dans le champ « file »."
        )
    outcome = uploads.receive(context.library(), _uploads_folder(), sent)
    if outcome.state is FileState.REFUSED:
        raise UnreadableBrochure(outcome.message)
    status = HTTPStatus.CREATED if outcome.state is FileState.ADDED else HTTPStatus.OK
    body = {
        "state": outcome.state.value,
        "message": outcome.message,
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
    require_token(context.settings().admin_token)
    parameters.refuse_unknown(request.args, ())
    return jsonify(
        brochure_record(uploads.discard(context.library(), _uploads_folder(), brochure_id))
    )


@blueprint.get("/openapi.json")
def description() -> Response:
    """The OpenAPI description of this API."""
    text = resources.files("web").joinpath("openapi.json").read_text(encoding="utf-8")
    return Response(text, mimetype="application/json")


def _uploads_folder() -> Path:
    return (context.settings().home / "uploads").resolve()
