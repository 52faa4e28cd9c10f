"""Lines that state where, when and who."""

from __future__ import annotations

import pytest

from ingest.document import Document, Line, Page
from ingest.fact_lines import find_facts
from ingest.facts import facts_of, label_kind, listed, speaker_facts, year_of
from ingest.places import is_place, places_of
from ingest.profile_files import load_profiles
from ingest.stream import flatten

GENERIC = load_profiles()[-1]


@pytest.mark.parametrize(
    ("text", "labelled", "communes", "codes"),
    [
        ("Soissons (02)", False, ("Soissons",), ("02",)),
        ("Lens, Hénin (62)", False, ("Lens", "Hénin"), ("62",)),
        ("Nord (59) et Pas-de-Calais (62 )", False, (), ("59", "62")),
        ("Oise", False, (), ("60",)),
        ("Paris (75)", False, ("Paris",), ("75",)),
        ("Vannes, Morbihan", True, ("Vannes",), ("56",)),
        ("56000 Vannes", True, ("Vannes",), ("56",)),
        ("Le Port [974]", True, ("Le Port",), ("974",)),
        ("Ajaccio (2A)", False, ("Ajaccio",), ("2A",)),
        ("quartier Bellevue, Brest (29)", True, ("Brest",), ("29",)),
        ("Plusieurs communes du Finistère (29)", True, (), ("29",)),
        ("Lannion (Côtes-d’Armor)", False, ("Lannion",), ("22",)),
        ("Rennes", True, ("Rennes",), ()),
        ("Rennes", False, (), ()),
        ("Résidence (12 logements)", False, (), ()),
        ("Les Lilas (00)", False, (), ()),
    ],
)
def test_places(
    text: str, labelled: bool, communes: tuple[str, ...], codes: tuple[str, ...]
) -> None:
    assert places_of(text, labelled=labelled) == (communes, codes)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("2018", ["year"]),
        ("Depuis mars 2021", ["year"]),
        ("2018-2020", ["year"]),
        ("Dunkerque (59)", ["place"]),
        ("Vannes (56) · 2021", ["place", "year"]),
        ("Rance Habitat – Saint-Malo (35) – 2019", ["organisation", "place", "year"]),
        ("Organisme : Rance Habitat | Année : 2019", ["organisation", "year"]),
        ("Solidarité & anticipation", ["values"]),
        ("Solidarité", []),
        ("Rance Habitat, Saint-Malo (Ille-et-Vilaine), 2019", ["organisation", "place", "year"]),
        ("Arras (62), 2019", ["place", "year"]),
        ("En 2018, la commune a vendu le terrain", []),
        ("UNE RÉSIDENCE PIONNIÈRE, OUVERTE EN 1997", []),
        ("12 logements", []),
        ("", []),
    ],
)
def test_a_line_states_facts_only_when_all_of_it_does(text: str, kinds: list[str]) -> None:
    assert [fact.kind for fact in facts_of(text, GENERIC)] == kinds


def read_lines(*lines: Line) -> list[list[tuple[str, str]]]:
    stream = flatten(Document("txt", (Page(1, lines),), False), (), frozenset())
    return [[(f.kind, f.value) for f in line.facts] for line in find_facts(stream, GENERIC)]


def test_a_wrapped_value_is_read_whole() -> None:
    found = read_lines(Line("Partenaires : Ville de La Roche, CCAS de La"), Line("Roche, Adapei"))
    assert found == [[("partners", "Ville de La Roche, CCAS de La Roche, Adapei")]]


def test_a_label_and_its_value_in_two_cells_or_on_two_lines() -> None:
    cells = [Line("Maître d’ouvrage", cell=1), Line("Aube Logis", cell=2)]
    assert read_lines(*cells) == [[("organisation", "Aube Logis")]]
    assert read_lines(Line("Lieu :"), Line("Troyes (10)")) == [[("place", "Troyes (10)")]]


def test_a_label_may_be_a_question() -> None:
    assert read_lines(Line("Où ? Troyes (10)"), Line("Quand ? 2019")) == [
        [("place", "Troyes (10)")],
        [("year", "2019")],
    ]


def test_a_sentence_with_a_colon_is_no_fact() -> None:
    assert read_lines(Line("Public : " + "des personnes très isolées et " * 8)) == []
    assert read_lines(Line("Remarque : tout va bien")) == []


@pytest.mark.parametrize(
    ("text", "is_fact"),
    [
        ("Tarbes et Bagnères-de-Bigorre (65)", True),
        ("Quartier de l’Europe, Brest (29)", True),
        ("Paris 13e (75)", True),
        ("Texte d’un projet à Lille (59)", False),
        ("Une maison ouvre à Lille (59)", False),
        ("Vannes (56).", False),
    ],
)
def test_a_bare_place_is_made_of_place_words(text: str, is_fact: bool) -> None:
    assert is_place(text) is is_fact


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Commune(s)", "place"),
        ("Organisme(s) :", "organisation"),
        ("Porteur·euse", "organisation"),
        ("Quand ?", "year"),
        ("Remarque(s)", None),
    ],
)
def test_labels_in_either_number_or_gender(label: str, kind: str | None) -> None:
    assert label_kind(label, GENERIC) == kind


def test_only_the_last_item_of_a_list_follows_et() -> None:
    assert listed("Âge et Vie, Ville de Lens et Soliha") == (
        "Âge et Vie",
        "Ville de Lens",
        "Soliha",
    )


def test_years_and_lists() -> None:
    assert year_of("Mise en service : printemps 2019, puis 2021") == 2019
    assert year_of("Lot 1234") is None
    assert listed("Ville de Lens, La Pose et Soliha") == ("Ville de Lens", "La Pose", "Soliha")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "Où ? Nevers Quand ? 2019 Avec qui ? Bourgogne Watt",
            [("place", "Nevers"), ("year", "2019"), ("partners", "Bourgogne Watt")],
        ),
        (
            "Porteur : Tarn Habitat – Commune : Albi (81)",
            [("organisation", "Tarn Habitat"), ("place", "Albi (81)")],
        ),
        ("⚑ Aubusson (23)", [("place", "Aubusson (23)")]),
        (
            "⌂ Creuse Habitat \ue001 Aubusson (23) 📍 2022 ♥ Avec Tables Ouvertes",
            [
                ("organisation", "Creuse Habitat"),
                ("place", "Aubusson (23)"),
                ("year", "2022"),
                ("partners", "Tables Ouvertes"),
            ],
        ),
        ("Avec Tables Ouvertes", []),
        ("Vitré (35) • avec les habitants du quartier", []),
    ],
)
def test_labels_and_pictures_part_the_facts_of_a_line(
    text: str, facts: list[tuple[str, str]]
) -> None:
    assert [(fact.kind, fact.value) for fact in facts_of(text, GENERIC)] == facts


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Partenaires mobilisés", "partners"),
        ("Partenaires impliqués dans le projet", "partners"),
        ("Avec qui ?", "partners"),
        ("Organisme porteur", "organisation"),
        ("Porteurs", "organisation"),
        ("Qui porte le projet ?", "organisation"),
        ("Projet porté par", "organisation"),
        ("Partenaires de demain", None),
    ],
)
def test_labels_may_be_longer(label: str, kind: str | None) -> None:
    assert label_kind(label, GENERIC) == kind


def test_a_place_is_no_question_and_no_year() -> None:
    assert places_of("Clamecy Quand ? 2017", labelled=True) == ((), ())


def test_a_company_is_not_two_partners() -> None:
    assert listed("Rouages et Compagnie") == ("Rouages et Compagnie",)
    assert listed("Emmaüs, Rouages et Fils et Caritas") == ("Emmaüs", "Rouages et Fils", "Caritas")


def test_a_labelled_line_goes_on_with_the_next_label() -> None:
    line = Line("Où ? Cosne-Cours-sur-Loire Avec qui ? Pain Commun")
    stream = flatten(Document("txt", (Page(1, (line,)),), paged=False), frozenset(), frozenset(), 0)
    (found,) = find_facts(stream, GENERIC)
    assert [(fact.kind, fact.value) for fact in found.facts] == [
        ("place", "Cosne-Cours-sur-Loire"),
        ("partners", "Pain Commun"),
    ]


def test_the_cells_of_a_row_are_facts_when_all_but_the_body_are() -> None:
    cells = ("⌂ Toit Angevin", "⚑ Trélazé (49)", "♥ Avec Clé de Douze")
    lines = tuple(Line(text, cell=index) for index, text in enumerate(cells, 1))
    stream = flatten(Document("pdf", (Page(1, lines),), paged=True), frozenset(), frozenset(), 0)
    (found,) = find_facts(stream, GENERIC)
    assert [(fact.kind, fact.value) for fact in found.facts] == [
        ("organisation", "Toit Angevin"),
        ("place", "Trélazé (49)"),
        ("partners", "Clé de Douze"),
    ]


def test_a_body_may_stand_before_its_commune_in_brackets() -> None:
    facts = facts_of("Habitat Drouais (Dreux, 28)", GENERIC)
    assert [(fact.kind, fact.value) for fact in facts] == [
        ("organisation", "Habitat Drouais"),
        ("place", "Dreux (28)"),
    ]


@pytest.mark.parametrize(
    ("label", "value", "kinds"),
    [
        (
            "Intervenante",
            "Inès Schmitt, cheffe de projet, Batigère Moselle (Forbach, 57)",
            ["person", "organisation", "place"],
        ),
        ("Intervenant", "Paul Etcheverry, chargé d’opérations", []),
        ("Coût", "Inès Schmitt, cheffe de projet, Batigère Moselle (Forbach, 57)", []),
    ],
)
def test_a_speaker_tells_the_body_and_its_place(label: str, value: str, kinds: list[str]) -> None:
    assert [fact.kind for fact in speaker_facts(label, value, GENERIC)] == kinds
