"""One file that holds a base, made while others search and change it.

The catalogue is copied as it was at one instant; then come the files that belong to that
instant, and the vectors of its passages, so that nothing is embedded when it comes back.
The rest of an engine, pictures and what is under way are left out: they can be made again,
and an index may hold Python objects, which nobody should read from a file that was sent.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from kb.catalog.connection import FORMAT as CATALOGUE_FORMAT
from kb.errors import ConfigurationError, InputError, StorageError
from kb.faults import reach
from kb.home import Home
from kb.keeping import manifest as manifests
from kb.keeping.archive import ArchiveWriter
from kb.keeping.catalogues import catalogue_of, copy_to_file, generation_of, refuse_absent
from kb.keeping.databases import copy_out, forget_rows, problem_of, reading
from kb.keeping.disk import copied, publish, sweep
from kb.keeping.manifest import Manifest, usable_name
from kb.keeping.vectors import FILES as VECTOR_FILES
from kb.keeping.vectors import write_vectors
from kb.library.filling import known_to
from kb.migrations import stored_version
from kb.office.database import FORMAT as OFFICE_FORMAT
from kb.office.database import OF_THE_MOMENT
from kb.office.intake import waiting_aside
from kb.shelf import EmbedderShelf
from kb.wiring import home_of, parts_of, shelf_of

if TYPE_CHECKING:
    from kb.config import Settings

Progress = Callable[[int, int, str], None]
"""``(files done, files in all, name of the file at hand)``."""

_SCRATCH = ".passages-sauvegarde-"
_ATTEMPTS = 8
"""Times the catalogue is copied again because files of its brochures went meanwhile."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds."""

    path: Path
    size: int
    """In bytes."""
    manifest: Manifest
    lacking: tuple[str, ...]
    """Titles of brochures whose own copy is no longer what was read, and is left out."""


@dataclass(slots=True)
class _Gathered:
    """One state of the catalogue, and the files that belong to it."""

    catalogue: Path
    embedder: str = ""
    engine: str = ""
    counts: tuple[int, int, int] = (0, 0, 0)
    files: dict[str, Path] = field(default_factory=dict)
    """Where the files are now, by their name in the archive."""
    lacking: list[str] = field(default_factory=list)


def back_up(
    settings: Settings, target: Path, *, force: bool = False, progress: Progress | None = None
) -> BackedUp:
    """Write the base of these settings to one file, whoever uses it meanwhile.

    The file appears whole, or not at all. Raises InputError where there is one already
    (unless ``force``), StorageError where the base can't be read or the file written, and
    NewerFormat where a later version made the base.
    """
    home, target = home_of(settings), target.absolute()
    _refuse(settings, target, force)
    told = progress or (lambda done, total, name: None)
    with _scratch(target) as scratch:
        gathered = _gathered(settings, scratch, told)
        accounts = _accounts(home, scratch)
        files = {manifests.CATALOGUE: gathered.catalogue, **accounts, **gathered.files}
        made = scratch / "archive"
        with os.fdopen(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600), "w+b") as file:
            writer = ArchiveWriter(file)
            for done, (name, path) in enumerate(files.items()):
                told(done, len(files), name)
                writer.add(name, path)
            manifest = _manifest(home, gathered, accounts, writer)
            writer.finish(manifest)
        told(len(files), len(files), "")
        reach("backup:written")
        size = made.stat().st_size
        if not publish(made, target, force=force):
            raise InputError(_there_already(target))
        reach("backup:published")
    return BackedUp(target, size, manifest, tuple(gathered.lacking))


def _refuse(settings: Settings, target: Path, force: bool) -> None:
    home = home_of(settings)
    refuse_absent(settings)
    CATALOGUE_FORMAT.refuse_newer(home.catalogue)
    OFFICE_FORMAT.refuse_newer(home.accounts)
    if target.is_dir():
        raise InputError(f"« {target} » est un dossier : donnez le nom du fichier à écrire.")
    if not target.parent.is_dir():
        raise InputError(f"Le dossier « {target.parent} » n’existe pas : créez-le d’abord.")
    if target.exists() and not force:
        raise InputError(_there_already(target))


def _there_already(target: Path) -> str:
    return f"« {target} » existe déjà : donnez un autre nom, ou --force pour le remplacer."


@contextmanager
def _scratch(target: Path) -> Iterator[Path]:
    """A folder of its owner alone beside the file to be, gone when the block ends."""
    try:
        sweep(target.parent, _SCRATCH)
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=target.parent) as name:
            yield Path(name)
    except OSError as error:
        raise StorageError(
            f"La sauvegarde n’a pas pu être écrite dans « {target.parent} » "
            f"({error.strerror or error}) : vérifiez l’espace disque et les droits ; "
            "la base n’est pas touchée."
        ) from error


def _gathered(settings: Settings, scratch: Path, told: Progress) -> _Gathered:
    """The catalogue with the files that belong to it, copied again while they change."""
    home, shelf = home_of(settings), shelf_of(settings)
    originals = scratch / manifests.UPLOADS
    originals.mkdir()
    for _ in range(_ATTEMPTS):
        told(0, 1, "copie du catalogue")
        copy = scratch / manifests.CATALOGUE
        copy.unlink(missing_ok=True)
        copy_to_file(settings, copy)
        reach("backup:copied")
        gathered = _Gathered(copy)
        _take_originals(home, originals, gathered)
        lacks_model = _take_models(home, shelf, gathered)
        lacks_vectors = _take_vectors(settings, scratch / manifests.VECTORS, gathered)
        # What is gone while the catalogue stays the same will not come back.
        moved = generation_of(catalogue_of(settings)) != generation_of(copy)
        if not (moved and (gathered.lacking or lacks_model or lacks_vectors)):
            break
    problem = problem_of(copy, whole=False)
    if problem:
        raise StorageError(
            f"La base est abîmée ({problem}), elle n’a pas été sauvegardée : lancez « kb verify », "
            "puis reprenez une sauvegarde plus ancienne par « kb restore FICHIER »."
        )
    for path in sorted(home.profiles.glob("*.toml")):
        if path.is_file() and usable_name(f"{manifests.PROFILES}/{path.name}"):
            gathered.files[f"{manifests.PROFILES}/{path.name}"] = path
    return gathered


def _take_originals(home: Home, folder: Path, gathered: _Gathered) -> None:
    """Copy the base's own copies of brochures, each as it was when it was read."""
    with reading(gathered.catalogue) as catalogue:
        counts = (
            catalogue.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            for table in ("brochures", "projects", "passages")
        )
        gathered.counts = (next(counts), next(counts), next(counts))
        meta = dict(catalogue.execute("SELECT name, value FROM meta").fetchall())
        gathered.embedder, gathered.engine = meta.get("embedder", ""), meta.get("engine", "")
        brochures = catalogue.execute(
            "SELECT title, path, sha256 FROM brochures ORDER BY path"
        ).fetchall()
    for title, path, sha256 in brochures:
        if Path(path).parent != home.uploads:
            continue  # the user's own, wherever it is
        name, copy = f"{manifests.UPLOADS}/{Path(path).name}", folder / sha256
        if usable_name(name) and (copy.exists() or _kept(Path(path), sha256, home, copy)):
            gathered.files[name] = copy
        else:
            gathered.lacking.append(title)


def _kept(path: Path, sha256: str, home: Home, copy: Path) -> bool:
    """Copy what a brochure was read from, under its own name or aside while it is replaced."""
    # Its own name once more: it may have come back while the others were looked at.
    for candidate in (path, *waiting_aside(home.incoming), *waiting_aside(home.uploads), path):
        if copied(candidate, copy) == sha256:
            return True
    copy.unlink(missing_ok=True)
    return False


def _take_models(home: Home, shelf: EmbedderShelf, gathered: _Gathered) -> bool:
    """Take the adapted model along, if there is one; whether it went meanwhile."""
    gathered.files |= {
        f"{manifests.MODELS}/{path.as_posix()}": home.models / path
        for path in shelf.files(gathered.embedder)
    }
    return not all(path.is_file() for path in gathered.files.values())


def _take_vectors(settings: Settings, folder: Path, gathered: _Gathered) -> bool:
    """Take the vectors of the catalogue's passages along; whether the engine lacks some.

    Those are made again when the backup comes back. A catalogue of an older format, which
    only a change brings up, has its vectors in it.
    """
    if not gathered.engine or stored_version(gathered.catalogue) != CATALOGUE_FORMAT.version:
        return False
    with reading(gathered.catalogue) as catalogue:
        keys = [key for (key,) in catalogue.execute("SELECT key FROM passages ORDER BY key")]
    parts = parts_of(settings)
    try:
        engine = parts.open_engine(gathered.engine)
        try:
            lacking = write_vectors(folder, keys, known_to(engine.view()))
        finally:
            engine.close()
    except (StorageError, ConfigurationError):  # an engine that can't be read
        return True
    finally:
        parts.catalog.close()
    gathered.files |= {
        f"{manifests.VECTORS}/{name}.npy": folder / f"{name}.npy" for name in VECTOR_FILES
    }
    return lacking > 0


def _accounts(home: Home, scratch: Path) -> dict[str, Path]:
    """The office's database without what is of the moment, by its name in the archive."""
    if not home.accounts.is_file():
        return {}
    copy = scratch / manifests.ACCOUNTS
    copy_out(home.accounts, copy)
    try:
        forget_rows(copy, OF_THE_MOMENT)
    except sqlite3.Error as error:
        raise StorageError(
            f"Le fichier des comptes « {home.accounts} » n’a pas pu être sauvegardé ({error}) : "
            "vérifiez l’espace disque, puis « kb verify »."
        ) from error
    return {manifests.ACCOUNTS: copy}


def _manifest(
    home: Home, gathered: _Gathered, accounts: dict[str, Path], writer: ArchiveWriter
) -> Manifest:
    office = accounts.get(manifests.ACCOUNTS)
    brochures, projects, passages = gathered.counts
    return Manifest(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        program=version("passages"),
        catalogue_format=stored_version(gathered.catalogue),
        office_format=stored_version(office) if office else 0,
        uploads=str(home.uploads),
        brochures=brochures,
        projects=projects,
        passages=passages,
        files=tuple(writer.members),
    )
