"""Reading brochures in processes apart."""

from __future__ import annotations

import os
from pathlib import Path

from ingest.guard import tasks
from ingest.guard.crew import TASKS, Crew
from ingest.guard.limits import READING, GivenUp, Limits, Overrun
from kb.errors import UnreadableBrochure
from kb.model import Reading


class GuardedReader:
    """As ``ingest.read_brochure``, whatever the file does. Safe for many threads.

    ``size`` files are read at once at most.
    """

    def __init__(
        self,
        profile_folder: Path | None = None,
        limits: Limits = READING,
        size: int = 1,
        tasks: str = TASKS,
    ) -> None:
        self._profiles = os.path.abspath(profile_folder) if profile_folder else ""
        self._limits = limits
        self._crew = Crew(limits, size, tasks)

    def __call__(self, path: Path) -> Reading:
        """See ``kb.ports.BrochureReader``."""
        try:
            reading = self._crew.do(tasks.READ, (os.path.abspath(path), self._profiles))
        except GivenUp as error:
            raise UnreadableBrochure(f"{path.name} {self._said(error.overrun)}") from error
        assert isinstance(reading, Reading)
        return reading

    def close(self) -> None:
        """End the processes that wait for a file."""
        self._crew.close()

    def _said(self, overrun: Overrun) -> str:
        if overrun is Overrun.TIME:
            unit = "seconde" if self._limits.seconds < 2 else "secondes"
            return (
                f"n’a pas pu être lu en {self._limits.seconds} {unit} : "
                "découpez-le, ou exportez-le de nouveau en PDF."
            )
        if overrun is Overrun.MEMORY:
            return "demande trop de mémoire : allégez-le (sans ses images) ou découpez-le."
        if overrun is Overrun.OUTPUT:
            return "contient trop de texte pour une brochure : découpez-le."
        return (
            "a fait échouer sa lecture, il est sans doute endommagé : "
            "enregistrez-en une nouvelle copie ou exportez-le en PDF."
        )
