"""The catalogue of a base as a file, and a file as the catalogue, wherever it is kept.

A backup holds a SQLite file in any case, so that it comes back on any machine.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from kb.catalog.copying import Progress, copy_catalogue
from kb.catalog.database import Location, open_database
from kb.errors import InputError, StorageError
from kb.keeping.databases import copy_out, flatten, reading
from kb.wiring import home_of, writing_lock

if TYPE_CHECKING:
    from kb.config import Settings


def catalogue_of(settings: Settings) -> Location:
    """Where the catalogue of these settings is."""
    return settings.catalogue or home_of(settings).catalogue


def move_catalogue(
    settings: Settings, address: str, progress: Progress | None = None
) -> dict[str, int]:
    """Copy the catalogue of these settings to an empty PostgreSQL database, or back to a file.

    Keys stay as they are, so that the index of this machine fits the copy too. An empty
    ``address`` is the file in the base's folder. Nobody changes the base meanwhile. The
    rows of each table; raises what ``copy_catalogue`` does, and Busy.
    """
    home = home_of(settings)
    target = address or home.catalogue
    if target == catalogue_of(settings):
        raise InputError("Le catalogue y est déjà : donnez une autre adresse.")
    refuse_absent(settings)
    with writing_lock(home, settings.catalogue)("copie du catalogue"):
        return copy_catalogue(catalogue_of(settings), target, progress=progress)


def refuse_absent(settings: Settings) -> None:
    """Raise StorageError where there is no base."""
    home = home_of(settings)
    if not settings.catalogue and not home.catalogue.is_file():
        raise StorageError(
            f"Il n’y a pas de base dans « {home.root} » : indiquez son dossier par KB_HOME."
        )


def copy_to_file(settings: Settings, target: Path) -> None:
    """Write one state of the catalogue to a new file; nobody waits. Raises StorageError."""
    if settings.catalogue:
        copy_catalogue(settings.catalogue, target)
        flatten(target)
    else:
        copy_out(home_of(settings).catalogue, target)


def generation_of(where: Location) -> str:
    """The generation of the catalogue that is there."""
    sql = "SELECT value FROM meta WHERE name = 'generation'"
    if isinstance(where, Path):  # as it is, of an older format too
        with reading(where) as connection:
            found = connection.execute(sql).fetchone()
            return str(found[0]) if found else ""
    with closing(open_database(where)) as database:
        return "".join(str(row["value"]) for row in database.query(sql))
