"""The site over the sample, served on this machine for the browser to visit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from waitress.server import create_server

from kb.config import Settings
from kb.library import Library
from kb.office.journal import Action, Actor, ActorKind
from kb.office.office import Office
from kb.office.tokens import Scope
from kb.wiring import open_library, open_office
from web.app import create_app

CORPUS = Path(__file__).parents[2] / "corpus"
NAME, PASSWORD = "ada", "un mot de passe d’essai"


@dataclass(frozen=True, slots=True)
class Site:
    """A server that answers until its block ends."""

    address: str
    """``http://127.0.0.1:PORT``, without a slash at the end."""
    app: Flask
    library: Library


def _administered(office: Office) -> None:
    """Something for the pages of the administrator to list."""
    office.tokens.create("catalogue de l’union", Scope.READ, days=90)
    office.tokens.create("dépôt automatique", Scope.WRITE)
    at_desk, ada = Actor(ActorKind.COMMAND, NAME), Actor(ActorKind.ACCOUNT, NAME)
    office.journal.note(at_desk, Action.TOKEN_MADE, "dépôt automatique")
    office.journal.note(ada, Action.ADD, "logement-accompagne-bretagne.docx", "added")
    office.journal.note(ada, Action.REREAD, "Synthèse", "unchanged")


@contextmanager
def served(home: Path) -> Iterator[Site]:
    """The sample brochures, read into ``home`` and served, with one administrator."""
    settings = Settings(home=home)
    with open_library(settings) as library:
        assert library.ingest([CORPUS]).refused == ()
        office = open_office(settings, library)
        office.accounts.create(NAME, PASSWORD)
        _administered(office)
        app = create_app(library, settings, office)
        server: Any = create_server(app, host="127.0.0.1", port=0, threads=8)
        thread = threading.Thread(target=server.run, daemon=True)
        with office.desk.working():
            thread.start()
            try:
                yield Site(f"http://127.0.0.1:{server.effective_port}", app, library)
            finally:
                server.close()
                thread.join(10)
