"""Filling an engine: in batches, in the order of keys, with the vectors that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from kb.errors import StorageError
from kb.library import Library, filling
from kb.library.base import Base, Opened, Parts
from kb.library.filling import PlacesOf, are_directions, fill, known_to, to_index
from kb.ports import EngineView, Vectors


@pytest.fixture
def opened(filled: Library, parts: Parts) -> Opened:
    """An empty engine for the base that the tests of the library share."""
    base = Base(parts)
    in_use = base.opened()
    assert in_use is not None
    state = replace(in_use.state, engine="whoosh-9")
    return Opened(state, parts.open_engine("whoosh-9"), in_use.embedder)


def in_use(parts: Parts) -> EngineView:
    return parts.open_engine(parts.catalog.state().engine)


def test_an_engine_filled_again_holds_the_same(
    opened: Opened, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "WRITE_BATCH", 4)
    told: list[tuple[int, int]] = []
    keys = parts.catalog.live_keys()
    fill(parts, opened, keys, progress=lambda done, total: told.append((done, total)))
    assert told == [(4, 6), (6, 6)]
    assert opened.engine.keys() == keys
    former, now = in_use(parts).vectors(keys), opened.engine.vectors(keys)
    assert all(np.array_equal(former[key], now[key]) for key in keys)


def test_what_is_known_is_not_embedded(
    opened: Opened, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    kind = type(opened.embedder)
    embed = kind.embed_passages

    def noted(self: object, texts: Sequence[str]) -> Vectors:
        asked.extend(texts)
        return embed(self, texts)

    monkeypatch.setattr(kind, "embed_passages", noted)
    keys = parts.catalog.live_keys()
    unknown = max(keys)
    source = known_to(in_use(parts))

    def known(wanted: Sequence[int]) -> Mapping[int, Vectors]:
        return source([key for key in wanted if key != unknown])

    fill(parts, opened, keys, known)
    assert len(asked) == 1
    assert asked[0].endswith("Les saisonniers dorment dans leur voiture faute de foyer.")
    assert opened.engine.keys() == keys


def test_keys_that_are_not_live_are_left_out(opened: Opened, parts: Parts) -> None:
    (least, *_) = sorted(parts.catalog.live_keys())
    fill(parts, opened, [least, 999])
    assert opened.engine.keys() == {least}


class Broken:
    """An engine whose files are damaged."""

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        raise StorageError("abîmé")


class Holding:
    """An engine that holds what a test gives it."""

    def __init__(self, held: dict[int, Vectors]) -> None:
        self._held = held

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        return {key: self._held[key] for key in keys if key in self._held}


def test_a_damaged_engine_knows_nothing() -> None:
    assert known_to(Broken())([1, 2]) == {}  # type: ignore[arg-type]


def test_only_directions_of_the_models_length_are_taken_over() -> None:
    unit = np.array([[0.6, 0.8], [0.0, 0.0]], np.float32)
    held = {1: unit, 2: np.ones((1, 3), np.float32), 3: np.full((1, 2), np.nan, np.float32)}
    held[4] = np.array([[0.6, 0.9]], np.float32)
    view = Holding(held)
    assert set(known_to(view, 2)([1, 2, 3, 4])) == {1}  # type: ignore[arg-type]
    assert set(known_to(view)([1, 2, 9])) == {1, 2}  # type: ignore[arg-type]
    assert are_directions(unit)
    assert are_directions(np.array([[0.6, 0.79]], np.float32))
    assert not are_directions(np.array([[0.5, 0.8]], np.float32))


def test_places_are_those_of_the_passages_alone(filled: Library, parts: Parts) -> None:
    (passage,) = [one.passage for one in parts.catalog.passages_of_brochure("mediterranee")]
    projects, brochures = PlacesOf(parts.catalog).of([passage])
    assert set(projects) == {passage.project_id}
    assert set(brochures) == {"mediterranee"}


def test_what_an_engine_is_given_tells_the_place_of_each_passage(
    filled: Library, parts: Parts
) -> None:
    stored = list(parts.catalog.all_passages())
    with closing(Base(parts)):
        projects, brochures = PlacesOf(parts.catalog).of([one.passage for one in stored])
        given = to_index(stored, projects, brochures)
    assert [one.key for one in given] == [one.key for one in stored]
    assert [one.facets.project for one in given] == [(s.passage.project_id,) for s in stored]
    assert {one.facets.heading for one in given} == {("le besoin",), ("les resultats",)}
