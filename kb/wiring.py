"""The only place that names concrete classes: settings in, library out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kb.catalog import Catalog
from kb.config import Settings
from kb.errors import Busy, StorageError
from kb.library import Library
from kb.library.base import Parts
from kb.model import Reading
from kb.picture_files import PictureFiles
from kb.ports import Engine, PageRenderer
from kb.results import Found
from kb.shelf import EmbedderShelf

if TYPE_CHECKING:
    from kb.office.accounts import Accounts
    from kb.office.database import Database
    from kb.office.office import Office

OFFICE = "office"
"""Folder of accounts, background work and key within that of the base."""
LOCK_TIMEOUT_S = 30.0
"""How long a change waits for another process's change."""
MOST_PICTURE_BYTES = 256 * 1024 * 1024
"""What pictures of pages may take on disk: one or two thousand pages."""


def open_library(settings: Settings) -> Library:
    """The knowledge base of these settings, created where there is none.

    Raises StorageError where its folder can't be used.
    """
    home = settings.home.absolute()
    return Library(_parts(home, _shelf(settings)))


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
    from kb.office.office import Office
    from kb.office.secret import secret_key

    home = settings.home.absolute()
    secret = secret_key(home / OFFICE / "secret-key")
    database = _office_database(settings)
    uploads = (home / "uploads").resolve()
    intake = Intake(library, uploads, home / OFFICE / "intake.lock")
    desk = Desk(library, Jobs(database), intake, home / OFFICE, secret)
    return Office(Accounts(database), desk, intake, secret)


def _office_database(settings: Settings) -> Database:
    from kb.office.database import Database

    return Database(settings.home.absolute() / OFFICE / "office.sqlite")


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
            _parts(folder, _shelf(settings)),
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
    return _shelf(settings).static_folder()


def install_model(settings: Settings, folder: Path) -> str:
    """Keep an adapted model for the base and ask for it from now on, as the shelf does."""
    home = settings.home.absolute()
    with _writing(home / "writing.lock"):
        return _shelf(settings).install(folder)


def with_model(parts: Parts, model: Path, asked: str) -> Parts:
    """The parts with this static model in the place of the bundled one.

    ``asked`` is as in the settings: with or without the transformer beside it.
    """
    shelf = EmbedderShelf(model / "models", asked, bundled=model)
    return replace(parts, embedders=shelf, word_vectors=shelf.word_vectors)


def _shelf(settings: Settings) -> EmbedderShelf:
    return EmbedderShelf(settings.home.absolute() / "models", settings.embedding_model)


def _parts(home: Path, shelf: EmbedderShelf) -> Parts:
    """The parts of a base kept in ``home``, with models from ``shelf``."""
    return Parts(
        catalog=Catalog(home / "catalogue.sqlite"),
        embedders=shelf,
        word_vectors=shelf.word_vectors,
        open_engine=lambda name: _open_engine(home / "engines" / name),
        drop_engines=lambda keep: _keep_only(home / "engines", keep),
        read=lambda path: _read(path, home / "profiles"),
        find_files=_find_files,
        writing=lambda: _writing(home / "writing.lock"),
        renderer=_renderer,
        pictures=PictureFiles(home / "pictures", MOST_PICTURE_BYTES),
    )


def _open_engine(folder: Path) -> Engine:
    from index import WhooshEngine

    return WhooshEngine(folder, lock_timeout=LOCK_TIMEOUT_S)


def _read(path: Path, profile_folder: Path) -> Reading:
    from ingest import read_brochure

    return read_brochure(path, profile_folder=profile_folder)


def _renderer() -> PageRenderer:
    from ingest.pictures import PdfPages

    return PdfPages()


def _find_files(paths: Sequence[Path]) -> Found:
    from ingest.files import find_brochures

    return find_brochures(paths)


def _keep_only(folder: Path, keep: str) -> None:
    if folder.is_dir():
        for other in folder.iterdir():
            if other.name != keep:
                shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Held while the base is changed; the system frees it when a process dies."""
    from filelock import FileLock, Timeout

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, timeout=LOCK_TIMEOUT_S)
        lock.acquire()
    except Timeout as error:
        raise Busy(
            "Un autre programme modifie la base : attendez qu’il ait fini, puis relancez."
        ) from error
    except OSError as error:
        raise StorageError(
            f"Le dossier « {path.parent} » n’accepte pas l’écriture ({error.strerror}) : "
            "changez ses droits ou indiquez un autre dossier par KB_HOME."
        ) from error
    try:
        yield
    finally:
        lock.release()
