"""Vectors of French passages as a base would hold them, for measuring searches of vectors.

Passages are two to five sentences in a row of the texts beside the project, embedded by a
bundled model. Where more are asked for than the texts hold, the texts are cut again at other
places and each row is turned a little (to a cosine of about .9), so that no two are alike.
"""

from __future__ import annotations

import lzma
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kb.ports import Vectors
from kb.sentences import split_sentences

TEXTS = Path(__file__).resolve().parents[3] / "shared" / "data" / "text"
_BATCH = 2_000
"""Passages embedded at once."""
_TURN = 0.48
"""Length of the noise that is added to a row of length 1: a cosine of about .9."""


class PassageEmbedder(Protocol):
    """The part of ``kb.ports.Embedder`` that is needed here."""

    def embed_passages(self, texts: list[str]) -> Vectors:
        """One row per text."""
        ...


@dataclass(frozen=True, slots=True)
class Made:
    """Rows of some passages."""

    rows: Vectors
    counts: npt.NDArray[np.int64]
    """Rows of each passage."""


def passages(seed: int = 0, texts: Path = TEXTS) -> Iterator[tuple[list[str], bool]]:
    """The sentences of each passage, without end, and whether the texts are read again.

    Raises ``FileNotFoundError`` where no text lies there.
    """
    paths = sorted(texts.glob("*.txt.xz"))
    if not paths:
        raise FileNotFoundError(f"no texts under {texts}")
    some, again = random.Random(seed), False
    while True:
        for path in paths:
            with lzma.open(path, "rt", encoding="utf-8") as lines:
                for line in lines:
                    for taken in _cut(line, some):
                        yield taken, again
        again = True


def _cut(line: str, some: random.Random) -> Iterator[list[str]]:
    said = [line[span.start : span.end] for span in split_sentences(line.strip())]
    said = [one for one in said if 30 <= len(one) <= 400]
    start = 0
    while start < len(said):
        taken = said[start : start + some.randint(2, 5)]
        start += len(taken)
        yield taken


def made(embedder: PassageEmbedder, wanted: int, seed: int = 0) -> Iterator[Made]:
    """The rows of ``wanted`` passages, some thousands at a time; equal for equal seeds."""
    noise = np.random.default_rng(seed)
    found = islice(passages(seed), wanted)
    while batch := list(islice(found, _BATCH)):
        texts = [[" ".join(said), *(said if len(said) > 1 else [])] for said, _ in batch]
        rows = embedder.embed_passages([text for each in texts for text in each])
        counts = np.array([len(each) for each in texts])
        turned = np.repeat([again for _, again in batch], counts)
        if turned.any():
            rows = _turned(rows, turned, noise)
        yield Made(rows, counts)


def _turned(rows: Vectors, which: npt.NDArray[np.bool_], noise: np.random.Generator) -> Vectors:
    turned = rows.copy()
    added = noise.normal(size=(int(which.sum()), rows.shape[1])).astype(np.float32)
    turned[which] += _TURN * added / np.linalg.norm(added, axis=1, keepdims=True)
    turned[which] /= np.linalg.norm(turned[which], axis=1, keepdims=True)
    return turned


def queries(embedder: PassageEmbedder, wanted: int, seed: int = 1) -> Vectors:
    """Rows of as many questions: sentences of the texts shortened to three to eight words."""
    some = random.Random(seed)
    drawn = [said for said, _ in islice(passages(seed), 120_000)]
    words = [some.choice(some.choice(drawn)).split() for _ in range(wanted)]
    starts = [some.randrange(max(1, len(one) - 5)) for one in words]
    texts = [" ".join(w[s : s + some.randint(3, 8)]) for w, s in zip(words, starts, strict=True)]
    return embedder.embed_passages(texts)
