"""Serves the site with waitress, on this machine unless told otherwise."""

from __future__ import annotations

import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import click

if TYPE_CHECKING:
    from types import FrameType

    from kb.config import Settings
    from kb.library import Library

THREADS = 8
_SLACK_BYTES = 10 * 1024 * 1024
"""Of a request beyond the largest that the application takes."""


def serve(library: Library, settings: Settings) -> None:
    """Answer requests until interrupted or terminated.

    Raises ``ConfigurationError`` when the address can't be listened on.
    """
    from waitress.server import create_server

    from kb.errors import ConfigurationError
    from kb.wiring import open_office
    from web.app import create_app
    from web.uploads import MAX_BATCH_BYTES

    office = open_office(settings, library)
    try:
        server: Any = create_server(
            create_app(library, settings, office),
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
    click.echo(f"Passages répond sur {_address(settings, server)} (Ctrl+C pour arrêter).")
    previous = signal.signal(signal.SIGTERM, _stop)
    try:
        with office.desk.working():
            server.run()  # returns on Ctrl+C and on SystemExit
    finally:
        signal.signal(signal.SIGTERM, previous)
        server.close()


def _address(settings: Settings, server: Any) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    # Port 0 lets the system choose: only the server knows. A name that stands for
    # several addresses gives a server of several sockets.
    sockets = getattr(server, "effective_listen", None)
    port = sockets[0][1] if sockets else server.effective_port
    return f"http://{host}:{port}/"


def _stop(signal_number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


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
