"""A transformer beside a static model: what both say of a text, in one vector."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from index import StaticEmbedder, StudentEmbedder
from index.embedders.static import bundled_folder
from index.embedders.student import bundled_student_folder, is_student, read_config
from kb.errors import ConfigurationError
from tests.contract.embedders import TEXTS, EmbedderContract
from tests.contract.static_folder import write_static_model
from tests.contract.student_folder import DIM, write_student

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[4]
WORDS = ["logement", "pour", "jeunes", "jardin", "partage", "velo", "atelier", "abri"]
SHARE = 0.3
MAX_TOKENS = 16
HARD_TEXTS = [*TEXTS, "", "🏠", "xyzzy plugh", "logement " * 40, *WORDS, "velo jardin", "abri"]


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static model that tokenises for the graph."""
    return write_static_model(tmp_path_factory.mktemp("models") / "words", WORDS)


@pytest.fixture(scope="module")
def folder(words: Path) -> Path:
    """The student."""
    return write_student(words.with_name("student"), words, share=SHARE, max_tokens=MAX_TOKENS)


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """The student, to be changed."""
    return Path(shutil.copytree(folder, tmp_path / "copy"))


def opened(folder: Path, words: Path) -> StudentEmbedder:
    return StudentEmbedder(folder, StaticEmbedder(words), StaticEmbedder(words))


@pytest.fixture(scope="module")
def static(words: Path) -> StaticEmbedder:
    return StaticEmbedder(words)


@pytest.fixture(scope="module")
def embedder(folder: Path, words: Path) -> StudentEmbedder:
    return opened(folder, words)


class TestContract(EmbedderContract):
    """The promises of every embedder."""


def meanings(folder: Path, static: StaticEmbedder, texts: list[str]) -> np.ndarray:
    """What the graph says of each text."""
    session = onnxruntime.InferenceSession(folder / "model.onnx")
    first = 1 + len(WORDS)
    return np.array(
        [
            session.run(None, {"input_ids": np.array([first, *ids, first + 1])})[0]
            for ids in static.token_ids(texts)
        ]
    )


def test_a_cosine_is_the_mean_of_both_models_weighted_by_their_shares(
    folder: Path, embedder: StudentEmbedder, static: StaticEmbedder
) -> None:
    found = embedder.embed_queries(TEXTS) @ embedder.embed_passages(TEXTS).T
    words, sense = static.embed_queries(TEXTS), meanings(folder, static, TEXTS)
    expected = (1 - SHARE) * words @ words.T + SHARE * sense @ sense.T
    assert found == pytest.approx(expected, abs=1e-5)
    assert embedder.dim == static.dim + DIM


def test_a_sentence_meets_a_query_by_the_static_model_alone(
    embedder: StudentEmbedder, static: StaticEmbedder
) -> None:
    rows = embedder.embed_sentences(HARD_TEXTS)
    assert np.array_equal(rows[:, : static.dim], static.embed_passages(HARD_TEXTS))
    assert not rows[:, static.dim :].any()
    words = static.embed_queries(TEXTS)
    found = embedder.embed_queries(TEXTS) @ embedder.embed_sentences(TEXTS).T
    assert found == pytest.approx(np.sqrt(1 - SHARE) * words @ words.T, abs=1e-5)


def test_a_vector_is_the_same_alone_among_others_in_any_order_and_thread(
    folder: Path, words: Path, embedder: StudentEmbedder
) -> None:
    """Bit for bit: a base that is made again has the same vectors."""
    together = embedder.embed_passages(HARD_TEXTS)
    assert np.array_equal(
        np.vstack([embedder.embed_passages([one]) for one in HARD_TEXTS]), together
    )
    assert np.array_equal(embedder.embed_passages(HARD_TEXTS[::-1])[::-1], together)
    assert np.array_equal(embedder.embed_queries(HARD_TEXTS), together)
    fresh = opened(folder, words)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: fresh.embed_passages(HARD_TEXTS), range(16)))
    assert all(np.array_equal(rows, together) for rows in found)


def test_the_transformer_reads_the_beginning_of_a_text_and_the_static_model_all(
    embedder: StudentEmbedder, static: StaticEmbedder
) -> None:
    most = " ".join(["jardin velo"] * (MAX_TOKENS // 2 - 1))
    texts = [most, f"{most} atelier", most.removesuffix(" velo")]
    sense = embedder.embed_passages(texts)[:, static.dim :]
    sense /= np.linalg.norm(sense, axis=1, keepdims=True)
    assert sense[0] == pytest.approx(sense[1], abs=1e-6)
    assert np.abs(sense[0] - sense[2]).max() > 1e-3
    whole = static.embed_passages(texts) * np.sqrt(1 - SHARE)
    assert embedder.embed_passages(texts)[:, : static.dim] == pytest.approx(whole, abs=1e-6)


def test_a_text_without_a_known_word_has_the_transformer_s_part_alone(
    embedder: StudentEmbedder, static: StaticEmbedder
) -> None:
    rows = embedder.embed_queries(["", "🏠"])
    assert not rows[:, : static.dim].any()
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1], abs=1e-6)
    assert not embedder.embed_sentences(["", "🏠"]).any()


def test_nothing_is_read_before_the_first_use(tmp_path: Path) -> None:
    absent = opened(tmp_path / "absent", tmp_path / "absent")
    with pytest.raises(ConfigurationError, match="manque ou est abîmé : réinstallez"):
        absent.embed_queries(["velo"])


@pytest.mark.parametrize("victim", ["model.onnx", "config.json"])
@pytest.mark.parametrize("damage", ["gone", "cut", "empty"])
def test_a_damaged_folder_says_what_to_do(
    copy: Path, words: Path, victim: str, damage: str
) -> None:
    path = copy / victim
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] if damage == "cut" else b"")
    if damage == "gone":
        path.unlink()
    with pytest.raises(ConfigurationError) as caught:
        opened(copy, words).embed_queries(["velo"])
    assert str(caught.value) == (
        f"Le modèle du dossier « {copy} » manque ou est abîmé : réinstallez le programme si c’est "
        "le modèle fourni, sinon remettez une copie saine de ce dossier, puis lancez "
        "« kb reindex »."
    )


@pytest.mark.parametrize(
    "change",
    [
        {"max_tokens": "16"},
        {"max_tokens": 2},
        {"first": 1.5},
        {"last": -1},
        {"last": 10_000},
        {"dim": 0},
        {"dim": DIM + 1},
        {"share": 1.5},
        {"share": None},
    ],
    ids=str,
)
def test_a_configuration_that_does_not_fit_says_what_to_do(
    copy: Path, words: Path, change: dict[str, object]
) -> None:
    path = copy / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change))
    with pytest.raises(ConfigurationError, match="manque ou est abîmé : réinstallez"):
        opened(copy, words).embed_queries(["velo"])


@pytest.mark.parametrize("stored", ["[]", "null", '{"model_type": "student"}'])
def test_a_configuration_of_something_else_says_what_to_do(
    copy: Path, words: Path, stored: str
) -> None:
    (copy / "config.json").write_text(stored)
    with pytest.raises(ConfigurationError, match="manque ou est abîmé : réinstallez"):
        opened(copy, words).embed_queries(["velo"])


def test_a_graph_of_something_else_says_what_to_do(copy: Path, words: Path) -> None:
    value = lambda name: onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [2])  # noqa: E731
    node = onnx.helper.make_node("Abs", ["picture"], ["edges"])
    graph = onnx.helper.make_graph([node], "other", [value("picture")], [value("edges")])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.save(model, copy / "model.onnx")
    with pytest.raises(ConfigurationError, match="manque ou est abîmé : réinstallez"):
        opened(copy, words).embed_queries(["velo"])


def test_a_graph_of_another_vocabulary_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    other = write_static_model(tmp_path / "other", [*WORDS, "moto"])
    with pytest.raises(ConfigurationError) as caught:
        opened(folder, other).embed_queries(["velo"])
    assert str(caught.value) == (
        f"Le modèle du dossier « {folder} » a été fait pour un autre vocabulaire que celui du "
        "modèle fourni : refaites-le par « kb train --config », ou réinstallez le programme."
    )


def test_a_static_model_of_other_words_may_stand_beside_it(
    folder: Path, words: Path, embedder: StudentEmbedder, tmp_path: Path
) -> None:
    """As one that was adapted to a base does: the graph reads its own words all the same."""
    adapted = write_static_model(tmp_path / "adapted", [*WORDS, "moto"], dim=10, seed=9)
    beside = StudentEmbedder(folder, StaticEmbedder(adapted), StaticEmbedder(words))
    rows, before = beside.embed_queries(TEXTS), embedder.embed_queries(TEXTS)
    assert rows[:, 10:] == pytest.approx(before[:, 8:], abs=1e-6)
    assert rows[:, :10] == pytest.approx(
        np.sqrt(1 - SHARE) * StaticEmbedder(adapted).embed_queries(TEXTS), abs=1e-6
    )
    assert beside.fingerprint != embedder.fingerprint


def test_the_fingerprint_follows_the_models_not_their_place_or_card(
    copy: Path, words: Path, embedder: StudentEmbedder
) -> None:
    (copy / "README.md").write_text("another card")
    assert opened(copy, words).fingerprint == embedder.fingerprint
    assert embedder.fingerprint.startswith("student-")


@pytest.mark.parametrize("victim", ["model.onnx", "config.json"])
def test_the_fingerprint_changes_with_one_byte(
    copy: Path, words: Path, embedder: StudentEmbedder, victim: str
) -> None:
    content = bytearray((copy / victim).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / victim).write_bytes(content)
    assert opened(copy, words).fingerprint != embedder.fingerprint


def test_a_student_folder_is_told_by_its_configuration(
    folder: Path, words: Path, tmp_path: Path
) -> None:
    assert is_student(folder)
    assert is_student(bundled_student_folder())
    assert not is_student(words)
    assert not is_student(bundled_folder())
    assert not is_student(tmp_path / "absent")
    for stored in ("[]", "{", '{"model_type": "bert"}'):
        (tmp_path / "config.json").write_text(stored)
        assert not is_student(tmp_path)


def test_the_bundled_student_reads_the_words_of_the_bundled_static_model() -> None:
    folder = bundled_student_folder()
    assert read_config(folder).tokenizer == StaticEmbedder(bundled_folder()).tokenizer_digest
    assert sum(one.stat().st_size for one in folder.iterdir()) < 35_000_000


def test_the_bundled_student_draws_together_texts_of_one_meaning_that_share_no_word() -> None:
    embedder = StudentEmbedder(bundled_student_folder())
    texts = [
        "Où dorment ceux qui n’ont pas de toit ?",
        "L’hébergement d’urgence des sans-abri.",
        "Une recette de gâteau au chocolat.",
    ]
    rows = embedder.embed_passages(texts)
    assert rows.shape == (3, embedder.dim)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert rows[0] @ rows[1] > rows[0] @ rows[2]


def test_the_bundled_student_tells_both_vectors_by_fewer_numbers() -> None:
    embedder = StudentEmbedder(bundled_student_folder())
    assert embedder.dim == 512
    assert embedder.embed_queries(["un toit"]).shape == (1, 512)


def test_embedding_loads_neither_torch_nor_transformers(folder: Path, words: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index import StaticEmbedder, StudentEmbedder\n"
        "student, words = map(Path, sys.argv[1:])\n"
        "one = StudentEmbedder(student, StaticEmbedder(words), StaticEmbedder(words))\n"
        "print('onnxruntime' in sys.modules)\n"
        "one.embed_queries(['velo']); one.embed_sentences(['velo']); one.fingerprint\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'scipy', 'onnx'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (run.stdout, run.stderr) == ("False\n[]\n", "")
