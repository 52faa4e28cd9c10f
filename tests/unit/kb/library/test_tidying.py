"""When the engine is put in order: after much was stored, not after a little."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index import WhooshEngine
from kb.errors import StorageError
from kb.library import Library
from kb.library.base import Parts


class _Watched(WhooshEngine):
    tidied = 0

    def tidy(self, stop: Callable[[], bool] = lambda: False) -> None:
        _Watched.tidied += 1
        super().tidy(stop)


class _Stuck(WhooshEngine):
    def tidy(self, stop: Callable[[], bool] = lambda: False) -> None:
        raise StorageError("Le disque est plein.")


@pytest.fixture
def tidied(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often an engine was put in order."""
    monkeypatch.setattr(_Watched, "tidied", 0)
    return lambda: _Watched.tidied


def test_an_ingest_of_much_puts_the_engine_in_order(
    parts: Parts,
    shelf: Path,
    tmp_path: Path,
    tidied: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kb.library.ingesting.TIDIED_FROM", 6)
    watched = replace(parts, open_engine=lambda name: _Watched(tmp_path / "watched" / name))
    with Library(watched) as library:
        library.ingest([shelf])
        assert tidied() == 1
        library.ingest([shelf])
        assert tidied() == 1
        library.reindex()
        assert tidied() == 2


def test_an_ingest_of_a_little_keeps_nobody_waiting(
    parts: Parts,
    shelf: Path,
    tmp_path: Path,
    tidied: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kb.library.ingesting.TIDIED_FROM", 7)
    watched = replace(parts, open_engine=lambda name: _Watched(tmp_path / "watched" / name))
    with Library(watched) as library:
        library.ingest([shelf])
        assert tidied() == 0


def test_an_engine_that_can_not_be_put_in_order_costs_no_brochure(
    parts: Parts, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.library.ingesting.TIDIED_FROM", 1)
    stuck = replace(parts, open_engine=lambda name: _Stuck(tmp_path / "stuck" / name))
    with Library(stuck) as library:
        library.ingest([shelf])
        assert library.search("saisonniers voiture").answerable
