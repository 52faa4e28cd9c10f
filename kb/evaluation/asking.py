"""Putting judged queries to a library, one mode at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from kb.errors import KbError
from kb.evaluation.judged import JudgedSet
from kb.evaluation.measures import DEPTH, Scores, Shown, scores_by_query
from kb.model import Mode
from kb.results import Answer, PassageSheet

Progress = Callable[[int, int, str], None]
"""``(queries asked, queries in all, what is asked at its start, else empty)``."""


class SearchableLibrary(Protocol):
    """What an evaluation needs of a library."""

    def search(self, query: str, *, mode: Mode, limit: int) -> Answer:
        """Answer one query."""

    def passages(self) -> Iterable[PassageSheet]:
        """Every passage."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a library showed for the queries of a set, in one mode."""

    shown: dict[str, Shown]
    """By query id; queries that failed are left out."""
    failures: tuple[str, ...]
    """Searches that raised an error, with its message."""
    scores: Scores
    """Of every answerable query."""


def ask(
    library: SearchableLibrary, judged: JudgedSet, mode: Mode, progress: Progress | None = None
) -> Asked:
    """Search for every query of the set, and score what is shown."""
    from threadpoolctl import threadpool_limits

    shown: dict[str, Shown] = {}
    failures: list[str] = []
    count = len(judged.queries)
    # The products of a search are small: thousands in a row go quicker without threads
    # that wait for each other, four times on a machine that is busy.
    with threadpool_limits(1):
        for done, query in enumerate(judged.queries):
            if progress:
                progress(done, count, "" if done else f"{judged.name} ({mode})")
            try:
                shown[query.id] = Shown.of(library.search(query.text, mode=mode, limit=DEPTH))
            except KbError as error:
                failures.append(f"{query.id} ({mode}) : {error}")
    if progress:
        progress(count, count, "")
    return Asked(shown, tuple(failures), scores_by_query(judged.queries, shown))


def part_of(progress: Progress | None, place: int, parts: int) -> Progress | None:
    """The progress of the ``place``-th (from 0) of as many equal parts, told as one whole."""
    if progress is None:
        return None

    def told(done: int, total: int, name: str) -> None:
        progress(place * total + done, parts * total, name)

    return told
