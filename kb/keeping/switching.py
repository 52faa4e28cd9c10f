"""The steps by which an unpacked backup takes its place in a home.

Each leaves the base usable should the process die after it. Callers hold the writing lock.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from kb.catalog.copying import copy_catalogue
from kb.catalog.database import Location
from kb.catalog.moving import Place, place_of, rename
from kb.engine_names import next_name, number_of
from kb.errors import Busy, Damaged
from kb.home import Home
from kb.keeping.databases import copy_in, flatten, reading, replace_rows
from kb.keeping.disk import copied, digest_of, publish, sync_folder
from kb.keeping.manifest import (
    ACCOUNTS,
    CATALOGUE,
    MODELS,
    PROFILES,
    UPLOADS,
    Manifest,
    usable_name,
)
from kb.office.database import OF_THE_MACHINE, Database, private_folder

_BESIDE = ("-wal", "-shm")
"""What SQLite keeps beside a file."""
_PARTIAL = ".restauration.partiel"


def places(home: Home, folder: Path, manifest: Manifest) -> dict[str, Path]:
    """Where the base's own copies of brochures will be, by the path that the backup knows.

    Never where another file is: what is there belongs to the base that still stands.
    """
    with reading(folder / CATALOGUE) as catalogue:
        paths = [row[0] for row in catalogue.execute("SELECT path FROM brochures ORDER BY path")]
    found: dict[str, Path] = {}
    for path in paths:
        name = _own_name(path, manifest.uploads)
        if name:
            digest = digest_of(folder / UPLOADS / name)
            found[path] = _free(home.uploads / name, digest, set(found.values()))
    return found


def free_engine(home: Home, current: str, kind: str) -> str:
    """A name for an engine of that kind, which none of the home has, in use or left over."""
    names = [current, *(path.name for path in home.engines.glob("*-*"))]
    return next_name(max(names, key=number_of), kind)


def engine_name(folder: Path) -> str:
    """How the engine was called from which a backup was made; empty where there was none."""
    with reading(folder / CATALOGUE) as catalogue:
        found = catalogue.execute("SELECT value FROM meta WHERE name = 'engine'").fetchone()
    return str(found[0]) if found else ""


def put_originals(folder: Path, places: dict[str, Path]) -> None:
    """Give the base its own copies of brochures."""
    for path, target in places.items():
        source = folder / UPLOADS / _last_part(path)
        if source.is_file() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            made = target.with_name(_PARTIAL)
            copied(source, made)
            taken = not publish(made, target, force=False)
            made.unlink(missing_ok=True)
            if taken:
                raise Busy(
                    f"Un fichier vient de prendre le nom de « {target.name} » : relancez la "
                    "restauration ; rien n’a été changé."
                )


def put_models(home: Home, folder: Path) -> None:
    """Put adapted models beside those that are there; one of the same name is the same."""
    for source in sorted((folder / MODELS).glob("*")):
        target = home.models / source.name
        if source.is_dir() and not target.exists():
            home.models.mkdir(parents=True, exist_ok=True)
            os.replace(source, target)
            sync_folder(home.models)


def put_engine(home: Home, folder: Path, engine: str) -> None:
    """Put the new engine beside the one in use."""
    if engine:
        home.engines.mkdir(parents=True, exist_ok=True)
        os.replace(Home(folder).engines / engine, home.engines / engine)
        sync_folder(home.engines)


def put_catalogue(catalogue: Location, folder: Path, *, damaged: bool) -> None:
    """Switch to the new catalogue: the instant at which the base becomes another.

    A catalogue in use keeps its file, or its database, and gets another content. A file
    that is damaged, or was never there, gives way to the new one, and is kept aside.
    """
    if not isinstance(catalogue, Path):
        copy_catalogue(folder / CATALOGUE, catalogue, replace=True)
        return
    if catalogue.exists() and not damaged:
        copy_in(folder / CATALOGUE, catalogue)
        return
    flatten(folder / CATALOGUE)
    _set_aside(catalogue)
    os.replace(folder / CATALOGUE, catalogue)
    sync_folder(catalogue.parent)


def put_choices(home: Home, folder: Path) -> None:
    """Put the layouts of brochures back, and the choice of a model."""
    for kind, target in ((PROFILES, home.profiles), (MODELS, home.models)):
        for source in sorted((folder / kind).glob("*")):
            if source.is_file():
                target.mkdir(parents=True, exist_ok=True)
                os.replace(source, target / source.name)


def put_accounts(home: Home, folder: Path) -> bool:
    """Put the accounts of the backup in the place of those of the home; whether it has any.

    The work that this machine has to do stays, and what else it alone knows.
    """
    source = folder / ACCOUNTS
    if not source.is_file():
        return False
    if home.accounts.exists():
        try:
            Database(home.accounts)
            replace_rows(source, home.accounts, _staying(home.accounts))
            return True
        except Damaged:
            _set_aside(home.accounts)
    private_folder(home.office)
    flatten(source)
    os.replace(source, home.accounts)
    sync_folder(home.office)
    return True


def tidy(home: Home, catalogue: Location, before: Place, engine: str) -> None:
    """Drop what the old base alone needed: its engines, its own copies of brochures."""
    kept = place_of(catalogue).paths
    for name, sha256 in before.paths.items():
        path = Path(name)
        # Another content has come since, and waits to be read.
        if path.parent == home.uploads and name not in kept and digest_of(path) == sha256:
            path.unlink(missing_ok=True)
    for other in home.engines.glob("*"):
        if other.name != engine:
            shutil.rmtree(other, ignore_errors=True)


def reclaim_names(catalogue: Location, places: dict[str, Path]) -> None:
    """Give files the names that they had, once those of the old base have left them.

    A file that is sent again is a new revision of the brochure of that name.
    """
    wanted = {target: target.with_name(_last_part(path)) for path, target in places.items()}
    free = {
        target: name
        for target, name in wanted.items()
        if target != name and target.is_file() and not name.exists()
    }
    for target, name in free.items():
        # A second name first: the brochure is never without its file.
        try:
            os.link(target, name)
        except OSError:  # a disk that knows no second names
            copied(target, name)
    rename(catalogue, {str(target): str(name) for target, name in free.items()})
    for target in free:
        target.unlink()


def _last_part(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2]


def _staying(accounts: Path) -> frozenset[str]:
    """Tables that a backup leaves as they are.

    A machine that nobody could sign in to yet has no tokens of its own to revoke: it takes
    those of the backup, as it takes its journal where it has none.
    """
    with reading(accounts) as office:
        held = {
            table
            for table in ("administrator", "tokens", "journal")
            if office.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
        }
    new = frozenset({"tokens"}) if held <= {"journal"} else frozenset[str]()
    return OF_THE_MACHINE - new - (frozenset({"journal"}) - held)


def _own_name(path: str, uploads: str) -> str:
    """The name of a brochure's file in the folder of uploads; empty where it is elsewhere."""
    rest = path.removeprefix(uploads)
    within = uploads and rest != path and rest[0] in "/\\"
    return rest[1:] if within and usable_name(f"{UPLOADS}/{rest[1:]}") else ""


def _free(wanted: Path, digest: str, taken: set[Path]) -> Path:
    """``wanted``, or with a number where another content has that name."""
    path, number = wanted, 1
    while path in taken or (path.exists() and digest_of(path) != digest):
        number += 1
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return path


def _set_aside(path: Path) -> None:
    """Give a damaged file a second name, for whoever would save something of it."""
    stamp = f"{datetime.now():%Y%m%d-%H%M%S}"
    aside = path.with_name(f"{path.stem}-abime-{stamp}{path.suffix}")
    if path.exists():
        try:
            os.link(path, aside)
        except OSError:  # a disk that knows no second names
            shutil.copy2(path, aside)
    for suffix in _BESIDE:
        # Left beside another file, they would be taken for its own.
        with suppress(FileNotFoundError):
            os.replace(f"{path}{suffix}", f"{aside}{suffix}")
