"""Putting a backup in the place of a base, or where there was none.

The backup is unpacked and checked, and its engine built, in a folder of the home. What it
adds (files of brochures, a model, the engine) then takes place beside what is there, under
names that nothing has. The catalogue comes last, in one transaction of its file: before it
the base is wholly the old one, after it wholly the new one, also for a server that has it
open. Accounts follow, and what the old base alone needed goes.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.catalog.connection import FORMAT as CATALOGUE_FORMAT
from kb.catalog.database import Location
from kb.catalog.moving import Place, place_of, settle
from kb.errors import Damaged, StorageError
from kb.faults import reach
from kb.home import Home
from kb.keeping import switching
from kb.keeping.archive import ArchiveReader
from kb.keeping.catalogues import catalogue_of
from kb.keeping.manifest import CATALOGUE, Manifest
from kb.keeping.staging import build_engine, check_databases, check_models, check_room, unusable
from kb.keeping.verify import problems_of
from kb.office.database import FORMAT as OFFICE_FORMAT
from kb.wiring import home_of, kind_here, writing_lock

if TYPE_CHECKING:
    from kb.config import Settings

Progress = Callable[[int, int, str], None]
"""``(steps done, steps in all, what is at hand)``."""

_ROOM = 4
"""The backup unpacked, its engine, its catalogue written into the old one, and some more."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back."""

    home: Path
    manifest: Manifest
    replaced: int
    """Brochures that the base held before."""
    accounts: bool
    """Whether accounts came back too."""
    damaged: bool
    """Whether the old catalogue could not be read: programs that have it open must start anew."""


def restore(
    settings: Settings,
    archive: Path,
    *,
    keep_accounts: bool = False,
    progress: Progress | None = None,
) -> Restored:
    """Put what a backup holds in the place of the base of these settings.

    ``keep_accounts`` leaves the accounts of the home as they are. Raises UnusableBackup,
    Busy where another program changes the base, NewerFormat where a later version made it,
    and StorageError; the base then is as it was.
    """
    home = home_of(settings)
    with ArchiveReader(archive.absolute()) as reader:
        manifest = reader.manifest
        CATALOGUE_FORMAT.refuse_newer(home.catalogue)
        OFFICE_FORMAT.refuse_newer(home.accounts)
        check_room(home, _ROOM * sum(member.size for member in manifest.files))
        with (
            _made(home),
            writing_lock(home, settings.catalogue)("restauration"),
            _staged(home) as folder,
        ):
            steps = _Steps(len(manifest.files), progress)
            reader.unpack(folder, steps.file)
            reach("restore:unpacked")
            check_databases(folder, manifest)
            check_models(settings, folder)
            before = _before(catalogue_of(settings))
            places = switching.places(home, folder, manifest)
            engine = _prepare(settings, folder, before or Place(), places, steps)
            reach("restore:built")
            accounts = _switch(settings, folder, before, places, engine, keep_accounts)
            steps.end()
    replaced = len(before.paths) if before else 0
    return Restored(home.root, manifest, replaced, accounts, damaged=before is None)


def _prepare(
    settings: Settings, folder: Path, before: Place, places: dict[str, Path], steps: _Steps
) -> str:
    """Fit what was unpacked to its home, build its engine and check the whole; the engine's
    name, empty where the base holds nothing."""
    home = home_of(settings)
    moved = {old: str(new) for old, new in places.items()}
    with unusable():
        kind = kind_here(settings, switching.engine_name(folder))
        settle(folder / CATALOGUE, before, switching.free_engine(home, before.engine, kind), moved)
        base = build_engine(settings, folder, before.last_key, steps.index)
        try:
            problems = problems_of(base, steps.check, just_filled=True)
            if problems:
                raise ValueError(f"{problems[0].place} : {problems[0].message}")
            return base.catalog.state().engine
        finally:
            base.close()


def _switch(
    settings: Settings,
    folder: Path,
    before: Place | None,
    places: dict[str, Path],
    engine: str,
    keep_accounts: bool,
) -> bool:
    """Let what was prepared take its place; whether accounts did."""
    home, catalogue = home_of(settings), catalogue_of(settings)
    try:
        switching.put_originals(folder, places)
        switching.put_models(home, folder)
        reach("restore:placed")
        switching.put_engine(home, folder, engine)
        reach("restore:indexed")
        switching.put_catalogue(catalogue, folder, damaged=before is None)
        reach("restore:switched")
        switching.put_choices(home, folder)
        accounts = not keep_accounts and switching.put_accounts(home, folder)
        reach("restore:accounts")
        switching.tidy(home, catalogue, before or Place(), engine)
        switching.reclaim_names(catalogue, places)
    except OSError as error:
        raise StorageError(
            f"La restauration dans « {home.root} » s’est arrêtée ({error.strerror or error}) : "
            "vérifiez l’espace disque et les droits, puis relancez-la."
        ) from error
    return accounts


def _before(catalogue: Location) -> Place | None:
    """What the home has had; None where its catalogue is damaged."""
    if isinstance(catalogue, Path) and not catalogue.exists():
        return Place()
    try:
        return place_of(catalogue)
    except Damaged:
        return None


@contextmanager
def _made(home: Home) -> Iterator[None]:
    """Leave no folder behind for a home that did not come to be."""
    there = home.root.exists()
    try:
        yield
    except BaseException:
        if not there:
            with suppress(OSError):
                home.writing_lock.unlink(missing_ok=True)
                home.root.rmdir()
        raise


@contextmanager
def _staged(home: Home) -> Iterator[Path]:
    """An empty folder of its owner alone, gone when the block ends; one left over goes first."""
    try:
        shutil.rmtree(home.restoring, ignore_errors=True)
        home.restoring.mkdir(mode=0o700)
    except OSError as error:
        raise StorageError(
            f"Le dossier « {home.root} » n’accepte pas l’écriture ({error.strerror}) : "
            "changez ses droits ou indiquez un autre dossier par KB_HOME."
        ) from error
    try:
        yield home.restoring
    finally:
        shutil.rmtree(home.restoring, ignore_errors=True)


@dataclass(slots=True)
class _Steps:
    """Counts the files of a backup, then its index, then the check."""

    files: int
    progress: Progress | None
    done: int = 0

    def file(self, name: str) -> None:
        """A file is unpacked."""
        self._tell(self.done, name)
        self.done += 1

    def index(self, done: int, total: int) -> None:
        """The index is built, so far."""
        self._tell(self.files, f"index, {done} passages sur {total}")

    def check(self, done: int, total: int, name: str) -> None:
        """The whole is checked, so far."""
        if name:
            self._tell(self.files + 1, f"vérification : {name}")

    def end(self) -> None:
        """All is done."""
        self._tell(self.files + 2, "")

    def _tell(self, done: int, name: str) -> None:
        if self.progress:
            self.progress(done, self.files + 2, name)
