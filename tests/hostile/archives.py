"""Word and OpenDocument files made to harm, written part by part."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from docx import Document

SENTENCE = "Douze logements accueillent des jeunes travailleurs."
MEBIBYTE = 1024 * 1024

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OPEN = "urn:oasis:names:tc:opendocument:xmlns:"
_LAUGHS = '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'
    for before, name in zip("bcdefghi", "cdefghij", strict=True)
)
LAUGHS = f"<!DOCTYPE x [{_LAUGHS}]>"
"""A milliard of laughs: entities of entities."""
OUTSIDE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>'
NETWORK = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'


MARK = b"@@@"
"""Stands where a body goes."""


def zipped(parts: Mapping[str, bytes | str], stored: str = "") -> bytes:
    """An archive of these parts, that of the name ``stored`` first and unpacked."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            kind = zipfile.ZIP_STORED if name == stored else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, kind)
    return made.getvalue()


def word_parts(body: str | None = None, prolog: str = "") -> dict[str, bytes | str]:
    """The parts of a Word document; ``body`` in WordprocessingML."""
    written = BytesIO()
    Document().save(written)
    with zipfile.ZipFile(written) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    inside = f"<w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p>" if body is None else body
    parts["word/document.xml"] = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}'
        f'<w:document xmlns:w="{_WORD}"><w:body>{inside}</w:body></w:document>'
    )
    return parts


def word(body: str | None = None, prolog: str = "", **more: bytes | str) -> bytes:
    """A Word document, with more parts."""
    return zipped({**word_parts(body, prolog), **more})


def open_parts(body: str | None = None, prolog: str = "") -> dict[str, bytes | str]:
    """The parts of an OpenDocument text; ``body`` in its XML."""
    spaces = (
        f'xmlns:office="{_OPEN}office:1.0" xmlns:text="{_OPEN}text:1.0"'
        f' xmlns:style="{_OPEN}style:1.0" xmlns:table="{_OPEN}table:1.0"'
    )
    inside = f"<text:p>{SENTENCE}</text:p>" if body is None else body
    kind = "application/vnd.oasis.opendocument.text"
    manifest = f"{_OPEN}manifest:1.0"
    return {
        "mimetype": kind,
        "content.xml": f'<?xml version="1.0" encoding="UTF-8"?>{prolog}'
        f'<office:document-content {spaces} office:version="1.3"><office:body><office:text>'
        f"{inside}</office:text></office:body></office:document-content>",
        "styles.xml": f'<office:document-styles {spaces} office:version="1.3"/>',
        "meta.xml": f"<office:document-meta {spaces}><office:meta/></office:document-meta>",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{manifest}">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>",
    }


def open_text(body: str | None = None, prolog: str = "", **more: bytes | str) -> bytes:
    """An OpenDocument text, with more parts."""
    return zipped({**open_parts(body, prolog), **more}, stored="mimetype")


def packed_bomb() -> bytes:
    """A Word document whose picture inflates to 50 MB."""
    return word(**{"word/media/image1.png": bytes(50 * MEBIBYTE)})


def nested_archives() -> bytes:
    """A Word document that holds an archive of archives, ten floors down."""
    inner = zipped({"zeros": bytes(MEBIBYTE)})
    for floor in range(10):
        inner = zipped({f"{floor}-{copy}.zip": inner for copy in range(4)})
    return word(**{"word/embeddings/inner.zip": inner})


def packed_open_bomb() -> bytes:
    """An OpenDocument text whose picture inflates to 50 MB."""
    return open_text(**{"Pictures/1.png": bytes(50 * MEBIBYTE)})


def lying_sizes() -> bytes:
    """A Word document whose text is said to be short, and inflates to 50 MB."""
    parts = {**word_parts(), "word/document.xml": b"X" * 50 * MEBIBYTE}
    made, size = zipped(parts), struct.pack("<L", 50 * MEBIBYTE)
    # Before the data, and in the directory at the end.
    assert made.count(size) == 2
    return made.replace(size, struct.pack("<L", 1000))


def overlapping() -> bytes:
    """Ten thousand entries that share the data of one (the « better zip bomb »)."""
    content = zlib.compress(bytes(10 * MEBIBYTE), 9)[2:-4]
    check = zlib.crc32(bytes(10 * MEBIBYTE))
    header = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, check, len(content), 10 * MEBIBYTE, 1, 0
    )
    made = bytearray(zipped(word_parts()))
    end = made.rindex(b"PK\x05\x06")
    directory = struct.unpack("<L", made[end + 16 : end + 20])[0]
    entries = bytes(made[directory:end])
    kept = struct.unpack("<H", made[end + 10 : end + 12])[0]
    body = bytes(made[:directory])
    place = len(body)
    body += header + b"a" + content
    count = 10_000
    more = b"".join(
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\x01\x02", 20, 20, 0, 8, 0, 0, check, len(content), 10 * MEBIBYTE,
            6, 0, 0, 0, 0, 0, place,
        )
        + b"%06d" % number
        for number in range(count)
    )  # fmt: skip
    central = entries + more
    tail = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, kept + count, kept + count, len(central), len(body), 0
    )
    return body + central + tail


def many_entries() -> bytes:
    """A Word document of sixty thousand empty parts."""
    return word(**{f"word/media/{number}.xml": b"" for number in range(60_000)})


def late(declarations: str) -> str:
    """A document type declared after a long comment, where nobody looks."""
    return f"<!--{random.Random(7).randbytes(200_000).hex()}-->{declarations}"


def wide_declaration() -> bytes:
    """A Word document in UTF-16 that declares a milliard of laughs."""
    parts = word_parts(f"<w:p><w:r><w:t>{SENTENCE} &j;</w:t></w:r></w:p>", LAUGHS)
    text = str(parts["word/document.xml"]).replace("UTF-8", "UTF-16")
    return zipped({**parts, "word/document.xml": text.encode("utf-16")})


def deep_word(depth: int) -> bytes:
    """Tables inside tables."""
    start, end = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    paragraph = f"<w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p>"
    return word(start * depth + paragraph + end * depth)


def deep_open_text(depth: int) -> bytes:
    """Sections inside sections."""
    start, end = "<text:section>", "</text:section>"
    return open_text(start * depth + f"<text:p>{SENTENCE}</text:p>" + end * depth)


def climbing_parts() -> bytes:
    """Parts named to land outside of where an archive is unpacked."""
    return word(**{"../../../../tmp/echappe.xml": b"<x/>", "/etc/echappe": b"x"})


def macro() -> bytes:
    """A Word document with a program, and a template on the network."""
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" TargetMode="External" Target="http://127.0.0.1:9/modele.dotm" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        'attachedTemplate"/></Relationships>'
    )
    return word(
        **{"word/vbaProject.bin": b"Sub AutoOpen()", "word/_rels/settings.xml.rels": relations}
    )
