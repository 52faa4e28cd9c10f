"""Which encoding a text is in: told by its marks, else guessed among the usual ones."""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

from kb.errors import UnreadableBrochure

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("cp1252", "latin_1", "mac_roman", "cp850")
_FRENCH = re.compile(
    "[\\x00-\\x7f\\xa0\\xadàâäéèêëîïôöùûüÿçœæÀÂÄÉÈÊËÎÏÔÖÙÛÜŸÇŒÆáíóúñÑ«»‹›‘’“”–—…•·€°²³½¼¾§©®™×±µ‰]*"
)
"""Text in which a wrong encoding would hardly fit: it gives other signs for é or à."""
_SAMPLE = 1 << 20
"""Bytes from which an encoding is judged."""
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+|\xc2[\xa0-\xbf]")
_JUNK = frozenset({"Cc", "Cn", "Cs"})
_BREAKS = frozenset("\t\n\r\f\v\x1a")
_JUNK_SHARE = 0.02
"""Above this share of control and unknown characters, it is no text."""
_USUAL_SHARE = 0.75
"""Below this share of letters, figures, spaces and punctuation, it is no text."""


def decode(path: Path, data: bytes) -> str:
    """The file's text; raise ``UnreadableBrochure`` when no usual encoding gives one."""
    text = _marked(data)
    sure = text is not None
    if text is None:
        text = _guessed(data)
    if text is None or _is_junk(text) or not (sure or _is_mostly_words(text)):
        raise UnreadableBrochure(
            f"{path.name} : encodage illisible ; enregistrez le fichier en texte UTF-8."
        )
    return text


def _marked(data: bytes) -> str | None:
    """By the mark at its start, or as UTF-8, which other texts are not by chance."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _try(data, name)
    return None if b"\x00" in data[:_SAMPLE] else _try(data, "utf-8")


def _guessed(data: bytes) -> str | None:
    return _wide(data) if b"\x00" in data[:_SAMPLE] else _mended_utf8(data) or _legacy(data)


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark: in French, every other byte is almost always zero."""
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) < len(sample) / 4:
        return _try(data, "utf-8")
    return _try(data[: len(data) // 2 * 2], "utf-16-be" if even > odd else "utf-16-le")


def _mended_utf8(data: bytes) -> str | None:
    """UTF-8 with a few stray bytes of Windows-1252 in it, as pasted texts have."""
    good = len(_MULTIBYTE.findall(data))
    parts: list[str] = []
    rest, stray = data, 0
    while rest:
        try:
            parts.append(rest.decode("utf-8"))
            break
        except UnicodeDecodeError as error:
            stray += 1
            if stray * 4 > good:
                return None
            parts.append(rest[: error.start].decode("utf-8"))
            parts.append(rest[error.start : error.end].decode("cp1252", "replace"))
            rest = rest[error.end :]
    return "".join(parts)


def _legacy(data: bytes) -> str | None:
    """One byte a character: the first usual encoding that gives French, else a guess."""
    for name in _LEGACY:
        text = _try(data, name)
        if text is not None and _FRENCH.fullmatch(text):
            return text
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_isolation=list(_LEGACY)).best()
    return None if best is None else _try(data, best.encoding)


def _is_junk(text: str) -> bool:
    """Does it hold more control or unknown characters than a text may by accident?"""
    sample = text[:_SAMPLE]
    if sample.replace("\n", "").replace("\f", "").isprintable():
        return sample.count("\ufffd") > _JUNK_SHARE * len(sample)
    unusual = {one for one in set(sample) if unicodedata.category(one) in _JUNK}
    junk = sum(map(sample.count, unusual - _BREAKS))
    return junk + sample.count("\ufffd") > _JUNK_SHARE * len(sample)


def _is_mostly_words(text: str) -> bool:
    """Is it made of letters, figures, spaces and punctuation?"""
    sample = text[:_SAMPLE]
    usual = sum(map(_is_usual, sample))
    return usual >= _USUAL_SHARE * len(sample)


def _is_usual(character: str) -> bool:
    return character.isascii() or unicodedata.category(character)[0] in "LMNPZ"
