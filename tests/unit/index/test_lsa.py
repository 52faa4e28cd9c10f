"""The embedder that is trained on the passages themselves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedders import lsa
from index.embedders.lsa import FILE, LsaEmbedder
from kb.errors import StorageError
from tests.contract.embedders import TEXTS, EmbedderContract

ROOT = Path(__file__).parents[3]

THEMES = [
    "garage voiture moteur",
    "garage automobile moteur",
    "voiture route moteur",
    "automobile route garage",
    "jardin legumes terre",
    "potager legumes terre",
    "jardin fleurs terre",
    "potager fleurs legumes",
]


@pytest.fixture
def embedder() -> LsaEmbedder:
    """Trained on the texts of the contract."""
    return LsaEmbedder.fit(TEXTS, str.split)


class TestContract(EmbedderContract):
    """The promises of every embedder."""


def _cosine(embedder: LsaEmbedder, left: str, right: str) -> float:
    rows = embedder.embed_queries([left, right])
    return float(rows[0] @ rows[1])


def test_words_that_keep_the_same_company_come_close() -> None:
    """No text holds both words of the first pair: only their company brings them together."""
    embedder = LsaEmbedder.fit(THEMES, str.split, dim=2)
    assert _cosine(embedder, "voiture", "automobile") > 0.95
    assert _cosine(embedder, "jardin", "potager") > 0.95
    assert abs(_cosine(embedder, "voiture", "potager")) < 0.05


def test_the_same_texts_give_the_same_embedder() -> None:
    first, second = (LsaEmbedder.fit(THEMES, str.split, dim=3, seed=5) for _ in range(2))
    assert first.fingerprint == second.fingerprint
    assert np.array_equal(first.embed_passages(THEMES), second.embed_passages(THEMES))


@pytest.mark.parametrize(
    "other",
    [
        LsaEmbedder.fit(THEMES[:-1], str.split, dim=3),
        LsaEmbedder.fit(THEMES, str.split, dim=2),
        LsaEmbedder.fit([text.replace("jardin", "parc") for text in THEMES], str.split, dim=3),
    ],
    ids=["other texts", "other length", "other words"],
)
def test_anything_learnt_differently_changes_the_fingerprint(other: LsaEmbedder) -> None:
    assert LsaEmbedder.fit(THEMES, str.split, dim=3).fingerprint != other.fingerprint


def test_saved_and_loaded_it_is_the_same(tmp_path: Path) -> None:
    embedder = LsaEmbedder.fit([*THEMES, "l'été à 13,5 €"], str.split)
    embedder.save(tmp_path / "model")
    loaded = LsaEmbedder.load(tmp_path / "model", str.split)
    assert loaded.fingerprint == embedder.fingerprint
    assert loaded.dim == embedder.dim
    assert np.array_equal(loaded.embed_queries(THEMES), embedder.embed_queries(THEMES))
    assert [path.name for path in (tmp_path / "model").iterdir()] == [FILE]


def test_saving_again_replaces_the_old_one(tmp_path: Path) -> None:
    LsaEmbedder.fit(TEXTS, str.split).save(tmp_path)
    newer = LsaEmbedder.fit(THEMES, str.split)
    newer.save(tmp_path)
    assert LsaEmbedder.load(tmp_path, str.split).fingerprint == newer.fingerprint


@pytest.mark.parametrize("content", [None, b"", b"not a model", b"PK\x03\x04 cut short"])
def test_a_missing_or_damaged_model_says_what_to_do(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(StorageError, match="lancez « kb reindex » pour le recalculer"):
        LsaEmbedder.load(tmp_path, str.split)


def test_a_model_of_another_format_is_refused(tmp_path: Path, monkeypatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(lsa, "_FORMAT", 99)
        LsaEmbedder.fit(TEXTS, str.split).save(tmp_path)
    with pytest.raises(StorageError):
        LsaEmbedder.load(tmp_path, str.split)


def test_unknown_words_alone_give_the_zero_vector(embedder: LsaEmbedder) -> None:
    assert not embedder.embed_queries(["piscine", ""]).any()


def test_unknown_words_among_known_ones_change_nothing(embedder: LsaEmbedder) -> None:
    rows = embedder.embed_queries(["logement", "piscine logement"])
    assert np.array_equal(rows[0], rows[1])


@pytest.mark.parametrize("texts", [[], [""], ["", " "]], ids=["none", "empty", "blank"])
def test_nothing_to_learn_from_gives_zero_vectors(texts: list[str], tmp_path: Path) -> None:
    embedder = LsaEmbedder.fit(texts, str.split)
    embedder.save(tmp_path)
    for each in (embedder, LsaEmbedder.load(tmp_path, str.split)):
        assert each.dim == 1
        assert each.embed_queries(["logement"]).tolist() == [[0.0]]


def test_one_passage_is_enough() -> None:
    embedder = LsaEmbedder.fit(["logement jeunes"], str.split)
    assert embedder.embed_queries(["jeunes", "piscine"]).tolist() == [[1.0], [0.0]]


def test_the_length_never_exceeds_what_the_texts_span() -> None:
    assert LsaEmbedder.fit(["un deux", "un deux", "trois"], str.split, dim=50).dim == 2


def test_the_two_ways_of_decomposing_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    # Four themes of unequal sizes: the four leading directions are clear to both.
    random = np.random.default_rng(0)
    sizes = {"a": 24, "b": 16, "c": 10, "d": 6}
    texts = [
        " ".join(f"{theme}{word}" for word in random.permutation(7)[:5])
        for theme, size in sizes.items()
        for _ in range(size)
    ]
    exact = LsaEmbedder.fit(texts, str.split, dim=4)
    monkeypatch.setattr(lsa, "_DENSE_PASSAGES", 0)
    randomised = LsaEmbedder.fit(texts, str.split, dim=4)
    assert randomised.dim == exact.dim == 4
    ours, theirs = exact.embed_passages(texts), randomised.embed_passages(texts)
    assert ours @ ours.T == pytest.approx(theirs @ theirs.T, abs=1e-3)


def test_large_corpora_give_the_same_embedder_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lsa, "_DENSE_PASSAGES", 0)
    prints = {LsaEmbedder.fit(THEMES, str.split, dim=3, seed=1).fingerprint for _ in range(3)}
    assert len(prints) == 1


def test_only_the_most_widespread_terms_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lsa, "_MAX_TERMS", 1)
    embedder = LsaEmbedder.fit(["toit mur", "toit sol"], str.split)
    assert embedder.embed_queries(["toit", "mur"]).any(axis=1).tolist() == [True, False]


def test_embedding_a_query_imports_neither_scipy_nor_scikit_learn(tmp_path: Path) -> None:
    LsaEmbedder.fit(THEMES, str.split).save(tmp_path)
    code = (
        "import sys; from pathlib import Path; from index import LsaEmbedder\n"
        "assert LsaEmbedder.load(Path(sys.argv[1]), str.split).embed_queries(['terre']).any()\n"
        "print([name for name in ('scipy', 'sklearn', 'torch', 'whoosh') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "[]\n"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet="abc ", max_size=20), max_size=8), st.integers(1, 6))
def test_vectors_are_of_length_one_or_zero(texts: list[str], dim: int) -> None:
    embedder = LsaEmbedder.fit(texts, str.split, dim=dim)
    norms = np.linalg.norm(embedder.embed_passages(texts), axis=1)
    assert all(norm == pytest.approx(1.0, abs=1e-5) or norm == 0.0 for norm in norms)
