"""The graph gives what torch gives, but for what whole numbers cost."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from index.training import extra
from index.training.export import Quantised
from index.training.student.onnx_export import INPUT, OUTPUT, export_onnx
from kb.errors import ConfigurationError
from tests.contract.student_folder import DIM, tiny_bert

pytestmark = pytest.mark.slow

TOKENS = 500
PLACES = 64
LOST = 0.005
"""Of a cosine, at most, to weights and activations of one byte."""


def texts() -> list[np.ndarray]:
    """Token numbers, of every length that the graph reads."""
    chance = np.random.default_rng(0)
    return [
        chance.integers(0, TOKENS, length) for length in (2, 3, *range(4, PLACES + 1, 5), PLACES)
    ]


@pytest.fixture(scope="module")
def expected() -> np.ndarray:
    """Torch's vectors: the mean of the last layer, of unit length."""
    bert = tiny_bert(TOKENS, places=PLACES)
    with torch.inference_mode():
        means = [
            bert(input_ids=torch.tensor(ids[None])).last_hidden_state[0].mean(0) for ids in texts()
        ]
    return np.array([(mean / mean.norm()).numpy() for mean in means])


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("graph") / "model.onnx"
    export_onnx([SimpleNamespace(auto_model=tiny_bert(TOKENS, places=PLACES))], path)
    return path


def test_vectors_are_those_of_torch_but_for_one_part_in_two_hundred(graph, expected):
    session = onnxruntime.InferenceSession(graph)
    rows = np.array([session.run([OUTPUT], {INPUT: ids})[0] for ids in texts()])

    assert rows.shape == (len(expected), DIM)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(rows)), abs=1e-5)
    cosines = (rows * expected).sum(axis=1)
    assert cosines.min() > 1 - LOST
    # As texts are told apart, that is little.
    assert np.median(expected @ expected.T) < 1 - 10 * LOST


def test_word_rows_and_layers_are_stored_in_one_byte_a_number(graph):
    stored = onnx.load(graph).graph.initializer
    bert = tiny_bert(TOKENS, places=PLACES)
    rows = Quantised.of_table(bert.embeddings.word_embeddings.weight.detach().numpy())
    arrays = [onnx.numpy_helper.to_array(one) for one in stored]

    [table] = [one for one in arrays if one.shape == (TOKENS, DIM)]
    [factors] = [one for one in arrays if one.shape == (TOKENS,)]
    assert np.array_equal(table, rows.embeddings)
    assert np.array_equal(factors, rows.weights)
    wide = [one for one in arrays if one.ndim == 2 and min(one.shape) >= DIM and one is not table]
    assert {one.dtype.name for one in wide if one.shape != (PLACES, DIM)} == {"int8"}
    # Six products in each of two layers.
    assert len([one for one in wide if one.dtype == np.int8]) == 12


def test_the_same_model_gives_the_same_bytes(graph, tmp_path):
    again = tmp_path / "again.onnx"
    export_onnx([SimpleNamespace(auto_model=tiny_bert(TOKENS, places=PLACES))], again)

    assert again.read_bytes() == graph.read_bytes()


def test_without_the_libraries_it_says_how_to_install_them(tmp_path, monkeypatch):
    monkeypatch.setattr(extra, "find_spec", lambda name: None if name == "onnx" else object())

    with pytest.raises(ConfigurationError) as caught:
        export_onnx([], tmp_path / "model.onnx")
    assert str(caught.value) == (
        "L’entraînement demande des bibliothèques qui manquent (onnx) : "
        'installez-les par pip install "passages[train]".'
    )
