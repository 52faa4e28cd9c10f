"""The brochures of a base again as they were read, to measure them in another base."""

from __future__ import annotations

from collections import defaultdict

from kb.library import Library
from kb.model import Passage, Project, Reading


def readings_of(library: Library) -> tuple[Reading, ...]:
    """What the base holds of each brochure; without pages, which no search asks for."""
    projects: dict[str, list[Project]] = defaultdict(list)
    for project in library.projects():
        projects[project.brochure_id].append(project)
    readings = []
    for entry in library.brochures():
        own = projects[entry.brochure.id]
        sections = [sheet for project in own for sheet in library.project(project.id).sections]
        passages: list[Passage] = [one for sheet in sections for one in sheet.passages]
        readings.append(
            Reading(
                entry.brochure,
                tuple(own),
                tuple(sheet.section for sheet in sections),
                tuple(passages),
                (),
                entry.report,
            )
        )
    return tuple(readings)
