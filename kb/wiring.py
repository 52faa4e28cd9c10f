"""The only place that names concrete classes: settings in, library out."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING

from kb.catalog import Catalog
from kb.config import Settings
from kb.engine_names import MILVUS, TANTIVY, WHOOSH, kind_of
from kb.errors import ConfigurationError, StorageError
from kb.faults import reach
from kb.home import Home
from kb.library import Library
from kb.library.base import Parts
from kb.model import Reading
from kb.picture_files import PictureFiles
from kb.ports import BrochureReader, Engine, PageRenderer, Writing
from kb.processors import usable_processors
from kb.results import Found
from kb.shelf import EmbedderShelf
from kb.writing import WritingLock

if TYPE_CHECKING:
    from index import MilvusEngine
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
    return _parts(settings, home_of(settings), shelf_of(settings))


def home_of(settings: Settings) -> Home:
    """Where the base of these settings is."""
    return Home(settings.home.absolute())


def writing_lock(home: Home, catalogue: str = "") -> Writing:
    """The lock of whoever changes the base kept there, and the catalogue of that address.

    Without an address, the catalogue is in the same folder.
    """
    return _shared(catalogue, WritingLock(home.writing_lock, LOCK_TIMEOUT_S))


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
        # In its folder alone, whatever servers the base of these settings uses.
        alone = replace(settings, milvus_uri="", catalogue="")
        parts = replace(
            _parts(alone, Home(folder), shelf_of(settings)),
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


def _parts(settings: Settings, home: Home, shelf: EmbedderShelf) -> Parts:
    """The parts of a base kept in ``home``, with models from ``shelf``."""
    own = WritingLock(home.writing_lock, LOCK_TIMEOUT_S)
    return Parts(
        catalog=Catalog(settings.catalogue or home.catalogue),
        embedders=shelf,
        word_vectors=shelf.word_vectors,
        open_engine=lambda name: _open_engine(home.engines / name, settings.milvus_uri),
        drop_engines=lambda keep: _keep_only(home.engines, keep, settings.milvus_uri),
        read=_reader(home.profiles),
        read_at_once=usable_processors(),
        find_files=_find_files,
        writing=_shared(settings.catalogue, own),
        own_writing=lambda name: own if _is_apart(settings, name) else None,
        engine_kind=settings.engine,
        renderer=_renderer,
        pictures=PictureFiles(home.pictures, MOST_PICTURE_BYTES),
    )


def _shared(catalogue: str, own: WritingLock) -> Writing:
    """The lock of a machine's folder, and of the catalogue that it shares with others."""
    if not catalogue:
        return own
    from kb.catalog.postgres_writing import PostgresWriting

    return PostgresWriting(catalogue, LOCK_TIMEOUT_S, own)


def _is_apart(settings: Settings, engine: str) -> bool:
    """Whether that engine is this machine's alone, under a catalogue of several machines."""
    served = kind_of(engine) == MILVUS and "://" in settings.milvus_uri
    return bool(settings.catalogue) and not served


def _open_engine(folder: Path, milvus_uri: str) -> Engine:
    """The engine kept in that folder, which is called as the engine is.

    Raises ConfigurationError where the library of its kind is not installed.
    """
    kind = kind_of(folder.name)
    if kind == TANTIVY:
        _require(kind, "tantivy")
        from index import TantivyEngine

        return TantivyEngine(folder, lock_timeout=LOCK_TIMEOUT_S)
    if kind == MILVUS:
        return _milvus(folder, milvus_uri)
    if kind != WHOOSH:
        raise ConfigurationError(
            f"Cette base se sert du moteur « {kind} », que cette version du programme ne connaît "
            "pas : mettez le programme à jour."
        )
    from index import WhooshEngine

    return WhooshEngine(folder, lock_timeout=LOCK_TIMEOUT_S)


def _milvus(folder: Path, uri: str) -> MilvusEngine:
    """The engine of that name in Milvus; the folder tells that this base uses it.

    Raises ConfigurationError where it is on a server and its address is no longer given:
    a file would be empty, and all be written to it anew.
    """
    _require(MILVUS, "pymilvus" if "://" in uri else "milvus_lite")
    from index import MilvusEngine

    served = folder / "served"
    if not uri and served.exists():
        raise ConfigurationError(
            "L’index de cette base est sur un serveur Milvus : donnez son adresse par "
            "KB_MILVUS_URI."
        )
    folder.mkdir(parents=True, exist_ok=True)
    if "://" in uri:
        served.touch()
    return MilvusEngine(uri or str(folder / "milvus.db"), folder.name)


def kind_here(settings: Settings, name: str) -> str:
    """The kind of engine that a base gets here which had the engine of that name elsewhere.

    The one that the settings ask for; else its own, where that is a library of this
    machine; else Whoosh.
    """
    kind = kind_of(name)
    return settings.engine or (kind if kind == TANTIVY and find_spec("tantivy") else WHOOSH)


def _require(kind: str, package: str) -> None:
    if find_spec(package) is None:
        raise ConfigurationError(
            f"Le moteur de recherche « {kind} » n’est pas installé : lancez "
            f'« pip install "passages[{kind}]" », puis recommencez.'
        )


def _reader(profile_folder: Path) -> BrochureReader:
    """Made when the first file comes: who only searches never loads it."""
    made: list[BrochureReader] = []
    making = Lock()

    def guarded(path: Path) -> Reading:
        with making:  # several threads read
            if not made:
                from ingest.guard.reading import GuardedReader

                made.append(GuardedReader(profile_folder, size=usable_processors()))
        return made[0](path)

    return guarded


def _renderer() -> PageRenderer:
    from ingest.guard.drawing import GuardedPages

    return GuardedPages()


def _find_files(paths: Sequence[Path]) -> Found:
    from ingest.files import find_brochures

    return find_brochures(paths)


def _keep_only(folder: Path, keep: str, milvus_uri: str) -> None:
    """Delete all engines but one, and have it be the one that a server of Milvus shows."""
    for other in folder.iterdir() if folder.is_dir() else ():
        if other.name != keep:
            reach("engine:dropping")
            # A server that does not answer keeps its part, and the folder, for the next time.
            with suppress(StorageError):
                if milvus_uri and kind_of(other.name) == MILVUS:
                    _milvus(other, milvus_uri).drop()
                shutil.rmtree(other, ignore_errors=True)
    if kind_of(keep) == MILVUS and milvus_uri:
        with suppress(StorageError):
            _milvus(folder / keep, milvus_uri).show()
