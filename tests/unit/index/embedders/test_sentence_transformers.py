"""Models of sentence-transformers, with a tiny one made here. The one module that loads torch."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from index.embedders.sentence_transformers import SentenceTransformerEmbedder
from kb.errors import ConfigurationError
from tests.contract.embedders import TEXTS, EmbedderContract

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]
DIM = 6


@pytest.fixture(scope="session")
def saved_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One random vector per word, averaged: enough to see prompts, words and lengths."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordLevel(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    trainer = trainers.WordLevelTrainer(special_tokens=["[UNK]", "[PAD]"])
    tokenizer.train_from_iterator([*TEXTS, "query passage : ask answer"], trainer)
    weights = np.random.default_rng(3).normal(size=(tokenizer.get_vocab_size(), DIM))
    module = StaticEmbedding(tokenizer, embedding_weights=weights.astype(np.float32))
    folder = tmp_path_factory.mktemp("models") / "tiny"
    with torch.no_grad():
        SentenceTransformer(modules=[module], device="cpu").save(str(folder))
    return folder


@pytest.fixture
def variant(saved_model: Path, tmp_path: Path) -> Callable[..., str]:
    """Copies the model under another folder name, with other prompts."""

    def make(name: str, prompts: dict[str, str] | None = None) -> str:
        folder = tmp_path / name
        shutil.copytree(saved_model, folder)
        path = folder / "config_sentence_transformers.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "prompts": prompts or {}}))
        return str(folder)

    return make


@pytest.fixture(scope="module")
def embedder(saved_model: Path) -> SentenceTransformerEmbedder:
    """Over the tiny model."""
    return SentenceTransformerEmbedder(str(saved_model), batch_size=3)


class TestContract(EmbedderContract):
    """The promises of every embedder."""


def test_the_length_is_that_of_the_model(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.dim == DIM


def test_without_prompts_queries_and_passages_are_alike(
    embedder: SentenceTransformerEmbedder,
) -> None:
    assert np.array_equal(embedder.embed_queries(TEXTS), embedder.embed_passages(TEXTS))


@pytest.mark.parametrize("passage_prompt", ["document", "passage", "corpus"])
def test_prompts_of_the_model_are_used(
    variant: Callable[..., str], embedder: SentenceTransformerEmbedder, passage_prompt: str
) -> None:
    prompts = {"query": "ask ", passage_prompt: "answer "}
    prompted = SentenceTransformerEmbedder(variant("prompted", prompts))
    assert prompted.embed_queries(["velo"]) == pytest.approx(embedder.embed_queries(["ask velo"]))
    assert prompted.embed_passages(["velo"]) == pytest.approx(
        embedder.embed_passages(["answer velo"])
    )


@pytest.mark.parametrize("name", ["multilingual-e5-small", "e5_base", "E5"])
def test_models_of_the_e5_family_get_their_prompts(
    variant: Callable[..., str], embedder: SentenceTransformerEmbedder, name: str
) -> None:
    e5 = SentenceTransformerEmbedder(variant(name))
    assert e5.embed_queries(["velo"]) == pytest.approx(embedder.embed_queries(["query: velo"]))
    assert e5.embed_passages(["velo"]) == pytest.approx(embedder.embed_passages(["passage: velo"]))


@pytest.mark.parametrize("name", ["these5", "base5", "multilingual-e5-large-instruct"])
def test_names_that_only_look_like_e5_get_no_prompt(
    variant: Callable[..., str], embedder: SentenceTransformerEmbedder, name: str
) -> None:
    other = SentenceTransformerEmbedder(variant(name))
    assert other.embed_queries(["velo"]) == pytest.approx(embedder.embed_queries(["velo"]))


def test_prompts_of_the_configuration_win_over_the_name(
    variant: Callable[..., str], embedder: SentenceTransformerEmbedder
) -> None:
    e5 = SentenceTransformerEmbedder(variant("e5-small", {"query": "ask "}))
    assert e5.embed_queries(["velo"]) == pytest.approx(embedder.embed_queries(["ask velo"]))
    assert e5.embed_passages(["velo"]) == pytest.approx(embedder.embed_passages(["velo"]))


def test_the_fingerprint_follows_the_model_not_its_place_or_its_card(
    variant: Callable[..., str],
) -> None:
    here, there = variant("one"), variant("two")
    (Path(there) / "README.md").write_text("another card")
    (Path(there) / "onnx").mkdir()
    (Path(there) / "onnx" / "model.onnx").write_bytes(b"the same weights, for another run time")
    fingerprints = [SentenceTransformerEmbedder(place).fingerprint for place in (here, there)]
    assert fingerprints[0] == fingerprints[1]


@pytest.mark.parametrize("victim", ["*.safetensors", "tokenizer.json", "modules.json"])
def test_the_fingerprint_changes_with_weights_words_or_settings(
    variant: Callable[..., str], victim: str
) -> None:
    folder = variant("model")
    before = SentenceTransformerEmbedder(folder).fingerprint
    [path] = Path(folder).rglob(victim)
    content = bytearray(path.read_bytes())
    content[-2] ^= 1
    path.write_bytes(bytes(content))
    assert SentenceTransformerEmbedder(folder).fingerprint != before


def test_the_fingerprint_changes_with_prompts_that_the_name_brings(
    variant: Callable[..., str],
) -> None:
    plain, e5 = variant("plain"), variant("e5")
    assert (
        SentenceTransformerEmbedder(plain).fingerprint
        != SentenceTransformerEmbedder(e5).fingerprint
    )


@pytest.mark.parametrize(
    "name", ["nobody/no-such-model", "no-such-model", "not a name?", "/no/such/folder", ""]
)
def test_a_model_that_is_not_here_says_how_to_bring_it(name: str) -> None:
    with pytest.raises(ConfigurationError, match="donnez le chemin de ce dossier dans KB_EMB"):
        _ = SentenceTransformerEmbedder(name).fingerprint


def test_a_folder_that_holds_no_model_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="ne peut pas être chargé : vérifiez"):
        _ = SentenceTransformerEmbedder(str(tmp_path)).fingerprint


def test_a_folder_that_holds_a_broken_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("{")
    with pytest.raises(ConfigurationError, match="ne peut pas être chargé : vérifiez"):
        SentenceTransformerEmbedder(str(tmp_path)).embed_queries(["velo"])


def test_torch_is_not_imported_before_a_text_is_embedded(saved_model: Path) -> None:
    code = (
        "import sys; from index import SentenceTransformerEmbedder\n"
        "print(SentenceTransformerEmbedder(sys.argv[1]).fingerprint[:3], 'torch' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(saved_model)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "st- False\n"
