"""Contacts and speakers are people, not text."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.document import Document, Line, Page
from ingest.people import _SIGN, _URL, contact_zone, find_people
from ingest.profile_files import load_profiles
from ingest.stream import flatten
from kb.model import Person
from kb.privacy import contacts as contacts_of

GENERIC = load_profiles()[-1]


def people(lines: list[str], contacts: bool = False) -> list[tuple[Person, int]]:
    """Each person and how many lines they take; a blank line is a gap."""
    read: list[Line] = []
    gap = False
    for text in lines:
        if text:
            read.append(Line(text, gap_before=gap))
        gap = not text
    stream = flatten(Document("txt", (Page(1, tuple(read)),), False), (), frozenset())
    within = frozenset(range(len(read))) if contacts else frozenset()
    found = find_people(stream.entries, GENERIC, frozenset(), within)
    return [(contact.person, len(contact.places)) for contact in found]


def test_name_role_organisation_and_address_on_their_own_lines() -> None:
    found = people(
        [
            "Fin du texte.",
            "",
            "Jeanne ROUX",
            "Directrice de l’agence",
            "",
            "RANCE HABITAT",
            "j@r.fr",
        ]
    )
    assert found == [
        (Person("Jeanne ROUX", "Directrice de l’agence", "RANCE HABITAT", "j@r.fr"), 4)
    ]


def test_two_people_in_a_row_stay_apart() -> None:
    found = people(
        ["Ali Diop", "Responsable du site", "", "a@x.fr", "", "Eva Noël", "Référente", "e@x.fr"]
    )
    assert [person.name for person, _ in found] == ["Ali Diop", "Eva Noël"]
    assert [person.email for person, _ in found] == ["a@x.fr", "e@x.fr"]


def test_a_speaker_between_two_quotations() -> None:
    found = people(["« Un mot. »", "", "Paul NOIR", "Président de La Pose", "", "« Un autre. »"])
    assert found == [(Person("Paul NOIR", "Président de La Pose"), 2)]


def test_one_line_with_commas_and_a_telephone_number() -> None:
    found = people(["Eva Noël, chargée de mission, 05 55 00 00 00, e@x.fr"], contacts=True)
    assert found == [(Person("Eva Noël", "chargée de mission", "", "e@x.fr", "05 55 00 00 00"), 1)]


@pytest.mark.parametrize(
    "text",
    [
        "Comme le dit Paul Noir, directeur de La Pose, rien ne presse.",
        "La Pose",
        "Le bailleur écrit à contact@exemple.fr quand un logement adapté se libère.",
        "Directeur et locataires se parlent.",
        "Pour venir, appeler le 02 99 00 00 00 ou écrire à contact@exemple.fr avant la",
    ],
)
def test_running_text_names_nobody(text: str) -> None:
    assert people(["Avant.", "", text, "suite de la phrase."]) == []


def zone(lines: list[Line]) -> list[int]:
    stream = flatten(Document("pdf", (Page(1, tuple(lines)),), True), (), frozenset())
    return contact_zone(stream.entries, GENERIC)


@pytest.mark.parametrize(
    "text",
    [
        Line("« On respire enfin dans la cour. »"),
        Line("rendre la cour aux enfants", bullet=True),
        Line("Le bailleur a réuni les habitants deux fois avant de dessiner la cour du bas."),
    ],
)
def test_text_ends_the_contacts(text: Line) -> None:
    lines = [Line("Jeanne Roux"), Line("j@r.fr"), text, Line("Suite")]
    assert zone(lines) == [0, 1]


def test_contacts_end_eight_lines_after_the_last_address() -> None:
    lines = [Line("j@r.fr"), *(Line(f"Mot {number}") for number in range(12))]
    assert zone(lines) == list(range(9))


@pytest.mark.parametrize(
    "text",
    [
        "Écrire à marie.dupont@habitat.fr",
        "marie (at) habitat (point) fr",
        "marie [arobase] habitat.fr",
        "marie＠habitat.fr",
        "Tél. 03 20 12 34 56",
        "+33 3 21 12 34 56",
        "(+33) 321 123 456",
        "WWW.habitat.fr",
        "https://habitat.fr",
    ],
)
def test_what_leads_to_someone_shows_by_its_sign(text: str) -> None:
    assert contacts_of(text) or _URL.search(text)
    assert _SIGN.search(text)


@given(st.text("0123456789+.@＠﹫()[]atfr-w:/ Tél", max_size=60))
def test_nothing_that_leads_to_someone_lacks_a_sign(text: str) -> None:
    assume(not _SIGN.search(text))
    assert not contacts_of(text)
    assert not _URL.search(text)
