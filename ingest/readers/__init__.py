"""From a file to a ``Document``: one small module per format, chosen by suffix."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from ingest.document import Document
from ingest.readers.bounds import check_amount
from ingest.readers.source import check_kind, read_bytes
from kb.errors import UnreadableBrochure

_FORMATS = {
    ".pdf": "pdf",
    ".txt": "txt",
    ".docx": "docx",
    ".html": "html",
    ".htm": "html",
    ".odt": "odt",
}
_MODULES = {
    "pdf": "ingest.readers.pdf",
    "txt": "ingest.readers.text",
    "docx": "ingest.readers.docx",
    "html": "ingest.readers.html",
    "odt": "ingest.readers.odt",
}
SUPPORTED_SUFFIXES = tuple(_FORMATS)
"""Suffixes, in lower case and with their dot, of the files that can be read."""


def read_document(path: Path) -> Document:
    """The pages and lines of a file; at least one line has text.

    Raise ``UnreadableBrochure`` with a French sentence that says what is wrong
    with the file and what to do.
    """
    return parse_document(path, read_bytes(path))


def parse_document(path: Path, data: bytes) -> Document:
    """As ``read_document``, from the bytes that the file at ``path`` had."""
    read = load_reader(path)
    check_kind(path, data, _FORMATS[path.suffix.lower()])
    document = read(path, data)
    check_amount(path, document)
    if not any(line.text for page in document.pages for line in page.lines):
        raise UnreadableBrochure(
            f"{path.name} ne contient aucun texte : vérifiez que c’est le bon fichier."
        )
    return document


def load_reader(path: Path) -> Callable[[Path, bytes], Document]:
    """The function that reads files of this suffix; raises ``UnreadableBrochure`` for others."""
    name = _FORMATS.get(path.suffix.lower())
    if name is None:
        raise UnreadableBrochure(
            f"{path.name} n’est pas d’un type pris en charge : "
            f"convertissez-le en {', '.join(SUPPORTED_SUFFIXES[:-1])} ou {SUPPORTED_SUFFIXES[-1]}."
        )
    read: Callable[[Path, bytes], Document] = import_module(_MODULES[name]).read
    return read
