"""A small embedder trained on the passages themselves: TF-IDF and truncated SVD.

Latent semantic analysis (Deerwester et al., 1990): words that stand in the same
passages come close. Honest about what it is: it knows nothing but the corpus.
Embedding needs numpy alone, so that a query from a cold shell stays quick.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from kb.errors import StorageError
from kb.ports import Vectors

Tokenise = Callable[[str], Sequence[str]]
"""Gives the terms of a text; the same at fitting, at loading and for queries."""

FILE: Final = "lsa.npz"
_FORMAT: Final = 1
_MAX_TERMS: Final = 50_000
"""The most widespread terms are kept, so that 20,000 passages stay under 30 MB."""
_DENSE_PASSAGES: Final = 1500
_DENSE_CELLS: Final = 20_000_000
"""Up to these sizes the exact decomposition is quicker than importing scikit-learn."""
_RANK_TOLERANCE: Final = 1e-9

_Weights = npt.NDArray[np.float64]


class LsaEmbedder:
    """Implements ``kb.ports.Embedder``. Made by ``fit`` or ``load``.

    Vectors are L2-normalised, save those of texts whose words are all unknown:
    they are zero, and near nothing.
    """

    def __init__(
        self, tokenise: Tokenise, terms: Sequence[str], rarity: _Weights, components: Vectors
    ) -> None:
        """``components`` holds one row per term; ``rarity`` its inverse frequency."""
        self._tokenise = tokenise
        self._terms = tuple(terms)
        self._rows = {term: row for row, term in enumerate(self._terms)}
        self._rarity = rarity
        self._components = components

    @classmethod
    def fit(
        cls, texts: Sequence[str], tokenise: Tokenise, dim: int = 128, seed: int = 0
    ) -> LsaEmbedder:
        """Learn from ``texts``; the same texts and seed give the same embedder.

        The vectors have ``dim`` values, or fewer where the texts do not span so many.
        """
        bags = [Counter(tokenise(text)) for text in texts]
        terms, rarity = _vocabulary(bags)
        rows = {term: row for row, term in enumerate(terms)}
        weighted = [_weigh(bag, rows, rarity) for bag in bags]
        components = _decompose(weighted, len(terms), dim, seed)
        return cls(tokenise, terms, rarity, components)

    @classmethod
    def load(cls, folder: Path, tokenise: Tokenise) -> LsaEmbedder:
        """The embedder that ``save`` wrote; ``StorageError`` when it is not there or damaged."""
        try:
            with np.load(folder / FILE, allow_pickle=False) as saved:
                if int(saved["format"]) != _FORMAT:
                    raise ValueError("another format")
                joined = saved["terms"].tobytes().decode("utf-8")
                terms = joined.split("\n") if joined else []
                return cls(tokenise, terms, saved["rarity"], saved["components"])
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise StorageError(
                f"Le modèle de recherche par le sens du dossier « {folder} » manque ou est "
                "abîmé : lancez « kb reindex » pour le recalculer."
            ) from error

    def save(self, folder: Path) -> None:
        """Write one file into ``folder``, whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        temporary = folder / f"{FILE}.new"
        with temporary.open("wb") as file:
            np.savez(
                file,
                format=np.int64(_FORMAT),
                terms=np.frombuffer(self._joined_terms(), dtype=np.uint8),
                rarity=self._rarity,
                components=self._components,
            )
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, folder / FILE)

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self._components.shape[1])

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all that was learnt."""
        digest = hashlib.sha256(f"lsa {_FORMAT} {self._components.shape}".encode())
        digest.update(self._joined_terms())
        digest.update(self._rarity.astype("<f8").tobytes())
        digest.update(self._components.astype("<f4").tobytes())
        return f"lsa-{digest.hexdigest()[:24]}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """One row per query."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row per passage."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            rows, weights = _weigh(Counter(self._tokenise(text)), self._rows, self._rarity)
            if len(rows):
                projected = weights @ self._components[rows].astype(np.float64)
                norm = np.linalg.norm(projected)
                if norm > _RANK_TOLERANCE:
                    vector[:] = projected / norm
        return vectors

    def _joined_terms(self) -> bytes:
        return "\n".join(self._terms).encode("utf-8")


_Weighted = tuple[npt.NDArray[np.int64], _Weights]
"""The terms of one text, as vocabulary rows, and their weights."""


def _vocabulary(bags: Iterable[Counter[str]]) -> tuple[list[str], _Weights]:
    """Terms in order, with ``log((1 + texts) / (1 + texts that hold it)) + 1``."""
    bags = list(bags)
    spread = Counter(term for bag in bags for term in bag)
    widest = sorted(spread, key=lambda term: (-spread[term], term))[:_MAX_TERMS]
    terms = sorted(widest)
    held = np.array([spread[term] for term in terms], dtype=np.float64)
    return terms, np.log((1.0 + len(bags)) / (1.0 + held)) + 1.0


def _weigh(bag: Counter[str], rows: dict[str, int], rarity: _Weights) -> _Weighted:
    """TF-IDF of one text, counts damped by their logarithm, length brought to 1."""
    known = sorted((rows[term], count) for term, count in bag.items() if term in rows)
    indices = np.array([row for row, _ in known], dtype=np.int64)
    counts = np.array([count for _, count in known], dtype=np.float64)
    weights = (1.0 + np.log(counts)) * rarity[indices]
    norm = np.linalg.norm(weights)
    return indices, weights / norm if norm else weights


def _decompose(weighted: Sequence[_Weighted], terms: int, dim: int, seed: int) -> Vectors:
    """The leading right singular vectors, one row per term, signs settled."""
    if not weighted or not terms:
        return np.zeros((terms, 1), dtype=np.float32)
    small = len(weighted) <= _DENSE_PASSAGES and len(weighted) * terms <= _DENSE_CELLS
    directions = (
        _exact_directions(weighted, terms, dim)
        if small
        else _randomised_directions(weighted, terms, dim, seed)
    )
    strongest = np.abs(directions).argmax(axis=0)
    signs = np.sign(directions[strongest, np.arange(directions.shape[1])])
    return np.asarray(directions * signs, dtype=np.float32)


def _exact_directions(weighted: Sequence[_Weighted], terms: int, dim: int) -> _Weights:
    """Through the small Gram matrix of the passages: exact, and numpy alone."""
    from threadpoolctl import threadpool_limits

    matrix = np.zeros((len(weighted), terms), dtype=np.float64)
    for row, (indices, weights) in enumerate(weighted):
        matrix[row, indices] = weights
    # Threads that wait for each other on so small a matrix take ten times as long
    # as one alone as soon as the machine does anything else.
    with threadpool_limits(1, user_api="blas"):
        energies, left = np.linalg.eigh(matrix @ matrix.T)
    kept = np.argsort(energies)[::-1][:dim]
    kept = kept[energies[kept] > _RANK_TOLERANCE * energies.max()]
    return np.asarray(matrix.T @ (left[:, kept] / np.sqrt(energies[kept])))


def _randomised_directions(
    weighted: Sequence[_Weighted], terms: int, dim: int, seed: int
) -> _Weights:
    """Halko, Martinsson and Tropp's method, for corpora too large for the exact one."""
    from scipy.sparse import csr_array
    from sklearn.utils.extmath import randomized_svd

    starts = np.cumsum([0, *(len(indices) for indices, _ in weighted)])
    indices = np.concatenate([indices for indices, _ in weighted])
    weights = np.concatenate([weights for _, weights in weighted])
    matrix = csr_array((weights, indices, starts), shape=(len(weighted), terms))
    width = min(dim, *matrix.shape)
    _, strengths, right = randomized_svd(matrix, n_components=width, random_state=seed)
    kept = strengths**2 > _RANK_TOLERANCE * strengths.max() ** 2
    return np.asarray(right[kept].T)
