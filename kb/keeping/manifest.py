"""What a backup says of itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, TypeVar

from kb.errors import UnusableBackup

T = TypeVar("T")

NAME = "passages-sauvegarde.json"
"""Of the manifest within the archive."""
FORMAT = 1
_KIND = "passages-sauvegarde"
CATALOGUE = "catalogue.sqlite"
ACCOUNTS = "office.sqlite"
UPLOADS, PROFILES, MODELS, VECTORS = "uploads", "profiles", "models", "vectors"

MOST_BYTES = 32 * 1024 * 1024
"""Of a manifest: that of a hundred thousand files."""
_LONGEST_NAME = 255
"""Bytes of one part of a name, as file systems allow."""
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup."""

    name: str
    size: int
    """In bytes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The whole of a backup; the list of files is complete."""

    made_at: str
    """ISO 8601, in UTC."""
    program: str
    """Version of the program that made it."""
    catalogue_format: int
    office_format: int
    """0 where the base had no office."""
    uploads: str
    """Where the base kept its own copies of brochures; their paths begin so."""
    brochures: int
    projects: int
    passages: int
    files: tuple[Member, ...]
    format: int = FORMAT

    def to_json(self) -> str:
        """As it stands in the archive."""
        return json.dumps({"kind": _KIND, **asdict(self)}, ensure_ascii=False, indent=1)


def read_manifest(text: bytes) -> Manifest:
    """A manifest from an archive; UnusableBackup where it is none, or a later version's."""
    try:
        found: Any = json.loads(text.decode("utf-8"))
        if not isinstance(found, dict) or found.pop("kind", "") != _KIND:
            raise UnusableBackup(_NOT_OURS)
        number = _checked(found, "format", int)
        if number > FORMAT:
            raise UnusableBackup(
                f"Cette sauvegarde vient d’une version plus récente de Passages (format {number}, "
                f"ici {FORMAT}) : mettez le logiciel à jour, puis recommencez."
            )
        files = tuple(_member(one) for one in _checked(found, "files", list))
        _check_names([one.name for one in files])
        return Manifest(
            made_at=datetime.fromisoformat(_checked(found, "made_at", str)).isoformat(),
            program=_checked(found, "program", str),
            catalogue_format=_checked(found, "catalogue_format", int),
            office_format=_checked(found, "office_format", int),
            uploads=_checked(found, "uploads", str),
            brochures=_checked(found, "brochures", int),
            projects=_checked(found, "projects", int),
            passages=_checked(found, "passages", int),
            files=files,
            format=number,
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UnusableBackup(_NOT_OURS) from error


_NOT_OURS = "Ce fichier n’est pas une sauvegarde de Passages : donnez-en une de « kb backup »."


def usable_name(name: str) -> bool:
    """Whether a file of a backup may be called so: nothing leads out of its folder."""
    parts = name.split("/")
    return all(map(_usable_part, parts)) and (
        name in (CATALOGUE, ACCOUNTS)
        or (parts[0] in (UPLOADS, PROFILES, VECTORS) and len(parts) == 2)
        or (parts[0] == MODELS and 2 <= len(parts) <= _DEEPEST)
    )


def _usable_part(part: str) -> bool:
    try:
        length = len(part.encode("utf-8"))
    except UnicodeEncodeError:
        return False
    return (
        0 < length <= _LONGEST_NAME
        and part not in (".", "..")
        and part.isprintable()
        and "\\" not in part
    )


def _check_names(names: list[str]) -> None:
    """Names that are usable, each once, none of them a folder of another."""
    folders = {
        "/".join(parts[:depth])
        for parts in (name.split("/") for name in names)
        for depth in range(1, len(parts))
    }
    bad = [name for name in names if not usable_name(name) or name in folders]
    if bad or len(set(names)) < len(names) or CATALOGUE not in names:
        raise UnusableBackup(_NOT_OURS)


def _member(found: Any) -> Member:
    if not isinstance(found, dict):
        raise TypeError("a file is an object")
    member = Member(
        _checked(found, "name", str), _checked(found, "size", int), _checked(found, "sha256", str)
    )
    if member.size < 0 or len(member.sha256) != 64:
        raise ValueError("no size or no digest")
    return member


def _checked(found: dict[str, Any], name: str, kind: type[T]) -> T:
    value = found[name]
    if type(value) is not kind:
        raise TypeError(f"{name} is {type(value)}")
    return value
