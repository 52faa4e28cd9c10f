"""Where French sentences begin and end.

Passages are cut with it, and the best sentence of a passage is chosen with it.
"""

from __future__ import annotations

import re

from kb.model import Span
from kb.privacy import uncut

_END = re.compile(
    r"""
    [.!?…](?<![.!?…]{2})[.!?…]*+       # the stop itself, tried once
    (?:[ \u00a0\u202f]*+[»”"’')\]]++)* # quotes and brackets that it closes
    (?=\s|$)
    """,
    re.VERBOSE,
)
_OPENING = re.compile(r"[(«“\"\[]")
_SIGN = re.compile(r"\S")
_LONGEST_WORD = 100
_LONG_WORD = 6
"""Letters: more than any abbreviation has."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+$")
_NUMBERING = re.compile(r"(?:\d{1,2}|[ivxIVX]{1,4}|[a-zA-Z])\.$")

_ABBREVIATION = re.compile(
    r"adj|apr|art|av|bd|bibl|boul|cf|chap|coll|comm|conf|dept|dépt?|dir|dr|éd|ed|env|ét|fig|i\.e|"
    r"janv|févr|juil|sept|oct|nov|déc|m|me|mgr|mlles?|mm|mmes?|nb?|no|obs|op|p|par|ph|pl|pp|pr|prof|"
    r"réf|resp|s|sq|sté?|ste|t|tél|tom|trad|v|vol|vs"
)
"""Words in lower case whose full stop shortens them."""

_OPEN_ABBREVIATION = re.compile(r"al|etc|ex|hab|inf|max|min|pers|suiv|sup")
"""Those whose full stop also ends the sentence when a capital follows."""


def split_sentences(text: str) -> list[Span]:
    """The sentences of ``text``, in order.

    Every line is at least one sentence: paragraphs and bullets stand on their own
    lines. The spans hold every character that is no white space. A telephone number
    or an e-mail address is never cut, so that it is known for one wherever it is shown.
    """
    spans: list[Span] = []
    start = 0
    for line in text.split("\n"):
        spans.extend(_split_line(text, start, start + len(line)))
        start += len(line) + 1
    return uncut(text, spans)


def _split_line(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    for match in _END.finditer(text, start, end):
        if match.end() < end and _ends_sentence(text, start, match, end):
            spans.extend(_trimmed(text, start, match.end()))
            start = match.end()
    spans.extend(_trimmed(text, start, end))
    return spans


def _trimmed(text: str, start: int, end: int) -> list[Span]:
    """The span without the white space around it; none when nothing is left."""
    content = text[start:end].lstrip()
    if not content:
        return []
    return [Span(end - len(content), end - len(content) + len(content.rstrip()))]


def _ends_sentence(text: str, start: int, match: re.Match[str], end: int) -> bool:
    next_sign = _SIGN.search(text, match.end(), end)
    if next_sign is None:
        return False
    following = next_sign[0]
    if following.islower() or following in ",;:.!?…%€)»”":
        return False
    if match.group() != "." or _ends_long_word(text, start, match.start()):
        return True
    sentence = text[start : match.end()].strip(" •–-")
    words = sentence[-_LONGEST_WORD:].split()
    word = _OPENING.split(words[-1])[-1] if words else ""
    return not _is_abbreviation(word, following, is_first=sentence == word)


def _ends_long_word(text: str, start: int, end: int) -> bool:
    """Whether so many letters stand before ``end`` that a full stop shortens no word there."""
    return end - start >= _LONG_WORD and text[end - _LONG_WORD : end].isalpha()


def _is_abbreviation(word: str, following: str, is_first: bool) -> bool:
    """Does the full stop that ends ``word`` shorten it rather than end a sentence?

    ``following`` is the first sign after it.
    """
    bare = word.rstrip(".").lower().replace("’", "'").rpartition("'")[2]
    if _OPEN_ABBREVIATION.fullmatch(bare):
        return not (following.isupper() or following in "«“•")
    if _ABBREVIATION.fullmatch(bare):
        return True
    if is_first and _NUMBERING.match(word):
        return True
    return bool(_INITIALS.match(word)) and word[0].isupper()
