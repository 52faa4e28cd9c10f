"""What each ingredient of the hybrid search is worth: leaving one out at a time.

Every variant is a base of its own over the same passages, made of other parts;
the search itself has no switch for measuring.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import numpy as np

from kb.analysis import full_sentences, texts_to_embed
from kb.evaluation.asking import Progress, SearchableLibrary, ask, part_of
from kb.evaluation.intervals import Estimate, difference
from kb.evaluation.judged import JudgedSet
from kb.evaluation.measures import Scores, values
from kb.library.base import Parts
from kb.model import Mode, Passage, Project
from kb.ports import Vectors
from kb.thesaurus import Thesaurus

ABLATED = ("nDCG@10", "recall@10")
"""The measures that are compared."""

Change = Callable[[Parts], Parts]
"""Puts other parts in the place of some of a base's."""
Opener = Callable[[Change], AbstractContextManager[SearchableLibrary]]
"""Opens a base over the passages that are measured, its parts changed."""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """Something that the hybrid search can do without."""

    name: str
    """How the search without it is called, in French."""
    without: Change
    mode: Mode = Mode.HYBRID


@dataclass(frozen=True, slots=True)
class Variant:
    """The search without one ingredient."""

    name: str
    scores: dict[str, float]
    """Means by the names of ``ABLATED``."""
    changes: dict[str, Estimate]
    """What leaving it out changes, paired by query; empty below two queries."""


@dataclass(frozen=True, slots=True)
class Ablation:
    """What the ingredients are worth on one set."""

    full: dict[str, float]
    """Means of the whole hybrid search, by the names of ``ABLATED``."""
    variants: tuple[Variant, ...]


class NoWordVectors:
    """Implements ``kb.ports.WordVectors`` for words of which nothing is known."""

    def embed_words(self, words: Sequence[str]) -> Vectors:
        """A zero vector for every word: shape (n, 1)."""
        return np.zeros((len(words), 1), np.float32)


def _as_they_are(parts: Parts) -> Parts:
    return parts


def _without_widening(parts: Parts) -> Parts:
    nothing = NoWordVectors()  # One for all queries: a search tells models apart by identity.
    return replace(parts, word_vectors=lambda: nothing)


def _without_thesaurus(parts: Parts) -> Parts:
    return replace(parts, thesaurus=lambda: Thesaurus({}, 0))


def _without_sentences(parts: Parts) -> Parts:
    return replace(parts, texts_of=lambda passage, project: texts_to_embed(passage, project)[:1])


def _without_context(parts: Parts) -> Parts:
    return replace(parts, texts_of=_bare_texts)


def _bare_texts(passage: Passage, _project: Project) -> list[str]:
    return [passage.text, *full_sentences(passage.text)]


INGREDIENTS = (
    Ingredient("sans élargissement par le sens", _without_widening),
    Ingredient("sans thésaurus", _without_thesaurus),
    Ingredient("sans vecteurs de phrases", _without_sentences),
    Ingredient("sans titre ni intertitre dans le vecteur", _without_context),
    Ingredient("sans le sens (lexical)", _as_they_are, Mode.LEXICAL),
)


def ablate(
    judged: JudgedSet,
    opened: Opener,
    progress: Progress | None = None,
    ingredients: Sequence[Ingredient] = INGREDIENTS,
) -> Ablation:
    """Measure the hybrid search whole, then without each ingredient.

    ``opened`` gives a base that holds the passages of ``judged``.
    """
    whole = Ingredient("", _as_they_are)
    found: list[Scores] = []
    for place, one in enumerate((whole, *ingredients)):
        told = part_of(progress, place, 1 + len(ingredients))
        with opened(one.without) as library:
            found.append(ask(library, judged, one.mode, told).scores)
    full, *others = found
    return Ablation(
        _means(full, judged),
        tuple(
            Variant(one.name, _means(scores, judged), _changes(scores, full, judged))
            for one, scores in zip(ingredients, others, strict=True)
        ),
    )


def _means(scores: Scores, judged: JudgedSet) -> dict[str, float]:
    return {
        name: float(values(scores, judged.answerable, name).mean()) if judged.answerable else 0.0
        for name in ABLATED
    }


def _changes(scores: Scores, full: Scores, judged: JudgedSet) -> dict[str, Estimate]:
    found = {
        name: difference(
            values(scores, judged.answerable, name), values(full, judged.answerable, name)
        )
        for name in ABLATED
    }
    return {name: change for name, change in found.items() if change is not None}
