"""The vocabulary that every layer shares: read this file first.

All values are frozen and slotted. Identifiers are readable and come from
*place*, never from content: ``brochure/project/heading/n``. Two equal
sentences in two places are two passages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Mode(StrEnum):
    """How a search looks for passages."""

    HYBRID = "hybrid"
    LEXICAL = "lexical"
    SEMANTIC = "semantic"


@dataclass(frozen=True, slots=True)
class Brochure:
    """A document as the user dropped it in, in one revision."""

    id: str
    title: str
    year: int | None
    source: str
    """File name (no folder) of the file that was read."""
    sha256: str
    """Hexadecimal digest of the file's bytes."""
    format: str
    """``pdf``, ``txt``, ``docx``, ``html`` or ``odt``."""
    paged: bool
    """False where the format has no pages: citations then leave them out."""
    page_count: int
    profile: str
    """Name of the layout profile that read it (``generique`` when none fitted)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone a project names as a contact or a speaker. Never a passage."""

    name: str
    role: str = ""
    organisation: str = ""
    email: str = ""
    phone: str = ""
    """As it is printed; addresses and numbers are for who is signed in."""


@dataclass(frozen=True, slots=True)
class Project:
    """One project that a brochure presents."""

    id: str
    brochure_id: str
    title: str
    subtitle: str = ""
    organisation: str = ""
    partners: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    """Codes: ``02``, ``2A``, ``974``."""
    year: int | None = None
    values: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    public: str = ""
    first_page: int = 1
    last_page: int = 1
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading of a project."""

    id: str
    project_id: str
    heading: str
    """Canonical name where the profile knows one, else the heading in sentence case."""
    heading_printed: str
    """Exactly as printed; empty where the text stands under no heading."""
    page: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text, word for word, small enough to quote."""

    id: str
    section_id: str
    project_id: str
    brochure_id: str
    text: str
    """Verbatim after normalisation; paragraphs and bullets on their own lines."""
    heading: str
    heading_printed: str
    page: int
    """Place of the page in the file, from 1."""
    last_page: int
    """Differs from ``page`` only where a sentence runs over the page break."""
    page_printed: str
    """Page number as printed on that page; empty where none is printed."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of one page, against which passages are verified."""

    number: int
    printed: str
    text: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What reading one brochure gave, printed and kept with it."""

    pages: int
    projects: int
    sections: int
    passages: int
    pages_without_text: tuple[int, ...] = ()
    pages_without_heading: tuple[int, ...] = ()
    furniture: tuple[str, ...] = ()
    """Running headers, footers, page numbers and map labels left out."""
    set_aside: tuple[str, ...] = ()
    """Other lines that are in no passage (captions, orphan headings), as printed."""
    warnings: tuple[str, ...] = ()
    """Sentences in French about what is uncertain."""


@dataclass(frozen=True, slots=True)
class PassageAnalysis:
    """What is made of a passage; values that are many stand in one string, by spaces."""

    terms: str
    """Under which engines find it, repeated as they occur."""
    words: str
    """Folded, as they stand: typing errors are mended by them.

    One that a passage before it in the brochure holds may be left out.
    """
    stems: str
    """Of its text, each once."""
    context: str
    """Stems of what surrounds it, each once."""


@dataclass(frozen=True, slots=True)
class ReadingAnalysis:
    """What is made of the passages of a reading."""

    passages: tuple[PassageAnalysis, ...]
    """In the order of the reading's."""
    texts: tuple[tuple[str, ...], ...]
    """What is embedded of each: the passage as a whole, then its sentences."""
    spellings: Mapping[str, int]
    """How often each word is written as it is, accents and capitals told apart."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one file gave: what ingest hands to the catalogue."""

    brochure: Brochure
    projects: tuple[Project, ...]
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]
    pages: tuple[PageText, ...]
    report: IngestReport
    analysis: ReadingAnalysis | None = None
    """Where it was made along with the reading; ids have no part in it."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Restricts a search; values of one field are alternatives, fields add up.

    Text values compare after folding case and accents; ``departement`` holds
    codes.
    """

    organisation: tuple[str, ...] = ()
    departement: tuple[str, ...] = ()
    commune: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    brochure: tuple[str, ...] = ()
    project: tuple[str, ...] = ()

    def active(self) -> dict[str, tuple[str, ...]]:
        """The fields that restrict something, in declaration order."""
        named = {name: getattr(self, name) for name in FILTER_FIELDS}
        return {name: values for name, values in named.items() if values}


FILTER_FIELDS = ("organisation", "departement", "commune", "year", "heading", "brochure", "project")


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One analysed term of a query, as the engines look it up."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """What an engine stores of a passage: no text, only what it must find.

    Terms and words stand in one string each, between spaces: none holds a space.
    """

    key: int
    """The catalogue's number for this passage in this revision, never reused."""
    terms: str
    """Analysed terms, repeated as often as they occur."""
    words: str
    """Distinct folded words of the text, from which corrections are suggested.

    One that another passage of the brochure holds may be left out: passages of a brochure come
    and go together.
    """
    facets: Filter
    """Values of the passage, folded as ``kb.text.fold`` does."""


class EngineHit(NamedTuple):
    """A passage that an engine found, best first in a list.

    A named tuple: a search makes a thousand, and a frozen dataclass takes three times as long.
    """

    key: int
    score: float
    """BM25 for lexical hits, cosine for nearest ones; comparable within one list."""


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character range in a passage's text."""

    start: int
    end: int
