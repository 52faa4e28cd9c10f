"""Spellings of a brochure: small on disk, and refused where others made them."""

from __future__ import annotations

import zlib

import pytest

from kb.catalog import packing
from kb.catalog.packing import pack, packed, unpack

COUNTED = {("etudiants", "étudiants"): 3, ("lille", "Lille"): 1}


def test_what_is_packed_comes_back() -> None:
    assert unpack(pack({"étudiants": 3, "Lille": 1})) == COUNTED
    assert unpack(pack({})) == {}


def test_what_was_packed_as_counts_by_spelling_comes_back() -> None:
    assert unpack(packed('{"étudiants":3,"Lille":1}')) == COUNTED


def test_what_the_script_of_a_format_packed_comes_back() -> None:
    assert unpack(packed('[["etudiants","étudiants",3],["lille","Lille",1]]')) == COUNTED


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"autre chose",
        *map(packed, ("pas du JSON", "[3]", "[[1]]", '{"a":"b"}', '{"a":[]}')),
        *map(packed, ('["a b"]', '["a b", [1]]', '["a", ["b"]]', '["a", 1]', '"a"', "3", "null")),
    ],
)
def test_what_is_no_spellings_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack(stored)


def test_bytes_that_inflate_beyond_measure_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "_MOST_BYTES", 1000)

    with pytest.raises(ValueError, match="far too many"):
        unpack(zlib.compress(b"[" + b" " * 5000 + b"]"))
