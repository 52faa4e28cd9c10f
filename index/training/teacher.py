"""Vectors of an English model for the English side of parallel text.

N. Reimers, I. Gurevych, Making Monolingual Sentence Embeddings Multilingual
using Knowledge Distillation, EMNLP 2020 (arXiv:2004.09813): the French sentence
learns the vector that the teacher gives to its translation.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kb.errors import ConfigurationError

BLOCK = 8192
"""Sentences a file of the cache: what an interruption can lose."""

_MODEL_FOLDER = "model"
_FEWEST_WORDS, _MOST_WORDS = 4, 20
"""Long sentences cost the teacher most, and the mean of their words learns least from them."""

Encode = Callable[[Sequence[str]], npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Lesson:
    """French sentences and the teacher's vector of each."""

    sentences: tuple[str, ...]
    vectors: npt.NDArray[np.float32]
    """Shape (sentences, teacher's dim)."""


def sample_parallel(
    pairs: Sequence[tuple[str, str]], count: int, seed: int
) -> list[tuple[str, str]]:
    """``count`` (English, French) sentences of sensible length, drawn by ``seed``."""
    fit = [
        pair
        for pair in pairs
        if all(_FEWEST_WORDS <= len(text.split()) <= _MOST_WORDS for text in pair)
    ]
    return random.Random(seed).sample(fit, min(count, len(fit)))


def learn_from(
    pairs: Sequence[tuple[str, str]],
    encode: Encode,
    cache: Path,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> Lesson:
    """The teacher's vectors of (English, French) sentences, from ``cache`` where they are.

    Blocks are written one by one: an interrupted run goes on where it was.
    """
    blocks = []
    cache.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(pairs), BLOCK):
        english = [one for one, _french in pairs[start : start + BLOCK]]
        blocks.append(_block(english, encode, cache))
        tell(min(start + BLOCK, len(pairs)), len(pairs))
    return Lesson(tuple(french for _one, french in pairs), np.concatenate(blocks))


def load_teacher(teacher: str) -> Encode:
    """The encoder of an installed package or a folder. Raises ConfigurationError."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(teacher_folder(teacher)), device="cpu", local_files_only=True)
    # Longer sentences are rare and cost most of the time.
    model.max_seq_length = 64

    def encode(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors: npt.NDArray[np.float32] = model.encode(
            list(texts), batch_size=256, normalize_embeddings=True, show_progress_bar=False
        )
        return vectors

    return encode


def teacher_folder(teacher: str) -> Path:
    """Where the teacher is: a folder, or that of an installed package.

    Raises ConfigurationError.
    """
    folder = Path(teacher).expanduser()
    if (folder / "modules.json").exists():
        return folder
    spec = find_spec(teacher) if teacher.isidentifier() else None
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(place) / _MODEL_FOLDER / "modules.json").exists():
            return Path(place) / _MODEL_FOLDER
    raise ConfigurationError(
        f"Le modèle enseignant « {teacher} » manque : installez les bibliothèques "
        'd’entraînement par pip install "passages[train]", ou mettez « share = 0 » '
        "dans [distillation]."
    )


def _block(english: Sequence[str], encode: Encode, cache: Path) -> npt.NDArray[np.float32]:
    key = hashlib.sha256("\n".join(english).encode()).hexdigest()[:24]
    path = cache / f"{key}.npy"
    if not path.exists():
        written = path.with_suffix(".partial")
        with written.open("wb") as file:
            np.save(file, encode(english).astype(np.float16))
        written.replace(path)
    stored: npt.NDArray[np.float16] = np.load(path)
    return stored.astype(np.float32)
