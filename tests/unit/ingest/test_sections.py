"""Headings above, below and inside their text."""

from __future__ import annotations

from collections.abc import Callable

from kb.model import Reading

ReadText = Callable[[str], Reading]

TITLE_PAGE = """\
{title}
ARRAS

BEAUVAIS

AMIENS

LAON

LILLE

• 2019
• Lens (62)

UN SOUS-TITRE EN CAPITALES

SOLIDARITÉ & INNOVATION

Rance Habitat a engagé un travail avec l’association La Pose. Il dure.

Une attention particulière est portée à certains profils :
Les jeunes sans emploi.

Les partenaires associés
à l’initiative du projet"""
DEPLOYED = "La maison compte neuf studios.\n\nDÉCLINAISON OPÉRATIONNELLE"
OBJECTIVES = """\
COMMENT FONCTIONNE LA DÉMARCHE ?

Les objectifs de la démarche :
• Loger vite
• Suivre long-
temps

OBJECTIFS DU PROJET

RelogementAccès au logement"""
LAST = """\
LES CONDITIONS DE RÉUSSITE
• Une équipe stable

QUELQUES CHIFFRES
• 9 studios
• 12 voisins

« Nous avons appris. »

Un titre d’entretien

Eva NOËL
Directrice

RANCE HABITAT
e@rance.fr

PAROLE AUX ACTEURS"""


def brochure(*pages: str, title: str = "Neuf studios") -> str:
    return "\f".join([TITLE_PAGE.format(title=title), *pages])


def sections(reading: Reading) -> list[tuple[str, str]]:
    texts: dict[str, list[str]] = {}
    for passage in reading.passages:
        texts.setdefault(passage.section_id, []).append(passage.text)
    return [(s.heading, "\n".join(texts[s.id])) for s in reading.sections]


def test_headings_below_their_text_and_quotations_after_a_list(read_text: ReadText) -> None:
    reading = read_text(brochure(OBJECTIVES, DEPLOYED, LAST))
    assert reading.brochure.profile == "hauts-de-france"
    assert sections(reading) == [
        ("Présentation", "Rance Habitat a engagé un travail avec l’association La Pose. Il dure."),
        ("Publics concernés", "Les jeunes sans emploi."),
        (
            "Comment fonctionne la démarche ?",
            "Les objectifs de la démarche :\n• Loger vite\n• Suivre longtemps",
        ),
        ("Déclinaison opérationnelle", "La maison compte neuf studios."),
        ("Conditions de réussite", "• Une équipe stable"),
        ("Quelques chiffres", "• 9 studios\n• 12 voisins"),
        ("Parole aux acteurs", "« Nous avons appris. »\nUn titre d’entretien"),
    ]


def test_tags_contacts_subtitle_and_values_are_data(read_text: ReadText) -> None:
    (project,) = read_text(brochure(OBJECTIVES, DEPLOYED, LAST)).projects
    assert project.title == "Neuf studios"
    assert project.subtitle == "Un sous-titre en capitales"
    assert project.objectives == ("Relogement", "Accès au logement")
    assert project.values == ("Solidarité", "Innovation")
    assert project.organisation == "Rance Habitat"
    assert project.partners == ("La Pose",)
    assert [person.email for person in project.people] == ["e@rance.fr"]


def test_tags_alone_on_a_page_leave_the_text_to_the_objectives(read_text: ReadText) -> None:
    page = "Neuf studios\n\nFaciliter le retour au logement.\n\nOBJECTIFS DU PROJET\n\nRelogement"
    reading = read_text(brochure(page, DEPLOYED))
    assert sections(reading)[2] == ("Objectifs du projet", "Faciliter le retour au logement.")
    assert "Neuf studios" in reading.report.furniture


def test_subheadings_above_a_trailing_heading_keep_their_print(read_text: ReadText) -> None:
    page = "PREMIER VOLET : BÂTIR\n\nOn bâtit.\n\nDEUXIÈME VOLET : SUIVRE\n\nOn suit.\n\n"
    reading = read_text(brochure(page + "DÉCLINAISON OPÉRATIONNELLE"))
    found = [(s.heading, s.heading_printed, s.id.split("/")[-1]) for s in reading.sections[2:]]
    assert found == [
        ("Déclinaison opérationnelle", "PREMIER VOLET : BÂTIR", "declinaison-operationnelle"),
        ("Déclinaison opérationnelle", "DEUXIÈME VOLET : SUIVRE", "declinaison-operationnelle-2"),
    ]
    assert [p.id.split("/", 2)[2] for p in reading.passages[2:]] == [
        "declinaison-operationnelle/1",
        "declinaison-operationnelle/2",
    ]


def test_a_trailing_heading_also_holds_what_follows_it(read_text: ReadText) -> None:
    leading = "QUELQUES CHIFFRES\n• 9 studios\n\nPAROLE AUX ACTEURS\n\n« Ici, on respire. »"
    reading = read_text(brochure(DEPLOYED + "\n\nPuis on visite.", leading))
    assert sections(reading)[2:] == [
        ("Déclinaison opérationnelle", "La maison compte neuf studios.\nPuis on visite."),
        ("Quelques chiffres", "• 9 studios"),
        ("Parole aux acteurs", "« Ici, on respire. »"),
    ]


def test_a_heading_that_goes_on_over_the_page_is_one_section(read_text: ReadText) -> None:
    one = "CONTEXTE\nUne friche attendait.\n\nBILAN\nTout est loué.\f"
    two = "BILAN\nDepuis, des arbres ont poussé."
    reading = read_text("Le jardin\n\n" + one + two)
    assert [(s.heading, s.page) for s in reading.sections] == [("Contexte", 1), ("Résultats", 1)]
    assert [(p.page, p.id.split("/")[-1]) for p in reading.passages[1:]] == [(1, "1"), (2, "2")]
