"""Serves the site with waitress, on this machine unless told otherwise."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import click

if TYPE_CHECKING:
    from flask import Flask

    from kb.config import Settings
    from kb.library import Library
    from web import stopping

THREADS = 8
"""Requests answered at once. More would only share the same processor in smaller slices."""
_SLACK_BYTES = 10 * 1024 * 1024
"""Of a request beyond the largest that the application takes."""
_ENDED_S = 1.0
"""How long threads that were told to end are waited for."""


def serve(library: Library, settings: Settings) -> None:
    """Answer requests until interrupted or terminated, then finish those under way.

    Raises ``ConfigurationError`` when the address can't be listened on.
    """
    from waitress import wasyncore

    from kb.exposure import weaknesses
    from kb.wiring import open_office
    from web import logs, memory, stopping
    from web.app import create_app
    from web.readiness import readiness_of

    memory.keep_little()
    logs.configure(settings.log_format)
    office = open_office(settings, library)
    app = create_app(library, settings, office)
    sockets: stopping.Sockets = {}
    server = _listening(app, settings, sockets)
    for weakness in weaknesses(settings, has_account=office.accounts.administrator() is not None):
        click.echo(f"Attention : {weakness}", err=True)
    click.echo(f"Passages répond sur {_address(settings, server)} (Ctrl+C pour arrêter).")
    stop = threading.Event()
    try:
        with stopping.told_by_signals(stop, sockets), office.desk.working():
            readiness_of(app).prepare()
            stopping.run(sockets, stop)
    finally:
        server.task_dispatcher.shutdown(timeout=_ENDED_S)
        wasyncore.close_all(sockets)


def _listening(app: Flask, settings: Settings, sockets: stopping.Sockets) -> Any:
    """A waitress server that listens; ``sockets`` gets all that it waits for."""
    from waitress.server import create_server

    from kb.errors import ConfigurationError
    from web.uploads import MAX_BATCH_BYTES

    try:
        return create_server(
            app,
            map=sockets,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident=None,
            # The application refuses smaller ones, with a clearer answer.
            max_request_body_size=MAX_BATCH_BYTES + _SLACK_BYTES,
            # A proxy on this machine says who asks, and whether over HTTPS.
            trusted_proxy="127.0.0.1",
            trusted_proxy_headers={"x-forwarded-for", "x-forwarded-proto"},
            clear_untrusted_proxy_headers=True,
        )
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"L’adresse {settings.host}:{settings.port} ne peut pas servir (déjà prise ou "
            "inconnue) : choisissez-en une autre avec --host et --port."
        ) from error


def _address(settings: Settings, server: Any) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    # Port 0 lets the system choose: only the server knows. A name that stands for
    # several addresses gives a server of several sockets.
    sockets = getattr(server, "effective_listen", None)
    port = sockets[0][1] if sockets else server.effective_port
    return f"http://{host}:{port}/"


class Session(Protocol):
    """What the command line hands to every command."""

    def settings(self) -> Settings:
        """What can be set from outside."""

    def library(self) -> Library:
        """An open library, to be closed."""


@click.command("serve")
@click.option("--host", help="Adresse où écouter (par défaut : KB_HOST, sinon 127.0.0.1).")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    help="Port où écouter, 0 pour un port libre (par défaut : KB_PORT, sinon 8000).",
)
@click.pass_obj
def serve_command(session: Session, host: str | None, port: int | None) -> None:
    """Ouvre le site et l’API sur cette machine."""
    settings = session.settings()
    settings = replace(
        settings,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
    )
    with session.library() as library:
        serve(library, settings)
