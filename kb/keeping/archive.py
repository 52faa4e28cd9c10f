"""The file of a backup: a zip whose members are stored as they are, listed with their digests.

Stored, for vectors and PDF files hardly shrink, and a file that can't inflate can't be a
bomb. Members are read by the names of the manifest, one by one: nothing is extracted by
the names of the archive.
"""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kb.errors import StorageError, UnusableBackup
from kb.keeping import manifest as manifests
from kb.keeping.manifest import Manifest, Member, read_manifest

_PIECE = 1024 * 1024
_ENCRYPTED = 0x1


class ArchiveWriter:
    """Writes files into a new archive, the manifest last; the caller closes ``file``."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True)
        self.members: list[Member] = []

    def add(self, name: str, path: Path) -> None:
        """Take a file in under ``name``."""
        size, digest = 0, hashlib.sha256()
        with path.open("rb") as source, self._zip.open(_info(name), "w", force_zip64=True) as copy:
            while piece := source.read(_PIECE):
                digest.update(piece)
                size += len(piece)
                copy.write(piece)
        self.members.append(Member(name, size, digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and have the system write all of it."""
        self._zip.writestr(_info(manifests.NAME), manifest.to_json())
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())


class ArchiveReader:
    """A backup that was found to be one: every member is stored, listed, and within the file."""

    def __init__(self, path: Path) -> None:
        """Raises UnusableBackup, and StorageError where the file can't be read."""
        self._path = path
        with _reading(path):
            size = path.stat().st_size
            if not stat.S_ISREG(path.stat().st_mode):
                raise UnusableBackup(f"« {path} » n’est pas un fichier : donnez une sauvegarde.")
            self._zip = zipfile.ZipFile(path)
            try:
                self._infos = _checked(self._zip.infolist(), size)
                self.manifest = self._manifest()
            except BaseException:
                self._zip.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._zip.close()

    def unpack(self, folder: Path, told: Callable[[str], None]) -> None:
        """Write every member below ``folder``, which is empty, each checked by its digest.

        ``told`` is called with each name before its file is written.
        """
        for member in self.manifest.files:
            told(member.name)
            target = folder.joinpath(*member.name.split("/"))
            target.parent.mkdir(parents=True, exist_ok=True)
            self._write(member, target)

    def _write(self, member: Member, target: Path) -> None:
        digest = hashlib.sha256()
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as copy, _reading(self._path):
            with self._zip.open(self._infos[member.name]) as source:
                while piece := source.read(_PIECE):
                    digest.update(piece)
                    copy.write(piece)
            copy.flush()
            os.fsync(copy.fileno())
        if digest.hexdigest() != member.sha256:
            raise UnusableBackup(_damaged(self._path))

    def _manifest(self) -> Manifest:
        info = self._infos.pop(manifests.NAME, None)
        if info is None or info.file_size > manifests.MOST_BYTES:
            raise UnusableBackup(_not_ours(self._path))
        manifest = read_manifest(self._zip.read(info))
        listed = {member.name: member.size for member in manifest.files}
        if listed != {name: info.file_size for name, info in self._infos.items()}:
            raise UnusableBackup(_damaged(self._path))
        return manifest


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Word whatever a file that is no sound archive may raise."""
    try:
        yield
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        if not zipfile.is_zipfile(path):
            raise UnusableBackup(_not_ours(path)) from error
        raise UnusableBackup(_damaged(path)) from error
    except FileNotFoundError as error:
        raise UnusableBackup(f"« {path} » n’existe pas : vérifiez le chemin.") from error
    except OSError as error:
        raise StorageError(
            f"La lecture ou l’écriture de la sauvegarde a échoué ({error.strerror or error}) : "
            "vérifiez l’espace disque et les droits."
        ) from error


def _checked(infos: list[zipfile.ZipInfo], size: int) -> dict[str, zipfile.ZipInfo]:
    """The members by name, of an archive of ``size`` bytes; ValueError for any other zip."""
    named = {info.filename: info for info in infos}
    for info in infos:
        mode = info.external_attr >> 16
        if (
            info.compress_type != zipfile.ZIP_STORED
            or info.file_size != info.compress_size
            or info.flag_bits & _ENCRYPTED
            or info.is_dir()
            or (stat.S_IFMT(mode) and not stat.S_ISREG(mode))
        ):
            raise ValueError(f"{info.filename!r} is not a plain stored file")
    # Members that lie over each other would hold more than there is.
    if len(named) < len(infos) or sum(info.file_size for info in infos) > size:
        raise ValueError("members over each other")
    return named


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFREG | 0o600) << 16
    return info


def _not_ours(path: Path) -> str:
    return (
        f"« {path} » n’est pas une sauvegarde de Passages, ou n’en est que le début : "
        "donnez un fichier de « kb backup », copié en entier."
    )


def _damaged(path: Path) -> str:
    return (
        f"La sauvegarde « {path} » est abîmée, son contenu n’est plus celui qui a été écrit : "
        "prenez-en une autre ; rien n’a été changé."
    )
