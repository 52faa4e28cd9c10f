"""From a file to a ``Document``: one small module per format, chosen by suffix."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from ingest.document import Document
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
    name = _FORMATS.get(path.suffix.lower())
    if name is None:
        raise UnreadableBrochure(
            f"{path.name} n’est pas d’un type pris en charge : "
            f"convertissez-le en {', '.join(SUPPORTED_SUFFIXES[:-1])} ou {SUPPORTED_SUFFIXES[-1]}."
        )
    data = read_bytes(path)
    check_kind(path, data, name)
    document: Document = import_module(_MODULES[name]).read(path, data)
    if not any(line.text for page in document.pages for line in page.lines):
        raise UnreadableBrochure(
            f"{path.name} ne contient aucun texte : vérifiez que c’est le bon fichier."
        )
    return document
