"""What engines are given of a passage, and the values by which it is filtered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from kb.analysis import analyse
from kb.catalog import Analysis
from kb.model import Brochure, Filter, IndexedPassage, Passage, PassageAnalysis, Project
from kb.privacy import hidden
from kb.territory import departement_code
from kb.text import fold

Wanted = Mapping[str, frozenset[str]]
"""Folded values by field: one of them at least must be there, in every field."""

_KEPT_VALUES = 16_384
"""Values of filters of which the folded form is kept: most projects share theirs."""


def indexed(key: int, passage: Passage, project: Project, brochure: Brochure) -> IndexedPassage:
    """What an engine stores of a passage."""
    analysis, shared = analyse(passage, project), project_facets(project, brochure)
    return to_store(key, analysis, facets_of(passage, shared))


def to_store(key: int, analysis: PassageAnalysis, facets: Filter) -> IndexedPassage:
    """What an engine stores of a passage that is analysed already."""
    return IndexedPassage(key, analysis.terms, analysis.words, facets)


def analysed(passage: Passage, project: Project) -> Analysis:
    """What the analyser sees of a passage, for searches to come."""
    analysis = analyse(passage, project)
    return Analysis(analysis.stems, analysis.context)


def facets_of(passage: Passage, shared: Filter) -> Filter:
    """The folded values by which a passage is filtered; ``shared`` are its project's."""
    return replace(shared, heading=(folded_value(passage.heading),))


def project_facets(project: Project, brochure: Brochure) -> Filter:
    """The folded values that all passages of a project share."""
    return normalised(
        Filter(
            organisation=(project.organisation,) if project.organisation else (),
            departement=project.departements,
            commune=project.communes,
            year=year_of(project, brochure),
            brochure=(brochure.id,),
            project=(project.id,),
        )
    )


def wanted_values(given: Filter) -> Wanted:
    """What a filter asks of each field that it restricts."""
    return {name: frozenset(values) for name, values in normalised(given).active().items()}


def satisfies(facets: Filter, wanted: Wanted) -> bool:
    """Whether these folded values meet what is asked of each field."""
    return all(not among.isdisjoint(getattr(facets, name)) for name, among in wanted.items())


def year_of(project: Project, brochure: Brochure) -> tuple[str, ...]:
    """The project's year, the brochure's where the project gives none."""
    year = project.year if project.year is not None else brochure.year
    return (str(year),) if year is not None else ()


def normalised(given: Filter) -> Filter:
    """A filter as engines compare it: folded, départements as codes."""
    folded = {name: tuple(map(folded_value, values)) for name, values in given.active().items()}
    if given.departement:
        folded["departement"] = tuple(map(_compared_departement, given.departement))
    return Filter(**folded)


@lru_cache(maxsize=_KEPT_VALUES)
def folded_value(value: str) -> str:
    """A value as filters compare it, départements apart."""
    # Values come and go in addresses: they hold no contact that a brochure prints.
    return fold(hidden(value)[0])


@lru_cache(maxsize=_KEPT_VALUES)
def _compared_departement(value: str) -> str:
    return fold(departement_code(value) or value)
