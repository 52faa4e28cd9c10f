"""What must stay secret: the key that signs what browsers keep, and what is stored of a token."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path
from tempfile import mkstemp

from filelock import FileLock

from kb.errors import StorageError
from kb.office.database import private_folder

KEY_BYTES = 32


def secret_key(path: Path) -> bytes:
    """The key kept in that file, made at the first call.

    Raises StorageError where the file can't be made or doesn't hold a key.
    """
    try:
        if not path.exists():
            _make(path)
        path.chmod(0o600)
        key = path.read_bytes()
    except OSError as error:
        raise StorageError(
            f"La clé « {path} » ne peut être ni lue ni écrite ({error.strerror}) : "
            "vérifiez les droits du dossier de la base."
        ) from error
    if len(key) != KEY_BYTES:
        raise StorageError(
            f"La clé « {path} » est abîmée : effacez ce fichier, une autre sera faite au "
            "prochain démarrage et il faudra se reconnecter."
        )
    return key


def token_digest(token: str) -> str:
    """What is kept of a token: who reads the base can't come in with it.

    A quick digest is enough for random bits that nobody guesses, unlike a password.
    """
    # Headers may hold anything.
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def _make(path: Path) -> None:
    """Write the whole key apart, then give it its name: none is ever seen half written."""
    private_folder(path.parent)
    # One process makes it, the others wait; not by a second name, which some disks lack.
    with FileLock(path.with_name(f"{path.name}.lock")):
        if path.exists():
            return
        # Temporary files are their owner's alone from the start.
        handle, name = mkstemp(dir=path.parent, prefix=".key-")
        try:
            with open(handle, "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
