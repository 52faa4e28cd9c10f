"""Several brochures by one commit: each wholly in or not at all, one that fails alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from kb.catalog import Transaction
from kb.errors import StorageError
from kb.library import Library, storing
from kb.library.base import Base, Parts
from kb.library.storing import Accepted, Storing
from kb.model import IndexedPassage
from kb.ports import Vectors
from tests.unit.kb.library.conftest import read_blocks

TEXT = """\
# Projet {name} | Nord Habitat | Lille | 59 | 2020
## Le besoin
Le jardin {name} manque d’eau. Les voisins creusent un puits.
## Les résultats
{count} familles arrosent leurs tomates.
"""


@pytest.fixture
def base(parts: Parts) -> Base:
    return Base(parts)


@pytest.fixture
def accepted(tmp_path: Path) -> Callable[..., Accepted]:
    """A brochure that was read, of that name."""

    def made(name: str, count: int = 3, replaces: str = "") -> Accepted:
        path = tmp_path / f"{name}.txt"
        path.write_text(TEXT.format(name=name, count=count), encoding="utf-8")
        return Accepted(path, read_blocks(path), replaces)

    return made


def listed(base: Base) -> list[str]:
    return sorted(base.catalog.brochure_ids())


def in_engine(base: Base) -> int:
    opened = base.opened()
    assert opened is not None
    assert base.in_step(opened, key_by_key=True)
    return opened.engine.count()


def test_many_brochures_come_by_one_commit(
    base: Base, accepted: Callable[..., Accepted], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Storing(base) as storing:
        storing.add(accepted("a"))
        storing.commit()
    generation = base.catalog.generation()
    opened = base.opened()
    assert opened is not None
    written: list[int] = []
    write = opened.engine.write

    def noted(passages: Sequence[IndexedPassage], vectors: Sequence[Vectors]) -> None:
        written.append(len(passages))
        write(passages, vectors)

    monkeypatch.setattr(opened.engine, "write", noted)
    with Storing(base) as storing:
        for name in "bcd":
            storing.add(accepted(name))
        assert (storing.waiting, listed(base)) == (3, ["a"])
        storing.commit()
        assert storing.waiting == 0
    assert base.catalog.generation() == generation + 1
    assert written == [6]
    assert listed(base) == ["a", "b", "c", "d"]
    assert in_engine(base) == 8


def test_each_passage_has_the_vectors_of_its_own_text(
    base: Base, accepted: Callable[..., Accepted]
) -> None:
    with Storing(base) as storing:
        for name in ("a", "b"):
            storing.add(accepted(name, count=len(name)))
        storing.commit()
    with base.moment() as moment:
        stored = list(base.catalog.all_passages())
        held = moment.engine.vectors([one.key for one in stored])
        for one in stored:
            project = moment.projects[one.passage.project_id]
            made = moment.embedder.embed_passages(base.parts.texts_of(one.passage, project))
            assert held[one.key].shape == made.shape
            assert (held[one.key] * made).sum(axis=1).min() > 0.999


def test_a_revision_takes_the_place_of_the_one_before_it(
    base: Base, accepted: Callable[..., Accepted]
) -> None:
    with Storing(base) as storing:
        storing.add(accepted("a"))
        storing.add(accepted("b"))
        storing.commit()
        storing.add(accepted("a", count=90, replaces="a"))
        storing.add(accepted("c"))
        storing.commit()
    texts = [one.passage.text for one in base.catalog.passages_of_brochure("a")]
    assert texts[-1] == "90 familles arrosent leurs tomates."
    assert in_engine(base) == 6


def test_one_that_cannot_be_stored_costs_only_itself_and_those_after_it(
    base: Base, accepted: Callable[..., Accepted], monkeypatch: pytest.MonkeyPatch
) -> None:
    add = Transaction.add

    def failing(change: Transaction, reading, path: Path, counted):
        if path.name == "c.txt":
            raise StorageError("refusée")
        return add(change, reading, path, counted)

    monkeypatch.setattr(Transaction, "add", failing)
    with pytest.raises(StorageError, match="refusée"), Storing(base) as storing:
        for name in "abcd":
            storing.add(accepted(name))
        storing.commit()
    assert listed(base) == ["a", "b"]
    assert in_engine(base) == 4


def test_a_commit_that_fails_leaves_nothing_in_the_engine(
    base: Base,
    accepted: Callable[..., Accepted],
    failing_at: Callable[[str], AbstractContextManager[None]],
) -> None:
    with Storing(base) as storing:
        storing.add(accepted("a"))
        storing.commit()
        storing.add(accepted("b"))
        with failing_at("catalogue:changed"), pytest.raises(OSError, match="No space left"):
            storing.commit()
    assert listed(base) == ["a"]
    assert in_engine(base) == 2


def test_what_is_not_committed_is_dropped(base: Base, accepted: Callable[..., Accepted]) -> None:
    with Storing(base) as storing:
        storing.add(accepted("a"))
    assert listed(base) == []
    assert base.opened() is None


def test_a_commit_is_due_when_enough_wait_or_for_long_enough(
    base: Base, accepted: Callable[..., Accepted], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(storing, "monotonic", lambda: now[0])
    monkeypatch.setattr(storing, "MOST_WAITING", 4)
    with Storing(base) as brochures:
        assert (brochures.due, brochures.patience) == (False, 0)
        brochures.add(accepted("a"))
        assert (brochures.due, brochures.patience) == (False, storing.LONGEST_WAIT_S)
        brochures.add(accepted("b"))
        assert brochures.due
        brochures.commit()
        assert not brochures.due
        brochures.add(accepted("c"))
        now[0] += storing.LONGEST_WAIT_S - 0.5
        assert (brochures.due, brochures.patience) == (False, 0.5)
        now[0] += 1.0
        assert (brochures.due, brochures.patience) == (True, 0)


def test_files_that_are_ingested_together_are_all_found(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(25):
        name = f"jardin{number}"
        (folder / f"{name}.txt").write_text(TEXT.format(name=name, count=number), "utf-8")
    outcome = library.ingest([folder])
    assert [one.brochure_id for one in outcome.files] == sorted(
        f"jardin{number}" for number in range(25)
    )
    assert library.statistics().passages == 50
    assert [one.ok for one in library.doctor()] == [True] * 5
