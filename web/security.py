"""What every answer carries, and what every request must show."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from http import HTTPStatus

from flask import Flask, Response, request
from flask_babel import gettext as _

from web.problems import Refused

_HEADERS = {
    # Scripts, styles and pictures are files of this site: none inline, none from elsewhere.
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")


def install(app: Flask, trusted_hosts: Sequence[str]) -> None:
    """Add the headers, and refuse other host names when ``trusted_hosts`` names some."""
    names = {_bare(name) for name in trusted_hosts}

    @app.before_request
    def check_host() -> None:
        if names and _host_name() not in names:
            raise Refused(
                HTTPStatus.BAD_REQUEST,
                _(
                    "Ce nom de machine n’est pas servi ici : "
                    "ouvrez l’adresse affichée au démarrage."
                ),
            )

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        # Answers change with each ingest and may hold someone's question.
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _host_name() -> str:
    """The host that was asked for, without its port."""
    # Werkzeug leaves out what is malformed; its own list of hosts can't hold IPv6.
    host, _, port = request.host.rpartition(":")
    return _bare(host if port.isdigit() else request.host)


def _bare(name: str) -> str:
    return name.strip("[]").lower()


def trusted_hosts(host: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """The host names to accept; empty where any is.

    Names given in the settings win. A server that listens on this machine alone
    accepts only its own names, so that no outside site can reach it through a
    name that it makes point here.
    """
    if allowed:
        return tuple(allowed)
    return _LOOPBACK_HOSTS if _is_loopback(host) else ()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(_bare(host)).is_loopback
    except ValueError:
        return False
