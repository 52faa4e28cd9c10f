"""What sheets say at a glance, over whole brochures."""

from __future__ import annotations

import pytest

from kb.facts import facts_of
from kb.library import Library
from kb.results import FactKind


def told(library: Library, project_id: str, kind: FactKind) -> list[str]:
    return [fact.text for fact in facts_of(library.project(project_id)) if fact.kind is kind]


@pytest.mark.parametrize("base", ["sample_library", "real_library"])
def test_every_fact_is_printed_in_its_project(base: str, request: pytest.FixtureRequest) -> None:
    library: Library = request.getfixturevalue(base)
    for project in library.projects():
        sheet = library.project(project.id)
        own = {p.id: p.text for section in sheet.sections for p in section.passages}
        named = {project.organisation, *project.partners, *project.communes, project.public}
        named |= {*project.objectives, str(project.year)}
        for fact in facts_of(sheet):
            printed = fact.passage is not None and fact.text in own[fact.passage.id]
            assert printed or fact.text in named, fact


@pytest.mark.parametrize("base", ["sample_library", "real_library"])
def test_every_project_has_figures_conditions_or_obstacles(
    base: str, request: pytest.FixtureRequest
) -> None:
    library: Library = request.getfixturevalue(base)
    wanted = {FactKind.FIGURES, FactKind.CONDITIONS, FactKind.OBSTACLES}
    for project in library.projects():
        assert wanted & {fact.kind for fact in facts_of(library.project(project.id))}, project.id


def test_figures_under_their_own_heading(sample_library: Library) -> None:
    project = "synthese-hauts-de-france/apart-deux-maisons-partagees-pour-vivre-avec-un-trouble"
    assert told(sample_library, project, FactKind.FIGURES) == [
        "9 personnes logées et suivies",
        "282 000 € pour réhabiliter les logements",
        "48 600 € de fonctionnement par an",
    ]


def test_figures_scattered_over_a_brochure_without_such_a_heading(
    sample_library: Library,
) -> None:
    project = "logement-accompagne-bretagne/la-criee-pension-de-famille"
    figures = told(sample_library, project, FactKind.FIGURES)
    assert figures[:2] == [
        "22 studios occupés au bout de quatre mois",
        "19 résidents sur 22 toujours là deux ans plus tard",
    ]
    assert told(sample_library, project, FactKind.CONDITIONS) == []


def test_nearest_project_is_the_one_that_shares_its_subject(sample_library: Library) -> None:
    found = sample_library.related("logement-accompagne-bretagne/la-criee-pension-de-famille", 1)
    assert found[0].project.title == "Deux âges, un palier : la colocation entre générations"
