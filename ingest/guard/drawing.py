"""Drawing pages in processes apart."""

from __future__ import annotations

import os
from typing import Any, BinaryIO

from ingest.guard import tasks
from ingest.guard.crew import TASKS, Crew
from ingest.guard.limits import DRAWING, GivenUp, Limits
from kb.errors import Busy, UnreadableBrochure
from kb.source import Box, PageSize, Picture, Quote

PATIENCE_S = 20.0
"""How long a page waits for others."""
AT_ONCE = 2
"""Pages that are drawn at once."""
_MOST_KNOWN = 1000

_Page = tuple[tasks.Signature, int]


class GuardedPages:
    """As ``ingest.pictures.PdfPages``, whatever the file does; files are those of a disk.

    A page that overran is not tried a second time while its file stays the same: each
    try would take the place of others for as long as a page may take.
    """

    def __init__(self, limits: Limits = DRAWING, size: int = AT_ONCE, module: str = TASKS) -> None:
        self._crew = Crew(limits, size, module)
        self._given_up: set[_Page] = set()

    def shows(self, format: str) -> bool:
        """PDF is the one format whose pages can be drawn."""
        return format == "pdf"

    def size(self, file: BinaryIO, number: int) -> PageSize:
        """The size of a page as it is displayed."""
        size = self._do(tasks.SIZE, file, number, number)
        assert isinstance(size, PageSize)
        return size

    def locate(self, file: BinaryIO, quote: Quote) -> dict[int, tuple[Box, ...]]:
        """The rectangles of a text on each of its pages; empty where it can't be told."""
        found: dict[int, tuple[Box, ...]] = self._do(tasks.LOCATE, file, quote.first_page, quote)
        return found

    def draw(self, file: BinaryIO, number: int, zoom: int, *, bare: bool = False) -> Picture:
        """A page as a picture, ``zoom`` in percent, its contacts covered unless ``bare``."""
        picture = self._do(tasks.DRAW, file, number, number, zoom, bare)
        assert isinstance(picture, Picture)
        return picture

    def close(self) -> None:
        """End the processes that wait for a page."""
        self._crew.close()

    def _do(self, task: str, file: BinaryIO, number: int, *arguments: object) -> Any:
        signature = tasks.signature_of(file)
        page = (signature, number)
        if page in self._given_up:
            raise _not_shown()
        try:
            path = os.path.abspath(file.name)
            return self._crew.do(task, (path, signature, *arguments), PATIENCE_S)
        except TimeoutError:
            raise Busy(
                "D’autres pages sont encore en cours de dessin : réessayez dans un instant."
            ) from None
        except GivenUp as error:
            if len(self._given_up) >= _MOST_KNOWN:
                self._given_up.clear()
            self._given_up.add(page)
            raise _not_shown() from error


def _not_shown() -> UnreadableBrochure:
    return UnreadableBrochure(
        "La page ne peut pas être affichée : lisez son texte, ou remplacez le fichier par "
        "une copie exportée de nouveau, puis relancez « kb ingest »."
    )
