"""What the engine in Milvus does beyond what all engines promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest

from kb import faults
from kb.errors import StorageError
from kb.model import Filter, QueryTerm
from tests.contract.passages import ahead, alike, keys_of, passage, terms, vectors

pytest.importorskip("milvus_lite", reason="needs pip install passages[milvus]")

from index.milvus.client import MilvusConnection
from index.milvus.engine import MilvusEngine
from index.milvus.schema import ALIAS
from tests.contract.milvus import fresh_engine, served


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


Opener = Callable[[], MilvusEngine]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def name() -> str:
    """The name of an engine that no other test uses."""
    return fresh_engine()._names.engine


@pytest.fixture
def opened(name: str, clock: Clock) -> Iterator[Opener]:
    """Opens the same engine again, as another process would."""
    engines: list[MilvusEngine] = []

    def another() -> MilvusEngine:
        engines.append(MilvusEngine(served(), name, clock))
        return engines[-1]

    yield another
    for engine in engines:
        engine.close()


@pytest.fixture
def engine(opened: Opener) -> MilvusEngine:
    """Three passages."""
    made = opened()
    written = [passage(1, "toit mur"), passage(2, "toit"), passage(3, "velo")]
    made.write(written, vectors((1, 0), [(0, 1), (1, 0)], (1, 1)))
    return made


def collections(name: str) -> set[str]:
    """What is left of an engine's collections in Milvus, its prefix left out."""
    connection = MilvusConnection(served())
    prefix = name.replace("-", "_") + "_"
    found = {each for each in connection.collections() if each.startswith(prefix)}
    connection.close()
    return {each.removeprefix(prefix) for each in found}


@contextmanager
def at(point: str, action: Callable[[], None]) -> Iterator[None]:
    """Have something done when a write comes to a named instant, once."""

    def listener(reached: str) -> None:
        if reached == point:
            faults.listen(None)
            action()

    faults.listen(listener)
    try:
        yield
    finally:
        faults.listen(None)


def failing(point: str, action: Callable[[], None]) -> None:
    """Do something that dies at a named instant."""

    def die() -> None:
        raise KeyboardInterrupt

    with at(point, die), pytest.raises(KeyboardInterrupt):
        action()


def test_another_process_finds_the_same(engine: MilvusEngine, opened: Opener) -> None:
    other = opened()
    assert other.lexical(terms("toit mur"), 5) == engine.lexical(terms("toit mur"), 5)
    assert other.nearest(ahead(2), 5) == engine.nearest(ahead(2), 5)
    assert other.suggest("toti") == ["toit"]
    other.write([passage(4, "toit")], vectors((1, 0)))
    assert engine.keys() == {1, 2, 3, 4}


def test_the_view_stays_the_same_while_nothing_is_written(engine: MilvusEngine) -> None:
    view = engine.view()
    assert engine.view() is view
    engine.write([passage(4, "toit")], vectors((1, 0)))
    assert engine.view() is not view


def test_a_view_keeps_what_is_deleted_for_a_minute(engine: MilvusEngine, clock: Clock) -> None:
    view = engine.view()
    engine.delete([1])
    clock.now += 59
    engine.delete([3])
    assert keys_of(view.lexical(terms("toit velo"), 5)) == [3, 2, 1]
    assert set(view.vectors([1, 2, 3])) == {1, 2, 3}
    assert view.keys() == {1, 2, 3}
    assert engine.keys() == {2}


def test_what_is_deleted_goes_with_the_first_change_after_a_minute(
    engine: MilvusEngine, clock: Clock, name: str
) -> None:
    engine.delete([2])
    clock.now += 61
    engine.delete([3])
    connection = MilvusConnection(served())
    table = f"{name.replace('-', '_')}_e0_"
    left = connection.query(f"{table}passages", "born >= 0", ["id"])
    rows = connection.query(f"{table}rows", "born >= 0", ["passage"])
    connection.close()
    assert {row["id"] for row in left} == {1, 3}
    assert {row["passage"] for row in rows} == {1, 3}
    assert engine.keys() == {1}


def test_a_passage_deleted_and_written_again_is_there(engine: MilvusEngine, clock: Clock) -> None:
    engine.delete([1, 2])
    engine.write([passage(1, "jardin")], vectors((0, 1)))
    clock.now += 61
    engine.write([passage(5, "jardin")], vectors((0, 1)))
    assert engine.keys() == {1, 3, 5}
    assert keys_of(engine.lexical(terms("jardin"), 5)) == [1, 5]
    assert engine.document_frequencies(["s:toit", "s:jardin"]) == {"s:toit": 0, "s:jardin": 2}


def test_a_write_that_dies_leaves_nothing(engine: MilvusEngine, opened: Opener) -> None:
    added = [passage(4, "toit velo"), passage(5, "jardin")]
    failing("engine:stored", lambda: engine.write(added, alike(2, 2)))
    other = opened()
    assert other.keys() == {1, 2, 3}
    assert other.count() == 3
    assert other.document_frequencies(["s:toit", "s:velo", "s:jardin"]) == {
        "s:toit": 2,
        "s:velo": 1,
        "s:jardin": 0,
    }
    assert keys_of(other.nearest(ahead(2), 9)) == [1, 3, 2]
    assert other.suggest("jardin") == []
    other.write([passage(6, "velo")], vectors((1, 0)))
    assert other.keys() == {1, 2, 3, 6}
    assert other.document_frequencies(["s:toit", "s:velo"]) == {"s:toit": 2, "s:velo": 2}


def test_two_that_write_at_once_are_told(engine: MilvusEngine, opened: Opener) -> None:
    other = opened()

    with (
        at("engine:stored", lambda: other.delete([3])),
        pytest.raises(StorageError, match="en train d’écrire dans l’index"),
    ):
        engine.write([passage(4, "toit")], vectors((1, 0)))
    assert other.keys() == {1, 2}


def test_vectors_of_another_model_are_refused(engine: MilvusEngine) -> None:
    with pytest.raises(StorageError, match="ont 2 dimensions et le modèle en donne 5"):
        engine.write([passage(4, "toit")], alike(1, 5))
    with pytest.raises(StorageError, match="ont 2 dimensions et le modèle en donne 3"):
        engine.nearest(ahead(3), 5)


def test_former_collections_go_a_minute_after_everything_was_forgotten(
    engine: MilvusEngine, clock: Clock, name: str
) -> None:
    engine.clear()
    engine.write([passage(1, "toit")], alike(1))
    both = {f"e{epoch}_{table}" for epoch in (0, 1) for table in ("passages", "rows", "counts")}
    assert collections(name) == both | {"state"}
    clock.now += 61
    engine.write([passage(2, "toit")], alike(1))
    assert collections(name) == {"state", "e1_passages", "e1_rows", "e1_counts"}


@pytest.mark.parametrize("lost", ["state", "e0_passages", "e0_rows", "e0_counts"])
def test_a_lost_collection_is_told_and_mended_by_clearing(
    engine: MilvusEngine, opened: Opener, name: str, lost: str
) -> None:
    connection = MilvusConnection(served())
    connection.drop(f"{name.replace('-', '_')}_{lost}")
    connection.close()
    if lost != "state":
        with pytest.raises(StorageError, match="lancez « kb reindex »"):
            opened().view()
    engine.clear()
    engine.write([passage(8, "toit")], alike(1, 4))
    assert opened().keys() == {8}
    assert keys_of(opened().lexical(terms("toit"), 5)) == [8]


def test_the_alias_stands_for_the_engine_in_use(engine: MilvusEngine, opened: Opener) -> None:
    connection = MilvusConnection(served())
    engine.show()
    passages = connection.aliased(ALIAS)
    assert passages == opened()._names.passages(0)
    engine.clear()
    engine.write([passage(1, "toit")], alike(1))
    assert connection.aliased(ALIAS) == opened()._names.passages(1)
    other = fresh_engine()
    other.write([passage(1, "toit")], alike(1))
    other.show()
    assert connection.aliased(ALIAS) == other._names.passages(0)
    other.drop()
    assert connection.aliased(ALIAS) is None
    connection.close()


def test_dropping_an_engine_leaves_the_others(engine: MilvusEngine, name: str) -> None:
    longer = MilvusEngine(served(), f"{name}0")
    longer.write([passage(1, "toit")], alike(1))
    engine.drop()
    assert collections(name) == set()
    assert longer.keys() == {1}
    longer.drop()


def test_a_passage_is_found_by_a_sentence_far_from_its_whole(opened: Opener) -> None:
    engine = opened()
    rng = np.random.default_rng(5)
    others = [rng.normal(size=(3, 16)) for _ in range(300)]
    query = rng.normal(size=16)
    far = np.stack([rng.normal(size=16), query])
    rows = [each.astype(np.float32) for each in (*others, far)]
    units = [each / np.linalg.norm(each, axis=1, keepdims=True) for each in rows]
    engine.write([passage(key, "toit") for key in range(301)], units)
    unit = query / np.linalg.norm(query)
    scores = {
        key: (float(each[0] @ unit) + max(float(row @ unit) for row in each[1:])) / 2
        for key, each in enumerate(units)
    }
    expected = sorted(scores, key=lambda key: (-round(scores[key], 6), key))
    assert keys_of(engine.nearest(query.astype(np.float32), 20)) == expected[:20]
    assert 300 in expected[:20]


def test_light_terms_still_propose_candidates(opened: Opener) -> None:
    engine = opened()
    engine.write([passage(1, "toit"), passage(2, "mur")], alike(2))
    found = engine.lexical([QueryTerm("s:toit", 1.0), QueryTerm("s:mur", 0.001)], 5)
    assert keys_of(found) == [1, 2]
    assert found[0].score == pytest.approx(1000 * found[1].score, rel=1e-3)


def test_a_text_longer_than_a_field_is_found_by_its_beginning(opened: Opener) -> None:
    engine = opened()
    long = " ".join(["toit", *(f"mur{number}" for number in range(12_000))])
    engine.write([passage(1, long), passage(2, "toit")], alike(2))
    assert keys_of(engine.lexical(terms("toit"), 5)) == [2, 1]
    engine.delete([1])
    assert engine.document_frequencies(["s:toit", "s:mur0"]) == {"s:toit": 1, "s:mur0": 0}


@pytest.mark.parametrize("typed", ['"] or id > 0 or x in ["', "\\", "'", "é\n", "x" * 3000])
def test_a_filter_finds_what_it_says_whatever_it_holds(opened: Opener, typed: str) -> None:
    engine = opened()
    written = [passage(1, "toit", organisation=typed), passage(2, "toit", organisation="sia")]
    engine.write(written, alike(2))
    asked = Filter(organisation=(typed,))
    assert keys_of(engine.lexical(terms("toit"), 5, asked)) == [1]
    assert keys_of(engine.nearest(ahead(), 5, asked)) == [1]
