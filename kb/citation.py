"""How a passage is quoted, French style."""

from __future__ import annotations

from kb.model import Brochure, Passage, Project


def citation(quoted: str, passage: Passage, project: Project, brochure: Brochure) -> str:
    """« … » — Project, heading, Brochure (year), p. 12.

    ``quoted`` is the passage or one of its sentences, shown as it stands. The
    printed page number comes first; the place in the file is added where it
    differs. Formats without pages give none.
    """
    place = [f"{project.title}, {passage.heading}", brochure.title]
    if brochure.year is not None:
        place[1] += f" ({brochure.year})"
    if brochure.paged:
        place.append(page_reference(passage))
    return f"« {' '.join(quoted.split())} » — " + ", ".join(place)


def page_reference(passage: Passage) -> str:
    """``p. 12``, or ``p. 12 (page 14 du fichier)`` where the two differ."""
    if not passage.page_printed:
        return f"p. {passage.page}"
    if passage.page_printed == str(passage.page):
        return f"p. {passage.page_printed}"
    return f"p. {passage.page_printed} (page {passage.page} du fichier)"
