from __future__ import annotations

import json

import pytest

from index import StaticEmbedder
from index.training import extra
from index.training.pipeline import train
from index.training.reporting import Silent
from kb.errors import ConfigurationError, InputError

FILES = {
    "README.md", "config.json", "config_sentence_transformers.json", "model.safetensors",
    "modules.json", "report.json", "report.md", "tokenizer.json",
}  # fmt: skip


@pytest.mark.slow
def test_a_configuration_makes_a_model_and_its_report(workshop):
    path = workshop.folder / "data" / "pairs.jsonl"
    first = json.loads(path.read_text().splitlines()[0])
    questions = workshop.folder / "questions.jsonl"
    questions.write_text(json.dumps({"query": first["query"]}))

    report = train(workshop.request(keep_out=(questions,)), Silent())

    folder = workshop.folder / "model"
    assert {one.name for one in folder.iterdir()} == FILES
    assert StaticEmbedder(folder).dim == 16 == report.dim
    told = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [source["name"] for source in told["sources"]] == ["field", "asked", "text"]
    asked = told["sources"][1]
    assert asked["leaked"] >= 1 == told["kept_out"]
    assert asked["used"] + asked["held_out"] + asked["leaked"] == 300
    assert told["exported"]["asked"] > told["figures"]["0"]["asked"]
    assert told["versions"]["python"].startswith("3.")
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "| asked | pairs | CC0 | drawn by chance | 2 |" in card
    assert "began with: drawn by chance." in card
    assert not (workshop.folder / "model.work" / "checkpoints").exists()


@pytest.mark.slow
def test_the_same_inputs_give_the_same_model(workshop):
    for name in ("one", "other"):
        train(workshop.request(name), Silent())

    for name in sorted(FILES - {"report.json", "report.md"}):
        one, other = (workshop.folder / folder / name for folder in ("one", "other"))
        assert one.read_bytes() == other.read_bytes(), name


def test_a_training_of_another_configuration_is_not_resumed(workshop):
    work = workshop.folder / "model.work"
    work.mkdir()
    (work / "configuration.txt").write_text("of another")

    with pytest.raises(InputError, match="relancez sans --resume"):
        train(workshop.request(resume=True), Silent())


def test_a_static_model_takes_over_no_student(workshop, tmp_path):
    with pytest.raises(InputError, match="ne fabrique pas de modèle élève : retirez --student"):
        train(workshop.request(student=tmp_path), Silent())


def test_without_the_extra_training_says_how_to_install_it(workshop, monkeypatch):
    monkeypatch.setattr(
        extra, "find_spec", lambda name: None if name in ("datasets", "accelerate") else object()
    )

    with pytest.raises(ConfigurationError) as caught:
        train(workshop.request(), Silent())
    assert str(caught.value) == (
        "L’entraînement demande des bibliothèques qui manquent (datasets, accelerate) : "
        'installez-les par pip install "passages[train]".'
    )
