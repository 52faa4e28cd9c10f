"""Brochures of layouts that no profile knows: projects, facts and headings all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest import read_brochure
from kb.model import Project, Reading

ReadText = Callable[[str], Reading]

NUMBERED_SHEETS = """\
RECUEIL D’INITIATIVES 2022
Habiter autrement en Normandie

SOMMAIRE
Fiche n° 1 – Les Tilleuls, une pension pour rebondir ........ 4
Fiche n° 2 – Coup de pouce énergie ........ 6
Fiche n° 3 – Un toit pour apprendre ........ 8

ÉDITORIAL
Depuis dix ans, les bailleurs normands inventent. Ce recueil en témoigne et donne
la parole à celles et ceux qui agissent chaque jour.

FICHE N° 1 – LES TILLEULS, UNE PENSION POUR REBONDIR

Organisme : Calvados Demeures
Lieu : Lisieux (14)
Année : 2019
Partenaires : association Le Relais, Ville de Lisieux

CONTEXTE
Les personnes isolées restaient longtemps en hôtel. La ville et le bailleur ont cherché
une réponse durable, proche du centre.

PUBLIC
Personnes seules, sorties de la rue depuis plus d’un an.

ACTIONS MENÉES
- Réhabilitation de douze studios.
- Présence d’une hôtesse cinq jours par semaine.

BILAN
Au bout d’un an, onze résidents sur douze sont encore là.

FICHE N° 2 – COUP DE POUCE ÉNERGIE

Organisme : Seine Habitat
Lieu : Rouen (76)
Année : 2020

CONTEXTE
Les factures augmentent plus vite que les revenus. Beaucoup de ménages coupent le chauffage.

ACTIONS MENÉES
Un conseiller visite chaque logement et remet un diagnostic. Il revient six mois plus tard.

BILAN
Les dépenses ont baissé de 12 % en moyenne.

FICHE N° 3 – UN TOIT POUR APPRENDRE

Lieu : Évreux (27)
Année : 2021

CONTEXTE
Les apprentis changent de ville deux fois par mois et paient deux loyers.

ACTIONS MENÉES
Une chambre se loue à la semaine, meublée, à côté du centre de formation.

BILAN
Soixante jeunes accueillis la première année.

CONTACTS
Union des bailleurs normands, 3 rue du Port, Caen
contact@exemple-normandie.fr
"""

PLAIN_BLOCKS = """\
Des logements pour tous en Lorraine

Le jardin de Jeanne
Metz (57) - 2018
Moselle Habitat

Contexte
Le quartier manquait de lieux de rencontre et les locataires âgés sortaient peu.
Une friche attendait depuis dix ans au pied des tours.

Résultats
Quarante parcelles sont cultivées. Une liste d’attente existe.

Une équipe qui se déplace
Nancy (54) - 2019
Meurthe Logis

Contexte
Les dossiers de mutation dormaient dans les tiroirs. Personne n’allait voir les ménages.

Résultats
Deux cents visites en un an, et soixante échanges de logements.
"""

PAGES = [
    "LOGER ET ACCOMPAGNER\n\nDix ans de projets en Champagne\n\n2023",
    """\
Loger et accompagner                2

PROJET 1

Un chez-soi après l’hôpital
et un voisinage attentif

Marne Habitat
Reims (51)
2018

En quittant l’hôpital, beaucoup de personnes n’ont pas de toit. Le bailleur et
l’hôpital ont signé une convention.

Pour qui ?

Des adultes suivis en psychiatrie, stabilisés, volontaires.""",
    """\
Loger et accompagner                3

Comment ça marche ?

Une infirmière passe chaque semaine. Le gardien connaît son numéro.

- Visite du logement à deux.
- Bail glissant de douze mois, puis bail direct
si tout va bien.

Ce que ça change

Les réhospitalisations ont baissé d’un tiers.""",
    """\
Loger et accompagner                4

PROJET 2

Les clés du bourg

Aube Logis
Troyes (10)
2019

Les maisons du centre restaient vides. La commune en a acheté neuf.

Pour qui ?

Les familles qui travaillent au village.""",
    """\
Loger et accompagner                5

Comment ça marche ?

Chaque famille choisit son logement avec la mairie, puis signe avec l’office.

Ce que ça change

L’école a rouvert une classe.""",
]

PAGE_OF_HTML = """<!doctype html><html lang="fr"><head><title>Bonnes pratiques</title></head><body>
<h1>Bonnes pratiques de l’habitat solidaire</h1>
<h2>Avant-propos</h2><p>Nous avons visité trois résidences. Voici ce que nous avons appris.</p>
<h2>La Ruche, colocation de jeunes ruraux</h2>
<p><strong>Bailleur :</strong> Auvergne Logis</p>
<p><strong>Localisation :</strong> Aurillac, Cantal</p><p><strong>Date :</strong> mars 2021</p>
<h3>Pourquoi ce projet ?</h3>
<p>Les jeunes quittaient le canton faute de petits logements. Des maisons restaient vides.</p>
<h3>Ce qui a marché</h3><ul><li>Un bail par chambre.</li><li>Une caution communale.</li></ul>
<h2>Voisins de palier</h2>
<table><tr><td>Bailleur</td><td>Loire Foyers</td></tr><tr><td>Commune</td><td>Roanne (42)</td></tr>
<tr><td>Année</td><td>2022</td></tr></table>
<h3>Pourquoi ce projet ?</h3>
<p>La solitude des aînés inquiétait les gardiens, qui ont proposé un café dans le hall.</p>
<h3>Ce qui a marché</h3><p>Les habitants ont pris le relais après trois mois.</p>
</body></html>"""


def facts(project: Project) -> tuple[str, str, tuple[str, ...], tuple[str, ...], int | None]:
    return (
        project.title,
        project.organisation,
        project.communes,
        project.departements,
        project.year,
    )


def all_headings(reading: Reading, project: Project) -> list[str]:
    return [s.heading for s in reading.sections if s.project_id == project.id]


class TestNumberedSheets:
    @pytest.fixture
    def reading(self, read_text: ReadText) -> Reading:
        return read_text(NUMBERED_SHEETS)

    def test_each_sheet_is_a_project_with_its_own_facts(self, reading: Reading) -> None:
        assert [facts(project) for project in reading.projects] == [
            (
                "Les Tilleuls, une pension pour rebondir",
                "Calvados Demeures",
                ("Lisieux",),
                ("14",),
                2019,
            ),
            ("Coup de pouce énergie", "Seine Habitat", ("Rouen",), ("76",), 2020),
            ("Un toit pour apprendre", "", ("Évreux",), ("27",), 2021),
        ]

    def test_a_missing_organisation_is_not_borrowed_but_reported(self, reading: Reading) -> None:
        (warning,) = reading.report.warnings
        assert "Un toit pour apprendre" in warning
        assert "l’organisme n’a pas été trouvé" in warning

    def test_sections_carry_canonical_and_printed_headings(self, reading: Reading) -> None:
        assert [(s.heading, s.heading_printed) for s in reading.sections[:4]] == [
            ("Contexte", "CONTEXTE"),
            ("Publics concernés", "PUBLIC"),
            ("Mise en œuvre", "ACTIONS MENÉES"),
            ("Résultats", "BILAN"),
        ]

    def test_partners_are_listed_and_bullets_kept(self, reading: Reading) -> None:
        assert reading.projects[0].partners == ("association Le Relais", "Ville de Lisieux")
        (actions,) = [p for p in reading.passages if p.id.endswith("rebondir/mise-en-oeuvre/1")]
        assert actions.text == (
            "• Réhabilitation de douze studios.\n• Présence d’une hôtesse cinq jours par semaine."
        )

    def test_contents_editorial_and_contacts_are_no_project(self, reading: Reading) -> None:
        aside = "\n".join(reading.report.set_aside)
        assert "Depuis dix ans, les bailleurs normands inventent." in aside
        assert "........ 6" in aside
        assert "contact@exemple-normandie.fr" in aside
        assert not any(project.people for project in reading.projects)
        assert not any("inventent" in passage.text for passage in reading.passages)


def test_plain_blocks_with_facts_below_each_title(read_text: ReadText) -> None:
    reading = read_text(PLAIN_BLOCKS)
    assert [facts(project) for project in reading.projects] == [
        ("Le jardin de Jeanne", "Moselle Habitat", ("Metz",), ("57",), 2018),
        ("Une équipe qui se déplace", "Meurthe Logis", ("Nancy",), ("54",), 2019),
    ]
    assert all_headings(reading, reading.projects[1]) == ["Contexte", "Résultats"]
    assert reading.brochure.title == "Des logements pour tous en Lorraine"


def test_pages_with_a_running_header_and_a_numbering_line(read_text: ReadText) -> None:
    reading = read_text("\f".join(PAGES))
    first, second = reading.projects
    assert facts(first) == (
        "Un chez-soi après l’hôpital et un voisinage attentif",
        "Marne Habitat",
        ("Reims",),
        ("51",),
        2018,
    )
    assert facts(second)[0:2] == ("Les clés du bourg", "Aube Logis")
    assert all_headings(reading, first) == [
        "Présentation",
        "Publics concernés",
        "Comment fonctionne la démarche ?",
        "Résultats",
    ]
    assert reading.report.furniture == ("Loger et accompagner 2",)
    assert {p.page: p.page_printed for p in reading.passages} == {2: "2", 3: "3", 4: "4", 5: "5"}
    assert reading.brochure.year == 2023


def test_html_levels_labels_and_tables(tmp_path: Path) -> None:
    path = tmp_path / "pratiques.html"
    path.write_text(PAGE_OF_HTML, encoding="utf-8")
    reading = read_brochure(path)
    assert [facts(project) for project in reading.projects] == [
        ("La Ruche, colocation de jeunes ruraux", "Auvergne Logis", ("Aurillac",), ("15",), 2021),
        ("Voisins de palier", "Loire Foyers", ("Roanne",), ("42",), 2022),
    ]
    assert all_headings(reading, reading.projects[0]) == ["Contexte", "Conditions de réussite"]
    assert "Avant-propos" in reading.report.set_aside


def test_word_file_whose_headings_are_only_bold(tmp_path: Path) -> None:
    import docx
    from docx.shared import Pt

    document = docx.Document()
    for title, line, text in [
        (
            "Le Cube, des studios modulables",
            "Organisme : Tarn Habitat – Commune : Albi (81) – Année : 2021",
            "cube",
        ),
        (
            "Première porte",
            "Organisme : Ariège Logis – Commune : Foix (09) – Année : 2022",
            "porte",
        ),
    ]:
        run = document.add_paragraph().add_run(title)
        run.bold, run.font.size = True, Pt(16)
        document.add_paragraph(line)
        for heading in ["Le point de départ", "Ce que nous avons fait"]:
            document.add_paragraph().add_run(heading).bold = True
            document.add_paragraph(
                f"{heading} : le bailleur a étudié trois sites avec la commune ({text})."
            )
            document.add_paragraph(f"Une seconde idée est venue des habitants du projet {text}.")
    path = tmp_path / "cahier.docx"
    document.save(str(path))
    reading = read_brochure(path)
    assert [facts(project) for project in reading.projects] == [
        ("Le Cube, des studios modulables", "Tarn Habitat", ("Albi",), ("81",), 2021),
        ("Première porte", "Ariège Logis", ("Foix",), ("09",), 2022),
    ]
    assert [s.heading_printed for s in reading.sections] == 2 * [
        "Le point de départ",
        "Ce que nous avons fait",
    ]


@pytest.fixture(scope="module")
def designed_pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Facts in small print above each title, two projects a page, a running header."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

    body = ParagraphStyle("body", fontName="Helvetica", fontSize=9.5, leading=12, spaceAfter=6)
    small = ParagraphStyle("small", fontName="Helvetica", fontSize=8, spaceBefore=18)
    title = ParagraphStyle("title", fontName="Times-Roman", fontSize=18, leading=21, spaceAfter=8)
    head = ParagraphStyle(
        "head", fontName="Helvetica-Bold", fontSize=9.5, leading=12, spaceBefore=8
    )
    cover = ParagraphStyle("cover", fontName="Times-Roman", fontSize=34, leading=40)
    story = [
        Paragraph("Innover pour loger", cover),
        Paragraph("Édition 2021", body),
        PageBreak(),
        Paragraph("Éditorial", title),
        Paragraph("Les bailleurs de la région essaient et racontent. " * 6, body),
        PageBreak(),
    ]
    projects = [
        (
            "Les Glycines, un habitat intergénérationnel au cœur du bourg de Saint-Aubin",
            "Saint-Aubin (35) · 2018",
            "Rance Habitat",
        ),
        ("Ma première clé", "Fougères (35) · 2019", "Couesnon Logis"),
        ("Le bus du logement", "Vitré (35) · 2020", "Vilaine Demeures"),
        ("Retour au foyer", "Redon (35) · 2017", "Oust Foyers"),
    ]
    for name, place, landlord in projects:
        story += [Paragraph(place, small), Paragraph(landlord, small), Paragraph(name, title)]
        for heading in ["Le défi", "La recette", "Les ingrédients du succès"]:
            story.append(Paragraph(heading, head))
            story.append(
                Paragraph(f"Pour « {name} », l’équipe a pris le temps d’écouter. " * 3, body)
            )

    def header(canvas: Any, page: Any) -> None:
        canvas.setFont("Helvetica", 7)
        canvas.drawString(60, A4[1] - 30, "Innover pour loger – 2021")
        canvas.drawRightString(A4[0] - 60, 25, str(page.page + 10))

    path = tmp_path_factory.mktemp("pdf") / "innover.pdf"
    document = SimpleDocTemplate(str(path), pagesize=A4, title="Innover pour loger")
    document.build(story, onFirstPage=lambda canvas, page: None, onLaterPages=header)
    return path


class TestDesignedPdf:
    @pytest.fixture
    def reading(self, designed_pdf: Path) -> Reading:
        return read_brochure(designed_pdf)

    def test_facts_above_a_title_belong_to_it(self, reading: Reading) -> None:
        assert [facts(project) for project in reading.projects] == [
            (
                "Les Glycines, un habitat intergénérationnel au cœur du bourg de Saint-Aubin",
                "Rance Habitat",
                ("Saint-Aubin",),
                ("35",),
                2018,
            ),
            ("Ma première clé", "Couesnon Logis", ("Fougères",), ("35",), 2019),
            ("Le bus du logement", "Vilaine Demeures", ("Vitré",), ("35",), 2020),
            ("Retour au foyer", "Oust Foyers", ("Redon",), ("35",), 2017),
        ]

    def test_headings_unknown_to_the_vocabulary_are_found_by_typography(
        self, reading: Reading
    ) -> None:
        for project in reading.projects:
            assert all_headings(reading, project) == [
                "Le défi",
                "La recette",
                "Conditions de réussite",
            ]

    def test_text_stays_with_its_project(self, reading: Reading) -> None:
        titles = {project.id: project.title for project in reading.projects}
        assert reading.passages
        for passage in reading.passages:
            assert f"Pour « {titles[passage.project_id]} »" in passage.text

    def test_printed_page_numbers_are_kept_apart(self, reading: Reading) -> None:
        assert {passage.page_printed for passage in reading.passages} == {
            str(passage.page + 10) for passage in reading.passages
        }
        assert "Innover pour loger – 2021" in reading.report.furniture


def test_a_lone_project_takes_the_document_s_title(read_text: ReadText) -> None:
    reading = read_text(
        "LA MAISON DES POSSIBLES\n\nPorteur du projet : Vienne Habitat\nLimoges (87), 2022\n\n"
        "ORIGINE\nUne maison vide attendait. Des étudiants cherchaient un toit.\n\n"
        "FINANCEMENT\nLa ville a payé le toit, le bailleur tout le reste.\n\n"
        "DIFFICULTÉS\nLes voisins craignaient le bruit.\n"
    )
    (project,) = reading.projects
    assert facts(project) == (
        "La maison des possibles",
        "Vienne Habitat",
        ("Limoges",),
        ("87",),
        2022,
    )
    assert all_headings(reading, project) == ["Contexte", "Moyens", "Freins identifiés"]


def test_text_without_any_heading_is_one_project_with_a_warning(read_text: ReadText) -> None:
    reading = read_text("le bailleur a rénové la tour, et les locataires sont revenus.\n" * 3)
    (project,) = reading.projects
    assert project.title == "Brochure"
    assert {passage.heading for passage in reading.passages} == {"Texte"}
    assert len(reading.report.warnings) == 1
    assert "Aucun titre de rubrique" in reading.report.warnings[0]
