"""Who is signed in, and what that opens; the pages to sign in and out."""

from __future__ import annotations

import math
from http import HTTPStatus

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    render_template,
    request,
    session,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import MethodNotAllowed

from kb import privacy
from kb.config import Settings
from kb.office.accounts import Administrator
from web import context
from web.addresses import local_target, see_other
from web.attempts import Attempts
from web.callers import CHALLENGE, bearer
from web.problems import Refused, answer, wants_problem
from web.uploads import MAX_BATCH_BYTES, MAX_FORM_BYTES, MAX_UPLOAD_BYTES

blueprint = Blueprint("accounts", __name__)

ADMIN_BLUEPRINT = "admin"
"""Its pages are for who is signed in, whatever the settings say."""

_ATTEMPTS = "passages-attempts"
_ALWAYS_OPEN = frozenset(
    {
        "static",
        "accounts.sign_in",
        "accounts.sign_out",
        "languages.choose",
        "metrics.health",
        "metrics.readiness",
    }
)


_LARGEST = {
    "admin.upload": MAX_BATCH_BYTES,
    "admin.replace": MAX_UPLOAD_BYTES + MAX_FORM_BYTES,
    "api.upload": MAX_UPLOAD_BYTES + MAX_FORM_BYTES,
}
"""Bytes that may be sent where files are; elsewhere a form's."""


class SignedIn(UserMixin):  # type: ignore[misc]  # published without types
    """The administrator in one browser."""

    def __init__(self, administrator: Administrator, token: str) -> None:
        self.name = administrator.name
        self.token = token

    def get_id(self) -> str:
        """What the browser's cookie holds: the session, which the server can end."""
        return self.token


class _Cookies(SecureCookieSessionInterface):
    """Cookies that only travel encrypted where the site itself does."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def install(app: Flask, settings: Settings) -> CSRFProtect:
    """Know who is signed in, close what is closed, check where changes come from.

    Gives the protection of forms, for what needs none to be taken out of it.
    """
    app.secret_key = context.office_of(app).secret
    app.session_interface = _Cookies()
    app.config.update(
        SESSION_COOKIE_NAME="passages",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        # Pages send no Referer, which the check of HTTPS would ask for.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions[_ATTEMPTS] = Attempts()
    manager = LoginManager(app)
    manager.session_protection = None  # phones change address; the token is enough
    manager.user_loader(_load)

    @app.before_request
    def keep_closed() -> Response | None:
        """Before the body is read: who may not send a file is told so at once."""
        largest = _LARGEST.get(request.endpoint or "")
        if largest is not None:
            request.max_content_length = largest
        privacy.show(current_user.is_authenticated)
        return _closed(settings)

    @app.teardown_request
    def mask_contacts(error: BaseException | None) -> None:
        """The thread goes on with another's request: it begins with nothing to show."""
        privacy.show(False)

    app.register_error_handler(CSRFError, _stale_form)
    return CSRFProtect(app)


def _load(token: str) -> SignedIn | None:
    administrator = context.office().accounts.signed_in(token)
    return SignedIn(administrator, token) if administrator else None


def _closed(settings: Settings) -> Response | None:
    """The way to the sign-in page for who may not come in, None for who may."""
    administration = request.blueprint == ADMIN_BLUEPRINT
    if isinstance(request.routing_exception, MethodNotAllowed):
        return None  # answered as such: which methods an address takes is no secret
    if request.endpoint in _ALWAYS_OPEN or (settings.reading_open and not administration):
        return None
    if current_user.is_authenticated:
        return None
    if not administration and bearer() is not None:
        return None
    if wants_problem():
        raise Refused(
            HTTPStatus.UNAUTHORIZED,
            _("La lecture est réservée : connectez-vous, ou envoyez un jeton."),
            challenge=CHALLENGE,
        )
    # After a form, its page: the form itself can't be sent again from an address.
    wanted = request.full_path.rstrip("?") if request.method == "GET" else url_for("admin.index")
    return see_other(url_for("accounts.sign_in", suite=wanted))


def _stale_form(error: CSRFError) -> Response:
    message = _("Ce formulaire a expiré : rechargez la page d’où il vient, puis recommencez.")
    return answer(HTTPStatus.BAD_REQUEST.value, message)


@blueprint.route("/connexion", methods=["GET", "POST"])
def sign_in() -> Response | tuple[str, int, dict[str, str]]:
    """The page to sign in; then back to where one came from."""
    target = local_target(request.values.get("suite", ""), "admin.index")
    if request.method == "GET":
        return see_other(target) if current_user.is_authenticated else _form(target)
    attempts: Attempts = current_app.extensions[_ATTEMPTS]
    address = request.remote_addr or ""
    if not attempts.take(address):
        wait = attempts.wait_s(address)
        message = ngettext(
            "Trop d’essais : attendez %(num)d minute, puis réessayez.",
            "Trop d’essais : attendez %(num)d minutes, puis réessayez.",
            math.ceil(wait / 60),
        )
        return _form(target, message, HTTPStatus.TOO_MANY_REQUESTS, {"Retry-After": str(wait)})
    accounts = context.office().accounts
    token = accounts.sign_in(request.form.get("nom", ""), request.form.get("mot_de_passe", ""))
    administrator = accounts.signed_in(token) if token else None
    if token is None or administrator is None:
        message = _("Nom ou mot de passe inconnu : vérifiez-les, majuscules comprises.")
        return _form(target, message, HTTPStatus.FORBIDDEN)
    attempts.forget(address)
    if current_user.is_authenticated:  # the session that this one takes the place of
        accounts.sign_out(current_user.token)
    session.clear()  # nothing that was there before signing in is worth anything after
    login_user(SignedIn(administrator, token))
    return see_other(target)


@blueprint.post("/deconnexion")
def sign_out() -> Response:
    """End the session, on the server too."""
    if current_user.is_authenticated:
        context.office().accounts.sign_out(current_user.token)
    logout_user()
    session.clear()
    return see_other(url_for("accounts.sign_in"))


def _form(
    target: str,
    message: str = "",
    status: HTTPStatus = HTTPStatus.OK,
    headers: dict[str, str] | None = None,
) -> tuple[str, int, dict[str, str]]:
    page = render_template(
        "admin/sign_in.html",
        target=target,
        message=message,
        name=request.form.get("nom", ""),
        reading_open=context.settings().reading_open,
        exists=context.office().accounts.administrator() is not None,
    )
    return page, status.value, headers or {}
