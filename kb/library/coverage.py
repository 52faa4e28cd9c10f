"""How much of a query a passage answers by its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kb.library.profiles import PassageProfile
from kb.query import Alternative, Concept, Query


@dataclass(frozen=True, slots=True)
class Covered:
    """Shares of a query's weight that a passage answers, 0 to 1."""

    said: float
    """By the words typed and what the thesaurus takes for the same."""
    near: float
    """The same, words of like meaning counted too; never less than ``said``."""


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A concept with its weights worked out: many passages are measured against it."""

    weight: float
    typed: tuple[tuple[str, float], ...]
    """Stems, each with its share of the concept."""
    same: tuple[Alternative, ...]
    near: tuple[Alternative, ...]


class Coverage:
    """Measures passages against one query."""

    def __init__(self, query: Query, weight: Callable[[str], float]) -> None:
        """``weight`` gives how much a stem says in the base."""
        self._concepts = tuple(_weighed(concept, weight) for concept in query.concepts)
        self._total = sum(concept.weight for concept in self._concepts)

    def of(self, profile: PassageProfile) -> Covered:
        """How much of the query this passage answers."""
        if not self._total:
            return Covered(0.0, 0.0)
        said = near = 0.0
        for concept in self._concepts:
            share = sum(part * profile.share(stem) for stem, part in concept.typed)
            share = max(share, _best(concept.same, profile))
            said += concept.weight * share
            near += concept.weight * max(share, _best(concept.near, profile))
        return Covered(said / self._total, near / self._total)


def unknown_share(
    query: Query, known: Callable[[str], bool], weight: Callable[[str], float]
) -> float:
    """Share of the query's weight in words that neither index nor thesaurus knows."""
    total = lost = 0.0
    for concept in query.concepts:
        has_synonym = any(one.similarity is None for one in concept.added)
        for token in concept.typed.tokens:
            total += weight(token.stem)
            if not known(token.stem) and not has_synonym:
                lost += weight(token.stem)
    return lost / total if total else 0.0


def _weighed(concept: Concept, weight: Callable[[str], float]) -> _Weighed:
    weights = [(token.stem, weight(token.stem)) for token in concept.typed.tokens]
    total = sum(one for _, one in weights)
    return _Weighed(
        weight=total,
        typed=tuple((stem, one / total) for stem, one in weights) if total else (),
        same=tuple(one for one in concept.added if one.similarity is None),
        near=tuple(one for one in concept.added if one.similarity is not None),
    )


def _best(added: tuple[Alternative, ...], profile: PassageProfile) -> float:
    return max(
        (one.share * min(profile.share(stem) for stem in one.stems) for one in added), default=0.0
    )
