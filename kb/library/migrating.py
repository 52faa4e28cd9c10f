"""Moving a base to another kind of engine, and telling whether the answers stayed.

The work is that of ``kb.library.reindexing``: the old engine serves until the new one
holds every passage, and vectors are taken over where the model is the same. What this
adds are the same searches before and after.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kb.engine_names import kind_of
from kb.errors import ConfigurationError, InvalidQuery
from kb.library.base import Base
from kb.library.reindexing import reindex
from kb.results import Answer

COMPARED = 10
"""Hits of each search that are compared."""
_SEARCHES = 20

Progress = Callable[[int, int], None]
"""``(passages done, passages in all)``."""


@dataclass(frozen=True, slots=True)
class Migration:
    """What a move has come to."""

    passages: int
    before: str
    """Kind of the engine that was left; one of ``kb.engine_names.KINDS``."""
    after: str
    searches: int
    """Searches made with both engines."""
    common: float
    """Share of their first hits that both gave, 0 to 1; 1 for no search."""


def migrate(
    base: Base,
    search: Callable[[str], Answer],
    kind: str,
    progress: Progress | None = None,
) -> Migration:
    """Move to an engine of that kind. One that was cut short is begun again by the next call.

    ``search`` gives ``COMPARED`` hits. Raises ConfigurationError where the base uses that
    kind already or its library is not installed, InvalidQuery while the base is empty.
    """
    state = base.catalog.state()
    before = kind_of(state.engine)
    if not state.engine or not base.catalog.statistics().passages:
        raise InvalidQuery(
            f"La base est vide : ajoutez des brochures avec KB_ENGINE={kind}, elle n’a rien à "
            "déplacer."
        )
    if before == kind:
        raise ConfigurationError(
            f"La base se sert déjà du moteur « {kind} » : « kb reindex » le reconstruit."
        )
    queries = _queries(base)
    former = [_found(search(query)) for query in queries]
    with base.changing("changement de moteur"):
        passages = reindex(base, progress, kind)
    shares = [
        _common(_found(search(query)), old) for query, old in zip(queries, former, strict=True)
    ]
    common = sum(shares) / len(shares) if shares else 1.0
    return Migration(passages, before, kind, len(queries), common)


def _queries(base: Base) -> list[str]:
    """Titles of projects, taken evenly among all."""
    titles = sorted({project.title for project in base.catalog.projects() if project.title})
    step = max(1, -(-len(titles) // _SEARCHES))
    return titles[::step]


def _found(answer: Answer) -> list[str]:
    return [hit.passage.id for hit in answer.hits]


def _common(new: list[str], old: list[str]) -> float:
    longest = max(len(new), len(old))
    return len(set(new) & set(old)) / longest if longest else 1.0
