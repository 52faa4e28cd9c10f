"""Backups of a base that changes all the time, and restores under those who search."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kb.config import Settings
from kb.keeping import back_up, restore, verify
from kb.shelf import LIGHT
from kb.wiring import open_office
from tests.reliability.world import World, brochure, texts

pytestmark = pytest.mark.slow

NAMES = ("alpha", "beta", "gamma", "delta")


@contextmanager
def meanwhile(work: object) -> Iterator[list[BaseException]]:
    """Do ``work``, a callable that is given the number of the round, over and over."""
    stop, failures = threading.Event(), list[BaseException]()

    def run() -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                work(number)  # type: ignore[operator]
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield failures
    finally:
        stop.set()
        thread.join()


def test_a_backup_made_while_brochures_come_in_verifies_clean(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write(0, *NAMES)
    with world.open() as library:
        library.ingest([world.files])
        desk = open_office(world.settings, library).desk

        def change(number: int) -> None:
            """A new revision through the site, then one of the user's own, then a removal."""
            name = NAMES[number % 3]
            sent = brochure(name, number)
            desk.add(f"sent-{name}.txt", lambda path: path.write_text(sent, encoding="utf-8"))
            desk.work_off()
            world.write(number, name)
            library.ingest([world.files])
            if number % 4 == 0:
                desk.remove(f"sent-{name}")
                desk.work_off()

        archives = [tmp_path / f"archive-{number}" for number in range(5)]
        with meanwhile(change) as failures:
            for archive in archives:
                assert back_up(world.settings, archive).lacking == ()
        assert failures == []

    for number, archive in enumerate(archives):
        home = Settings(home=tmp_path / f"back-{number}", embedding_model=LIGHT)
        restore(home, archive)
        found = verify(home)
        # The user's own files have gone on since: the base's own are those of that instant.
        assert [one for one in found.problems if one.mend.startswith("relancez") is False] == []
        with replaced(world, home).open() as back:
            for brochure_id, passages in texts(back).items():
                assert (len(passages), len({*passages})) == (6, 4), brochure_id


def test_searches_go_on_while_a_base_is_restored_under_them(tmp_path: Path) -> None:
    world = World(tmp_path)
    archives = []
    for revision in (1, 2):
        world.write(revision, *NAMES)
        with world.open() as library:
            library.ingest([world.files])
        archives.append(tmp_path / f"archive-{revision}")
        back_up(world.settings, archives[-1])

    with world.open() as library:

        def search(_number: int) -> None:
            answer = library.search("prêt de bicyclettes trottinettes voitures")
            told = {hit.project.year for hit in answer.hits}
            assert told in ({2016}, {2017}), told
            assert {hit.brochure.id for hit in answer.hits} <= set(NAMES)

        with meanwhile(search) as failures:
            for round_ in range(4):
                restore(world.settings, archives[round_ % 2])
        assert failures == []


def replaced(world: World, settings: Settings) -> World:
    """The same files over another base."""
    other = World(world.folder)
    other.settings = replace(settings)
    return other
