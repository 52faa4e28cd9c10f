"""Who asks: someone who signed in, a program with a token, or anyone."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from http import HTTPStatus

from flask import g, request
from flask_babel import gettext as _
from flask_login import current_user

from kb.office.journal import NOBODY, Actor, ActorKind
from kb.office.tokens import Scope
from web import context
from web.problems import Refused

CHALLENGE = 'Bearer realm="Passages"'
_OF_THE_SETTINGS = "KB_ADMIN_TOKEN"


@dataclass(frozen=True, slots=True)
class Bearer:
    """A program that holds a token."""

    name: str
    scope: Scope


def bearer() -> Bearer | None:
    """The program that asks; None where the request carries no token, or a wrong one."""
    if "bearer" not in g:
        g.bearer = _bearer()
    found: Bearer | None = g.bearer
    return found


def _bearer() -> Bearer | None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    given = given.strip()
    if scheme.lower() != "bearer" or not given:
        return None
    known = context.settings().admin_token
    # WSGI decodes headers as Latin-1: encoding gives back the bytes that were sent.
    if known and hmac.compare_digest(given.encode("latin-1"), known.encode()):
        return Bearer(_OF_THE_SETTINGS, Scope.WRITE)
    token = context.office().tokens.known(given)
    return Bearer(token.name, token.scope) if token else None


def require_writing() -> None:
    """Let only programs go on that may change the base.

    Raises ``Refused``: 403 while there is no token at all and for one that only reads, 401
    for a wrong one.
    """
    asking = bearer()
    if asking is not None and asking.scope is Scope.WRITE:
        return
    if asking is not None:
        raise Refused(
            HTTPStatus.FORBIDDEN,
            _("Ce jeton ne permet que de lire : envoyez-en un dont la portée est « write »."),
            challenge=f'{CHALLENGE}, error="insufficient_scope", scope="write"',
        )
    if not context.settings().admin_token and not context.office().tokens.any():
        raise Refused(
            HTTPStatus.FORBIDDEN,
            _(
                "L’administration par le réseau est désactivée : définissez KB_ADMIN_TOKEN "
                "et redémarrez, ou passez par la commande « kb »."
            ),
        )
    raise Refused(
        HTTPStatus.UNAUTHORIZED,
        _("Le jeton manque ou n’est pas le bon : envoyez « Authorization: Bearer <jeton> »."),
        challenge=CHALLENGE,
    )


def actor() -> Actor:
    """Who the journal says has changed something."""
    if current_user.is_authenticated:
        return Actor(ActorKind.ACCOUNT, current_user.name)
    asking = bearer()
    return Actor(ActorKind.TOKEN, asking.name) if asking else NOBODY
