"""The only place that names concrete classes: settings in, library out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kb.catalog import Catalog
from kb.config import Settings
from kb.errors import StorageError
from kb.faults import reach
from kb.home import Home
from kb.library import Library
from kb.library.base import Parts
from kb.model import Reading
from kb.picture_files import PictureFiles
from kb.ports import BrochureReader, Engine, PageRenderer
from kb.results import Found
from kb.shelf import EmbedderShelf
from kb.writing import WritingLock

if TYPE_CHECKING:
    from kb.office.accounts import Accounts
    from kb.office.database import Database
    from kb.office.journal import Journal
    from kb.office.office import Office
    from kb.office.tokens import Tokens

LOCK_TIMEOUT_S = 30.0
"""How long a change waits for another process's change."""
MOST_PICTURE_BYTES = 256 * 1024 * 1024
"""What pictures of pages may take on disk: one or two thousand pages."""


def open_library(settings: Settings) -> Library:
    """The knowledge base of these settings, created where there is none.

    Raises StorageError where its folder can't be used.
    """
    return Library(parts_of(settings))


def parts_of(settings: Settings) -> Parts:
    """The parts of the base of these settings; raises as ``open_library`` does."""
    return _parts(home_of(settings), shelf_of(settings))


def home_of(settings: Settings) -> Home:
    """Where the base of these settings is."""
    return Home(settings.home.absolute())


def writing_lock(home: Home) -> WritingLock:
    """The lock of whoever changes the base kept there."""
    return WritingLock(home.writing_lock, LOCK_TIMEOUT_S)


def open_accounts(settings: Settings) -> Accounts:
    """Who may sign in to the site of this base. Raises StorageError."""
    from kb.office.accounts import Accounts

    return Accounts(_office_database(settings))


def open_office(settings: Settings, library: Library) -> Office:
    """Accounts, background work and key of the site over ``library``.

    Raises StorageError where the folder of the base can't be used.
    """
    from kb.office.accounts import Accounts
    from kb.office.desk import Desk
    from kb.office.intake import Intake
    from kb.office.jobs import Jobs
    from kb.office.journal import Journal
    from kb.office.office import Office
    from kb.office.secret import secret_key
    from kb.office.tokens import Tokens

    home = home_of(settings)
    secret = secret_key(home.office / "secret-key")
    database = _office_database(settings)
    intake = Intake(library, home.uploads, home.office / "intake.lock")
    journal = Journal(database)
    desk = Desk(library, Jobs(database), intake, home.office, secret, journal)
    return Office(Accounts(database), desk, intake, secret, Tokens(database), journal)


def open_tokens(settings: Settings) -> Tokens:
    """Keys for programs over this base. Raises StorageError."""
    from kb.office.tokens import Tokens

    return Tokens(_office_database(settings))


def open_journal(settings: Settings) -> Journal:
    """What was changed in this base, and by whom. Raises StorageError."""
    from kb.office.journal import Journal

    return Journal(_office_database(settings))


def _office_database(settings: Settings) -> Database:
    from kb.office.database import Database

    return Database(home_of(settings).accounts)


@contextmanager
def temporary_library(
    settings: Settings,
    readings: Sequence[Reading],
    change: Callable[[Parts], Parts] = lambda parts: parts,
    progress: Callable[[int, int, str], None] | None = None,
) -> Iterator[Library]:
    """A base over brochures that are read already, in a folder that goes with it.

    Its model is the one that the settings ask for; ``change`` may put other parts in
    the place of some. ``progress`` is that of ``Library.ingest``. Raises StorageError
    where the brochures can't be stored.
    """
    with TemporaryDirectory(prefix="kb-", ignore_cleanup_errors=True) as name:
        folder = Path(name).absolute()
        files: dict[Path, Reading] = {}
        for number, reading in enumerate(readings):
            # Stands for the brochure's file, whose content ingest tells apart.
            path = folder / "files" / str(number) / reading.brochure.source
            path.parent.mkdir(parents=True)
            path.write_text(reading.brochure.id, encoding="utf-8")
            files[path] = reading
        parts = replace(
            _parts(Home(folder), shelf_of(settings)),
            read=lambda path: files[path],
            find_files=lambda paths: Found(tuple(paths)),
        )
        with Library(change(parts)) as library:
            refused = library.ingest(list(files), progress=progress).refused
            if refused:
                raise StorageError(refused[0].message)
            yield library


def static_model_folder(settings: Settings) -> Path:
    """The folder of the static model that these settings' base uses."""
    return shelf_of(settings).static_folder()


def install_model(settings: Settings, folder: Path) -> str:
    """Keep an adapted model for the base and ask for it from now on, as the shelf does."""
    with writing_lock(home_of(settings))("rangement d’un modèle"):
        return shelf_of(settings).install(folder)


def with_model(parts: Parts, model: Path, asked: str) -> Parts:
    """The parts with this static model in the place of the bundled one.

    ``asked`` is as in the settings: with or without the transformer beside it.
    """
    shelf = EmbedderShelf(model / "models", asked, bundled=model)
    return replace(parts, embedders=shelf, word_vectors=shelf.word_vectors)


def shelf_of(settings: Settings) -> EmbedderShelf:
    """The models that the base of these settings may use."""
    return EmbedderShelf(home_of(settings).models, settings.embedding_model)


def _parts(home: Home, shelf: EmbedderShelf) -> Parts:
    """The parts of a base kept in ``home``, with models from ``shelf``."""
    return Parts(
        catalog=Catalog(home.catalogue),
        embedders=shelf,
        word_vectors=shelf.word_vectors,
        open_engine=lambda name: _open_engine(home.engines / name),
        drop_engines=lambda keep: _keep_only(home.engines, keep),
        read=_reader(home.profiles),
        find_files=_find_files,
        writing=writing_lock(home),
        renderer=_renderer,
        pictures=PictureFiles(home.pictures, MOST_PICTURE_BYTES),
    )


def _open_engine(folder: Path) -> Engine:
    from index import WhooshEngine

    return WhooshEngine(folder, lock_timeout=LOCK_TIMEOUT_S)


def _reader(profile_folder: Path) -> BrochureReader:
    """Made when the first file comes: who only searches never loads it."""

    @cache
    def guarded() -> BrochureReader:
        from ingest.guard.reading import GuardedReader

        return GuardedReader(profile_folder)

    return lambda path: guarded()(path)


def _renderer() -> PageRenderer:
    from ingest.guard.drawing import GuardedPages

    return GuardedPages()


def _find_files(paths: Sequence[Path]) -> Found:
    from ingest.files import find_brochures

    return find_brochures(paths)


def _keep_only(folder: Path, keep: str) -> None:
    if folder.is_dir():
        for other in folder.iterdir():
            if other.name != keep:
                reach("engine:dropping")
                shutil.rmtree(other, ignore_errors=True)
