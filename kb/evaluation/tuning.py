"""Choosing ranking constants without fooling oneself: leaving one set out at a time.

Constants chosen on the very queries that they are reported on look better than they
are (Stone, « Cross-validatory choice and assessment of statistical predictions »,
JRSS B, 1974). Here whole sets are left out, not queries: what must hold is a
collection that nobody has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import product
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from kb.errors import InputError
from kb.evaluation.ablation import Change, Opener
from kb.evaluation.asking import ask
from kb.evaluation.intervals import Estimate, difference
from kb.evaluation.judged import JudgedSet
from kb.evaluation.measures import MAIN, values
from kb.evaluation.tables import Table, signed
from kb.model import Mode

W = TypeVar("W")
"""A value that holds the constants to choose."""

Scorer = Callable[[W], npt.NDArray[np.float64]]
"""From constants to the score of each query of one set, always in the same order."""


@dataclass(frozen=True, slots=True)
class Fold(Generic[W]):
    """What the constants chosen on the other sets give on the set left out."""

    left_out: str
    chosen: W
    score: float
    """Mean over the queries of the set left out."""
    shipped: float
    """The same with the shipped constants."""
    gain: Estimate | None
    """Chosen minus shipped, paired by query; None below two queries."""


@dataclass(frozen=True, slots=True)
class CrossValidation(Generic[W]):
    """What choosing from a grid is worth."""

    folds: tuple[Fold[W], ...]
    best: W
    """The constants that are best over all sets: those to ship, if the folds gain."""


def cross_validate(
    shipped: W,
    grid: Iterable[W],
    sets: Mapping[str, Scorer[W]],
    progress: Callable[[int, int, str], None] | None = None,
) -> CrossValidation[W]:
    """Choose for each set on the others, and report on the one left out.

    Sets count alike, however many queries they have. Where two points of the grid
    do equally well, the shipped constants stay, then the first in order. Raises
    InputError for fewer than two sets.
    """
    if len(sets) < 2:
        raise InputError("Il faut au moins deux jeux de questions : un pour choisir, un de côté.")
    points = [shipped, *(one for one in grid if one != shipped)]
    scored: list[list[npt.NDArray[np.float64]]] = []
    for place, point in enumerate(points):
        scored.append([])
        for number, (name, scores_of) in enumerate(sets.items()):
            if progress:
                progress(place * len(sets) + number, len(points) * len(sets), name)
            scored[-1].append(scores_of(point))
    if progress:
        progress(len(points) * len(sets), len(points) * len(sets), "")
    means = np.array([[one.mean() for one in row] for row in scored])
    folds = tuple(_fold(name, place, points, scored, means) for place, name in enumerate(sets))
    return CrossValidation(folds, points[int(means.mean(axis=1).argmax())])


def _fold(
    name: str,
    left: int,
    points: Sequence[W],
    scored: Sequence[Sequence[npt.NDArray[np.float64]]],
    means: npt.NDArray[np.float64],
) -> Fold[W]:
    """Choose on all columns of ``means`` (points, sets) but ``left``, report on that one."""
    chosen = int(np.delete(means, left, axis=1).mean(axis=1).argmax())
    return Fold(
        left_out=name,
        chosen=points[chosen],
        score=float(means[chosen, left]),
        shipped=float(means[0, left]),
        gain=difference(scored[chosen][left], scored[0][left]),
    )


def grid_around(shipped: W, choices: Mapping[str, Sequence[float]]) -> list[W]:
    """Every combination of these values of the fields of ``shipped``, a dataclass.

    Raises InputError naming a field that it lacks.
    """
    value: Any = shipped
    known = [field.name for field in fields(value)]
    for name in choices:
        if name not in known:
            raise InputError(f"Constante inconnue : {name} ; connues : {', '.join(known)}.")
    return [
        replace(value, **dict(zip(choices, combination, strict=True)))
        for combination in product(*choices.values())
    ]


def scorer(
    judged: JudgedSet, opened: Opener, put: Callable[[W], Change], measure: str = MAIN
) -> Scorer[W]:
    """Scores of the hybrid search over a set, as a function of its constants.

    ``opened`` gives a base that holds the passages of ``judged``, ``put`` the change
    that puts constants into its parts.
    """

    def score(constants: W) -> npt.NDArray[np.float64]:
        with opened(put(constants)) as library:
            scores = ask(library, judged, Mode.HYBRID).scores
        return values(scores, judged.answerable, measure)

    return score


def folds_table(found: CrossValidation[W]) -> Table:
    """One line a set left out."""
    head = ("jeu laissé de côté", "constantes choisies", "avant", "après", "écart (à 95 %)")
    lines = []
    for fold in found.folds:
        figures = (f"{fold.shipped:.3f}", f"{fold.score:.3f}", signed(fold.gain))
        lines.append((fold.left_out, str(fold.chosen), *figures))
    return Table((head, *lines), words=2)
