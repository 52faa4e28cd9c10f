"""What a base needs of the machine and of its settings, for the doctor.

Nothing here opens the base: these are told also where it can't be opened.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kb.config import Settings
from kb.errors import KbError
from kb.exposure import weaknesses
from kb.home import Home
from kb.results import Finding

MEGABYTE = 1024 * 1024
LEAST_FREE_BYTES = 200 * MEGABYTE
"""Below, a brochure of many pictures may not come in."""


def examine_surroundings(settings: Settings) -> tuple[Finding, ...]:
    """The folder, the room on its disk, its rights, and what the settings leave open."""
    home = Home(settings.home.absolute())
    return tuple(
        finding
        for check in (
            _folder(home),
            _room(home),
            _rights(home),
            _settings(settings, home),
            _sharing(settings),
        )
        for finding in check
    )


def _folder(home: Home) -> Iterator[Finding]:
    if not home.root.exists():
        yield Finding(
            True, "Dossier", f"« {home.root} » n’existe pas encore : « kb ingest » le fera."
        )
        return
    try:
        with tempfile.TemporaryFile(dir=home.root):
            pass
    except OSError as error:
        yield Finding(
            False,
            "Dossier",
            f"« {home.root} » n’accepte pas l’écriture ({error.strerror}) : la recherche répond, "
            "mais rien ne peut être ajouté ni remis en ordre. Rendez-le à qui lance Passages "
            f"(« chown -R {_user()} {home.root} ») ou indiquez un autre dossier par KB_HOME.",
        )
    else:
        yield Finding(True, "Dossier", f"« {home.root} » accepte l’écriture.")


def _room(home: Home) -> Iterator[Finding]:
    free = shutil.disk_usage(_existing(home.root)).free
    # Rebuilding the index lays a new one beside the old.
    wanted = LEAST_FREE_BYTES + _size(home.engines) + _size(home.catalogue.parent, deep=False)
    if free < wanted:
        yield Finding(
            False,
            "Espace disque",
            f"Il reste {_megabytes(free)} Mo, il en faudrait {_megabytes(wanted)} pour lire des "
            "brochures et refaire l’index : libérez de la place (le dossier "
            f"« {home.pictures} » peut être effacé sans perte).",
        )
    else:
        yield Finding(True, "Espace disque", f"{_megabytes(free)} Mo libres.")


def _rights(home: Home) -> Iterator[Finding]:
    if os.name == "nt":  # rights are not told by these numbers
        return
    open_to_all = [
        path for path in (home.root, home.catalogue, home.engines) if _mode(path) & stat.S_IWOTH
    ]
    # Accounts and the key that signs sessions are their owner's alone.
    told = [path for path in (home.office, *_files(home.office)) if _mode(path) & 0o077]
    if open_to_all or told:
        listed = ", ".join(str(path) for path in (*open_to_all, *told))
        yield Finding(
            False,
            "Droits",
            f"D’autres comptes de cette machine peuvent changer la base ou lire ses secrets : "
            f"fermez-les par « chmod -R go-rwx {home.office} » et « chmod -R o-w {home.root} » "
            f"({listed}).",
        )
    else:
        yield Finding(True, "Droits", "La base n’est ouverte qu’à qui la tient.")


def _settings(settings: Settings, home: Home) -> Iterator[Finding]:
    try:
        found = weaknesses(settings, has_account=_has_account(settings, home))
    except KbError as error:
        yield Finding(False, "Comptes", str(error))
        return
    for weakness in found:
        yield Finding(False, "Réglages", weakness[:1].upper() + weakness[1:])
    if not found:
        where = f"http://{settings.host}:{settings.port}/"
        yield Finding(True, "Réglages", f"Le site n’est ouvert qu’où il doit l’être ({where}).")


def _sharing(settings: Settings) -> Iterator[Finding]:
    """What servers that share a catalogue do not share."""
    if settings.catalogue:
        yield Finding(
            True,
            "Partage",
            "Le catalogue est dans PostgreSQL ; comptes, jetons, journal, travaux et fichiers "
            "reçus par le site restent propres à chaque serveur.",
        )


def _has_account(settings: Settings, home: Home) -> bool:
    """Whether someone can sign in; the accounts are not made by looking."""
    if not home.accounts.exists():
        return False
    from kb.wiring import open_accounts

    return open_accounts(settings).administrator() is not None


def _existing(path: Path) -> Path:
    return next(one for one in (path, *path.parents) if one.exists())


def _size(folder: Path, *, deep: bool = True) -> int:
    files = folder.rglob("*") if deep else folder.glob("*")
    return sum(_bytes(path) for path in files)


def _bytes(path: Path) -> int:
    try:
        found = path.stat()
    except OSError:  # gone since, or closed to us
        return 0
    return found.st_size if stat.S_ISREG(found.st_mode) else 0


def _mode(path: Path) -> int:
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def _files(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_file() and path.suffix != ".lock"]
    except OSError:
        return []


def _megabytes(size: int) -> str:
    return f"{size // MEGABYTE:,}".replace(",", "\u202f")


def _user() -> str:
    try:
        import getpass

        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "$USER"
