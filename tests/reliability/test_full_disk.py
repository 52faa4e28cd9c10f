"""A disk that is full or read-only: a clear error, the old state intact, reading goes on."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from kb.errors import KbError, StorageError
from kb.library import Library
from tests.reliability.conftest import Worlds
from tests.reliability.world import CASES, World, answers, rebuilt, texts

pytestmark = pytest.mark.slow

SHAPED = (
    "catalogue:begun",
    "catalogue:changed",
    "vectors:rows",
    "vectors:slots",
    "vectors:manifest",
    "vectors:published",
    "terms:added",
    "terms:synced",
    "terms:published",
    "engine:written",
    "engine:deleted",
)


def can_mount() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and _mounts("--version")


def _mounts(*arguments: str) -> bool:
    command = ["mount", *arguments]
    found = shutil.which("mount") is not None
    return found and subprocess.run(command, capture_output=True).returncode == 0


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """``mount`` on a folder for as long as the block lasts; skips where that is not allowed."""
    folder.mkdir(exist_ok=True)
    if not can_mount() or not _mounts(*options, str(folder)):
        pytest.skip("needs the right to mount")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder in which nothing can be written, whoever asks."""
    if os.geteuid() != 0:
        closed = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
        for path in closed:
            path.chmod(0o555)
        try:
            yield
        finally:
            for path in closed:
                path.chmod(0o755)
        return
    with mounted(folder, "--bind", str(folder)):
        assert _mounts("-o", "remount,bind,ro", str(folder))
        yield


@pytest.fixture
def world(worlds: Worlds) -> World:
    """A base of three brochures, all of whose files have changed since."""
    return worlds("new revisions")


def consistent(library: Library, world: World, scratch: Path) -> None:
    """Searches agree with a base that is made from the catalogue alone."""
    with rebuilt(world, scratch).open() as other:
        assert answers(library) == answers(other)
    shutil.rmtree(scratch)


@pytest.mark.parametrize("point", SHAPED)
def test_a_write_that_fails_changes_nothing_and_can_be_done_again(
    world: World,
    tmp_path: Path,
    failing_at: Callable[[str], AbstractContextManager[None]],
    point: str,
) -> None:
    with world.open() as library:
        before = texts(library)
        try:
            with failing_at(point):
                library.ingest([world.files])
        except (KbError, OSError):
            changed = 0
        else:
            # Past the commit nothing is left to do but to sweep, which can wait.
            assert point == "engine:deleted"
            changed = 3
        after = texts(library)
        assert sum(after[name] != before[name] for name in before) == changed
        library.ingest([world.files])
        assert {text[-1] for text in texts(library).values()} == {
            "Grâce aux trottinettes, 13 familles de Grandir vont au marché."
        }
        consistent(library, world, tmp_path / "rebuilt")
        assert "remis" not in library.doctor()[1].message


@pytest.mark.parametrize("spare", [0, 40_000, 120_000, 200_000, 280_000])
def test_on_a_full_disk_the_old_state_stays(tmp_path: Path, spare: int) -> None:
    disk = tmp_path / "disk"
    with mounted(disk, "-t", "tmpfs", "-o", "size=24m", "tmpfs"):
        world = World(disk)
        CASES["new revisions"].prepare(world)
        with world.open() as library:
            before = texts(library)
        room = shutil.disk_usage(disk).free
        (disk / "ballast").write_bytes(b"\0" * (room - spare - spare % 4096))
        now = before
        try:
            with world.open() as library:
                try:
                    library.ingest([world.files])
                finally:
                    now = texts(library)
                    answers(library)
        except StorageError as error:
            assert re.search("(espace|place sur le) disque", str(error))
        else:
            assert all(now[name] != before[name] for name in before)
        (disk / "ballast").unlink()
        with world.open() as library:
            assert texts(library) == now
            library.ingest([world.files])
            assert all("13 familles" in text[-1] for text in texts(library).values())
            consistent(library, world, tmp_path / "rebuilt")
            assert all(finding.ok for finding in library.doctor())


def test_a_base_that_cannot_be_written_is_read(world: World) -> None:
    with world.open() as library:
        before, found = texts(library), answers(library)
    with read_only(world.folder), world.open() as library:
        assert texts(library) == before
        assert answers(library) == found
        assert library.similar(next(library.passages()).passage.id)
        assert all(finding.ok for finding in library.doctor())
        for change in (
            lambda: library.ingest([world.files]),
            lambda: library.remove("alpha"),
            library.reindex,
        ):
            with pytest.raises(StorageError, match=r"n’accepte pas l’écriture .* KB_HOME"):
                change()
        assert answers(library) == found


def test_a_base_in_use_that_can_no_longer_be_written_is_read_on(world: World) -> None:
    with world.open() as library:
        before, found = texts(library), answers(library)
        with read_only(world.folder), world.open() as other:
            for reader in (library, other):
                assert texts(reader) == before
                assert answers(reader) == found


def test_a_base_that_is_read_frozen_shows_what_others_write(world: World) -> None:
    """Read-only here, as in a container, and written elsewhere."""
    elsewhere = World(world.folder.with_name("elsewhere"))
    elsewhere.folder.mkdir()
    with mounted(elsewhere.folder, "--bind", str(world.folder)):
        assert _mounts("-o", "remount,bind,ro", str(elsewhere.folder))
        with elsewhere.open() as reader:
            assert texts(reader).keys() == {"alpha", "beta", "gamma"}
            for removed, left in (("alpha", {"beta", "gamma"}), ("beta", {"gamma"})):
                with world.open() as library:
                    library.remove(removed)
                assert texts(reader).keys() == left
                assert {h.brochure.id for h in reader.search("prêt des voitures").hits} <= left
            with world.open() as library:
                library.remove("gamma")
                assert texts(reader) == {}


def test_a_folder_where_no_base_can_be_made_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    world = World(folder)
    with (
        read_only(folder),
        pytest.raises(StorageError, match=r"ne peut pas être ouverte .* KB_HOME"),
    ):
        world.open()
