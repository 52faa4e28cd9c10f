"""Changes to markup that leave most of it well-formed: bytes changed at random rarely do.

Elements are dropped, doubled, moved, wrapped; attributes and texts get values that broke
readers before, here or elsewhere.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_TOKEN = re.compile(rb"<[^<>]*>|[^<>]+")
_ATTRIBUTE = re.compile(rb'"[^"]*"')
_VALUES = (
    b"", b"0", b"1", b"-1", b"9", b"99999999999999999999", b"1e999", b"nan", b"true", b"none",
    b"150%", b"0%", b"12pt", b"-3pt", b"...pt", b"#FF0000", b"auto", b"\xc3\xa9", b" ", b"page",
    b"Heading1", b"Title", b"List Paragraph", b"nextPage", b"P1", b"../../x",
)  # fmt: skip
_TEXTS = (
    b"Le besoin", b"Organisme : Nord Habitat", b"\xe2\x80\xa2", b"- ", b"2019", b"Arras (62)",
    b"Contact", b"m.petit@exemple.fr", b"Sommaire", b"loge-", b"ment", b"\xc2\xab Bien. \xc2\xbb",
    b"Eva Petit, \xc3\xa9tudiante", b"&#x202e;", b"&#173;", b"&amp;", b"12 500 \xe2\x82\xac", b"\t",
    b"A" * 300, b"SOLIDARIT\xc3\x89", b"\xcc\x81", b"e\xcc\x81", b"\xef\xac\x81", b"1.", b"p. 3",
    b"OBJECTIFS DU PROJET", b"Fiche n\xc2\xb0 3", b":", b"....... 12", b"\xf0\x9f\x8f\xa0",
)  # fmt: skip


def changed(data: bytes, most: int, seed: int) -> bytes:
    """Some markup, or lines of text, changed in one to four places; at most so many bytes."""
    choice = random.Random(seed)
    tokens = _TOKEN.findall(data) if b"<" in data else data.splitlines(keepends=True)
    for _ in range(choice.randint(1, 4)):
        if tokens:
            choice.choice(_WAYS)(tokens, choice)
    return b"".join(tokens)[:most]


def _subtree(tokens: list[bytes], choice: random.Random) -> tuple[int, int]:
    """The tokens of one element, or one piece of text."""
    start = choice.randrange(len(tokens))
    opening = re.match(rb"<([\w:-]+)", tokens[start])
    if opening is None or tokens[start].endswith(b"/>"):
        return start, start + 1
    floors = 0
    for place in range(start, len(tokens)):
        floors += bool(re.match(rb"<%s\b" % re.escape(opening[1]), tokens[place]))
        floors -= tokens[place].startswith(b"</" + opening[1])
        if floors == 0:
            return start, place + 1
    return start, start + 1


def _drop(tokens: list[bytes], choice: random.Random) -> None:
    start, stop = _subtree(tokens, choice)
    del tokens[start:stop]


def _double(tokens: list[bytes], choice: random.Random) -> None:
    start, stop = _subtree(tokens, choice)
    tokens[stop:stop] = tokens[start:stop] * choice.choice((1, 1, 2, 20))


def _move(tokens: list[bytes], choice: random.Random) -> None:
    start, stop = _subtree(tokens, choice)
    piece = tokens[start:stop]
    del tokens[start:stop]
    place = choice.randint(0, len(tokens))
    tokens[place:place] = piece


def _wrap(tokens: list[bytes], choice: random.Random) -> None:
    start, stop = _subtree(tokens, choice)
    names = [found[1] for one in tokens if (found := re.match(rb"<([\w:-]+)", one))]
    if names:
        name = choice.choice(names)
        tokens[start:stop] = [b"<%s>" % name, *tokens[start:stop], b"</%s>" % name]


def _set_value(tokens: list[bytes], choice: random.Random) -> None:
    places = [place for place, one in enumerate(tokens) if _ATTRIBUTE.search(one)]
    if places:
        place = choice.choice(places)
        value = b'"%s"' % choice.choice(_VALUES)
        tokens[place] = _ATTRIBUTE.sub(lambda _: value, tokens[place], count=1)


def _say(tokens: list[bytes], choice: random.Random) -> None:
    texts = [place for place, one in enumerate(tokens) if not one.startswith(b"<")]
    if texts:
        place = choice.choice(texts)
        end = b"\n" if tokens[place].endswith(b"\n") else b""
        said = choice.choice(_TEXTS)
        tokens[place] = choice.choice((said, tokens[place].rstrip(b"\n") + b" " + said)) + end


_WAYS: tuple[Callable[[list[bytes], random.Random], None], ...] = (
    _drop,
    _double,
    _move,
    _wrap,
    _set_value,
    _say,
    _say,
)
