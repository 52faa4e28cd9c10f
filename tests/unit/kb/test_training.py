"""Adapting a model: it is kept only where searches are not worse with it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from index import StudentEmbedder
from index.training.adapting import Adapted
from index.training.reporting import Silent
from kb.config import Settings
from kb.errors import ConfigurationError, InputError
from kb.shelf import LIGHT
from kb.training import AdaptationOutcome, Comparison, adapt_model, corpus_passages
from kb.wiring import open_library, static_model_folder

ROOT = Path(__file__).parents[3]
BROCHURES = {
    "jardin.txt": """Le jardin des voisins

Objectifs
Les habitants cultivent un potager au pied de la tour, avec l’aide d’une association.
""",
    "pension.txt": """La pension de famille

Objectifs
Vingt personnes seules y ont leur logement, sans limite de durée, avec deux hôtes.
""",
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A base over two brochures, with the light bundled model."""
    made = Settings(home=tmp_path / "base", embedding_model=LIGHT)
    for name, text in BROCHURES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with open_library(made) as library:
        assert not library.ingest([tmp_path / name for name in BROCHURES]).refused
    return made


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "questions.jsonl"
    gold = [{"project": "le-jardin-des-voisins", "evidence": ["potager au pied de la tour"]}]
    record = {"id": "1", "type": "x", "query": "potager des habitants", "gold": gold}
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return path


def trained(change, base=(0.5, 0.6), field=(0.5, 0.5)):
    """Stands in for training: the model in use, its table changed."""

    def train(model, passages, output, work, reporter):
        arrays = load_file(model / "model.safetensors")
        output.mkdir(parents=True)
        save_file(
            {"embeddings": change(arrays["embeddings"]), "weights": arrays["weights"]},
            output / "model.safetensors",
        )
        for name in ("tokenizer.json", "modules.json"):
            (output / name).write_bytes((model / name).read_bytes())
        return Adapted(output, 3, 1, {"sentence": base}, {"field_questions": field})

    return train


def mirrored(table):
    """All cosines stay, but the bytes and the fingerprint change."""
    return -table


def state(settings):
    with open_library(settings) as library:
        return [finding.message for finding in library.doctor()], static_model_folder(settings)


@pytest.mark.parametrize(
    ("model", "label"),
    [
        ("", "modèle français adapté à vos brochures, 512 dimensions."),
        (LIGHT, "modèle français léger adapté à vos brochures, 384 dimensions."),
    ],
)
def test_a_model_that_is_not_worse_is_installed_and_the_base_reindexed(
    settings, questions, model, label
):
    settings = replace(settings, embedding_model=model)
    outcome = adapt_model(
        settings,
        questions=questions,
        dry_run=False,
        reporter=Silent(),
        train=trained(mirrored),
    )

    assert outcome.installed
    [comparison] = outcome.comparisons
    assert comparison.before == comparison.after > 0
    messages, folder = state(settings)
    assert folder.parent == settings.home.absolute() / "models"
    assert label in messages


def test_searches_are_compared_with_the_transformer_where_the_settings_ask_for_it(
    settings, questions, monkeypatch
):
    asked = []
    embed = StudentEmbedder.embed_queries
    monkeypatch.setattr(
        StudentEmbedder,
        "embed_queries",
        lambda student, texts: asked.append(list(texts)) or embed(student, texts),
    )

    for model in (LIGHT, ""):
        adapt_model(
            replace(settings, embedding_model=model),
            questions=questions,
            dry_run=True,
            reporter=Silent(),
            train=trained(mirrored),
        )
        if model == LIGHT:
            assert asked == []
    assert asked == [["potager des habitants"]] * 2


def test_a_worse_model_is_refused_and_the_base_stays(settings, questions, monkeypatch):
    before = state(settings)
    figures = iter([0.8, 0.7])
    monkeypatch.setattr("kb.training._ndcg", lambda *_parts: next(figures))

    outcome = adapt_model(
        settings,
        questions=questions,
        dry_run=False,
        reporter=Silent(),
        train=trained(mirrored),
    )

    assert not outcome.installed
    assert not outcome.accepted
    assert outcome.comparisons == (Comparison("recherche hybride, questions", 0.8, 0.7),)
    assert state(settings) == before
    assert not (settings.home / "models").exists()


@pytest.mark.slow
def test_a_model_that_has_lost_all_meaning_is_found_worse(tmp_path):
    """By real searches of the sample's questions."""
    settings = Settings(home=tmp_path / "base", embedding_model=LIGHT)
    with open_library(settings) as library:
        library.ingest([ROOT / "corpus"])
    chance = np.random.default_rng(0)

    outcome = adapt_model(
        settings,
        questions=ROOT / "tests" / "golden" / "questions-sample.jsonl",
        dry_run=False,
        reporter=Silent(),
        train=trained(chance.permutation),
    )

    [comparison] = outcome.comparisons
    assert comparison.after < comparison.before
    assert not outcome.installed


def test_a_dry_run_changes_nothing(settings):
    before = state(settings)

    outcome = adapt_model(
        settings, questions=None, dry_run=True, reporter=Silent(), train=trained(mirrored)
    )

    assert outcome.accepted
    assert not outcome.installed
    assert state(settings) == before


def test_without_questions_the_model_alone_is_compared(settings):
    outcome = adapt_model(
        settings,
        questions=None,
        dry_run=True,
        reporter=Silent(),
        train=trained(mirrored, base=(0.4, 0.5), field=(0.6, 0.55)),
    )

    assert outcome.comparisons == (
        Comparison("questions tirées de vos brochures", 0.4, 0.5),
        Comparison("questions du domaine livrées avec le programme", 0.6, 0.55),
    )
    assert not outcome.accepted


@pytest.mark.parametrize(
    ("figures", "accepted"),
    [
        ([(0.8, 0.8)], True),
        ([(0.8, 0.799)], False),
        ([(0.5, 0.6), (0.5, 0.497)], True),
        ([(0.5, 0.6), (0.5, 0.49)], False),
        ([(0.5, 0.501), (0.5, 0.497)], False),
    ],
)
def test_no_figure_may_fall_for_another_to_rise(figures, accepted):
    comparisons = tuple(Comparison("x", before, after) for before, after in figures)

    assert AdaptationOutcome(comparisons, 0, False).accepted is accepted


def test_questions_without_answer_in_the_base_are_told(settings, tmp_path):
    path = tmp_path / "other.jsonl"
    gold = [{"project": "jardin", "evidence": ["rien de tel"]}]
    path.write_text(json.dumps({"id": "1", "type": "x", "query": "q", "gold": gold}))

    with pytest.raises(InputError, match="aucune question n’a sa réponse dans la base"):
        adapt_model(
            settings, questions=path, dry_run=False, reporter=Silent(), train=trained(mirrored)
        )


def test_a_model_that_the_user_chose_is_not_adapted(tmp_path):
    with pytest.raises(ConfigurationError) as caught:
        adapt_model(
            Settings(home=tmp_path, embedding_model="autre"),
            questions=None,
            dry_run=False,
            reporter=Silent(),
        )

    assert str(caught.value) == (
        "La base utilise le modèle « autre », choisi par KB_EMBEDDING_MODEL : retirez ce réglage "
        "pour adapter le modèle français fourni."
    )


def test_passages_come_with_the_places_that_name_them(settings):
    with open_library(settings) as library:
        passages = corpus_passages(list(library.passages()))

    assert [one.title for one in passages] == ["Le jardin des voisins", "La pension de famille"]
    assert {one.heading for one in passages} == {"Objectifs du projet"}
    assert passages[0].section != passages[1].section
