"""Published word vectors, read from what they are distributed in.

Two forms: the ``vocab`` folder of a spaCy model (``fr_core_news_md`` holds CC0
fastText vectors, pruned to 20,000 rows that 500,000 words share), and fastText's
text format (``.vec``: a line of sizes, then a word and its numbers a line).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.training.extra import need
from kb.errors import ConfigurationError, InputError

PACKAGE = "fr_core_news_md"
"""The package whose vectors the bundled model begins with."""


@dataclass(frozen=True, slots=True)
class WordVectors:
    """Words in descending order of frequency, and their vectors."""

    words: tuple[str, ...]
    rows: npt.NDArray[np.int64]
    """Shape (words,): the row of each word; words may share one."""
    vectors: npt.NDArray[np.float32]
    """Shape (rows, dim)."""

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return int(self.vectors.shape[1])

    def frequencies(self) -> Iterator[tuple[str, float]]:
        """Each word and its share of running text after Zipf: 1 / (rank + 3), normalised.

        G. K. Zipf, Human Behavior and the Principle of Least Effort, 1949: the
        publishers kept the order of frequency, not the counts.
        """
        shares = 1.0 / (np.arange(len(self.words)) + 3.0)
        shares /= shares.sum()
        return zip(self.words, shares.tolist(), strict=True)


def read_word_vectors(path: Path | None) -> WordVectors:
    """The vectors of a spaCy ``vocab`` folder or a ``.vec`` file; by default of ``PACKAGE``.

    Raises ConfigurationError where they are not installed, InputError for what is
    no such thing.
    """
    if path is None:
        path = _installed()
    if path.is_dir() and (path / "key2row").exists():
        return _read_spacy(path)
    if path.is_file():
        return _read_text(path)
    raise InputError(
        f"« {path} » ne contient pas de vecteurs de mots : donnez par --vectors le dossier "
        "« vocab » d’un modèle spaCy ou un fichier .vec."
    )


def _installed() -> Path:
    spec = find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    for place in places:
        for folder in sorted(Path(place).glob(f"{PACKAGE}-*/vocab")):
            return folder
    raise ConfigurationError(
        f"Les vecteurs de mots manquent : donnez leur dossier par --vectors, ou installez-les "
        f"par : pip install {PACKAGE.replace('_', '-')}."
    )


def _read_spacy(folder: Path) -> WordVectors:
    need("spacy")
    from spacy.vocab import Vocab

    vocabulary = Vocab().from_disk(folder)
    table = vocabulary.vectors
    # Keys come in the order in which the publisher wrote them, the most frequent first.
    named = [
        (vocabulary.strings[key], int(row))
        for key, row in table.key2row.items()
        if key in vocabulary.strings
    ]
    return WordVectors(
        tuple(word for word, _row in named),
        np.array([row for _word, row in named], dtype=np.int64),
        np.asarray(table.data, dtype=np.float32),
    )


def _read_text(path: Path) -> WordVectors:
    words: list[str] = []
    vectors: list[npt.NDArray[np.float32]] = []
    try:
        with path.open(encoding="utf-8") as lines:
            _count, dim = (int(number) for number in next(lines).split())
            for line in islice(lines, None):
                word, _, numbers = line.rstrip().partition(" ")
                vector = np.array(numbers.split(), dtype=np.float32)
                if vector.shape != (dim,):
                    raise ValueError(f"{word} : {len(vector)}")
                words.append(word)
                vectors.append(vector)
        return WordVectors(tuple(words), np.arange(len(words)), np.stack(vectors))
    except (OSError, ValueError, StopIteration) as error:
        raise InputError(
            f"« {path} » n’est pas un fichier de vecteurs .vec ({error}) : vérifiez --vectors."
        ) from error
