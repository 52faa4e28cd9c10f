"""A configuration with [student] makes a folder that the product reads."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from index import StaticEmbedder, StudentEmbedder
from index.embedders.student import is_student
from index.training.gathering import gather
from index.training.heldout import HeldOut, measure
from index.training.leakage import KeptOut
from index.training.pipeline import train
from index.training.report import Report
from index.training.reporting import Silent
from kb.errors import ConfigurationError, InputError, StorageError
from tests.contract.student_folder import DIM
from tests.unit.index.training.student.conftest import StudentWorkshop
from tests.unit.index.training.student.test_fitting import SECOND, Interrupting

pytestmark = pytest.mark.slow

FILES = {"README.md", "config.json", "model.onnx", "report.json", "report.md"}


@pytest.fixture(scope="module")
def report(shop: StudentWorkshop) -> Report:
    """Of an uninterrupted training into the folder ``model``."""
    return train(shop.request("model"), Silent())


@pytest.fixture(scope="module")
def made(shop: StudentWorkshop, report: Report) -> StudentEmbedder:
    static = StaticEmbedder(shop.static)
    return StudentEmbedder(shop.folder / "model", static, static)


def test_a_configuration_makes_a_folder_that_the_product_reads(shop, report, made):
    folder = shop.folder / "model"
    assert {one.name for one in folder.iterdir()} == FILES
    assert is_student(folder)
    assert json.loads((folder / "config.json").read_text("utf-8")) == {
        "model_type": "student",
        "tokenizer": StaticEmbedder(shop.static).tokenizer_digest,
        "first": 81,
        "last": 82,
        # As many as the tiny teacher reads; the bundled student reads 256.
        "max_tokens": 64,
        "dim": DIM,
        "share": 0.4,
    }
    rows = made.embed_passages(["balade balette", "balade " * 200])
    assert rows.shape == (2, 96 + DIM)
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1], abs=1e-5)
    assert not (shop.folder / "model.work" / "checkpoints").exists()


def test_the_report_is_of_the_folder_as_written(shop, report, made):
    told = json.loads((shop.folder / "model" / "report.json").read_text("utf-8"))
    gathered = gather(shop.config(), shop.folder / "data", KeptOut([]), Silent())
    held_out = {"asked": HeldOut.of_pairs(gathered.held_out["asked"])}

    assert told == json.loads(json.dumps(report.record()))
    assert told["exported"] == measure(held_out, made.embed_passages)
    assert [source["name"] for source in told["sources"]] == ["asked", "translated"]
    assert (told["tokens"], told["dim"], told["name"]) == (81, DIM, "tiny-student")
    size = sum(
        (shop.folder / "model" / name).stat().st_size for name in ("model.onnx", "config.json")
    )
    assert told["megabytes"] == pytest.approx(size / 1e6)
    # Before the pairs, once on the way, and at the end.
    assert len(told["figures"]) == 3


def test_the_card_says_what_it_is_and_where_it_comes_from(shop, report):
    card = (shop.folder / "model" / "README.md").read_text("utf-8")

    assert "license: apache-2.0" in card
    assert f"A small transformer of French (1 layers, {DIM} numbers)" in card
    assert "number 81, those that `tokenizer.json` of the static model gives, number 82" in card
    assert "a cosine being 0.6 times the first's plus 0.4 times the second's" in card
    assert f"began with those of the teacher, {shop.teacher} (Apache-2.0)" in card
    assert "| translated | parallel | CC0 | drawn by chance | 1 | 500 |" in card


def test_an_interrupted_training_goes_on_to_the_same_bytes(shop, report):
    with pytest.raises(KeyboardInterrupt):
        train(shop.request("broken"), Interrupting(SECOND, 25))
    assert not (shop.folder / "broken").exists()

    again = train(shop.request("broken", resume=True), Silent())
    for name in FILES - {"report.json", "report.md"}:
        one, other = (shop.folder / folder / name for folder in ("model", "broken"))
        assert one.read_bytes() == other.read_bytes(), name
    assert again.losses == report.losses
    assert again.figures == report.figures


@pytest.mark.parametrize(
    ("old", "new"),
    [("share = 0.5", "share = 0.0"), ('kind = "parallel"', 'kind = "text"')],
    ids=["no share", "no parallel text"],
)
def test_without_a_lesson_there_is_no_student(shop, old, new):
    shop.config(old, new)
    with pytest.raises(ConfigurationError) as caught:
        train(shop.request("unlearnt"), Silent())
    shop.config()

    assert str(caught.value) == (
        "Un modèle élève apprend d’un enseignant : donnez une source de genre « parallel » et "
        "« share » plus grand que 0 dans [distillation]."
    )
    assert not (shop.folder / "unlearnt").exists()


def test_a_folder_that_is_too_large_is_not_written(shop):
    shop.config("max_megabytes = 1", "max_megabytes = 0.002")
    with pytest.raises(
        StorageError, match=r"et 0,002 Mo sont permis : gardez moins de couches \(\["
    ):
        train(shop.request("large"), Silent())
    shop.config()

    left = {one.name for one in shop.folder.iterdir() if "large" in one.name}
    assert left == {"large.work"}


def test_the_bundled_model_s_words_are_read_where_no_other_is_named(
    shop, tmp_path: Path, monkeypatch
):
    """As in the configuration of the bundled student."""
    asked = []
    monkeypatch.setattr(
        "index.training.student.making.bundled_folder", lambda: asked.append(1) or shop.static
    )
    shop.config('static = "static"\n', "")
    train(shop.request("bundled"), Silent())
    shop.config()

    assert asked
    stored = json.loads((shop.folder / "bundled" / "config.json").read_text("utf-8"))
    assert stored["tokenizer"] == StaticEmbedder(shop.static).tokenizer_digest


def test_the_vectors_of_both_are_told_by_as_many_axes_as_are_asked_for(shop, report, made):
    """The graph that was trained is taken over, with what its report tells of the training."""
    shop.config("share = 0.4", "share = 0.4\nkept = 40")
    narrowed = train(shop.request("narrow", student=shop.folder / "model"), Silent())
    shop.config()

    folder = shop.folder / "narrow"
    assert {one.name for one in folder.iterdir()} == FILES | {"axes.safetensors"}
    for name in ("model.onnx", "config.json"):
        assert (folder / name).read_bytes() == (shop.folder / "model" / name).read_bytes()
    assert (narrowed.steps, narrowed.losses) == (report.steps, report.losses)
    assert (narrowed.figures, narrowed.held_out_losses) == (report.figures, report.held_out_losses)
    assert narrowed.seconds > report.seconds
    assert "Both are told by 40 axes (`axes.safetensors`), which hold " in narrowed.about

    static = StaticEmbedder(shop.static)
    embedder = StudentEmbedder(folder, static, static)
    texts = ["balade balette", "balade", "balette"]
    assert embedder.dim == 40
    products = embedder.embed_passages(texts) @ embedder.embed_passages(texts).T
    assert products == pytest.approx(
        made.embed_passages(texts) @ made.embed_passages(texts).T, abs=0.1
    )


def test_more_axes_than_there_are_numbers_are_refused(shop, report):
    shop.config("share = 0.4", "share = 0.4\nkept = 4000")
    with pytest.raises(ConfigurationError) as caught:
        train(shop.request("wide", student=shop.folder / "model"), Silent())
    shop.config()
    assert str(caught.value) == (
        "[student] kept : 4000 axes sont demandés, et les vecteurs n’ont que 108 nombres."
    )


@pytest.mark.parametrize("missing", ["model.onnx", "config.json", "report.json"])
def test_a_folder_that_is_no_whole_student_is_not_taken_over(shop, report, tmp_path, missing):
    damaged = Path(shutil.copytree(shop.folder / "model", tmp_path / "damaged"))
    (damaged / missing).unlink()
    with pytest.raises(InputError, match="n’est pas un modèle élève entier, avec son rapport"):
        train(shop.request("again", student=damaged), Silent())
    assert not (shop.folder / "again").exists()


def test_a_report_of_something_else_is_not_taken_over(shop, report, tmp_path):
    other = Path(shutil.copytree(shop.folder / "model", tmp_path / "other"))
    (other / "report.json").write_text('{"steps": 3}')
    with pytest.raises(InputError, match="donnez par --student le dossier"):
        train(shop.request("again", student=other), Silent())
