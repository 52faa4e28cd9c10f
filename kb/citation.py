"""How a passage is quoted, French style."""

from __future__ import annotations

from kb.model import Brochure, Passage, Project
from kb.text import stems


def citation(quoted: str, passage: Passage, project: Project, brochure: Brochure) -> str:
    """« … » — Project, heading, Brochure (year), p. 12.

    ``quoted`` is the passage or one of its sentences, shown as it stands. The
    printed page number comes first; the place in the file is added where it
    differs. Formats without pages give none.
    """
    return f"« {' '.join(quoted.split())} » — {reference(passage, project, brochure)}"


def reference(passage: Passage, project: Project, brochure: Brochure) -> str:
    """Where a passage stands: Project, heading, Brochure (year), p. 12."""
    parts = [project.title, passage.heading, brochure_reference(brochure)]
    if brochure.paged:
        parts.append(page_reference(passage))
    return ", ".join(part for part in parts if part)


def brochure_reference(brochure: Brochure) -> str:
    """``Recueil (2020)``, or the title alone where no year is known."""
    return brochure.title if brochure.year is None else f"{brochure.title} ({brochure.year})"


def distinct_print(heading_printed: str, heading: str) -> str:
    """The printed heading where a reader would not know the canonical one in it; else empty.

    >>> distinct_print("LES INFOS CLÉS", "Quelques chiffres")
    'LES INFOS CLÉS'
    >>> distinct_print("LES FREINS IDENTIFIÉS :", "Freins identifiés")
    ''
    """
    known = stems(heading)
    return "" if set(known) <= set(stems(heading_printed)) else heading_printed.rstrip(" :")


def page_reference(passage: Passage) -> str:
    """``p. 12``, or ``p. 12 (page 14 du fichier)`` where the two differ."""
    if not passage.page_printed:
        return f"p. {passage.page}"
    if passage.page_printed == str(passage.page):
        return f"p. {passage.page_printed}"
    return f"p. {passage.page_printed} (page {passage.page} du fichier)"
