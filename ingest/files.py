"""Which files a user means: named ones, and the brochures that folders hold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.readers import SUPPORTED_SUFFIXES
from kb.results import Found

IGNORE_MARK = ".kbignore"
"""A file of this name in a folder: nothing in or below the folder is a brochure."""

_SYSTEM_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_UNSHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Characters that give orders to a terminal, make a name look like another one, or stand
for bytes that are no text."""
_PROJECT_NAMES = ("readme", "license", "licence", "lisezmoi")
_TYPES = f"{', '.join(SUPPORTED_SUFFIXES[:-1])} ou {SUPPORTED_SUFFIXES[-1]}"


@dataclass(slots=True)
class _Search:
    files: dict[Path, Path] = field(default_factory=dict)
    """Resolved path → path as it is shown."""
    problems: dict[Path, str] = field(default_factory=dict)
    folders: dict[Path, Path] = field(default_factory=dict)
    visited: set[Path] = field(default_factory=set)

    def name(self, path: Path) -> None:
        """Take a path that the user named."""
        try:
            if path.is_dir():
                self._walk(path, named=True)
            elif path.exists():
                self._take(path)
            else:
                self.problems[path] = f"{path} n’existe pas : vérifiez le chemin."
        except (OSError, ValueError):
            self.problems[path] = f"{path} ne peut pas être lu : donnez-vous le droit d’y accéder."

    def _walk(self, folder: Path, named: bool = False) -> None:
        real = folder.resolve()
        if real in self.visited:
            return
        self.visited.add(real)
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            self.problems[folder] = (
                f"Le dossier {folder} ne peut pas être lu : "
                "donnez-vous le droit d’en voir le contenu."
            )
            return
        if named:
            self.folders[real] = folder
        if any(entry.name == IGNORE_MARK for entry in entries):
            return
        for path in _brochure_paths(entries):
            if path.is_dir():
                self._walk(path)
            else:
                self._take(path)

    def _take(self, path: Path) -> None:
        if _UNSHOWN.search(str(path)):
            self.problems[path] = (
                f"Le nom « {_UNSHOWN.sub('?', path.name)} », ou celui de son dossier, contient des "
                "caractères qui ne s’affichent pas : renommez-le."
            )
        elif path.suffix.lower() not in SUPPORTED_SUFFIXES:
            self.problems[path] = (
                f"{path.name} n’est pas d’un type pris en charge : convertissez-le en {_TYPES}."
            )
        elif not path.is_file():
            self.problems[path] = f"{path} n’est pas un fichier ordinaire : vérifiez le chemin."
        elif not os.access(path, os.R_OK):
            self.problems[path] = (
                f"{path} ne peut pas être lu : donnez-vous le droit de lecture sur ce fichier."
            )
        else:
            self.files.setdefault(path.resolve(), path)


def find_brochures(paths: Sequence[Path]) -> Found:
    """The brochures that paths lead to; folders are searched with all that is below them.

    In folders, hidden files, lock files, the system's files and README or licence
    files are passed over in silence, and so is a folder that holds ``.kbignore``.
    A path is kept as it was given (under the folder that was named), in the order
    of the paths, then of names.
    """
    search = _Search()
    for path in paths:
        search.name(path)
    return Found(
        files=tuple(search.files.values()),
        problems=tuple(search.problems.items()),
        folders=tuple(search.folders.values()),
    )


def _brochure_paths(entries: Sequence[os.DirEntry[str]]) -> Iterator[Path]:
    for entry in entries:
        name = entry.name.lower()
        hidden = name.startswith((".", "~$", "._")) or name in _SYSTEM_NAMES
        if not hidden and name.partition(".")[0] not in _PROJECT_NAMES:
            yield Path(entry.path)
