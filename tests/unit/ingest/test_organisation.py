"""Which body carries a project when no line says so."""

from __future__ import annotations

import pytest

from ingest.casing import Casing
from ingest.organisation import OrganisationFinder, looks_like_organisation
from ingest.partners import partners_named
from ingest.profile_files import load_profiles
from kb.model import Person

GENERIC = load_profiles()[-1]


def find(title: str, text: str, *people: Person, lines: tuple[str, ...] = ()) -> str:
    return OrganisationFinder(GENERIC, Casing([text])).find(title, lines, people, text).name


def test_the_contact_s_organisation_with_the_capitals_of_the_text() -> None:
    contact = Person("Eva Noël", organisation="RANCE HABITAT")
    assert (
        find("Un toit", "Depuis 2019, Rance Habitat loge des jeunes.", contact) == "Rance Habitat"
    )


def test_a_contact_from_a_partner_association_is_not_the_organisation() -> None:
    contact = Person("Eva Noël", organisation="LA POSE")
    assert find("Un toit", "Elle travaille avec l’association La Pose.", contact) == ""


def test_a_title_that_acts_in_the_text_is_the_organisation() -> None:
    text = "La SIP a développé un accueil. L’association AGENA accompagne."
    assert find("SIP", text, Person("Eva Noël", email="contact@agena.org")) == "SIP"


def test_a_title_that_only_names_a_place_to_live_is_not() -> None:
    assert find("Foyer Jeunes Actifs", "Le Foyer Jeunes Actifs a ouvert en mars.") == ""


def test_an_address_names_the_body_that_acts() -> None:
    text = "Conscient du manque, 3F Beau Logis a souhaité agir. L’association Iris a suivi."
    assert find("Habiter", text, Person("Eva Noël", email="enoel@beau-logis.fr")) == "3F Beau Logis"


def test_the_landlord_most_often_at_work_when_nothing_else_tells() -> None:
    text = (
        "Le bailleur Oust Habitat a décidé d’agir. Oust Habitat propose douze studios. "
        "L’association La Clé a choisi les meubles."
    )
    assert find("Douze studios", text) == "Oust Habitat"


def test_nothing_is_made_up() -> None:
    assert find("Douze studios", "Les voisins ont planté des arbres. Paris a ri.") == ""


@pytest.mark.parametrize(
    ("text", "is_body"),
    [
        ("Rance Habitat", True),
        ("Oust Foyers", True),
        ("OPAC DU LITTORAL", True),
        ("Ville de Lens", True),
        ("Conseil départemental du Nord", True),
        ("Habitat inclusif pour seniors", False),
        ("UN HABITAT INCLUSIF À CÔTÉ DU BÉGUINAGE", False),
        ("Les clés du bourg", False),
        ("24 logements sociaux", False),
        ("", False),
    ],
)
def test_names_of_bodies_by_their_words(text: str, is_body: bool) -> None:
    assert looks_like_organisation(text, GENERIC) is is_body


def test_partners_are_what_the_text_calls_so() -> None:
    text = (
        "Partenariat avec la CARSAT et Tandem Immo pour les aînés\n"
        "Les associations locales Soliha, AAE et Afeji suivent. L’association Accueil & Pont aide. "
        "Accueil et Pont reste. L’association Rance Habitat n’existe pas."
    )
    assert partners_named(text, "Rance Habitat") == (
        "CARSAT",
        "Tandem Immo",
        "Soliha",
        "AAE",
        "Afeji",
        "Accueil & Pont",
    )


@pytest.mark.parametrize(
    ("text", "partners"),
    [
        ("L’association Les Jardiniers bretons a planté.", ("Les Jardiniers bretons",)),
        ("L’association Lien de l’Aa à l’Yser suit.", ("Lien de l’Aa à l’Yser",)),
        ("L’association Toi et Moi anime.", ("Toi et Moi",)),
        ("L’association Iris et Soliha accompagnent.", ("Iris", "Soliha")),
        ("L’association Vivre en Flandre suit.", ("Vivre en Flandre",)),
        ("L’association Entraide 62 emploie.", ("Entraide 62",)),
        ("L’association La Boîte à Vélos gère.", ("La Boîte à Vélos",)),
        ("L’association Soliha à Lens suit.", ("Soliha",)),
        ("L’association Maison du quartier d’Arras reçoit.", ("Maison du quartier d’Arras",)),
        ("L’association IRIS qui a suivi.", ("IRIS",)),
        ("L’association Les Amis du canal aide.", ("Les Amis du canal",)),
        ("Partenariat avec le Lien. L’association Le Lien suit.", ("Le Lien",)),
        ("L’association Toit & Vie suit. L’association Toit et Vie aide.", ("Toit & Vie",)),
    ],
)
def test_names_of_partners_are_whole(text: str, partners: tuple[str, ...]) -> None:
    assert partners_named(text, "") == partners


def test_proper_names_keep_their_capitals() -> None:
    casing = Casing(["Une maison."])
    names = ["Ploërmel", "Le Port", "Nogent-sur-Oise"]
    assert casing.running("MA MAISON À PLOERMEL", names) == "Ma maison à Ploërmel"
    assert casing.running("UN PORT À NOGENT-SUR-OISE", names) == "Un port à Nogent-sur-Oise"


def test_a_body_in_capitals_that_the_text_never_names() -> None:
    contact = Person("Eva Noël", organisation="HLM DES RIVES DE LOIRE HABITAT")
    assert find("Un toit", "Une maison.", contact) == "HLM des Rives de Loire Habitat"


def test_bodies_that_act_everywhere_carry_nothing() -> None:
    assert find("Un toit", "Action Logement a financé. Action Logement a suivi.") == ""


def test_two_landlords_that_act_alike_give_no_answer() -> None:
    assert find("Un toit", "Oust Habitat a construit. Rance Logis a rénové.") == ""


def test_capitals_return_to_what_the_text_writes() -> None:
    casing = Casing(["Il vit à Soissons avec la Carsat.", "Rance Habitat", "un habitat", "le SIAO"])
    assert (
        casing.running("UN HABITAT À SOISSONS, PAR LE SIAO") == "Un habitat à Soissons, par le SIAO"
    )
    assert casing.running("SIAO") == "SIAO"
    assert casing.running("Déjà en minuscules") == "Déjà en minuscules"
