"""Content streams: the quick pass gives what pypdf’s parser does, and leaves nothing behind."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.generic import ContentStream, DecodedStreamObject

from ingest.readers.pdf import read
from ingest.readers.pdf_content import operations

SAMPLE = Path(__file__).parents[4] / "corpus" / "synthese-hauts-de-france.pdf"


def stream_of(content: bytes) -> ContentStream:
    held = DecodedStreamObject()
    held.set_data(content)
    return ContentStream(held, None, "bytes")


def plain(operand: Any) -> Any:
    """pypdf's objects as plain values; dictionaries count for nothing."""
    if operand is None or isinstance(operand, dict):
        return None
    if isinstance(operand, list):
        return [plain(item) for item in operand]
    if isinstance(operand, int | float):
        return float(operand)
    return bytes(operand) if isinstance(operand, bytes) else str(operand)


def quick(content: bytes) -> list[Any]:
    return [(plain(operands), operator) for operands, operator in operations(stream_of(content))]


def thorough(content: bytes) -> list[Any]:
    return [(plain(operands), name) for operands, name in stream_of(content).operations]


@pytest.mark.parametrize(
    "content",
    [
        b"q 1 0 0 1 72.5 -.5 cm BT /F1 12 Tf (Bonjour) Tj ET Q",
        b"BT (a\\(b\\)c (d) \\\\ \\101\\53 \\n) Tj [(x)-20.5<41 42 4>3(y)]TJ ET",
        b"0 0 1 rg 10 10 100 100 re f* % une remarque (\n[3 2] 0 d /Nom#20long gs",
        b"/Span <</MCID 0>> BDC (x) Tj EMC /P <</ActualText (y)>> BDC EMC T*",
        b"(a)' 1 2(b)\" (coup\\\n\xe9) Tj",
        b"BI /W 1 /H 1 /BPC 8 /CS /G ID x EI (fin) Tj",
        b"",
    ],
)
def test_usual_streams_read_alike(content: bytes) -> None:
    assert quick(content) == thorough(content)


strings = st.binary(max_size=12).map(
    lambda raw: (
        b"("
        + raw.replace(b"\\", b"\\\\")
        .replace(b"(", b"\\(")
        .replace(b")", b"\\)")
        .replace(b"\r", b"")
        + b")"
    )
)
numbers = st.floats(-1e4, 1e4).map(lambda number: b"%.3f" % number)
arrays = st.lists(strings | numbers, max_size=4).map(lambda items: b"[" + b" ".join(items) + b"]")
words = st.sampled_from([b"Tj", b"TJ", b"Td", b"q", b"Q", b"re", b"/F1", b"T*", b"%x\n"])


@given(st.lists(strings | numbers | arrays | words, max_size=12).map(b"\n".join))
def test_any_well_formed_stream_reads_alike(content: bytes) -> None:
    assert quick(content) == thorough(content)


def test_the_sample_brochure_reads_alike() -> None:
    reader = pypdf.PdfReader(SAMPLE)
    for page in reader.pages[:8]:
        stream = page["/Contents"].get_object()
        content = ContentStream(stream, reader, "bytes").get_data()
        assert quick(content) == thorough(content)


def test_pages_that_were_read_do_not_wait_for_the_garbage_collector() -> None:
    data = SAMPLE.read_bytes()
    read(SAMPLE, data)  # what is loaded once
    gc.collect()
    gc.disable()
    try:
        pages = len(read(SAMPLE, data).pages)
        left = gc.collect()
    finally:
        gc.enable()
    assert pages == 43
    assert left < pages  # a page's text alone would be a hundred values
