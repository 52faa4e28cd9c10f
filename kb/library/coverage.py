"""How much of a query a passage answers by its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kb.deadline import check
from kb.library.profiles import CONTEXT_SHARE, PassageProfile, spaced
from kb.query import Alternative, Concept, Query


@dataclass(frozen=True, slots=True)
class Covered:
    """Shares of a query's weight that a passage answers, 0 to 1."""

    said: float
    """By the words typed and what the thesaurus takes for the same."""
    near: float
    """The same, words of like meaning counted too; never less than ``said``."""


_Way = tuple[float, tuple[str, ...]]
"""How much of a concept an added expression answers, and its stems as a profile holds them."""


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A concept with its weights worked out: many passages are measured against it."""

    weight: float
    typed: tuple[tuple[str, float], ...]
    """Stems as a profile holds them, each with its share of the concept."""
    same: tuple[_Way, ...]
    """Those that answer most first."""
    near: tuple[_Way, ...]


class Coverage:
    """Measures passages against one query."""

    def __init__(self, query: Query, weight: Callable[[str], float]) -> None:
        """``weight`` gives how much a stem says in the base."""
        self._concepts = tuple(_weighed(concept, weight) for concept in query.concepts)
        self._total = sum(concept.weight for concept in self._concepts)

    def of(self, profile: PassageProfile) -> Covered:
        """How much of the query this passage answers."""
        check()
        if not self._total:
            return Covered(0.0, 0.0)
        said = near = 0.0
        stems, bar = profile.stems, profile.bar
        # Plain loops: a search measures hundreds of passages.
        for concept in self._concepts:
            share = 0.0
            for stem, part in concept.typed:
                if stem in stems:
                    share += part if stems.rfind(stem) > bar else part * CONTEXT_SHARE
            share = _best(concept.same, stems, bar, share)
            said += concept.weight * share
            near += concept.weight * _best(concept.near, stems, bar, share)
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
        typed=tuple((spaced(stem), one / total) for stem, one in weights) if total else (),
        same=_ways(one for one in concept.added if one.similarity is None),
        near=_ways(one for one in concept.added if one.similarity is not None),
    )


def _ways(added: Iterable[Alternative]) -> tuple[_Way, ...]:
    ways = [(one.share, tuple(map(spaced, one.stems))) for one in added]
    return tuple(sorted(ways, reverse=True))


def _best(ways: tuple[_Way, ...], stems: str, bar: int, best: float) -> float:
    """The most that one of these ways answers, or ``best`` where that is more.

    ``stems`` and ``bar`` are those of the profile.
    """
    for share, wanted in ways:
        if share <= best:
            break
        is_near = False
        for stem in wanted:
            if stem not in stems:
                break
            if stems.rfind(stem) < bar:
                is_near = True
        else:
            best = max(best, share * CONTEXT_SHARE if is_near else share)
    return best
