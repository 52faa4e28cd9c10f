"""Static models: the same vectors as sentence-transformers gives, without it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from index import StaticEmbedder
from index.embedders.static import bundled_folder, is_static
from kb.errors import ConfigurationError
from tests.contract.embedders import TEXTS, EmbedderContract
from tests.contract.static_folder import write_modules, write_static_model

ROOT = Path(__file__).parents[4]
WORDS = ["logement", "pour", "jeunes", "jardin", "partage", "velo", "atelier", "sans", "abri"]
PIECES = ["##s", "##agiste"]
HARD_TEXTS = [
    *TEXTS,
    "Jardin partagé, VÉLO ; logements jardinagiste",
    "sans-abri et sans abri",
    "",
    "🏠",
    "jardin 🏠 \n\tvelo",
    "logement jardin velo " * 300,
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model; "sans-abri" is one word of it."""
    return write_static_model(
        tmp_path_factory.mktemp("models") / "small", [*WORDS, *PIECES], added=["sans-abri"]
    )


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """The small model, to be changed."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


@pytest.fixture(scope="module")
def embedder(folder: Path) -> StaticEmbedder:
    """Over the small model."""
    return StaticEmbedder(folder)


class TestContract(EmbedderContract):
    """The promises of every embedder."""


def _peer(folder: Path, texts: list[str]) -> np.ndarray:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return np.asarray(model.encode(texts, normalize_embeddings=True, show_progress_bar=False))


@pytest.mark.slow
def test_vectors_are_those_of_sentence_transformers(folder: Path, embedder: StaticEmbedder) -> None:
    expected = _peer(folder, HARD_TEXTS)
    assert embedder.embed_passages(HARD_TEXTS) == pytest.approx(expected, abs=1e-5)
    assert embedder.embed_queries(HARD_TEXTS) == pytest.approx(expected, abs=1e-5)


@pytest.mark.slow
def test_vectors_of_the_bundled_model_are_those_of_sentence_transformers() -> None:
    texts = [
        "Des femmes victimes de violences conjugales cherchent un logement à Brest.",
        "L’hébergement d’urgence des sans-abri",
        "colocation intergénérationnelle",
        "🏠",
    ]
    expected = _peer(bundled_folder(), texts)
    assert StaticEmbedder(bundled_folder()).embed_passages(texts) == pytest.approx(
        expected, abs=1e-5
    )


@pytest.mark.parametrize("from_texts", [0, 1000, 10**9])
@pytest.mark.parametrize("bundled", [False, True])
def test_a_text_among_many_has_the_vector_that_it_has_alone(
    embedder: StaticEmbedder, bundled: bool, from_texts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedders.static._WORTH_LOADING", from_texts)
    one = StaticEmbedder(bundled_folder()) if bundled else embedder
    many = HARD_TEXTS * 100
    assert len(many) > 256
    alone = np.vstack([one.embed_passages([text]) for text in HARD_TEXTS])
    assert np.array_equal(one.embed_passages(many), np.tile(alone, (100, 1)))
    assert np.array_equal(one.embed_passages(many), np.tile(alone, (100, 1)))


def test_a_text_is_the_normalised_mean_of_its_tokens(
    folder: Path, embedder: StaticEmbedder
) -> None:
    saved = load_file(folder / "model.safetensors")
    rows = saved["embeddings"] * saved["weights"][:, None]
    # Row 0 is that of unknown tokens.
    expected = rows[1 + WORDS.index("jardin")] * 2 + rows[1 + WORDS.index("velo")]
    expected /= np.linalg.norm(expected)
    assert embedder.embed_queries(["Jardin, vélo jardin !"])[0] == pytest.approx(expected, abs=1e-6)


def test_more_texts_than_are_tokenised_at_once(embedder: StaticEmbedder) -> None:
    many = [WORDS[place % len(WORDS)] for place in range(2500)]
    assert np.array_equal(
        embedder.embed_passages(many), np.tile(embedder.embed_words(WORDS), (278, 1))[:2500]
    )


def test_a_text_of_more_tokens_than_are_summed_at_once(embedder: StaticEmbedder) -> None:
    long, short = embedder.embed_passages(["jardin velo logement " * 400, "jardin velo logement"])
    assert long == pytest.approx(short, abs=1e-6)


def test_a_text_of_unknown_words_alone_has_no_direction(embedder: StaticEmbedder) -> None:
    assert not embedder.embed_queries(["", "🏠", "xyzzy plugh"]).any()


def test_words_are_normalised_and_those_known_in_pieces_only_are_zero(
    embedder: StaticEmbedder,
) -> None:
    words = ["logement", "logements", "Sans-abri", "jardin partagé", "jardin logements", "xyzzy"]
    rows = embedder.embed_words(words)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0, 1, 1, 0, 0], abs=1e-6)
    assert rows[3] == pytest.approx(embedder.embed_queries(["jardin partagé"])[0], abs=1e-6)
    assert embedder.embed_words([]).shape == (0, embedder.dim)


def test_threads_that_arrive_first_together_get_the_same(
    folder: Path, embedder: StaticEmbedder
) -> None:
    fresh = StaticEmbedder(folder)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: fresh.embed_passages(TEXTS), range(32)))
    assert all(np.array_equal(rows, embedder.embed_passages(TEXTS)) for rows in found)


def test_the_fingerprint_follows_the_model_not_its_place_or_its_card(
    copy: Path, embedder: StaticEmbedder
) -> None:
    (copy / "README.md").write_text("another card")
    assert StaticEmbedder(copy).fingerprint == embedder.fingerprint
    assert embedder.fingerprint.startswith("static-")


def test_the_fingerprint_changes_with_one_weight(copy: Path, embedder: StaticEmbedder) -> None:
    saved = load_file(copy / "model.safetensors")
    saved["embeddings"][4, 2] ^= 1
    save_file(saved, copy / "model.safetensors")
    assert StaticEmbedder(copy).fingerprint != embedder.fingerprint


def test_the_fingerprint_changes_with_the_tokeniser(copy: Path, embedder: StaticEmbedder) -> None:
    path = copy / "tokenizer.json"
    path.write_text(path.read_text("utf-8").replace('"velo"', '"moto"'), encoding="utf-8")
    assert StaticEmbedder(copy).fingerprint != embedder.fingerprint


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_a_table_of_another_width_as_sentence_transformers_names_it(
    copy: Path, embedder: StaticEmbedder, dtype: type
) -> None:
    saved = load_file(copy / "model.safetensors")
    table = (saved["embeddings"] * saved["weights"][:, None]).astype(dtype)
    save_file({"embedding.weight": table}, copy / "model.safetensors")
    assert is_static(copy)
    assert StaticEmbedder(copy).embed_queries(TEXTS) == pytest.approx(
        embedder.embed_queries(TEXTS), abs=1e-2 if dtype is np.float16 else 1e-6
    )


@pytest.mark.parametrize("victim", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["gone", "cut", "empty"])
def test_a_damaged_folder_says_what_to_do(copy: Path, victim: str, damage: str) -> None:
    path = copy / victim
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] if damage == "cut" else b"")
    if damage == "gone":
        path.unlink()
    with pytest.raises(ConfigurationError, match="manque ou est abîmé : réinstallez"):
        StaticEmbedder(copy).embed_queries(["velo"])


@pytest.mark.parametrize(
    "arrays",
    [
        {"weights": np.ones(3, np.float32)},
        {"embeddings": np.ones((40, 8), np.int8), "weights": np.ones(3, np.float32)},
        {"embeddings": np.ones(40, np.int8)},
        {"embeddings": np.ones((5, 8), np.int8)},
    ],
    ids=["no table", "weights of others", "no dimensions", "fewer rows than words"],
)
def test_a_table_that_does_not_fit_says_what_to_do(
    copy: Path, arrays: dict[str, np.ndarray]
) -> None:
    save_file(arrays, copy / "model.safetensors")
    with pytest.raises(ConfigurationError, match="manque ou est abîmé : réinstallez"):
        StaticEmbedder(copy).embed_queries(["velo"])


def test_a_static_folder_is_told_by_its_modules(folder: Path) -> None:
    assert is_static(folder)
    assert is_static(bundled_folder())


def test_modules_alone_suffice_without_a_normalisation(copy: Path) -> None:
    write_modules(copy, "StaticEmbedding")
    assert is_static(copy)


@pytest.mark.parametrize(
    "kinds", [["Transformer", "Pooling"], ["StaticEmbedding", "Dense"], ["Normalize"]]
)
def test_other_modules_are_left_to_sentence_transformers(copy: Path, kinds: list[str]) -> None:
    write_modules(copy, *kinds)
    assert not is_static(copy)


def test_prompts_subfolders_and_shared_rows_are_left_to_sentence_transformers(copy: Path) -> None:
    settings = copy / "config_sentence_transformers.json"
    settings.write_text(json.dumps({"prompts": {"query": "", "document": ""}}))
    assert is_static(copy)
    settings.write_text(json.dumps({"prompts": {"query": "ask ", "document": ""}}))
    assert not is_static(copy)
    settings.unlink()
    write_modules(copy, path="0_StaticEmbedding")
    assert not is_static(copy)
    write_modules(copy)
    saved = load_file(copy / "model.safetensors")
    save_file({**saved, "mapping": np.arange(3)}, copy / "model.safetensors")
    assert not is_static(copy)


@pytest.mark.parametrize("victim", ["modules.json", "tokenizer.json", "model.safetensors"])
def test_an_incomplete_folder_is_not_static(copy: Path, victim: str) -> None:
    (copy / victim).unlink()
    assert not is_static(copy)


def test_embedding_loads_neither_torch_nor_transformers(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index import StaticEmbedder\n"
        "from index.embedders.static import is_static\n"
        "one = StaticEmbedder(Path(sys.argv[1])); one.embed_queries(['velo'])\n"
        "one.embed_words(['velo']); is_static(Path(sys.argv[1]))\n"
        "one.embed_passages(['velo'] * 1900)\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'scipy', 'huggingface_hub'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "[]\n"
