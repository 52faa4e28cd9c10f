"""Guards for the formats that are zip archives of XML files."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from kb.errors import UnreadableBrochure

LARGEST_INFLATED = 200 * 1024 * 1024
"""Bytes that all the files of an archive may have once inflated."""
_LARGEST_RATIO = 200
_RATIO_FROM = 20 * 1024 * 1024
"""Bytes below which any ratio passes: XML of a few repeated words packs very well."""
_BLOCK = 1024 * 1024
BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    struct.error,
    zlib.error,
    AttributeError,
    AssertionError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What the libraries raise on a broken archive or broken XML (lxml's is a SyntaxError)."""


def check_archive(path: Path, data: bytes) -> None:
    """Raise ``UnreadableBrochure`` for an archive that is locked, a bomb, or holds a DTD.

    Neither Word nor OpenDocument files hold document type declarations: only an
    attack by entities does.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        members = archive.infolist()
        inflated = sum(member.file_size for member in members)
        if inflated > LARGEST_INFLATED or inflated > max(_RATIO_FROM, _LARGEST_RATIO * len(data)):
            raise swollen(path)
        if any(member.flag_bits & 1 for member in members):
            raise locked(path)
        for member in members:
            if member.filename.endswith((".xml", ".rels")) and _declares_a_type(archive, member):
                raise damaged(path)


def _declares_a_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Anywhere: a long comment may stand before it. Zero bytes are those of UTF-16."""
    kept = b""
    with archive.open(member) as stream:
        while block := stream.read(_BLOCK):
            seen = kept + block.replace(b"\x00", b"")
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen:
                return True
            kept = seen[-len("<!DOCTYPE") :]
    return False


def swollen(path: Path) -> UnreadableBrochure:
    """The error for an archive that holds much more than it shows."""
    return UnreadableBrochure(
        f"{path.name} est anormalement volumineux une fois décompressé : "
        "enregistrez-en une copie sans ses images, ou découpez-le."
    )


def locked(path: Path) -> UnreadableBrochure:
    """The error for a file under a password."""
    return UnreadableBrochure(
        f"{path.name} est protégé par un mot de passe : enregistrez-en une copie sans mot de passe."
    )


def damaged(path: Path) -> UnreadableBrochure:
    """The error for a file that its library can't open."""
    return UnreadableBrochure(
        f"{path.name} est endommagé ou incomplet : "
        "ouvrez-le dans un traitement de texte et enregistrez-le de nouveau."
    )
