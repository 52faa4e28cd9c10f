"""Facts of a project: word for word, from its own passages, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.facts import MOST_FACTS, facts_of, kind_of
from kb.model import Brochure, Passage, Project, Section
from kb.records import project_sheet_record
from kb.results import Fact, FactKind, ProjectSheet, SectionSheet
from kb.text import fold

BROCHURE = Brochure("b", "Recueil", 2021, "b.pdf", "0" * 64, "pdf", True, 9, "generique")
PROJECT = Project("b/p", "b", "Le Porche")


def sheet_of(*sections: tuple[str, str], project: Project = PROJECT) -> ProjectSheet:
    """A sheet of sections, each a heading and the text of its only passage."""
    made = []
    for number, (heading, text) in enumerate(sections):
        place = f"{project.id}/{number}"
        passage = Passage(
            f"{place}/1",
            place,
            project.id,
            "b",
            text,
            heading,
            heading.upper(),
            number + 1,
            number + 1,
            "",
        )
        section = Section(place, project.id, heading, heading.upper(), number + 1)
        made.append(SectionSheet(section, (passage,)))
    return ProjectSheet(project, BROCHURE, tuple(made))


def texts(facts: tuple[Fact, ...], kind: FactKind) -> list[str]:
    return [fact.text for fact in facts if fact.kind is kind]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Partenaires", FactKind.PARTNERS),
        ("Nos partenaires associés", FactKind.PARTNERS),
        ("Publics concernés", FactKind.PUBLIC),
        ("À qui s’adresse le projet ?", FactKind.PUBLIC),
        ("OBJECTIFS DU PROJET", FactKind.OBJECTIVES),
        ("Les objectifs de la démarche :", FactKind.OBJECTIVES),
        ("Chiffres clés", FactKind.FIGURES),
        ("En quelques chiffres…", FactKind.FIGURES),
        ("Les infos clés du projet", FactKind.FIGURES),
        ("Les conditions de réussite", FactKind.CONDITIONS),
        ("Facteurs de succès", FactKind.CONDITIONS),
        ("Freins identifiés", FactKind.OBSTACLES),
        ("Difficultés rencontrées", FactKind.OBSTACLES),
        ("Points de vigilance", FactKind.OBSTACLES),
        ("Le service public", None),
        ("Objectif-logement", None),
        ("Freinage", None),
        ("Contexte", None),
        ("", None),
    ],
)
def test_headings_announce_kinds(heading: str, kind: FactKind | None) -> None:
    assert kind_of(heading) is kind


def test_bullets_under_a_heading_are_facts_without_their_mark() -> None:
    facts = facts_of(
        sheet_of(("Freins identifiés", "Deux freins :\n• Le voisinage\n– Le coût des travaux"))
    )
    assert texts(facts, FactKind.OBSTACLES) == ["Le voisinage", "Le coût des travaux"]
    assert {fact.passage.id for fact in facts if fact.passage} == {"b/p/0/1"}


def test_prose_under_a_heading_gives_its_sentences() -> None:
    facts = facts_of(sheet_of(("Conditions de réussite", "Du temps. Une équipe stable.")))
    assert texts(facts, FactKind.CONDITIONS) == ["Du temps.", "Une équipe stable."]


def test_public_keeps_its_paragraphs_whole() -> None:
    text = "Des jeunes de 18 à 25 ans. Ils travaillent.\n• Des apprentis"
    project = replace(PROJECT, public="Des jeunes")
    facts = facts_of(sheet_of(("Publics concernés", text), project=project))
    assert texts(facts, FactKind.PUBLIC) == [
        "Des jeunes de 18 à 25 ans. Ils travaillent.",
        "Des apprentis",
    ]


def test_public_of_the_title_page_stands_where_no_section_tells_it() -> None:
    project = replace(PROJECT, public="Des femmes seules")
    (fact,) = facts_of(sheet_of(("Contexte", "Rien."), project=project))
    assert (fact.kind, fact.text, fact.passage) == (FactKind.PUBLIC, "Des femmes seules", None)


def test_line_inside_a_passage_may_open_a_list() -> None:
    text = (
        "Le bailleur agit.\nLes objectifs de la démarche :\n• Loger\n• Suivre\nLa suite :\n• Autre"
    )
    facts = facts_of(sheet_of(("Comment fonctionne la démarche ?", text)))
    assert texts(facts, FactKind.OBJECTIVES) == ["Loger", "Suivre"]


def test_long_sentence_that_ends_with_a_colon_opens_nothing() -> None:
    text = f"Les objectifs {'très ' * 12}ambitieux ont changé :\n• Loger"
    assert facts_of(sheet_of(("Contexte", text))) == ()


def test_figures_need_a_digit_and_tell_their_measures() -> None:
    facts = facts_of(
        sheet_of(
            ("Quelques chiffres", "• Secteur : Oise\n• 43 logements pour 7 M€\n• 2017 : départ")
        )
    )
    assert texts(facts, FactKind.FIGURES) == ["43 logements pour 7 M€", "2017 : départ"]
    measured = [[f.text[m.start : m.end] for m in f.measures] for f in facts]
    assert measured == [["43 logements", "7 M€"], []]


def test_figures_are_sought_elsewhere_only_where_no_section_gives_them() -> None:
    elsewhere = ("Mise en œuvre", "Le bailleur a livré 22 studios. Il a neigé.")
    results = ("Résultats", "• 19 résidents sur 22 sont restés\n• Une fête")
    assert texts(facts_of(sheet_of(elsewhere, results)), FactKind.FIGURES) == [
        "19 résidents sur 22 sont restés",
        "Le bailleur a livré 22 studios.",
    ]
    own = ("Chiffres clés", "30 places")
    assert texts(facts_of(sheet_of(elsewhere, results, own)), FactKind.FIGURES) == ["30 places"]


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Parole aux acteurs", "« J’ai vu 12 logements. »"),
        ("Contexte", "Le projet vise les moins de 30 ans."),
        ("Contexte", f"Avec 12 logements, {'tout ' * 50}change."),
        ("Freins identifiés", "Il manque 12 logements."),
    ],
)
def test_what_sums_up_nothing_is_no_figure(heading: str, text: str) -> None:
    assert texts(facts_of(sheet_of((heading, text))), FactKind.FIGURES) == []


def test_values_read_by_ingest_lead_to_the_passage_that_prints_them() -> None:
    project = replace(
        PROJECT,
        organisation="Habitat du Littoral",
        partners=("Solfa", "Ville de Calais"),
        communes=("Calais",),
        departements=("62",),
        year=2018,
        objectives=("Relogement",),
    )
    sheet = sheet_of(
        ("Contexte", "En 2018, HABITAT  du Littoral et Solfatare parlent de relogement."),
        ("Partenaires", "Solfa et d’autres"),
        project=project,
    )
    facts = facts_of(sheet)
    named = [(f.kind, f.text, f.passage.page if f.passage else None) for f in facts]
    assert named == [
        (FactKind.ORGANISATION, "Habitat du Littoral", 1),
        (FactKind.PARTNERS, "Solfa", 2),
        (FactKind.PARTNERS, "Ville de Calais", None),
        (FactKind.PARTNERS, "Solfa et d’autres", 2),
        (FactKind.PLACE, "Calais", None),
        (FactKind.YEAR, "2018", None),
        (FactKind.OBJECTIVES, "Relogement", None),
    ]


def test_address_is_never_cut_in_two_facts() -> None:
    sheet = sheet_of(
        ("Partenaires", "• Le Relais, ada.martin@\nexemple.fr\n• La Ville"),
        ("Résultats", "12 familles écrivent à ada@\nexemple.fr chaque mois. 3 autres logements."),
    )
    facts = facts_of(sheet)
    assert texts(facts, FactKind.PARTNERS) == ["Le Relais, ada.martin@\nexemple.fr", "La Ville"]
    assert texts(facts, FactKind.FIGURES) == [
        "12 familles écrivent à ada@\nexemple.fr chaque mois.",
        "3 autres logements.",
    ]
    told = [fact["text"] for fact in project_sheet_record(sheet)["facts"]]
    assert not [text for text in told if "@" in text or "exemple" in text]


def test_project_of_which_nothing_is_known_has_no_fact() -> None:
    assert facts_of(sheet_of()) == ()


def test_same_words_are_told_once_and_lists_are_bounded() -> None:
    lines = "\n".join(["• Le coût", "• le  coût", *(f"• Frein {n}" for n in range(20))])
    shown = texts(facts_of(sheet_of(("Freins", lines))), FactKind.OBSTACLES)
    assert shown[:2] == ["Le coût", "Frein 0"]
    assert len(shown) == MOST_FACTS


HEADINGS = st.sampled_from(
    ["Partenaires", "Public", "Objectifs", "Chiffres clés", "Freins", "Bilan", "Contexte", "Autre"]
)
LINES = st.text(alphabet="aé0123 .,:•-%€«»!\t\u00a0", max_size=40)
TEXTS = st.lists(LINES, max_size=6).map("\n".join)


@given(st.lists(st.tuples(HEADINGS, TEXTS), max_size=5))
def test_every_fact_stands_character_for_character_in_its_passage(
    sections: list[tuple[str, str]],
) -> None:
    sheet = sheet_of(*sections)
    known = {p.id: p for section in sheet.sections for p in section.passages}
    for fact in facts_of(sheet):
        assert fact.passage is not None
        assert known[fact.passage.id] == fact.passage
        assert fact.text in fact.passage.text
        assert fact.text == fact.text.strip() != ""
        assert all(0 <= m.start < m.end <= len(fact.text) for m in fact.measures)


@given(st.lists(st.tuples(HEADINGS, TEXTS), max_size=5))
def test_facts_come_by_kind_each_text_once(sections: list[tuple[str, str]]) -> None:
    facts = facts_of(sheet_of(*sections))
    order = list(FactKind)
    places = [order.index(fact.kind) for fact in facts]
    assert places == sorted(places)
    told = [(fact.kind, fold(fact.text)) for fact in facts]
    assert len(told) == len(set(told))


@given(TEXTS, TEXTS)
def test_facts_of_a_section_do_not_depend_on_what_follows_elsewhere(text: str, other: str) -> None:
    alone = texts(facts_of(sheet_of(("Freins", text))), FactKind.OBSTACLES)
    among = texts(facts_of(sheet_of(("Freins", text), ("Autre", other))), FactKind.OBSTACLES)
    assert among == alone
