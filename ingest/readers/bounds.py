"""How much a file may hold: more is no brochure, and would cost others their turn."""

from __future__ import annotations

from pathlib import Path

from ingest.document import Document
from kb.errors import UnreadableBrochure

MOST_PAGES = 2000
MOST_CHARACTERS = 10_000_000
"""Twice the Bible, in French."""


def check_pages(path: Path, pages: int) -> None:
    """Raise ``UnreadableBrochure`` for a file of too many pages."""
    if pages > MOST_PAGES:
        raise UnreadableBrochure(
            f"{path.name} a plus de {MOST_PAGES} pages, ce qui n’est pas une brochure : "
            "découpez-le."
        )


def check_characters(path: Path, characters: int) -> None:
    """Raise ``UnreadableBrochure`` for a file of too much text."""
    if characters > MOST_CHARACTERS:
        raise UnreadableBrochure(f"{path.name} contient trop de texte : découpez-le.")


def check_amount(path: Path, document: Document) -> None:
    """Raise ``UnreadableBrochure`` for a document of too many pages or too much text."""
    check_pages(path, len(document.pages))
    check_characters(path, sum(len(line.text) for page in document.pages for line in page.lines))
