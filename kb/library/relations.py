"""Projects of like meaning, from the vectors that the base keeps."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from kb.catalog import StoredPassage
from kb.library.base import Base
from kb.library.moment import Moment
from kb.results import RelatedProject

_NEAREST = 120
"""Passages near the project's mean from which other projects are drawn, besides its own."""
_CANDIDATES = 12
"""Projects that are compared whole."""


def related(base: Base, moment: Moment, project_id: str, limit: int) -> tuple[RelatedProject, ...]:
    """The ``limit`` projects whose passages say most nearly the same, best first.

    A project stands for the mean of its passages. The engine finds the passages near that
    mean, and only the projects that hold them are compared: the cost does not grow with
    the number of projects.
    """
    own = base.catalog.passages_of_project(project_id)
    if not own:
        return ()
    mean = _mean(base, moment, own)
    found = moment.engine.nearest(mean, _NEAREST + len(own))
    passages = base.catalog.passages([hit.key for hit in found if hit.score > 0])
    near = dict.fromkeys(passages[hit.key].project_id for hit in found if hit.key in passages)
    candidates = [one for one in near if one != project_id and one in moment.projects]
    scores = {
        one: float(mean @ _mean(base, moment, base.catalog.passages_of_project(one)))
        for one in candidates[:_CANDIDATES]
    }
    best = sorted(scores, key=lambda one: (-round(scores[one], 6), one))[:limit]
    return tuple(RelatedProject(moment.projects[one], round(scores[one], 6)) for one in best)


def _mean(base: Base, moment: Moment, stored: Iterable[StoredPassage]) -> npt.NDArray[np.float32]:
    """The mean of the passages' own vectors, of length 1; zero where there are none."""
    vectors = [rows[0] for rows in base.vectors(moment, list(stored))]
    if not vectors:
        return np.zeros(moment.embedder.dim, dtype=np.float32)
    mean: npt.NDArray[np.float32] = np.mean(vectors, axis=0, dtype=np.float32)
    length = float(np.linalg.norm(mean))
    return (mean / length).astype(np.float32) if length else mean
