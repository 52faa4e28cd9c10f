"""From passages to vectors: one call of the embedder, its rows given back to their passages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType

from kb.analysis import texts_to_embed
from kb.catalog import StoredPassage
from kb.model import Passage, Project
from kb.ports import Embedder, Vectors

TextsOf = Callable[[Passage, Project], list[str]]
"""What the embedder is given of a passage: first what stands for it as a whole."""


Former = Mapping[tuple[str, ...], Vectors]
"""Vectors that are known already, by what was embedded for them."""


def embed(
    embedder: Embedder,
    batch: Sequence[StoredPassage],
    projects: Mapping[str, Project],
    texts_of: TextsOf = texts_to_embed,
) -> list[Vectors]:
    """The vectors of each passage, of shape (1 + sentences, dim)."""
    return embed_texts(
        embedder,
        [tuple(texts_of(one.passage, projects[one.passage.project_id])) for one in batch],
    )


def embed_texts(
    embedder: Embedder,
    texts: Sequence[tuple[str, ...]],
    former: Former = MappingProxyType({}),
) -> list[Vectors]:
    """The vectors of each tuple of texts, a row a text.

    All of them go to the embedder at once, for models are quicker over many; those whose
    vectors are in ``former`` do not go at all.
    """
    lacking = [each for each in dict.fromkeys(texts) if each not in former]
    if not lacking:
        return [former[each] for each in texts]
    rows = embedder.embed_passages([text for each in lacking for text in each])
    made = dict(zip(lacking, cut(rows, [len(each) for each in lacking]), strict=True))
    return [made[each] if each in made else former[each] for each in texts]


def cut(rows: Vectors, counts: Sequence[int]) -> list[Vectors]:
    """``rows`` in pieces of ``counts`` rows, in order.

    Raises ``ValueError`` unless the counts add up to all rows.
    """
    if sum(counts) != len(rows):
        raise ValueError(f"{len(rows)} rows cannot be cut into {sum(counts)}")
    ends = list(accumulate(counts))
    return [rows[end - count : end] for end, count in zip(ends, counts, strict=True)]
