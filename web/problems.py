"""Turns every error into an answer: RFC 9457 problem documents, or a French page."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, json, render_template, request
from werkzeug.exceptions import HTTPException

from kb.errors import InputError, KbError, NotFound, StorageError, UnreadableBrochure

MEDIA_TYPE = "application/problem+json"
MACHINE_PATHS = ("/api", "/healthz", "/readyz", "/metrics")

_TITLES = {
    400: "Demande incorrecte",
    401: "Jeton refusé",
    403: "Action désactivée",
    404: "Introuvable",
    405: "Méthode refusée",
    413: "Fichier trop gros",
    422: "Brochure refusée",
    500: "Erreur interne",
    503: "Service indisponible",
}
_DETAILS = {
    400: "La demande est mal formée : vérifiez son adresse et son contenu.",
    404: "Rien ne se trouve à cette adresse : vérifiez-la ou repartez de l’accueil.",
    405: "Cette adresse n’accepte pas cette méthode : voyez l’en-tête « Allow ».",
    413: "Le fichier dépasse la taille permise : allégez-le ou passez par « kb ingest ».",
    500: "Une erreur imprévue s’est produite : réessayez, puis lancez « kb doctor ».",
}
_log = logging.getLogger(__name__)


class Refused(HTTPException):
    """A request turned down with a status and a French sentence that says what to do."""

    def __init__(self, status: HTTPStatus, detail: str, challenge: str = "") -> None:
        super().__init__(detail)
        self.code = status.value
        self.detail = detail
        self.challenge = challenge
        """Value of ``WWW-Authenticate``, which goes with a 401."""


def install(app: Flask) -> None:
    """Answer every error of ``app`` as a problem document or a page."""
    app.register_error_handler(KbError, _core_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected_error)


def problem(status: int, detail: str) -> Response:
    """A problem document (RFC 9457)."""
    document = {
        "type": "about:blank",
        "title": title_of(status),
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    return Response(json.dumps(document), status=status, mimetype=MEDIA_TYPE)


def title_of(status: int) -> str:
    """A few French words for a status."""
    return _TITLES.get(status) or f"Erreur {status}"


def status_of(error: KbError) -> int:
    """The HTTP status that fits an error of the core."""
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND.value
    if isinstance(error, UnreadableBrochure):
        return HTTPStatus.UNPROCESSABLE_ENTITY.value
    if isinstance(error, InputError):
        return HTTPStatus.BAD_REQUEST.value
    if isinstance(error, StorageError):
        return HTTPStatus.SERVICE_UNAVAILABLE.value
    return HTTPStatus.INTERNAL_SERVER_ERROR.value


def _core_error(error: KbError) -> Response:
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s %s: %s", request.method, request.path, error)
    return _answer(status, str(error))


def _http_error(error: HTTPException) -> Response:
    original = error.get_response()
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR.value
    if status < HTTPStatus.BAD_REQUEST:  # redirections are exceptions too
        return Response(original.response, status, original.headers)
    if isinstance(error, Refused):
        answer = _answer(status, error.detail)
        if error.challenge:
            answer.headers["WWW-Authenticate"] = error.challenge
        return answer
    answer = _answer(status, _DETAILS.get(status, _DETAILS[400]))
    if "Allow" in original.headers:
        answer.headers["Allow"] = original.headers["Allow"]
    return answer


def _unexpected_error(error: Exception) -> Response:
    _log.error("%s %s", request.method, request.path, exc_info=error)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR.value, _DETAILS[500])


def _answer(status: int, detail: str) -> Response:
    if request.path.startswith(MACHINE_PATHS):
        return problem(status, detail)
    page = render_template("error.html", title=title_of(status), detail=detail)
    return Response(page, status=status, mimetype="text/html")
