"""A backup unpacked beside a base, and found whole, before anything of the base is touched."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb.catalog import Catalog
from kb.catalog.connection import FORMAT as CATALOGUE_FORMAT
from kb.errors import Damaged, StorageError, UnusableBackup
from kb.home import Home
from kb.keeping import manifest as manifests
from kb.keeping.databases import Shape, problem_of, reading, shape_of
from kb.keeping.manifest import Manifest
from kb.keeping.vectors import former_vectors, kept_vectors
from kb.library.base import Base, Opened
from kb.library.filling import nothing_known
from kb.migrations import Format, stored_version
from kb.office.database import FORMAT as OFFICE_FORMAT
from kb.office.database import Database
from kb.wiring import parts_of, shelf_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.config import Settings

_HARMLESS = frozenset({"table", "index"})


@contextmanager
def unusable() -> Iterator[None]:
    """Word what a content that nobody foresaw makes of a step over an unpacked backup."""
    try:
        yield
    except (Damaged, ValueError, TypeError, KeyError, LookupError, sqlite3.Error) as error:
        raise UnusableBackup(
            f"Le contenu de la sauvegarde ne forme pas une base ({_line(error)}) : "
            "prenez-en une autre ; rien n’a été changé."
        ) from error


def check_databases(folder: Path, manifest: Manifest) -> None:
    """Bring what was unpacked to the present formats, once it proved to be ours.

    A file may be sound to SQLite and still hold what acts by itself (a trigger, a view):
    nothing but the tables and indexes of our own scripts is accepted. Raises
    UnusableBackup, and NewerFormat for a base of a later version.
    """
    with unusable():
        _check(folder / manifests.CATALOGUE, CATALOGUE_FORMAT, manifest.catalogue_format)
        if not (folder / manifests.VECTORS).is_dir():
            former_vectors(folder / manifests.CATALOGUE, folder / manifests.VECTORS)
        Catalog(folder / manifests.CATALOGUE).close()
        _check_shape(folder / manifests.CATALOGUE, lambda path: Catalog(path).close())
        accounts = folder / manifests.ACCOUNTS
        if accounts.exists():
            _check(accounts, OFFICE_FORMAT, manifest.office_format)
            Database(accounts)
            _check_shape(accounts, Database)


def check_models(settings: Settings, folder: Path) -> None:
    """Refuse a base whose model is somebody's own, unless these settings ask for it.

    To load a model may fetch it from a network, and run what it holds.
    """
    with unusable(), reading(folder / manifests.CATALOGUE) as catalogue:
        found = catalogue.execute("SELECT value FROM meta WHERE name = 'embedder'").fetchone()
    name = str(found[0]) if found else ""
    if name and not shelf_of(settings).trusted(name):
        raise UnusableBackup(
            f"Cette base a été faite avec le modèle « {_shown(name)} » : s’il est le vôtre, "
            "indiquez-le par KB_EMBEDDING_MODEL, puis recommencez ; rien n’a été changé."
        )


def build_engine(
    settings: Settings, folder: Path, moved: int, told: Callable[[int, int], None]
) -> Base:
    """Fill the engine of an unpacked base from its own vectors; the base, to be closed.

    ``moved`` is what was added to the keys of passages since they were unpacked. ``told``
    is called with passages done and passages in all. What the model of this program can
    no longer meet is embedded anew.
    """
    with unusable():
        base = Base(parts_of(replace(settings, home=folder, catalogue="")))
        try:
            _fill(base, folder / manifests.VECTORS, moved, told)
            base.opened()  # what an upgrade of the program asks for besides
        except BaseException:
            base.close()
            raise
    return base


def _fill(base: Base, vectors: Path, moved: int, told: Callable[[int, int], None]) -> None:
    state, embedders = base.catalog.state(), base.parts.embedders
    if not state.engine or not embedders.usable(state.embedder, state.fingerprint):
        return
    engine = base.parts.open_engine(state.engine)
    opened = Opened(state, engine, embedders.load(state.embedder))
    known = kept_vectors(vectors, moved) or nothing_known
    base.fill(opened, base.catalog.live_keys(), known, told)
    engine.close()


def _check(path: Path, format: Format, told: int) -> None:
    format.refuse_newer(path)
    if stored_version(path) != told or not told:
        raise ValueError(f"{path.name}, format {stored_version(path)}")
    if problem := problem_of(path):
        raise ValueError(f"{path.name} : {problem}")
    acting = {kind for kind, _, _ in shape_of(path)} - _HARMLESS
    if acting:
        raise ValueError(f"{path.name} : {', '.join(sorted(acting))}")


def _check_shape(path: Path, make: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        fresh = Path(name) / path.name
        make(fresh)
        if _named(shape_of(path)) != _named(shape_of(fresh)):
            raise ValueError(f"{path.name} : d’autres tables")


def _named(shape: Shape) -> Shape:
    """Without what SQLite itself adds when it has been asked for statistics."""
    return frozenset(one for one in shape if not one[1].startswith("sqlite_stat"))


def _line(error: Exception) -> str:
    return _shown(str(error)) or type(error).__name__


def _shown(text: str) -> str:
    """A text of an archive as one line, without what gives orders to a terminal."""
    return "".join(one for one in " ".join(text.split()) if one.isprintable())[:200]


def check_room(home: Home, needed: int) -> None:
    """Raise StorageError where the disk of a home has no room for so many bytes more."""
    folder = next(path for path in (home.root, *home.root.parents) if path.exists())
    if shutil.disk_usage(folder).free < needed:
        raise StorageError(
            f"Il faut environ {needed // 1_000_000 + 1} Mo libres dans « {folder} » pour "
            "restaurer cette sauvegarde : faites de la place, puis recommencez."
        )
