"""What is made of a passage: terms, words, stems and what is embedded, each by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import read_brochure
from kb.analysis import analyse, analyse_reading, full_sentences, spellings, texts_to_embed
from kb.model import Passage, PassageAnalysis, Project
from kb.text import context_terms, spelt_words, stems, text_terms

CORPUS = Path(__file__).parents[3] / "corpus"
PROJECT = Project(
    id="b/p", brochure_id="b", title="Grandir", organisation="Granit Logis", departements=("35",)
)
ONE = "La colocation rompt l’isolement des seniors."
TWO = "Douze jeunes ménages partagent la maison."


def _passage(text: str, heading: str = "Le besoin") -> Passage:
    return Passage("b/p/s/1", "b/p/s", "b/p", "b", text, heading, "", 1, 1, "1")


def test_a_passage_is_found_by_its_text_and_by_what_surrounds_it() -> None:
    assert analyse(_passage("Deux maisons, une maison."), PROJECT) == PassageAnalysis(
        terms="s:deux s:maison s:maison c:grand c:gran c:logi c:ille c:vilain c:besoin",
        words="deux maisons maison grandir granit logis ille vilaine besoin",
        stems="deux maison",
        context="grand gran logi ille vilain besoin",
    )


def test_words_that_its_brochure_has_told_are_left_out() -> None:
    told = {"maison", "granit"}
    assert analyse(_passage("Deux maisons, une maison."), PROJECT, told).words == (
        "deux maisons grandir logis ille vilaine besoin"
    )
    assert " ".join(sorted(told)) == (
        "besoin deux grandir granit ille logis maison maisons vilaine"
    )


@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=40))
def test_values_in_one_string_come_apart_as_they_were(text: str, heading: str, title: str) -> None:
    passage = _passage(text, heading)
    project = Project(id="b/p", brochure_id="b", title=title)
    made = analyse(passage, project)
    around = [title, heading]
    assert made.terms.split() == text_terms(text) + context_terms(around)
    spelt = [word for part in (text, *around) for word in spelt_words(part)]
    assert made.words.split() == list(dict.fromkeys(spelt))
    assert made.stems.split() == list(dict.fromkeys(stems(text)))
    assert made.context.split() == list(
        dict.fromkeys(one for part in around for one in stems(part))
    )


def test_passages_of_a_reading_are_analysed_in_their_order() -> None:
    reading = read_brochure(next(CORPUS.glob("*.docx")))
    projects = {one.id: one for one in reading.projects}
    made = analyse_reading(reading)
    told: set[str] = set()
    assert list(made.passages) == [
        analyse(one, projects[one.project_id], told) for one in reading.passages
    ]
    assert [list(texts) for texts in made.texts] == [
        texts_to_embed(one, projects[one.project_id]) for one in reading.passages
    ]
    assert made.spellings == spellings(reading.passages, reading.projects)
    assert len(made.passages) > 10


def test_a_passage_is_embedded_with_its_context_then_sentence_by_sentence() -> None:
    assert texts_to_embed(_passage(f"{ONE} {TWO}"), PROJECT) == [
        f"Grandir. Granit Logis. Le besoin. {ONE} {TWO}",
        ONE,
        TWO,
    ]


def test_a_single_sentence_has_no_row_of_its_own() -> None:
    assert texts_to_embed(_passage(ONE), PROJECT) == [f"Grandir. Granit Logis. Le besoin. {ONE}"]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        (f"Oui. {ONE} Très bien ! {TWO}", [ONE, TWO]),
        (f"{ONE} Oui.", [ONE]),
        ("Oui. Non.", ["Oui.", "Non."]),
        (
            "• Accueil des jeunes\n• Une maison\n• Un jardin partagé ouvert",
            ["• Un jardin partagé ouvert"],
        ),
    ],
)
def test_sentences_of_fewer_than_three_words_are_left_out(text: str, sentences: list[str]) -> None:
    assert full_sentences(text) == sentences
