"""One small brochure for each way of printing facts, headings, contacts and speakers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ingest.document import Document, Line, Page
from ingest.profile_files import load_profiles
from ingest.reading import understand
from kb.model import Person, Project, Reading

ReadText = Callable[[str], Reading]

PROFILES = load_profiles()
TEXT = "Les équipes ont visité chaque logement avec les habitants du quartier."
MORE = "Une seconde visite a eu lieu au printemps avec les services de la commune."


def body(text: str = TEXT, *, gap: bool = False) -> Line:
    return Line(text, size=10.0, gap_before=gap)


def small(text: str, *, bold: bool = False, gap: bool = False) -> Line:
    return Line(text, size=8.0, bold=bold, gap_before=gap)


def heading(text: str) -> Line:
    return Line(text, size=12.0, bold=True, gap_before=True)


def title(text: str) -> Line:
    return Line(text, size=22.0, bold=True, gap_before=True)


def read_lines(*pages: Sequence[Line], form: str = "pdf") -> Reading:
    """Read pages of lines, each at its own height."""
    numbered = tuple(
        Page(
            number,
            tuple(line._replace(y=80.0 + 12.0 * place) for place, line in enumerate(lines)),
        )
        for number, lines in enumerate(pages, start=1)
    )
    return understand(Document(form, numbered, paged=True), "essai.pdf", "0" * 64, PROFILES)


def sections(reading: Reading, project: Project) -> list[tuple[str, str]]:
    """Heading as printed and text of each passage of a project."""
    return [
        (passage.heading_printed, passage.text)
        for passage in reading.passages
        if passage.project_id == project.id
    ]


class TestFactsAndText:
    def test_a_sentence_that_ends_with_a_place_stays_text(self, read_text: ReadText) -> None:
        reading = read_text("# Contexte\n\nTexte d’un projet à Lille (59).\n")
        assert [passage.text for passage in reading.passages] == ["Texte d’un projet à Lille (59)."]
        assert reading.projects[0].communes == ("Lille",)

    def test_a_year_that_ends_a_paragraph_stays_text(self) -> None:
        reading = read_lines(
            [title("Un toit"), heading("Contexte"), body("La résidence a ouvert en mars"),
             body("2021."), heading("Bilan"), body()]
        )  # fmt: skip
        assert sections(reading, reading.projects[0])[0] == (
            "Contexte",
            "La résidence a ouvert en mars 2021.",
        )
        assert reading.projects[0].year == 2021

    def test_a_pull_quote_is_no_subtitle(self) -> None:
        quote = [
            Line(text, size=14.0, bold=True, gap_before=not place)
            for place, text in enumerate(["« On se parle", "enfin, entre voisins", "de palier. »"])
        ]
        reading = read_lines(
            [title("Un toit"), *quote, heading("Contexte"), body(), heading("Bilan"), body()]
        )
        (project,) = reading.projects
        assert project.subtitle == ""
        assert sections(reading, project)[0] == (
            "",
            "« On se parle enfin, entre voisins de palier. »",
        )


BOXES = [
    [
        title(name),
        *(line for label, value in facts for line in (small(label, bold=True), small(value))),
        heading("Contexte"),
        body(),
        heading("Bilan"),
        body(MORE),
    ]
    for name, facts in [
        (
            "Le verger",
            [
                ("Organisme", "Rive Habitat"),
                ("Lieu", "Dinan (22)"),
                ("Année", "2021"),
                ("Public", "Familles du quartier"),
                ("Partenaires", "Terre et Vie, Ville de Dinan"),
            ],
        ),
        ("La halte", [("Porteur du projet", "Cap Essor"), ("Où ?", "Brest (29)")]),
    ]
]


class TestLabelsOnTheirOwnLine:
    @pytest.fixture
    def reading(self) -> Reading:
        return read_lines(*BOXES)

    def test_the_value_stands_below(self, reading: Reading) -> None:
        first, second = reading.projects
        assert (first.organisation, first.communes, first.year) == (
            "Rive Habitat",
            ("Dinan",),
            2021,
        )
        assert (first.public, first.partners) == (
            "Familles du quartier",
            ("Terre et Vie", "Ville de Dinan"),
        )
        assert (second.organisation, second.departements) == ("Cap Essor", ("29",))

    def test_labels_and_values_are_in_no_passage(self, reading: Reading) -> None:
        assert [text for project in reading.projects for _, text in sections(reading, project)] == [
            TEXT,
            MORE,
            TEXT,
            MORE,
        ]
        assert reading.report.set_aside == ()

    def test_a_box_below_the_text_counts_too(self) -> None:
        box = BOXES[0][1:11]
        reading = read_lines([BOXES[0][0], *BOXES[0][11:], *box], BOXES[1])
        assert reading.projects[0].organisation == "Rive Habitat"
        assert sections(reading, reading.projects[0])[-1] == ("Bilan", MORE)

    def test_section_headings_with_text_below_are_no_labels(self) -> None:
        reading = read_lines(
            [title("Un toit"), heading("Public"), body(), heading("Partenaires"), body(MORE)]
        )
        assert [printed for printed, _ in sections(reading, reading.projects[0])] == [
            "Public",
            "Partenaires",
        ]


def test_labels_in_the_top_row_of_a_table() -> None:
    def row(*texts: str) -> list[Line]:
        return [Line(text, size=9.0, cell=place) for place, text in enumerate(texts, start=1)]

    reading = read_lines(
        [title("Un toit"), *row("Qui ?", "Où ?", "Quand ?"),
         *row("Marne Familles", "Reims, Marne", "2022"), heading("Contexte"), body()]
    )  # fmt: skip
    (project,) = reading.projects
    assert (project.organisation, project.communes, project.departements, project.year) == (
        "Marne Familles",
        ("Reims",),
        ("51",),
        2022,
    )


class TestContacts:
    def test_the_organisation_in_bold_under_a_contact_heading(self) -> None:
        contact = [
            heading("Contact"),
            Line("Morvan Habitat", size=10.0, bold=True, gap_before=True),
            body("Claire Dupont, responsable du recouvrement"),
            body("Tél. 03 00 00 00 01 – claire.dupont@morvan-habitat.example.fr"),
        ]
        pages = [
            [title(name), small("Nevers (58)"), heading("Contexte"), body(), *contact]
            for name in ("Décroche", "Un toit")
        ]
        for project in read_lines(*pages).projects:
            assert project.organisation == "Morvan Habitat"
            assert project.people == (
                Person(
                    "Claire Dupont",
                    "responsable du recouvrement",
                    "Morvan Habitat",
                    "claire.dupont@morvan-habitat.example.fr",
                    "03 00 00 00 01",
                ),
            )

    def test_contacts_that_come_back_belong_to_each_project(self, read_text: ReadText) -> None:
        reading = read_text(
            "\f".join(
                f"{name}\n\n• 2021\n• {place}\n\nMISE EN ŒUVRE\n{TEXT}\n\n"
                f"VOS CONTACTS\n{landlord}\nservice@exemple.fr\n"
                for name, place, landlord in [
                    ("UN TOIT À PLOËRMEL", "Ploërmel (56)", "Golfe Logis"),
                    ("LA FERME", "Hennebont (56)", "Blavet Habitat"),
                ]
            )
        )
        assert [project.organisation for project in reading.projects] == [
            "Golfe Logis",
            "Blavet Habitat",
        ]
        assert reading.projects[0].title == "Un toit à Ploërmel"
        assert not any("exemple.fr" in passage.text for passage in reading.passages)

    def test_an_imprint_on_one_line_is_a_contact(self) -> None:
        imprint = "Adour Habitat – 4 rue Basse, 64100 Bayonne – accueil@adour.example.fr"
        reading = read_lines(
            [title("Un toit"), heading("Contexte"), body(), heading("Bilan"), body(MORE),
             small(imprint, gap=True)]
        )  # fmt: skip
        assert reading.projects[0].organisation == "Adour Habitat"
        assert [text for _, text in sections(reading, reading.projects[0])] == [TEXT, MORE]

    def test_one_deed_of_a_landlord_is_enough_but_worth_a_look(self, read_text: ReadText) -> None:
        reading = read_text(
            "UN TOIT\n\nBrest (29)\n2021\n\nCONTEXTE\nRance Habitat a transformé une école. "
            "Action Logement finance les travaux. Action Logement a suivi le chantier.\n\n"
            f"BILAN\n{TEXT}\n"
        )
        assert reading.projects[0].organisation == "Rance Habitat"
        (warning,) = reading.report.warnings
        assert "l’organisme « Rance Habitat » est déduit du texte" in warning


class TestRunInHeadings:
    @staticmethod
    def run_in(label: str, text: str) -> Line:
        return Line(f"{label} {text}", size=10.0, gap_before=True, bold_prefix=len(label))

    def test_in_bold(self) -> None:
        pages = [
            [
                title(name),
                small(f"Marne Logis, {place}, 2020"),
                self.run_in("Contexte :", "La ville manquait de petits logements"),
                body("et les familles partaient."),
                self.run_in("Objectifs :", "Le bailleur souhaite :"),
                Line("loger des jeunes ;", size=10.0, bullet=True),
                self.run_in("Budget :", TEXT),
                self.run_in("Bilan. –", MORE),
            ]
            for name, place in [("Un toit", "Reims (51)"), ("Une clé", "Vitry (51)")]
        ]
        reading = read_lines(*pages)
        for project in reading.projects:
            assert sections(reading, project) == [
                ("Contexte :", "La ville manquait de petits logements et les familles partaient."),
                ("Objectifs :", "Le bailleur souhaite :\n• loger des jeunes ;"),
                ("Budget :", TEXT),
                ("Bilan", MORE),
            ]
        assert "Contexte : La ville manquait" in reading.pages[0].text

    def test_in_plain_text_by_their_wording(self, read_text: ReadText) -> None:
        reading = read_text(
            "\n\n".join(
                f"{name}\nReims (51), 2020\n\n"
                f"Contexte : {TEXT}\n\nBudget : {MORE}\n\nBilan : {TEXT}"
                for name in ["UN TOIT POUR TOUS", "UNE CLÉ EN MAIN"]
            )
        )
        assert [section.heading_printed for section in reading.sections] == 2 * [
            "Contexte :",
            "Budget :",
            "Bilan :",
        ]

    def test_labels_of_facts_and_bold_words_stay_where_they_are(self) -> None:
        lines = [
            self.run_in("Bailleur :", "Marne Logis"),
            self.run_in("Partenaires :", "Iris, Soliha"),
            heading("Contexte"),
            self.run_in("Marne Logis", "a réuni les habitants et les services de la ville."),
        ]
        reading = read_lines([title("Un toit"), *lines], [title("Une clé"), *lines])
        for project in reading.projects:
            assert project.organisation == "Marne Logis"
            assert project.partners == ("Iris", "Soliha")
            assert sections(reading, project) == [
                ("Contexte", "Marne Logis a réuni les habitants et les services de la ville.")
            ]


class TestHeadings:
    def test_a_heading_does_not_take_the_text_below_it(self) -> None:
        reading = read_lines(
            [title("Un toit"), heading("POURQUOI"), body("La commune a perdu ses médecins et"),
             body("l’école fermait."), heading("BILAN"), body()]
        )  # fmt: skip
        assert sections(reading, reading.projects[0])[0] == (
            "POURQUOI",
            "La commune a perdu ses médecins et l’école fermait.",
        )

    def test_a_lead_in_above_bullets_is_none(self) -> None:
        def plain(text: str, **more: bool) -> Line:
            return Line(text, gap_before=True, **more)  # type: ignore[arg-type]

        lines = [
            plain("Contexte", bold=True), plain(TEXT),
            plain("Intentions", bold=True), plain("L’atelier a deux vocations :"),
            plain("former des jeunes", bullet=True), plain("réparer", bullet=True),
            plain("Bilan", bold=True), plain(MORE),
        ]  # fmt: skip
        reading = read_lines(lines, form="html")
        assert sections(reading, reading.projects[0])[1] == (
            "Intentions",
            "L’atelier a deux vocations :\n• former des jeunes\n• réparer",
        )


class TestTitleBlocks:
    def test_a_line_of_facts_on_two_lines(self) -> None:
        reading = read_lines(
            [title("Le car"), small("Oust Toits | Lot-et-Garonne (47) et Tarn-et-"),
             small("Garonne (82) | 2021"), heading("Contexte"), body()]
        )  # fmt: skip
        (project,) = reading.projects
        assert (project.organisation, project.communes, project.departements, project.year) == (
            "Oust Toits",
            (),
            ("47", "82"),
            2021,
        )

    def test_the_body_is_named_first_where_the_other_projects_do_so(self) -> None:
        pages = [
            [title(name), small(facts), heading("Contexte"), body(), heading("Bilan"), body(MORE)]
            for name, facts in [
                ("Un toit", "Marne Habitat, Reims (51), 2020"),
                ("Une clé", "Vesle Logis, Reims, Tinqueux (51), 2021"),
                ("Un jardin", "Somme Solidaire, Abbeville (80), 2022"),
            ]
        ]
        assert [(p.organisation, p.communes) for p in read_lines(*pages).projects] == [
            ("Marne Habitat", ("Reims",)),
            ("Vesle Logis", ("Reims", "Tinqueux")),
            ("Somme Solidaire", ("Abbeville",)),
        ]

    def test_a_lone_body_before_its_place_by_what_it_does(self, read_text: ReadText) -> None:
        reading = read_text(
            "UN TOIT\n\nSomme Solidaire, Abbeville (80), 2020\n\nCONTEXTE\n"
            f"Somme Solidaire a réuni les habitants.\n\nBILAN\n{TEXT}\n"
        )
        assert (reading.projects[0].organisation, reading.projects[0].communes) == (
            "Somme Solidaire",
            ("Abbeville",),
        )

    def test_a_commune_without_its_departement_is_reported(self, read_text: ReadText) -> None:
        reading = read_text(
            "UN TOIT\n\nOrganisme : Rance Habitat\nCommune(s) : Dinan\nAnnée : 2020\n\n"
            f"CONTEXTE\n{TEXT}\n\nBILAN\n{TEXT}\n"
        )
        assert reading.projects[0].communes == ("Dinan",)
        (warning,) = reading.report.warnings
        assert "le département n’a pas été trouvé" in warning


@pytest.mark.parametrize(
    ("line", "person"),
    [
        ("Yanis Belkacem, étudiant en BTS", Person("Yanis Belkacem", "étudiant en BTS")),
        ("Simone, 82 ans", Person("Simone", "82 ans")),
        ("Anne et Luc Fouquet, locataires", Person("Anne et Luc Fouquet", "locataires")),
        ("Depuis, la résidence accueille", None),
        ("Paul Noir, la semaine suivante", None),
    ],
)
def test_who_spoke_is_a_person_and_no_passage(line: str, person: Person | None) -> None:
    reading = read_lines(
        [title("Un toit"), heading("Contexte"), body(), heading("Témoignage"),
         body("« On se parle enfin. »"), small(line)]
    )  # fmt: skip
    (project,) = reading.projects
    assert project.people == ((person,) if person else ())
    assert (line in sections(reading, project)[-1][1]) is (person is None)
