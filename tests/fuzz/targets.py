"""What is fuzzed: each reader with all that follows it, and the parsing of queries.

A target takes any bytes. It raises where something broke that must hold whatever they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

from ingest.profile import Profile
from ingest.profile_files import load_profiles
from ingest.readers import parse_document
from ingest.reading import understand
from ingest.verification import Verifier
from kb.errors import InvalidQuery, UnreadableBrochure
from kb.model import Reading
from kb.query import MAX_QUERY_LENGTH, expand, parse_query
from kb.thesaurus import load_thesaurus
from tests.hostile import archives, pdfs

_SAID_CONTROLS = frozenset("\n")


def read(suffix: str, data: bytes) -> Reading | None:
    """The reading of a file of these bytes, None where it is refused; checks what it promises."""
    path = Path(f"essai{suffix}")
    try:
        reading = understand(parse_document(path, data), path.name, "0" * 64, _profiles())
    except UnreadableBrochure as refusal:
        assert str(refusal).startswith(path.name) and str(refusal).endswith(".")
        return None
    _check(reading)
    return reading


def _check(reading: Reading) -> None:
    verifier = Verifier(reading.pages)
    for passage in reading.passages:
        assert verifier.confirms(passage.text, passage.page, passage.last_page), passage
        hidden = {one for one in passage.text if unicodedata.category(one) in ("Cc", "Cf", "Cs")}
        assert hidden <= _SAID_CONTROLS, passage
    identifiers = [passage.id for passage in reading.passages]
    assert len(set(identifiers)) == len(identifiers)
    printed = {section.id: section.heading_printed for section in reading.sections}
    pages = "".join("".join(page.text.split()) for page in reading.pages)
    for heading in printed.values():
        assert "".join(heading.split()) in pages, heading


def pdf(data: bytes) -> None:
    """A whole file, or what a page draws."""
    if b"%PDF-" not in data[:1024]:
        data = pdfs.written(pdfs.objects(contents=pdfs.stream(data)))
    read(".pdf", data)


def docx(data: bytes) -> None:
    """A whole file, or the body of its text."""
    if not data.startswith(b"PK"):
        parts = _word_parts()
        before, after = parts["word/document.xml"].split(archives.MARK)
        data = archives.zipped({**parts, "word/document.xml": before + data + after})
    read(".docx", data)


def odt(data: bytes) -> None:
    """A whole file, or the body of its text."""
    if not data.startswith(b"PK"):
        parts = _open_parts()
        before, after = parts["content.xml"].split(archives.MARK)
        data = archives.zipped({**parts, "content.xml": before + data + after}, "mimetype")
    read(".odt", data)


def html(data: bytes) -> None:
    """A web page."""
    read(".html", data)


def txt(data: bytes) -> None:
    """A text."""
    read(".txt", data)


def query(data: bytes) -> None:
    """Words that someone types."""
    text = data.decode("utf-8", "replace")
    try:
        understood = parse_query(text)
    except InvalidQuery as refusal:
        assert str(refusal).endswith((".", "»"))
        return
    assert len(understood.text) <= MAX_QUERY_LENGTH
    widened = expand(understood, _thesaurus(), lambda _: True)
    assert widened.concepts and all(term.weight > 0 for term in widened.terms())


TARGETS: dict[str, Callable[[bytes], None]] = {
    "pdf": pdf,
    "docx": docx,
    "odt": odt,
    "html": html,
    "txt": txt,
    "query": query,
}


@cache
def _profiles() -> tuple[Profile, ...]:
    return tuple(load_profiles())


_thesaurus = cache(load_thesaurus)


@cache
def _word_parts() -> dict[str, bytes]:
    return _as_bytes(archives.word_parts(archives.MARK.decode()))


@cache
def _open_parts() -> dict[str, bytes]:
    return _as_bytes(archives.open_parts(archives.MARK.decode()))


def _as_bytes(parts: dict[str, bytes | str]) -> dict[str, bytes]:
    return {name: part.encode() if isinstance(part, str) else part for name, part in parts.items()}
