"""Capitals put back to running case, as the document itself writes its words."""

from __future__ import annotations

import pytest

from ingest import casing
from ingest.casing import Casing

TEXTS = (
    "La résidence du Foyer accueille ici, à Soissons, une Caf et deux habitants.",
    "Elle travaille avec la CAF de Soissons, avec l’Aisne et avec iPass-Santé.",
    "Dans la cour du foyer, le foyer d’hier, un foyer ouvert.",
    "FOYER SOISSONS",
)


@pytest.mark.parametrize(
    ("printed", "running"),
    [
        ("UNE VISITE À SOISSONS", "Une visite à Soissons"),
        ("HABITANTS DE L’AISNE", "Habitants de l’Aisne"),
        ("LE FOYER OUVERT", "Le foyer ouvert"),
        ("AVEC IPASS", "Avec iPass"),
        ("SOISSONS", "Soissons"),
        ("INCONNU", "INCONNU"),
        ("LA CAF", "La Caf"),
        ("Déjà en minuscules", "Déjà en minuscules"),
    ],
)
def test_a_title_in_capitals_takes_the_forms_of_the_text(printed: str, running: str) -> None:
    assert Casing(TEXTS).running(printed) == running


def test_a_word_that_opens_sentences_gets_no_capital_by_that() -> None:
    assert Casing(["Maison bleue. Maison verte. Maison rouge."]).running("MA MAISON") == "Ma maison"


def test_a_form_counts_when_it_is_seldom_written_small() -> None:
    seldom = " ".join(["vers Brest"] * 10 + ["vers brest"])
    assert Casing([seldom]).running("VERS BREST") == "Vers Brest"
    often = " ".join(["vers Brest"] * 9 + ["vers brest"])
    assert Casing([often]).running("VERS BREST") == "Vers brest"


def test_a_word_within_another_is_not_that_word() -> None:
    texts = ["près de Lens avec talens, lensois, valence et silens"]
    assert Casing(texts).running("PRÈS DE LENS") == "Près de Lens"


def test_many_words_are_counted_together_with_the_same_end(monkeypatch: pytest.MonkeyPatch) -> None:
    titles = ["UNE VISITE À SOISSONS", "LE FOYER OUVERT", "LA CAF", "AVEC IPASS"]
    one_by_one = [Casing(TEXTS).running(title) for title in titles]
    monkeypatch.setattr(casing, "_FEW_WORDS", -1)
    assert [Casing(TEXTS).running(title) for title in titles] == one_by_one
