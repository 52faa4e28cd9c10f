"""E-mail addresses in texts of brochures, and texts without them.

Nothing public shows an address: wherever a brochure prints one, what is shown holds
``[adresse masquée]``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.model import Span

MASK = "[adresse masquée]"

# Extraction may put blanks around the sign, and a line may end anywhere. A handle such
# as « @logement » has nothing before it or no dot after it, and stays.
# Lengths are bounded so that a long run of letters costs no more than a short one.
_BLANK = "[ \u00a0]"
_LABEL = r"[\w-]{1,63}(?:(?<=-)\n[\w-]{1,63})?"
_DOT = rf"(?:\.|{_BLANK}?[(\[](?:dot|point)[)\]]{_BLANK}?)"
_ADDRESS = re.compile(
    r"(?:[\w.+-]{1,64}-\n)?[\w.+-]{1,64}"
    rf"(?:\n?@\n?{_BLANK}{{0,2}}|{_BLANK}@(?:{_BLANK}|\n)"
    rf"|{_BLANK}?[(\[](?:at|arobase)[)\]]{_BLANK}?)"
    rf"{_LABEL}(?:(?:{_DOT}{_LABEL}){{1,8}}|\.\n[a-z]{{2,6}}\b)"
)

_SIGN = re.compile(r"@|[(\[](?:at|arobase)[)\]]")


def addresses(text: str) -> tuple[Span, ...]:
    """Where the text holds e-mail addresses."""
    if not _SIGN.search(text):  # nearly always, and much sooner
        return ()
    return tuple(Span(*match.span()) for match in _ADDRESS.finditer(text))


def masked(text: str, spans: Sequence[Span] = ()) -> tuple[str, tuple[Span, ...]]:
    """The text without e-mail addresses, and the same spans in it.

    A span that begins or ends inside an address is widened to the whole mask.
    """
    found = addresses(text)
    if not found:
        return text, tuple(spans)
    moved = tuple(
        Span(_moved(span.start, found, end=False), _moved(span.end, found, end=True))
        for span in spans
    )
    return _ADDRESS.sub(MASK, text), moved


def public(text: str) -> str:
    """A string of a brochure as it may be shown: without e-mail addresses."""
    return masked(text)[0]


def uncut(text: str, spans: Sequence[Span]) -> list[Span]:
    """Stretches of a text, in order, those joined between which an address would be cut.

    Half an address is no longer known as one.
    """
    joined = list(spans[:1])
    found = addresses(text)
    for span in spans[1:]:
        before = joined[-1]
        if any(one.start < before.end and span.start < one.end for one in found):
            joined[-1] = Span(before.start, span.end)
        else:
            joined.append(span)
    return joined


def _moved(offset: int, found: Sequence[Span], *, end: bool) -> int:
    """Where an offset of the printed text falls in the masked one."""
    shift = 0
    for address in found:
        if offset <= address.start:
            break
        if offset < address.end:
            return address.start + shift + (len(MASK) if end else 0)
        shift += len(MASK) - (address.end - address.start)
    return offset + shift
