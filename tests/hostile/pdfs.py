"""PDF files made to harm, written object by object."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO

from pypdf import PdfReader, PdfWriter

SENTENCE = "Douze logements accueillent des jeunes travailleurs."
MEBIBYTE = 1024 * 1024


def written(objects: Mapping[int, bytes], *, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A file of these numbered objects, its cross-references right."""
    file = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in objects.items():
        places[number] = len(file)
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(file)
    file += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        file += b"%d 1\n%010d 00000 n \n" % (number, place)
    size = max(objects) + 1
    file += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return bytes(file)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def text(sentence: str = SENTENCE) -> bytes:
    """The operators that write a sentence."""
    return b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % sentence.encode("latin-1")


def objects(
    *,
    contents: bytes | None = None,
    page: bytes = b"/MediaBox [0 0 595 842]",
    catalogue: bytes = b"",
) -> dict[int, bytes]:
    """A document of one page: catalogue, tree, page, contents and font."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R %s /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>" % page,
        4: stream(text()) if contents is None else contents,
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    }


def plain() -> bytes:
    """Nothing wrong with it."""
    return written(objects())


def flate_bomb() -> bytes:
    """A page whose contents inflate a thousandfold, to 100 MB."""
    data = zlib.compress(b" " * (100 * MEBIBYTE), 9)
    return written(objects(contents=stream(data, b"/Filter /FlateDecode")))


def nested_flate_bomb() -> bytes:
    """Contents packed three times: 100 MB out of half a kilobyte."""
    data = zlib.compress(b" " * (100 * MEBIBYTE), 9)
    filters = b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"
    return written(objects(contents=stream(zlib.compress(zlib.compress(data, 9), 9), filters)))


def filter_chain() -> bytes:
    """Contents behind ten thousand filters."""
    names = b"/ASCIIHexDecode " * 10_000
    return written(objects(contents=stream(b"41>", b"/Filter [%s]" % names)))


def cyclic_tree() -> bytes:
    """A tree of pages that is its own branch."""
    made = objects()
    made[2] = b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>"
    return written(made)


def tree_of_itself_only() -> bytes:
    """A tree of pages without a leaf."""
    made = objects()
    made[2] = b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"
    return written(made)


def exploding_tree() -> bytes:
    """Each of forty branches holds the next one twice: 2^40 pages."""
    made = objects()
    for number in range(10, 50):
        made[number] = b"<< /Type /Pages /Kids [%d 0 R %d 0 R] /Count 2 >>" % (
            number + 1,
            number + 1,
        )
    made[50] = made[3]
    made[2] = b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"
    return written(made)


def deep_tree() -> bytes:
    """A tree of pages of ten thousand floors."""
    made = objects()
    for number in range(10, 10_010):
        made[number] = b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (number + 1)
    made[10_010] = made[3]
    made[2] = b"<< /Type /Pages /Kids [10 0 R] /Count 1 >>"
    return written(made)


def cyclic_outlines() -> bytes:
    """An outline whose entries follow each other in a ring."""
    made = objects(catalogue=b"/Outlines 6 0 R")
    made[6] = b"<< /Type /Outlines /First 7 0 R /Last 8 0 R /Count 2 >>"
    made[7] = b"<< /Title (Un) /Parent 6 0 R /Next 8 0 R /First 7 0 R >>"
    made[8] = b"<< /Title (Deux) /Parent 6 0 R /Next 7 0 R /Prev 7 0 R >>"
    return written(made)


def cyclic_object() -> bytes:
    """Contents, fonts and boxes that are references to themselves."""
    made = objects(page=b"/MediaBox 6 0 R")
    made[4] = b"[4 0 R 4 0 R]"
    made[6] = b"7 0 R"
    made[7] = b"6 0 R"
    return written(made)


def cyclic_form() -> bytes:
    """A drawing that draws itself, beside a sentence."""
    made = objects(contents=stream(text() + b" /X1 Do"))
    made[3] = made[3].replace(b"/Font", b"/XObject << /X1 6 0 R >> /Font")
    made[6] = stream(
        b"/X1 Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X1 6 0 R >> >>",
    )
    return written(made)


def exploding_forms() -> bytes:
    """Each of thirty drawings draws the next one ten times."""
    made = objects(contents=stream(text() + b" /X Do"))
    made[3] = made[3].replace(b"/Font", b"/XObject << /X 10 0 R >> /Font")
    for number in range(10, 40):
        made[number] = stream(
            b"/X Do " * 10,
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]"
            b" /Resources << /XObject << /X %d 0 R >> >>" % (number + 1),
        )
    made[40] = stream(b"", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9]")
    return written(made)


def blank_pages(count: int = 20_000) -> bytes:
    """As many pages without anything on them."""
    kids = b" ".join(b"%d 0 R" % number for number in range(10, 10 + count))
    made = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [%s] /Count %d /MediaBox [0 0 595 842] >>" % (kids, count),
    }
    for number in range(10, 10 + count):
        made[number] = b"<< /Type /Page /Parent 2 0 R >>"
    return written(made)


def said_to_have_pages() -> bytes:
    """A file that says to have two milliards of pages, and has one."""
    made = objects()
    made[2] = b"<< /Type /Pages /Kids [3 0 R] /Count 2000000000 >>"
    return written(made)


def huge_page() -> bytes:
    """A page of ten kilometres."""
    return written(objects(page=b"/MediaBox [0 0 30000000 30000000]"))


def absurd_boxes() -> bytes:
    """Boxes of no size, backwards, beyond any number, and a unit of its own."""
    return written(
        objects(page=b"/MediaBox [1e308 -1e308 1e999 0] /CropBox [9 9 9 9] /UserUnit 1e30")
    )


def far_table() -> bytes:
    """Cross-references that lead nowhere, the objects being in place."""
    return plain().replace(b"startxref\n", b"startxref\n9")


def cyclic_tables() -> bytes:
    """Two tables of cross-references, each said to come before the other."""
    file = plain()
    start = int(file.split(b"startxref\n")[1].split()[0])
    return file.replace(b"/Root 1 0 R >>", b"/Root 1 0 R /Prev %d >>" % start)


def huge_table() -> bytes:
    """A table that says to have four milliards of entries."""
    return plain().replace(b"xref\n0 1\n", b"xref\n0 4294967295\n")


def cut_short() -> bytes:
    """The first half of a file."""
    file = plain()
    return file[: len(file) // 2]


def deep_array() -> bytes:
    """A hundred thousand arrays inside each other."""
    made = objects()
    made[6] = b"[" * 100_000 + b"]" * 100_000
    return written(made, trailer=b"/Root 1 0 R /Info 6 0 R")


def deep_contents() -> bytes:
    """Operators with a hundred thousand arrays inside each other."""
    return written(objects(contents=stream(text() + b"[" * 100_000 + b"]" * 100_000 + b" TJ")))


def endless_text() -> bytes:
    """A page that writes the same sentence ten thousand times."""
    return written(objects(contents=stream((text() + b"\n") * 10_000)))


def javascript() -> bytes:
    """A script that runs when the file is opened, and an order to start a program."""
    script = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\); this.exportDataObject\\(\\)) >>"
    start = b"/AA << /WC << /S /Launch /F (/bin/sh) >> >>"
    return written(objects(catalogue=script + start))


def embedded_file() -> bytes:
    """A program that travels inside."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(plain())))
    writer.add_attachment("../../programme.sh", b"#!/bin/sh\necho contenu-du-programme\n")
    done = BytesIO()
    writer.write(done)
    return done.getvalue()


def locked(password: str = "secret") -> bytes:
    """Readable with a password only."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(plain())))
    writer.encrypt(password, algorithm="AES-256")
    done = BytesIO()
    writer.write(done)
    return done.getvalue()


def bad_font() -> bytes:
    """A font whose table of characters names a range of all numbers there are."""
    made = objects()
    made[5] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /ToUnicode 6 0 R"
        b" /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A"
        b" /W [0 4294967295 500] /DW 1000 >>] >>"
    )
    made[6] = stream(
        b"begincmap 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange endcmap"
    )
    return written(made)


def image_bomb() -> bytes:
    """A picture of a hundred thousand pixels on a side, in a few bytes."""
    made = objects(contents=stream(text() + b" q 500 0 0 500 0 0 cm /I Do Q"))
    made[3] = made[3].replace(b"/Font", b"/XObject << /I 6 0 R >> /Font")
    made[6] = stream(
        zlib.compress(bytes(50 * MEBIBYTE), 9),
        b"/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 8"
        b" /ColorSpace /DeviceRGB /Filter /FlateDecode",
    )
    return written(made)
