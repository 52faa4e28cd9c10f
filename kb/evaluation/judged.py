"""Queries with what answers them: the one form that all measuring works on."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """One query and the passages that answer it."""

    id: str
    type: str
    """What kind of query it is; empty in a set that knows no kinds."""
    text: str
    relevant: Mapping[str, int]
    """Passage id → grade of relevance, from 1."""
    answerable: bool
    """False where nothing answers. True with nothing ``relevant`` means that the
    answer is in no passage of the base: such a query scores zero."""
    projects: frozenset[str] | None = None
    """Ids of the projects that answer; None in a set that knows no projects."""


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """Queries that are measured together."""

    name: str
    queries: tuple[JudgedQuery, ...]

    @property
    def answerable(self) -> tuple[JudgedQuery, ...]:
        """The queries that have an answer, in order."""
        return tuple(query for query in self.queries if query.answerable)

    def sample(self, size: int, seed: int) -> JudgedSet:
        """The set, or ``size`` of its queries drawn without replacement, in their order."""
        if size >= len(self.queries):
            return self
        drawn = sorted(random.Random(seed).sample(range(len(self.queries)), size))
        return replace(self, queries=tuple(self.queries[place] for place in drawn))
