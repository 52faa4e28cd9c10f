"""The operators of a PDF content stream, those that paths and colours need left out.

Most of a designed page's stream draws shapes. pypdf makes objects of every number
of it, which takes longer than all the rest of reading a brochure; here one regular
expression passes over the shapes. What it does not know for sure (inline images,
anything malformed) goes to pypdf's own parser, whole stream at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

from pypdf.errors import PyPdfError
from pypdf.generic import ContentStream, read_object

Operation = tuple[list[Any], bytes]
"""Operands and operator: strings are bytes, names are str with their slash."""

_NUMBER = rb"[-+]?(?:\d+\.?\d*|\.\d+)"
_NEXT = re.compile(
    rb"[\s\x00]*(?:"
    rb"((?:" + _NUMBER + rb"[\s\x00]+)*)"  # 1: numbers that stand before an operator
    rb"(?:([A-Za-z'\"][\w*'\"]*)(?=[\s\x00\[(</%]|$)"  # 2: operator
    rb"|(/[^\s\x00()<>\[\]{}/%]*)"  # 3: name
    rb"|(\()"  # 4: string
    rb"|(<<)"  # 5: dictionary
    rb"|<([0-9A-Fa-f\s\x00]*)>"  # 6: hexadecimal string
    rb"|(\[)"  # 7: array
    rb"|(%)[^\r\n]*"  # 8: comment
    rb"|($)))"  # 9: end
)
_ITEM = re.compile(
    rb"[\s\x00]*(?:(" + _NUMBER + rb")(?=[\s\x00\[\](<]|$)"  # 1: number
    rb"|(\()"  # 2: string
    rb"|<([0-9A-Fa-f\s\x00]*)>"  # 3: hexadecimal string
    rb"|(/[^\s\x00()<>\[\]{}/%]*)"  # 4: name
    rb"|(\]))"  # 5: end of the array
)
_PLAIN_STRING = re.compile(rb"([^()\\\r]*)\)")
_FLAT_STRING = re.compile(rb"((?:[^()\\]++|\\.)*+)\)", re.DOTALL)
_STRING_PART = re.compile(rb"[^()\\]+|\\.|[()]", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)|\r\n?", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_FLAT_DICTIONARY = re.compile(rb"<<[^<>()]*>>")
_NAME_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")


class _Unsure(Exception):
    """The stream holds something that only a full parser reads for sure."""


def operations(stream: ContentStream) -> Iterable[Operation]:
    """The operations of a stream, in order."""
    try:
        return list(_fast_operations(stream.get_data()))
    except (_Unsure, ValueError):
        parsed: Iterable[Operation] = stream.operations
        return parsed


def _fast_operations(data: bytes) -> Iterator[Operation]:
    operands: list[Any] = []
    place = 0
    while True:
        found = _NEXT.match(data, place)
        if found is None:
            raise _Unsure
        place = found.end()
        if found[1]:
            operands += map(float, found[1].replace(b"\x00", b" ").split())
        kind = found.lastindex
        if kind == 2:
            if found[2] == b"BI":
                raise _Unsure
            yield operands, found[2]
            operands = []
        elif kind == 9:
            return
        elif kind != 8:
            operand, place = _operand(data, found, place)
            operands.append(operand)


def _operand(data: bytes, found: re.Match[bytes], place: int) -> tuple[Any, int]:
    """The operand that was found, and where it ends."""
    kind = found.lastindex
    if kind == 3:
        return _name(found[3]), place
    if kind == 4:
        return _string(data, place)
    if kind == 5:
        return _dictionary(data, place - 2)
    if kind == 6:
        return _hexadecimal(found[6]), place
    return _array(data, place)


def _array(data: bytes, place: int) -> tuple[list[Any], int]:
    items: list[Any] = []
    while True:
        found = _ITEM.match(data, place)
        if found is None:
            raise _Unsure
        place = found.end()
        if found[1]:
            items.append(float(found[1]))
        elif found[2]:
            string, place = _string(data, place)
            items.append(string)
        elif found[4]:
            items.append(_name(found[4]))
        elif found[5]:
            return items, place
        else:
            items.append(_hexadecimal(found[3]))


def _string(data: bytes, place: int) -> tuple[bytes, int]:
    """The string whose opening bracket ends at ``place``."""
    plain = _PLAIN_STRING.match(data, place)
    if plain:
        return plain[1], plain.end()
    flat = _FLAT_STRING.match(data, place)
    if flat:
        return _ESCAPE.sub(_read_escape, flat[1]), flat.end()
    depth, start = 1, place
    while depth:
        part = _STRING_PART.match(data, place)
        if part is None:
            raise _Unsure
        place = part.end()
        depth += (part[0] == b"(") - (part[0] == b")")
    return _ESCAPE.sub(_read_escape, data[start : place - 1]), place


def _read_escape(found: re.Match[bytes]) -> bytes:
    return _ESCAPES[found[1]]


class _Escapes(dict[bytes | None, bytes]):
    """What follows a backslash → what it stands for; None is a bare end of line."""

    def __missing__(self, code: bytes | None) -> bytes:
        self[code] = meant = _unescape(code)
        return meant


_ESCAPES = _Escapes()


def _unescape(code: bytes | None) -> bytes:
    if code is None:
        return b"\n"
    if code[:1].isdigit() and code[:1] < b"8":
        return bytes([int(code, 8) & 0xFF])
    if code in (b"\n", b"\r", b"\r\n"):
        return b""
    return _ESCAPED.get(code, code)


def _hexadecimal(digits: bytes) -> bytes:
    bare = b"".join(digits.replace(b"\x00", b" ").split())
    return bytes.fromhex((bare + b"0" * (len(bare) % 2)).decode("ascii"))


def _name(raw: bytes) -> str:
    if b"#" in raw:
        raw = _NAME_CODE.sub(lambda code: bytes([int(code[1], 16)]), raw)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _dictionary(data: bytes, place: int) -> tuple[Any, int]:
    """A dictionary without strings tells nothing here; pypdf reads the others."""
    flat = _FLAT_DICTIONARY.match(data, place)
    if flat:
        return None, flat.end()
    stream = BytesIO(data)
    stream.seek(place)
    try:
        found = read_object(stream, None, "bytes")
    except PyPdfError:
        raise _Unsure from None
    return found, stream.tell()
