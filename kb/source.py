"""The page that a passage cites: the words for showing it.

Same layer as ``kb.model`` and same rules: frozen, slotted, no behaviour.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kb.model import Span
from kb.results import PassageSheet

ZOOMS = (100, 150, 200, 300)
"""Sizes in which a page is shown, in percent of the width that it is given."""


class Original(StrEnum):
    """What has become of the file that a brochure was read from."""

    UNCHANGED = "unchanged"
    MISSING = "missing"
    CHANGED = "changed"
    """Its content is no longer the one that was read."""
    UNREADABLE = "unreadable"
    """It is there, but can't be opened or drawn."""


@dataclass(frozen=True, slots=True)
class PageSize:
    """Size of a page as it is displayed, in points."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a page, in points from its top left corner as it is displayed."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Quote:
    """A text to find on the pages that it cites."""

    text: str
    first_page: int
    last_page: int
    before: tuple[str, ...] = ()
    """Texts of which one stands just before it: they tell equal sentences apart."""
    after: tuple[str, ...] = ()
    """Texts of which one stands just after it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image file."""

    data: bytes
    media_type: str
    kept: bool = False
    """Whether it was drawn before, and kept."""


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One page of a passage's brochure, with the passage marked where it stands there.

    A text without pages is shown in parts, numbered as pages are.
    """

    sheet: PassageSheet
    number: int
    count: int
    printed: str
    """Page number as printed on it; empty where none is."""
    text: str
    """As it was read; e-mail addresses are not masked yet."""
    spans: tuple[Span, ...]
    """Where the passage stands in ``text``; empty where it does not."""
    pages: tuple[int, ...]
    """The pages that the passage stands on."""
    original: Original
    size: PageSize | None
    """None where the page has no picture."""
    boxes: tuple[Box, ...]
    """Where the passage stands on the picture; empty where that could not be told."""
