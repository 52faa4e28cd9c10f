"""Whatever the text: no crash, passages word for word, nothing lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.document import Document, Line, Page
from ingest.facts import label_kind
from ingest.passages import MOST_WORDS, count_words
from ingest.profile_files import load_profiles
from ingest.reading import understand
from ingest.verification import Verifier
from kb.errors import UnreadableBrochure
from kb.model import Reading
from kb.territory import departement_name
from kb.text import fold

PROFILES = load_profiles()
VOCABULARY = [
    "CONTEXTE",
    "Objectifs",
    "Organisme",
    "Lieu",
    "Contexte : Une ville voulait agir et les locataires aussi.",
    "Bilan : Tout le monde est content du projet et le dit.",
    "Eva Petit, étudiante",
    "PAROLE AUX ACTEURS",
    "DÉCLINAISON OPÉRATIONNELLE",
    "OBJECTIFS DU PROJET",
    "Relogement Accompagnement dans le logement",
    "ARRAS",
    "LILLE",
    "Fiche n° 3 – La maison bleue",
    "Sommaire",
    "Contact",
    "Marie Petit",
    "Directrice de l’agence",
    "m.petit@exemple.fr",
    "Organisme : Nord Habitat",
    "Lieu : Arras (62)",
    "Lens, Hénin (62)",
    "2019",
    "SOLIDARITÉ & INNOVATION",
    "Quelques chiffres",
    "12 logements",
    "« Un mot de la fin. »",
    "Une phrase qui se termine ici. Une autre qui court sur la ligne",
    "suivante et s’arrête là.",
    "un mot entier",
    "et la suite ;",
    "Les points suivants :",
]
TEXTS = st.sampled_from(VOCABULARY) | st.text(
    st.characters(
        codec="utf-8",
        exclude_characters="-",
        exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Cf", "Co"],
    ),
    min_size=1,
    max_size=12,
)
LINES = st.builds(
    Line,
    text=TEXTS,
    size=st.sampled_from([0.0, 9.0, 10.0, 10.0, 14.0, 20.0]),
    bold=st.booleans(),
    level=st.sampled_from([0, 0, 0, 0, 1, 2]),
    bullet=st.sampled_from([False, False, True]),
    gap_before=st.booleans(),
    cell=st.sampled_from([0, 0, 0, 1, 2]),
    bold_prefix=st.sampled_from([0, 0, 0, 7, 10]),
)
LABELS = {"organisme", "lieu"}
PAGES = st.lists(st.lists(LINES, max_size=14), min_size=1, max_size=5)


def document_of(pages: list[list[Line]], form: str) -> Document:
    numbered = [Page(number, tuple(lines)) for number, lines in enumerate(pages, start=1)]
    return Document(form, tuple(numbered), paged=len(pages) > 1)


def read(pages: list[list[Line]], form: str = "txt") -> Reading:
    return understand(document_of(pages, form), "essai.txt", "0" * 64, PROFILES)


def letters(text: str) -> str:
    return "".join(char for char in fold(text) if char.isalnum())


def without_numbers(text: str) -> str:
    """Running lines that differ by the page number are reported once."""
    return re.sub(r"\d+", "0", text)


def words(text: str) -> set[str]:
    return {letters(word) for word in text.replace("&", " ").split()} - {""}


@settings(max_examples=150, deadline=None)
@given(PAGES, st.sampled_from(["txt", "pdf", "docx"]))
@example([[Line("Contact"), Line("Contact")]], "txt")
@example([[]], "txt")
def test_any_document_gives_true_passages_and_loses_nothing(
    pages: list[list[Line]], form: str
) -> None:
    if not any(pages):
        with pytest.raises(UnreadableBrochure, match="aucun texte"):
            read(pages, form)
        return
    reading = read(pages, form)
    verifier = Verifier(reading.pages)
    identifiers = [passage.id for passage in reading.passages]
    assert len(set(identifiers)) == len(identifiers)
    assert len({section.id for section in reading.sections}) == len(reading.sections)
    for passage in reading.passages:
        assert verifier.confirms(passage.text, passage.page, passage.last_page)
        assert passage.last_page in (passage.page, passage.page + 1) or len(pages) > 2
        assert count_words(passage.text) <= MOST_WORDS
    assert reading.report.projects == len(reading.projects) >= 1
    assert not any("pas été retrouvé mot pour mot" in text for text in reading.report.warnings)
    assert _lost(pages, reading) == []


def _lost(pages: list[list[Line]], reading: Reading) -> list[str]:
    """Lines that are in no passage, heading, metadata or part of the report."""
    held = letters(" ".join(_held(reading)))
    furniture = {without_numbers(line) for line in reading.report.furniture}
    known = words(" ".join(_held(reading))) | LABELS
    return [
        line.text
        for lines in pages
        for line in lines
        if not label_kind(line.text, PROFILES[-1])
        and letters(line.text) not in held
        and not words(line.text) <= known
        and without_numbers(line.text) not in furniture
    ]


def _held(reading: Reading) -> list[str]:
    texts = [passage.text for passage in reading.passages]
    texts += [section.heading_printed for section in reading.sections]
    texts += [*reading.report.furniture, *reading.report.set_aside, reading.brochure.title]
    for project in reading.projects:
        texts += [project.title, project.subtitle, project.organisation, str(project.year or "")]
        texts += [*project.communes, *(f"({code})" for code in project.departements)]
        texts += map(departement_name, project.departements)
        texts += [*project.partners, *project.values, *project.objectives, project.public]
        for person in project.people:
            texts += [person.name, person.role, person.organisation, person.email]
    return texts


@pytest.mark.parametrize("count", [1, 400])
def test_one_endless_sentence_stays_whole(count: int) -> None:
    reading = read([[Line("Contexte"), Line("mot " * count + "fin.", gap_before=True)]], "docx")
    (passage,) = reading.passages
    assert passage.text == ("mot " * count + "fin.")


def test_a_word_broken_at_a_line_end_or_a_page_break_is_made_whole() -> None:
    pages = [
        [Line("Contexte"), Line("Les locataires ont reçu un loge-", gap_before=True)],
        [Line("ment neuf et le bailleur prévoit un accompagne-"), Line("ment.")],
    ]
    (passage,) = read(pages).passages
    assert passage.text == (
        "Les locataires ont reçu un logement neuf et le bailleur prévoit un accompagnement."
    )
    assert (passage.page, passage.last_page) == (1, 2)


def test_reading_twice_gives_the_same() -> None:
    pages = [[Line(text, gap_before=True) for text in VOCABULARY] for _ in range(3)]
    assert read(pages) == read(pages)
