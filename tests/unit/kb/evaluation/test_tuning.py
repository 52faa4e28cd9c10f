"""Leaving one set out: what is chosen, and what is reported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from kb.config import Settings
from kb.errors import InputError
from kb.evaluation.beir import load_collection
from kb.evaluation.tuning import cross_validate, folds_table, grid_around, scorer
from kb.library.base import Parts
from kb.wiring import temporary_library


@dataclass(frozen=True, slots=True)
class Constants:
    share: float = 0.0
    lift: float = 0.0


SHIPPED = Constants()
GRID = grid_around(SHIPPED, {"share": [0.5, 1.0]})


def _scores(best: float):
    """Two queries, scored by how near the share is to what suits the set."""
    return lambda constants: np.array([1.0, 0.5]) - abs(constants.share - best)


def test_each_set_is_reported_with_what_the_others_chose() -> None:
    sets = {"a": _scores(1.0), "b": _scores(0.0), "c": _scores(0.0)}
    found = cross_validate(SHIPPED, GRID, sets)
    left_a, left_b, _ = found.folds
    assert (left_a.left_out, left_a.chosen, left_a.score) == ("a", SHIPPED, -0.25)
    # 0, 0.5 and 1 are equally good for one set at each end: the shipped stay.
    assert (left_b.chosen, left_b.score, left_b.shipped) == (SHIPPED, 0.75, 0.75)
    assert found.best == SHIPPED


def test_a_gain_that_holds_on_the_set_left_out_is_told() -> None:
    found = cross_validate(SHIPPED, GRID, {"a": _scores(1.0), "b": _scores(1.0)})
    assert found.best == Constants(share=1.0)
    for fold in found.folds:
        assert (fold.chosen.share, fold.shipped, fold.score) == (1.0, -0.25, 0.75)
        assert fold.gain is not None
        assert (fold.gain.low, fold.gain.mean, fold.gain.high) == (1.0, 1.0, 1.0)


def test_sets_count_alike_however_large() -> None:
    large = lambda constants: np.full(1000, 0.5 + 0.1 * constants.share)  # noqa: E731
    small = lambda constants: np.full(2, 0.5 - 0.2 * constants.share)  # noqa: E731
    found = cross_validate(SHIPPED, GRID, {"large": large, "small": small, "also": small})
    assert found.best == SHIPPED


def test_one_set_is_not_enough() -> None:
    with pytest.raises(InputError, match="au moins deux jeux"):
        cross_validate(SHIPPED, GRID, {"a": _scores(0.0)})


def test_shipped_constants_are_scored_once_though_the_grid_holds_them() -> None:
    asked: list[tuple[str, Constants]] = []

    def scores(name: str):
        return lambda constants: asked.append((name, constants)) or np.zeros(2)

    told: list[tuple[int, int, str]] = []
    grid = [SHIPPED, Constants(share=1.0)]
    sets = {"a": scores("a"), "b": scores("b")}
    cross_validate(SHIPPED, grid, sets, lambda *step: told.append(step))
    assert asked == [(name, one) for one in grid for name in ("a", "b")]
    assert told == [(0, 4, "a"), (1, 4, "b"), (2, 4, "a"), (3, 4, "b"), (4, 4, "")]


def test_a_grid_holds_every_combination() -> None:
    assert grid_around(SHIPPED, {"share": [0.1, 0.2], "lift": [1.0]}) == [
        Constants(0.1, 1.0),
        Constants(0.2, 1.0),
    ]


def test_an_unknown_constant_is_told_with_those_that_exist() -> None:
    with pytest.raises(InputError, match="Constante inconnue : poids ; connues : share, lift"):
        grid_around(SHIPPED, {"poids": [1.0]})


def test_folds_are_written_one_a_line() -> None:
    found = cross_validate(SHIPPED, GRID, {"a": _scores(1.0), "b": _scores(1.0)})
    _, line, _ = folds_table(found).lines
    assert line == (
        "a",
        "Constants(share=1.0, lift=0.0)",
        "-0.250",
        "0.750",
        "+1.000 [+1.000 ; +1.000]",
    )


def test_constants_reach_the_base_and_its_scores_come_back(
    collection: Path, model: Path, tmp_path: Path
) -> None:
    loaded = load_collection(collection)
    settings = Settings(home=tmp_path / "home", embedding_model=str(model))
    put: list[float] = []

    def change(constants: Constants):
        def changed(parts: Parts) -> Parts:
            put.append(constants.share)
            return parts

        return changed

    score = scorer(
        loaded.judged(),
        lambda parts: temporary_library(settings, [loaded.reading()], parts),
        change,
    )
    assert score(Constants(share=0.5)).tolist() == [1.0, 1.0, 1.0]
    assert put == [0.5]
