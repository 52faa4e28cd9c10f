from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from index import StaticEmbedder
from index.training.adapting import OPTIONS, CorpusPassage, adapt, corpus_pairs
from index.training.reporting import Silent
from index.training.sources import Pair
from kb.errors import InputError
from tests.contract.static_folder import write_static_model

SUBJECTS = ["jardin", "garage", "potager", "loyer", "crèche", "vélo", "cuisine", "lecture"]


def passage(number: int, subject: str) -> CorpusPassage:
    return CorpusPassage(
        text=f"Le {subject} numéro {number} ouvre. On y vient le samedi avec les voisins du "
        f"quartier. Le {subject} reste ouvert le soir.",
        title=f"Projet {subject}",
        organisation="Habitat Un",
        heading="Objectifs" if number % 2 else "",
        section=f"{subject}/{number // 4}",
    )


PASSAGES = [passage(number, SUBJECTS[number % 8]) for number in range(64)]


def test_the_layout_gives_questions():
    one = CorpusPassage("Un toit. Une clé.", "La Clé", "Habitat", "Objectifs", "s")
    other = CorpusPassage("Un jardin.", "La Clé", "", "", "s")
    apart = CorpusPassage("Un four.", "Le Four", "", "", "t")

    assert corpus_pairs([one, other, apart]) == {
        "title": [
            Pair("La Clé", "Un toit. Une clé."),
            Pair("La Clé", "Un jardin."),
            Pair("Le Four", "Un four."),
        ],
        "heading": [Pair("Objectifs La Clé", "Un toit. Une clé.")],
        "organisation": [Pair("Habitat La Clé", "Un toit. Une clé.")],
        "neighbour": [Pair("Un toit. Une clé.", "Un jardin.")],
    }


def test_a_sentence_asks_for_the_rest_of_its_passage():
    [pair] = corpus_pairs([replace(PASSAGES[0], title="")])["sentence"]

    assert pair.query == "On y vient le samedi avec les voisins du quartier."
    assert pair.positive == "Le jardin numéro 0 ouvre. Le jardin reste ouvert le soir."


def test_a_corpus_that_is_too_small_is_told(tmp_path: Path):
    with pytest.raises(InputError, match=r"trop peu de passages .* \(29 ; il en faut 30\)"):
        adapt(tmp_path, PASSAGES[:29], tmp_path / "out", tmp_path / "work", Silent())


@pytest.mark.slow
def test_a_corpus_adapts_a_model_alike_in_every_run(tmp_path: Path):
    words = ["le", "on", "y", "ouvre", "projet", "samedi", *SUBJECTS[:4]]
    model = write_static_model(tmp_path / "model", words)
    options = replace(OPTIONS, epochs=1.0)

    one, other = (
        adapt(model, PASSAGES, tmp_path / name, tmp_path / f"{name}.work", Silent(), options)
        for name in ("one", "other")
    )

    assert StaticEmbedder(one.folder).fingerprint == StaticEmbedder(other.folder).fingerprint
    assert StaticEmbedder(one.folder).fingerprint != StaticEmbedder(model).fingerprint
    assert one.added_words > 0
    assert set(one.base_figures) == {"heading", "sentence"}
    assert set(one.field_figures) == {"field_questions"}
    known = StaticEmbedder(one.folder).embed_words(["habitat"])
    assert known.any()
