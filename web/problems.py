"""Turns every error into an answer: RFC 9457 problem documents, or a page."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

from flask import Flask, Response, json, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from kb.errors import (
    Busy,
    ConfigurationError,
    InputError,
    InvalidQuery,
    KbError,
    NotFound,
    StorageError,
    TooSlow,
    UnreadableBrochure,
)
from kb.privacy import public
from web import core_words
from web.french import unspaced
from web.i18n import N_

MEDIA_TYPE = "application/problem+json"
MACHINE_PATHS = ("/api", "/healthz", "/readyz", "/metrics")

_TITLES = {
    400: N_("Demande incorrecte"),
    401: N_("Identification requise"),
    403: N_("Action désactivée"),
    404: N_("Introuvable"),
    405: N_("Méthode refusée"),
    413: N_("Fichier trop gros"),
    414: N_("Adresse trop longue"),
    422: N_("Brochure refusée"),
    429: N_("Trop de demandes"),
    500: N_("Erreur interne"),
    503: N_("Service indisponible"),
}
_DETAILS = {
    400: N_("La demande est mal formée : vérifiez son adresse et son contenu."),
    404: N_("Rien ne se trouve à cette adresse : vérifiez-la ou repartez de l’accueil."),
    405: N_("Cette adresse n’accepte pas cette méthode : voyez l’en-tête « Allow »."),
    413: N_("Le fichier dépasse la taille permise : allégez-le ou passez par « kb ingest »."),
    500: N_("Une erreur imprévue s’est produite : réessayez, puis lancez « kb doctor »."),
}
_OUT_OF_ORDER = N_(
    "La base ne peut pas répondre : réessayez dans un instant, puis demandez à qui s’en occupe "
    "de lancer « kb doctor »."
)
_RETRY_S = 2
"""Seconds after which the base may answer again."""
_PATH = re.compile(r"(?<![\w./:<])/(?:[^/«»\n]{1,255}/)+[^/«»\s()]{0,255}")
"""An absolute path: two folders at least, which no address of ours stands alone as."""
_log = logging.getLogger(__name__)


class Refused(HTTPException):
    """A request turned down with a status and a translated sentence that says what to do."""

    def __init__(
        self, status: HTTPStatus, detail: str, challenge: str = "", retry_after_s: int = 0
    ) -> None:
        super().__init__(detail)
        self.code = status.value
        self.detail = detail
        self.challenge = challenge
        """Value of ``WWW-Authenticate``, which goes with a 401."""
        self.retry_after_s = retry_after_s


class Worded(KbError):
    """An error of the site's own: its sentence is in the language of the page already."""


class Unusable(Worded, InvalidQuery):
    """A request that can't be used."""


class Absent(Worded, NotFound):
    """What was asked for is not there."""


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
        # Programs compare sentences: their spaces are plain.
        "detail": unspaced(detail),
        "instance": request.path,
    }
    return Response(json.dumps(document), status=status, mimetype=MEDIA_TYPE)


def title_of(status: int) -> str:
    """A few words for a status, in the language of the page."""
    title = _TITLES.get(status)
    return str(gettext(title) if title else gettext("Erreur %(status)s", status=status))


def told(error: KbError) -> str:
    """What an error says to anyone, in the language of the page where it can be."""
    said = shareable(error)
    return said if isinstance(error, Worded) or _private(error) else core_words.told(said)


def shareable(error: KbError) -> str:
    """What an error says, but for what is none of a visitor's business.

    Where the base is at fault, who looks after it finds the file's place in the log.
    """
    if _private(error):
        return str(gettext(_OUT_OF_ORDER))
    return _PATH.sub(lambda found: found[0].rpartition("/")[2], public(str(error)))


def _private(error: KbError) -> bool:
    """Whether an error speaks of the base's files or servers to who looks after them."""
    at_fault = isinstance(error, StorageError | ConfigurationError)
    named = _PATH.search(str(error)) or "://" in str(error)
    return at_fault and not isinstance(error, Busy) and bool(named)


def status_of(error: KbError) -> int:
    """The HTTP status that fits an error of the core."""
    if isinstance(error, NotFound):
        return HTTPStatus.NOT_FOUND.value
    if isinstance(error, UnreadableBrochure):
        return HTTPStatus.UNPROCESSABLE_ENTITY.value
    if isinstance(error, InputError):
        return HTTPStatus.BAD_REQUEST.value
    if isinstance(error, StorageError | TooSlow):
        return HTTPStatus.SERVICE_UNAVAILABLE.value
    return HTTPStatus.INTERNAL_SERVER_ERROR.value


def _core_error(error: KbError) -> Response:
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("%s %s: %s", request.method, request.path, error)
    # Pages mark what stays French; the rest has no way to.
    marked = not (isinstance(error, Worded) or _private(error) or wants_problem())
    reply = answer(status, core_words.said(shareable(error)) if marked else told(error))
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        reply.headers["Retry-After"] = str(_RETRY_S)
    return reply


def _http_error(error: HTTPException) -> Response:
    original = error.get_response()
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR.value
    if status < HTTPStatus.BAD_REQUEST:  # redirections are exceptions too
        return Response(original.response, status, original.headers)
    if isinstance(error, Refused):
        reply = answer(status, error.detail)
        if error.challenge:
            reply.headers["WWW-Authenticate"] = error.challenge
        if error.retry_after_s:
            reply.headers["Retry-After"] = str(error.retry_after_s)
        return reply
    reply = answer(status, gettext(_DETAILS.get(status, _DETAILS[400])))
    if "Allow" in original.headers:
        reply.headers["Allow"] = original.headers["Allow"]
    return reply


def _unexpected_error(error: Exception) -> Response:
    _log.error("%s %s", request.method, request.path, exc_info=error)
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR.value, gettext(_DETAILS[500]))


def answer(status: int, detail: str) -> Response:
    """A problem document for programs, a page for people."""
    if wants_problem():
        return problem(status, detail)
    page = render_template("error.html", title=title_of(status), detail=detail)
    return Response(page, status=status, mimetype="text/html")


def wants_problem() -> bool:
    """Whether a program asks: by the address, or as the scripts of the pages do."""
    return request.path.startswith(MACHINE_PATHS) or (
        request.accept_mimetypes.best == "application/json"
    )
