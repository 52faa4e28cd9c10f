"""How many projects stand under each value by which the base can be browsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from kb.library.context import year_of
from kb.model import Brochure, Project
from kb.results import FacetValue, Overview
from kb.territory import departement_name
from kb.text import fold
from kb.themes import themes_of

FIELDS = ("departement", "year", "organisation", "theme")


def overview(projects: Iterable[Project], brochures: Mapping[str, Brochure]) -> Overview:
    """The counts of these projects: years from the latest, the rest most frequent first."""
    counts: dict[str, Counter[tuple[str, str]]] = {name: Counter() for name in FIELDS}
    without: Counter[str] = Counter()
    total = 0
    for project in projects:
        total += 1
        for name, values in _values(project, brochures[project.brochure_id]).items():
            counts[name].update(values)
            without[name] += not values
    return Overview(
        projects=total,
        counts={name: _ordered(name, counted) for name, counted in counts.items()},
        without={name: without[name] for name in FIELDS},
    )


def _values(project: Project, brochure: Brochure) -> dict[str, set[tuple[str, str]]]:
    """The values of a project, each with its label."""
    return {
        "departement": {(code, departement_name(code) or code) for code in project.departements},
        "year": {(year, year) for year in year_of(project, brochure)},
        "organisation": {(name, name) for name in (project.organisation.strip(),) if name},
        "theme": {(theme.slug, theme.name) for theme in themes_of(project)},
    }


def _ordered(name: str, counted: Counter[tuple[str, str]]) -> tuple[FacetValue, ...]:
    values = [FacetValue(value, count, label) for (value, label), count in counted.items()]
    if name == "year":
        return tuple(sorted(values, key=lambda one: one.value, reverse=True))
    return tuple(sorted(values, key=lambda one: (-one.count, fold(one.label), one.value)))
