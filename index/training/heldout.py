"""Pairs kept out of training, and how well they are found: nDCG@10 by source."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.training.sources import Pair

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DEPTH = 10

Embed = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Texts → rows of unit length."""


def split_pairs(pairs: Iterable[Pair], share: float) -> tuple[list[Pair], list[Pair]]:
    """(to learn, held out): about ``share`` of the positives with all their queries.

    The same positive falls on the same side in every run.
    """
    learnt: list[Pair] = []
    held: list[Pair] = []
    for pair in pairs:
        draw = zlib.crc32(pair.positive.encode()) % 10_000
        (held if draw < 10_000 * share else learnt).append(pair)
    return learnt, held


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One source's held-out questions: each query is to find its own positives among all."""

    queries: tuple[str, ...]
    texts: tuple[str, ...]
    relevant: tuple[frozenset[int], ...]
    """Places in ``texts``, by query."""

    @classmethod
    def of_pairs(cls, pairs: Sequence[Pair]) -> HeldOut:
        """Each distinct query once, with all of its positives."""
        places = {text: at for at, text in enumerate(dict.fromkeys(p.positive for p in pairs))}
        answers: dict[str, set[int]] = {}
        for pair in pairs:
            answers.setdefault(pair.query, set()).add(places[pair.positive])
        return cls(tuple(answers), tuple(places), tuple(map(frozenset, answers.values())))

    def ndcg(self, embed: Embed) -> float:
        """Mean nDCG@10 of ranking by cosine, ties by place, relevance being yes or no.

        K. Järvelin, J. Kekäläinen, Cumulated Gain-Based Evaluation of IR
        Techniques, ACM TOIS 20(4), 2002.
        """
        if not self.queries:
            return 0.0
        scores = embed(self.queries) @ embed(self.texts).T
        best = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
        discounts = 1.0 / np.log2(np.arange(DEPTH) + 2.0)
        gains = [
            sum(discounts[rank] for rank, place in enumerate(row) if place in wanted)
            / discounts[: min(DEPTH, len(wanted))].sum()
            for row, wanted in zip(best.tolist(), self.relevant, strict=True)
        ]
        return float(np.mean(gains))


def measure(held_out: Mapping[str, HeldOut], embed: Embed) -> dict[str, float]:
    """nDCG@10 of each source, in order."""
    return {name: one.ndcg(embed) for name, one in held_out.items()}


def table_embedding(table: npt.NDArray[np.float32], tokenizer: Tokenizer) -> Embed:
    """Texts → unit vectors, the mean of their rows; the zero vector where nothing is known."""

    def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), table.shape[1]), np.float32)
        encodings = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        for row, encoding in enumerate(encodings):
            if encoding.ids:
                vectors[row] = table[encoding.ids].mean(axis=0)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        normal: npt.NDArray[np.float32] = vectors / np.maximum(lengths, 1e-12)
        return normal

    return embed
