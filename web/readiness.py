"""Whether the site can answer now: the base and the model are opened before anyone asks."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, cast

from flask import Flask
from flask_babel import gettext as _

from kb.errors import KbError

if TYPE_CHECKING:
    from kb.library import Library

_EXTENSION = "passages-readiness"

_log = logging.getLogger(__name__)


class Readiness:
    """Opens a library in the background, and says why it can't answer yet."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._opening: threading.Thread | None = None

    def prepare(self) -> None:
        """Begin to open base and model; they open by themselves at the first search otherwise."""
        self._opening = threading.Thread(target=self._open, name="opening", daemon=True)
        self._opening.start()

    def wait(self) -> None:
        """Until what ``prepare`` began has come to its end, well or not."""
        if self._opening is not None:
            self._opening.join()

    def reason(self) -> str:
        """Why searches can't be answered now, and what to do; empty when they can."""
        if self._opening is not None and self._opening.is_alive():
            return str(_("L’index et le modèle s’ouvrent : réessayez dans quelques secondes."))
        try:
            if self._library.ready():
                return ""
            if not self._library.statistics().passages:
                return str(_("La base est vide : ajoutez des brochures."))
        except KbError as error:
            _log.error("not ready: %s", error)
        return str(_("La base n’est pas prête : lancez « kb doctor » pour savoir pourquoi."))

    def _open(self) -> None:
        try:
            self._library.warm_up()
        except KbError as error:
            _log.error("the base can't be opened: %s", error)
        except Exception:  # told, and tried again by the first search
            _log.exception("the base can't be opened")


def install(app: Flask, library: Library) -> None:
    """Let ``app`` know how its library is."""
    app.extensions[_EXTENSION] = Readiness(library)


def readiness_of(app: Flask) -> Readiness:
    """How the library of an application is."""
    return cast(Readiness, app.extensions[_EXTENSION])
