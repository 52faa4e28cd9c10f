"""Every project and brochure of the base, read again only where they changed."""

from __future__ import annotations

from threading import Lock

from kb.catalog import Catalog
from kb.model import Brochure, Project

_AT_ONCE = 50
"""Changed brochures from which all are read by one query."""


class Places:
    """Keeps what a change left as it was. Safe for many threads."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._kept: dict[str, tuple[int, Brochure, tuple[Project, ...]]] = {}
        """By brochure: the generation with which it came, itself, its projects."""
        self._lock = Lock()

    def read(self) -> tuple[dict[str, Project], dict[str, Brochure]]:
        """Projects and brochures by id, each in the order of the brochures' ids; of one state."""
        with self._lock, self._catalog.reading():
            since = self._catalog.changed_with()
            changed = {one for one, generation in since.items() if self._since(one) != generation}
            self._read(changed, since)
            self._kept = {one: self._kept[one] for one in sorted(since)}
            projects = {
                project.id: project for _, _, some in self._kept.values() for project in some
            }
            return projects, {one: kept[1] for one, kept in self._kept.items()}

    def _since(self, brochure_id: str) -> int:
        return self._kept[brochure_id][0] if brochure_id in self._kept else -1

    def _read(self, changed: set[str], since: dict[str, int]) -> None:
        if len(changed) < _AT_ONCE:
            entries = [entry for one in changed if (entry := self._catalog.brochure(one))]
            projects = {one: self._catalog.projects(one) for one in changed}
        else:
            entries = list(self._catalog.brochures())
            by_brochure: dict[str, list[Project]] = {}
            for project in self._catalog.projects():
                by_brochure.setdefault(project.brochure_id, []).append(project)
            projects = {one: tuple(some) for one, some in by_brochure.items()}
        for brochure in (entry.brochure for entry in entries):
            self._kept[brochure.id] = (since[brochure.id], brochure, projects.get(brochure.id, ()))
