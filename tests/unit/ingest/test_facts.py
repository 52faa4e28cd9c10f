"""Lines that state where, when and who."""

from __future__ import annotations

import pytest

from ingest.document import Document, Line, Page
from ingest.fact_lines import find_facts
from ingest.facts import facts_of, label_kind, listed, year_of
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
