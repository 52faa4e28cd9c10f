"""E-mail addresses and telephone numbers of brochures: found, kept apart, shown to few.

Brochures stay as they were printed; what is hidden is hidden when it is shown. Nobody
sees a contact unless someone who may has said so for what runs now (``revealed``):
forgetting to ask hides too much, never too little. Contacts are no words of a text
either, so that no search tells whether a number that one tries is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from kb.model import Span

ADDRESS_MASK = "[adresse masquée]"
NUMBER_MASK = "[numéro masqué]"


class ContactKind(StrEnum):
    """What leads to a person."""

    ADDRESS = "address"
    NUMBER = "number"


MASKS = {ContactKind.ADDRESS: ADDRESS_MASK, ContactKind.NUMBER: NUMBER_MASK}


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a text gives an e-mail address or a telephone number."""

    kind: ContactKind
    start: int
    end: int

    @property
    def mask(self) -> str:
        """What is shown in its place."""
        return MASKS[self.kind]


# Extraction may put blanks around the sign, and a line may end anywhere. A handle such
# as « @logement » has nothing before it or no dot after it, and stays.
# Lengths are bounded so that a long run of letters costs no more than a short one.
_SPACE = "[ \u00a0]"
_AT = "[@＠﹫]"
_LABEL = r"[\w-]{1,63}(?:(?<=-)\n[\w-]{1,63})?"
_DOT = rf"(?:\.|{_SPACE}?[(\[](?i:dot|point)[)\]]{_SPACE}?)"
_ADDRESS = re.compile(
    r"(?:[\w.+-]{1,64}-\n)?[\w.+-]{1,64}"
    rf"(?:\n?{_AT}\n?{_SPACE}{{0,2}}|{_SPACE}{_AT}(?:{_SPACE}|\n)"
    rf"|{_SPACE}?[(\[](?i:at|arobase)[)\]]{_SPACE}?)"
    rf"{_LABEL}(?:(?:\.\n?{_LABEL}){{0,7}}{_DOT}{_LABEL}|\.\n[a-z]{{2,6}}\b)"
)
_SIGN = re.compile(r"[@＠﹫]|[(\[](?:at|arobase)[)\]]", re.IGNORECASE)
_SIGNS = "@＠﹫(["
"""One of them stands in whatever meets ``_SIGN``."""

_BLANK = r"(?:[ \t\u00a0\u2007\u2009\u202f]{1,3}\n?|\n)"
_MARK = r"(?:[ \u00a0\u202f]?[.\-\u2010-\u2013/·][ \u00a0\u202f]?)"
_ANY = rf"(?:{_BLANK}|{_MARK})"
_BEFORE = r"(?<!\w)(?<!\d[.,/-])"
_AFTER = r"(?!\d)(?!\s?(?:€|%|m[²2]|euros|k€|M€))"
# Four pairs after the first figures, all parted alike: « 03.02.20 10.20 » is a moment.
_PAIRS = rf"(?:(?:{_BLANK}\d\d){{4}}|(?:{_MARK}\d\d){{4}}|\d{{8}})"
_CODE = r"[1-9]\d{0,2}"
_DIGITS = rf"(?:{_ANY}?\d)"
_NUMBER = re.compile(
    "|".join(
        (
            # 03 20 12 34 56, 03.20.12.34.56, 0320123456
            rf"{_BEFORE}0[1-9]{_PAIRS}{_AFTER}",
            # 03 20 12.34.56: parted in two ways, where it begins like no date
            rf"{_BEFORE}0[1-9]{_ANY}(?:1[3-9]|[2-9]\d)(?:{_ANY}\d\d){{3}}{_AFTER}",
            # (0)3 20 12 34 56, (03) 20 12 34 56
            rf"\(0\){_ANY}?[1-9]{_DIGITS}{{8}}{_AFTER}",
            rf"\(0[1-9]\){_DIGITS}{{8}}{_AFTER}",
            # 0320 12 34 56, 0800 123 456, 0 800 123 456
            rf"{_BEFORE}0[1-9]\d\d(?:{_ANY}\d\d){{3}}{_AFTER}",
            rf"{_BEFORE}0{_BLANK}?[1-9]\d\d{_ANY}\d{{3}}{_ANY}\d{{3}}{_AFTER}",
            # +33 3 20 12 34 56, +33 (0)3…, (+33) 3…
            rf"(?:\(\+{_CODE}\)|\+{_BLANK}?{_CODE}){_ANY}?(?:\(0\))?{_DIGITS}{{8,11}}{_AFTER}",
            # 0033 3 20 12 34 56
            rf"{_BEFORE}00{_BLANK}?(?:33|262|269|508|59\d|68\d|32|352|41|44|49)"
            rf"{_ANY}?(?:\(0\))?{_DIGITS}{{8,10}}{_AFTER}",
        )
    )
)
# After a word that announces one, figures may be parted anyhow.
_ANNOUNCED = re.compile(
    r"(?i:\b(?:t[ée]l|t[ée]l[ée]phones?|mobiles?|portables?|port|fax|num[ée]ros?|n[°º]|appel\w*|"
    r"joindre|standard|contact\w*|rappel\w*|sms)\b|[☎☏✆📞📱])\W{0,4}(?:au\s)?"
    rf"(0{_DIGITS}{{9}}){_AFTER}"
)
_DIGITS_AT_ALL = re.compile(r"[0+](?:\D{0,8}+\d){8}")
"""What any telephone number meets, which is much sooner known: « +33 » may be « +3 », and
« ) », a blank of four signs and « ( » may part two of its digits."""
_LISTS = frozenset({"0259606280", "0405061383"})
"""Figures that name the départements of a region (Hauts-de-France, Provence)."""
_NEXT_PAIRS = re.compile(rf"{_ANY}(\d\d)(?!\d)")
_LONG_LIST = 7
"""Pairs in ascending order from which they are months or départements, no number."""

_SHORT = 200
"""Characters of a text whose contacts are remembered."""

_SHOWN: ContextVar[bool] = ContextVar("contacts-shown", default=False)


def contacts(text: str) -> tuple[Contact, ...]:
    """Where the text holds e-mail addresses and telephone numbers, in order, apart."""
    # Names and titles come back with every page.
    return _remembered(text) if len(text) <= _SHORT else _looked_for(text)


@lru_cache(maxsize=16384)
def _remembered(text: str) -> tuple[Contact, ...]:
    return _looked_for(text)


def _looked_for(text: str) -> tuple[Contact, ...]:
    found: list[Contact] = []
    if _may_hold_sign(text) and _SIGN.search(text):  # rarely so, and much sooner known
        found = [Contact(ContactKind.ADDRESS, *one.span()) for one in _ADDRESS.finditer(text)]
    if ("0" in text or "+" in text) and _DIGITS_AT_ALL.search(text):
        found += [Contact(ContactKind.NUMBER, *span) for span in _numbers(text)]
    if not found:
        return ()
    apart: list[Contact] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return tuple(apart)


def _may_hold_sign(text: str) -> bool:
    return any(sign in text for sign in _SIGNS)


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    for match in _ANNOUNCED.finditer(text):
        yield match.span(1)
    for match in _NUMBER.finditer(text):
        if not _is_list(text, match):
            yield match.span()


def _is_list(text: str, match: re.Match[str]) -> bool:
    """Whether pairs of figures are départements or months in their order."""
    figures = re.sub(r"\D", "", match.group())
    if figures == match.group() or len(figures) != 10:
        return False
    if figures in _LISTS:
        return True
    pairs = [figures[at : at + 2] for at in range(0, 10, 2)]
    position = match.end()
    while len(pairs) < _LONG_LIST and (following := _NEXT_PAIRS.match(text, position)):
        pairs.append(following[1])
        position = following.end()
    ascending = all(before < after for before, after in pairwise(pairs))
    return len(pairs) == _LONG_LIST and ascending


def hidden(text: str, spans: Sequence[Span] = ()) -> tuple[str, tuple[Span, ...]]:
    """The text with masks in the place of its contacts, and the same spans in it.

    A span that begins or ends inside a contact is widened to the whole mask.
    """
    found = contacts(text)
    if not found:
        return text, tuple(spans)
    pieces, position = [], 0
    for one in found:
        pieces += [text[position : one.start], one.mask]
        position = one.end
    moved = tuple(
        Span(_moved(span.start, found, end=False), _moved(span.end, found, end=True))
        for span in spans
    )
    return "".join((*pieces, text[position:])), moved


def uncut(text: str, spans: Sequence[Span]) -> list[Span]:
    """Stretches of a text, in order, those joined between which a contact would be cut.

    Half an address or number is no longer known as one.
    """
    found = contacts(text)
    if not found:
        return list(spans)
    joined = list(spans[:1])
    for span in spans[1:]:
        before = joined[-1]
        if any(one.start < before.end and span.start < one.end for one in found):
            joined[-1] = Span(before.start, span.end)
        else:
            joined.append(span)
    return joined


def without(text: str) -> str:
    """The text with nothing but a blank in the place of its contacts."""
    for one in reversed(contacts(text)):
        text = f"{text[: one.start]} {text[one.end :]}"
    return text


def blanked(text: str, filler: str = " ") -> str:
    """The text with ``filler`` for each character of its contacts: offsets stay the same."""
    for one in contacts(text):
        text = f"{text[: one.start]}{filler * (one.end - one.start)}{text[one.end :]}"
    return text


def _moved(offset: int, found: Sequence[Contact], *, end: bool) -> int:
    """Where an offset of the printed text falls in the masked one."""
    shift = 0
    for one in found:
        if offset <= one.start:
            break
        if offset < one.end:
            return one.start + shift + (len(one.mask) if end else 0)
        shift += len(one.mask) - (one.end - one.start)
    return offset + shift


def masked(text: str, spans: Sequence[Span] = ()) -> tuple[str, tuple[Span, ...]]:
    """As ``hidden``, but for who may see contacts: the text as it is."""
    return (text, tuple(spans)) if _SHOWN.get() else hidden(text, spans)


def public(text: str) -> str:
    """A string of a brochure as it may be shown to who asks now."""
    return masked(text)[0]


def shown() -> bool:
    """Whether who asks now may see contacts."""
    return _SHOWN.get()


def show(whether: bool) -> None:
    """Say whether who asks from now on may see contacts; every request says it anew."""
    _SHOWN.set(whether)


@contextmanager
def revealed() -> Iterator[None]:
    """Contacts are shown in this block."""
    before = _SHOWN.set(True)
    try:
        yield
    finally:
        _SHOWN.reset(before)
