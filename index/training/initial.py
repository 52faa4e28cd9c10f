"""The rows before training: published word vectors, weighted and told apart.

Each row is ``[word vector, signature] * a / (a + p)``, where ``p`` is the
word's share of running text: smooth inverse frequency, S. Arora, Y. Liang,
T. Ma, A Simple but Tough-to-Beat Baseline for Sentence Embeddings, ICLR 2017.
The signature is a random unit vector that words of one stem share: the published
vectors are pruned to 20,000 rows, and it tells the words of a row apart again.
"""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import numpy.typing as npt

from index.training.config import InitialOptions
from index.training.vocabulary import CONTINUES, UNKNOWN, Vocabulary
from index.training.word_vectors import WordVectors
from index.training.words import folded
from kb.text import stem

Table = npt.NDArray[np.float32]
"""Shape (tokens, dim): one row a token."""

_RAREST = 1e-7
"""Share of running text of a word that was never counted."""


def initial_table(
    vocabulary: Vocabulary, vectors: WordVectors, options: InitialOptions, seed: int
) -> Table:
    """The rows of ``vocabulary``, of ``vectors.dim + options.signature_dim`` columns.

    A word without vector gets the mean of the words of its stem, one of several
    parts the mean of its parts, else zero. The row of the unknown token is zero.
    """
    shares = np.array(
        [max(vocabulary.frequencies.get(token, 0.0), _RAREST) for token in vocabulary.tokens]
    )
    known, meaning = _word_meanings(vocabulary, vectors)
    mean = (meaning * (shares * known)[:, None]).sum(0) / max(float((shares * known).sum()), 1e-12)
    meaning[known] -= mean
    _fill_gaps(vocabulary, known, meaning)
    signature = signatures([_identity(token) for token in vocabulary.tokens], options, seed)
    weights = options.sif / (options.sif + shares)
    table = np.hstack([meaning, signature]) * weights[:, None]
    table[vocabulary.tokens.index(UNKNOWN)] = 0.0
    return np.ascontiguousarray(table, dtype=np.float32)


def signatures(identities: list[str], options: InitialOptions, seed: int) -> Table:
    """One random row of length ``signature_weight`` for each distinct identity.

    The row depends on the identity and the seed alone, so that a word that is
    added later gets the row of its stem.
    """
    rows: dict[str, Table] = {}
    for identity in identities:
        if identity not in rows:
            number = random.Random(f"{seed} {identity}").getrandbits(64)
            row = np.random.default_rng(number).standard_normal(options.signature_dim)
            length = max(float(np.linalg.norm(row)), 1e-12)
            rows[identity] = (options.signature_weight * row / length).astype(np.float32)
    return np.stack([rows[identity] for identity in identities])


def _word_meanings(
    vocabulary: Vocabulary, vectors: WordVectors
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Which tokens have published vectors, and the mean of those of their spellings.

    Spellings (*Été*, *été*) weigh by their frequency; vectors are of unit length first.
    """
    place = {token: row for row, token in enumerate(vocabulary.tokens)}
    lengths = np.linalg.norm(vectors.vectors, axis=1, keepdims=True)
    units = vectors.vectors / np.maximum(lengths, 1e-9)
    meaning = np.zeros((len(vocabulary), vectors.dim))
    total = np.zeros(len(vocabulary))
    for (word, share), row in zip(vectors.frequencies(), vectors.rows.tolist(), strict=True):
        at = place.get(folded(word))
        if at is not None:
            meaning[at] += share * units[row]
            total[at] += share
    known = total > 0
    meaning[known] /= total[known, None]
    return known, meaning


def _fill_gaps(
    vocabulary: Vocabulary, known: npt.NDArray[np.bool_], meaning: npt.NDArray[np.float64]
) -> None:
    """Rows of unknown tokens from those of their stem, or of their parts."""
    place = {token: row for row, token in enumerate(vocabulary.tokens)}
    families: dict[str, list[int]] = defaultdict(list)
    for token, row in place.items():
        if known[row] and len(token) > 2:
            families[stem(token)].append(row)
    filled = known.copy()
    for token, row in place.items():
        if not known[row] and token[:1].isalpha() and (family := families.get(stem(token))):
            meaning[row] = meaning[family].mean(0)
            filled[row] = True
    for token in vocabulary.added:
        if not filled[place[token]]:
            parts = [place[part] for part in token.replace("-", " ").split() if part in place]
            if parts:
                meaning[place[token]] = meaning[parts].mean(0)


def _identity(token: str) -> str:
    """What a token shares its signature with: the words of its stem."""
    if token.startswith(CONTINUES) or len(token) <= 2:
        return token
    return stem(token)
