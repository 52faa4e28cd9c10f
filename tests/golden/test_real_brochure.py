"""The real brochure: twelve projects, every line accounted for. Skips where it is absent."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ingest import read_brochure
from ingest.readers import read_document
from kb.model import Passage, Project, Reading

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
BROCHURE = SHARED / "corpus" / "urh-hauts-de-france-2020.txt"
SECTIONS = SHARED / "eval" / "sections-dev.jsonl"

pytestmark = pytest.mark.skipif(
    not BROCHURE.exists(), reason="the real brochure is not beside the project (../shared/corpus)"
)

EXPECTED = [
    ("Clésence", ("Soissons",), ("02",), 2020),
    ("Conseil départemental du Pas-de-Calais", ("Lens", "Hénin"), ("62",), 2018),
    ("Cottage Social des Flandres", ("Dunkerque",), ("59",), 2017),
    ("Logis Métropole", ("La Madeleine",), ("59",), 2018),
    ("Maisons & Cités", ("Oignies",), ("62",), 2019),
    ("3F Notre Logis", ("Roncq",), ("59",), 2012),
    ("Oise Habitat", (), ("60",), 2019),
    ("Opac de l’Oise", ("Clermont-de-l’Oise",), ("60",), 2017),
    ("Pas-de-Calais Habitat", ("Arras",), ("62",), 2015),
    ("Promocil", ("Jeumont",), ("59",), 2018),
    ("Sia Habitat", (), ("59", "62"), 2019),
    ("SIP", ("Amiens",), ("80",), 2017),
]
CANONICAL = {
    "Présentation",
    "Publics concernés",
    "Comment fonctionne la démarche ?",
    "Objectifs du projet",
    "Déclinaison opérationnelle",
    "Conditions de réussite",
    "Freins identifiés",
    "Quelques chiffres",
    "Parole aux acteurs",
}


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_brochure(BROCHURE)


def key(text: str) -> str:
    """Text without what wrapping may add or take: spaces, and hyphens at line ends."""
    text = text.replace("-", "")
    return "".join(text.replace("•", "").replace("’", "'").split()).casefold()


def test_twelve_projects_with_organisation_place_and_year(reading: Reading) -> None:
    found = [(p.organisation, p.communes, p.departements, p.year) for p in reading.projects]
    assert found == EXPECTED
    assert reading.brochure.profile == "hauts-de-france"
    assert reading.brochure.year == 2020


def test_titles_that_are_names_stay_apart_from_their_subtitles(reading: Reading) -> None:
    titles = [project.title for project in reading.projects]
    assert titles[0] == "Foyer Jeunes Travailleurs"
    assert titles[1] == "Conseil départemental du Pas-de-Calais"
    assert titles[4] == "Maisons & Cités"
    assert titles[5] == "HabiTED"
    assert titles[6] == "OISE Habitat"
    assert titles[11] == "SIP"
    assert all(project.subtitle for project in reading.projects)


def test_only_canonical_headings_and_each_project_has_the_usual_ones(reading: Reading) -> None:
    assert {section.heading for section in reading.sections} == CANONICAL
    for project in reading.projects:
        found = {s.heading for s in reading.sections if s.project_id == project.id}
        assert found >= {
            "Présentation",
            "Déclinaison opérationnelle",
            "Conditions de réussite",
            "Freins identifiés",
            "Quelques chiffres",
            "Parole aux acteurs",
        }


def test_text_above_and_below_a_trailing_heading(reading: Reading) -> None:
    def first(place: int, heading: str) -> Passage:
        project = reading.projects[place]
        return next(
            p for p in reading.passages if p.project_id == project.id and p.heading == heading
        )

    assert first(4, "Objectifs du projet").page == reading.projects[4].first_page + 1
    assert first(6, "Parole aux acteurs").text.startswith("«")
    assert first(3, "Déclinaison opérationnelle").heading_printed.startswith("1ER VOLET")


def test_contacts_are_people_and_never_passages(reading: Reading) -> None:
    assert all(project.people for project in reading.projects)
    assert len(reading.projects[4].people) == 5
    assert len(reading.projects[6].people) == 2
    assert not any("@" in passage.text for passage in reading.passages)


def test_passages_keep_within_their_limits(reading: Reading) -> None:
    assert all(len(passage.text.split()) <= 180 for passage in reading.passages)
    assert all(passage.last_page == passage.page for passage in reading.passages)
    assert len({passage.id for passage in reading.passages}) == len(reading.passages)
    assert reading.report.warnings == ()


def metadata(project: Project) -> list[str]:
    people = [
        text for p in project.people for text in (p.name, p.role, p.organisation, p.email) if text
    ]
    return [
        project.title,
        project.subtitle.replace(" – ", ""),
        project.subtitle,
        *project.values,
        *people,
    ]


def test_no_line_is_lost(reading: Reading) -> None:
    held = [passage.text for passage in reading.passages]
    held += [section.heading_printed for section in reading.sections]
    held += [*reading.report.furniture, *reading.report.set_aside]
    held += [text for project in reading.projects for text in metadata(project)]
    whole = key("|".join(held))
    tags = {key(tag) for project in reading.projects for tag in project.objectives}
    lost = [
        line.text
        for page in read_document(BROCHURE).pages
        for line in page.lines
        if key(line.text) not in whole
        and not re.fullmatch(r"(?:19|20)\d\d|Oise|[^.]+\(\d\d ?\)", line.text)
        and not all(key(word) in whole for word in re.split(r" (?:&|ET|et) ", line.text))
        and not any(key(line.text) in tag or tag in key(line.text) for tag in tags)
    ]
    assert lost == []


def test_snippets_are_under_their_project_and_heading(reading: Reading) -> None:
    if not SECTIONS.exists():
        pytest.skip("the judged snippets are not beside the project (../shared/eval)")
    patterns = json.loads((SECTIONS.parent / "headings.json").read_text(encoding="utf-8"))
    aliases = json.loads((SECTIONS.parent / "projects.json").read_text(encoding="utf-8"))
    projects = {project.id: project for project in reading.projects}
    wrong = []
    for line in SECTIONS.read_text(encoding="utf-8").splitlines():
        wanted = json.loads(line)
        if not any(
            key(wanted["snippet"]) in key(passage.text)
            and _is_alias(projects[passage.project_id], aliases[wanted["project"]])
            and re.search(patterns[wanted["heading"]], passage.heading.casefold())
            for passage in reading.passages
        ):
            wrong.append(wanted["snippet"])
    assert wrong == []


def _is_alias(project: Project, aliases: list[str]) -> bool:
    names = key(f"{project.title} {project.subtitle} {project.organisation}")
    return any(key(alias) in names for alias in aliases)
