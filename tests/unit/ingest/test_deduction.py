"""What headers, first sentences and covers tell of a project."""

from __future__ import annotations

import pytest

from ingest.document import Document, Line, Page
from ingest.partners import partners_acting
from ingest.profile_files import load_profiles
from ingest.reading import understand
from ingest.told import Told, told_by
from kb.model import Reading
from kb.territory import departements_in

PROFILES = load_profiles()
GENERIC = PROFILES[-1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Portée par Adoma Sud à Carpentras (84) depuis 2019, cette action continue.",
            Told("Adoma Sud", "Carpentras", "84", 2019),
        ),
        (
            "À Guéret, dans la Creuse, Creusalis s’est associé à une mairie. Creusalis a lancé "
            "l’action en 2018.",
            Told("Creusalis", "Guéret", "23", 2018),
        ),
        (
            "Cette action est menée par l’association Les Amis du Port à La Rochelle, en "
            "Charente-Maritime.",
            Told("Les Amis du Port", "La Rochelle", "17", None),
        ),
        ("À Lille, dans le Nord, un immeuble change.", Told("", "Lille", "59", None)),
        ("Dans le Nord, on sait accueillir.", Told()),
        ("Dans les Landes, tout est loin.", Told("", "", "40", None)),
        ("En Bretagne, tout est proche.", Told()),
        ("Le projet est porté par Marie Dupont, directrice d’agence.", Told()),
        ("À Brest (29), Marie Dupont propose un toit.", Told("", "Brest", "29", None)),
        ("Ouverte en 2018, rénovée en 2021, elle est pleine.", Told()),
        ("Depuis 2008, le quartier se vide.", Told()),
        ("L’idée s’inspire d’une action menée par Emmaüs à Lyon (69).", Told()),
        ("À Brest (29) et à Lyon (69), on loge autrement.", Told()),
        ("Un. Deux. Trois. À Brest (29), on loge autrement.", Told()),
    ],
)
def test_the_first_sentences_tell_who_where_and_when(text: str, told: Told) -> None:
    assert told_by(text, GENERIC) == told


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("dans la Loire-Atlantique et dans la Loire", ("44", "42")),
        ("en Côte d’Or", ("21",)),
        ("dans le département du Nord", ("59",)),
        ("dans le Nord-Pas-de-Calais", ()),
        ("dans la manche", ()),
        ("dans le Nord de la France", ()),
    ],
)
def test_departements_are_named_after_a_preposition(text: str, codes: tuple[str, ...]) -> None:
    assert departements_in(text) == codes


TEXT = (
    "Les habitants se retrouvent chaque semaine autour d’un repas préparé ensemble dans la grande "
    "salle du rez-de-chaussée, et les voisins du quartier sont invités à les rejoindre."
)


def brochure(cover: str, headers: tuple[str, ...], openings: tuple[str, ...]) -> Reading:
    """A cover and one project of two pages for each header."""
    pages = [Page(1, (Line("Recueil", size=30, y=200), Line(cover, size=18, y=260)), 595, 842)]
    for index, (header, opening) in enumerate(zip(headers, openings, strict=True)):
        first = (
            Line(header, size=8, y=20),
            Line(f"Un toit pour tous {'abcd'[index] * 3}", size=22, bold=True, y=80),
            Line("Le contexte", size=14, bold=True, y=120, gap_before=True),
            Line(f"{opening} {TEXT}", size=10, y=140, gap_before=True),
        )
        second = (
            Line(header, size=8, y=20),
            Line("Les résultats", size=14, bold=True, y=120, gap_before=True),
            Line(TEXT, size=10, y=140, gap_before=True),
        )
        pages.append(Page(len(pages) + 1, first, 595, 842))
        pages.append(Page(len(pages) + 1, second, 595, 842))
    return understand(Document("pdf", tuple(pages), paged=True), "r.pdf", "0" * 64, PROFILES)


def test_running_headers_name_the_bodies_and_the_cover_the_departement() -> None:
    reading = brochure(
        "Se loger dans la Nièvre",
        ("Nièvre Habitat", "Coallia Morvan", "Office Nivernais"),
        ("Au début, rien.", "Au début, rien.", "Au début, rien."),
    )
    assert [(p.organisation, p.departements) for p in reading.projects] == [
        ("Nièvre Habitat", ("58",)),
        ("Coallia Morvan", ("58",)),
        ("Office Nivernais", ("58",)),
    ]
    assert sum("le département est déduit" in line for line in reading.report.warnings) == 3


def test_headers_that_name_no_body_are_left() -> None:
    reading = brochure(
        "Se loger",
        ("Grandir Ensemble", "Vieillir Chez Soi", "Bien Dormir"),
        ("Au début, rien.", "Au début, rien.", "Au début, rien."),
    )
    assert [p.organisation for p in reading.projects] == ["", "", ""]


def test_what_is_told_is_marked_and_stays_text() -> None:
    opening = "Portée par Adoma Sud à Carpentras (84) depuis 2019, l’action continue."
    reading = brochure(
        "Se loger dans la Nièvre", ("Fiche A", "Fiche B"), (opening, "Au début, rien.")
    )
    first, second = reading.projects
    assert (first.organisation, first.communes, first.year) == ("Adoma Sud", ("Carpentras",), 2019)
    assert second.departements == ()
    assert any(passage.text.startswith(opening) for passage in reading.passages)
    assert any("le lieu et l’année sont déduits" in line for line in reading.report.warnings)


def test_bodies_that_act_under_the_heading_of_partners_are_partners() -> None:
    text = (
        "Accueil Perche Femmes assure le suivi. Le parquet participe. Elle tient la caisse.\n"
        "Voix Nomades et la mairie oriente. Nièvre Habitat pilote l’ensemble."
    )
    assert partners_acting(text, "Nièvre Habitat") == ("Accueil Perche Femmes",)
