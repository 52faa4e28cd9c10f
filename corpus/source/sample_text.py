"""The words of the sample brochures: read from TOML, typed, and set in French typography."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parent
NBSP = "\u00a0"
BULLET = "• "

# How each kind of section is headed when its source does not say otherwise.
HEADINGS = {
    "presentation": "",
    "publics": "Une attention particulière est portée à ces publics :",
    "fonctionnement": "Comment fonctionne la démarche ?",
    "objectifs": "Objectifs du projet",
    "declinaison": "Déclinaison opérationnelle",
    "reussite": "Les conditions de réussite",
    "freins": "Les freins identifiés",
    "chiffres": "Quelques chiffres",
    "parole": "Parole aux acteurs",
}


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, or one bullet of a list."""

    text: str
    bullet: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks under it."""

    kind: str
    heading: str
    blocks: tuple[Block, ...]

    @property
    def words(self) -> int:
        """How many words the blocks hold, headings left out."""
        return sum(count_words(block.text) for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Project:
    """One project: its identity card, then its sections in reading order."""

    key: str
    title: str
    facts: dict[str, Any]
    sections: tuple[Section, ...]

    def section(self, kind: str) -> Section:
        """The section of that kind; every project of the PDF sample has all of them."""
        return next(section for section in self.sections if section.kind == kind)

    @property
    def words(self) -> int:
        """How many words the sections hold."""
        return sum(section.words for section in self.sections)


@dataclass(frozen=True, slots=True)
class Brochure:
    """A whole sample: what its cover says, its projects, and the pages around them."""

    slug: str
    cover: dict[str, Any]
    projects: tuple[Project, ...]
    foreword: Section | None = None
    closing: Section | None = None


def count_words(text: str) -> int:
    """Count the words of a text; a number with its unit counts as two."""
    return len(re.findall(r"[^\W_][\w’'-]*", text))


def typeset(text: str) -> str:
    """Put the non-breaking spaces of French typography where plain spaces were typed."""
    text = re.sub(r" ([:;!?»€%])", NBSP + r"\1", text)
    text = text.replace("« ", "«" + NBSP)
    return re.sub(r"(?<=\d) (?=\d{3}\b)", NBSP, text)


def parse_blocks(text: str) -> tuple[Block, ...]:
    """Split a source text into paragraphs (blank lines) and bullets (lines that start with •)."""
    blocks = []
    for part in text.strip().split("\n\n"):
        for line in part.split("\n"):
            bullet = line.startswith(BULLET)
            words = " ".join(line.removeprefix(BULLET).split())
            blocks.append(Block(typeset(words), bullet))
    return tuple(blocks)


def parse_section(raw: dict[str, Any]) -> Section:
    """Read one section table; `kind` gives the usual heading, `heading` replaces it."""
    kind = raw.get("kind", "section")
    heading = raw.get("heading", HEADINGS.get(kind, ""))
    return Section(kind, typeset(heading), parse_blocks(raw["text"]))


def parse_project(raw: dict[str, Any]) -> Project:
    """Read one project table: its sections apart, everything else as facts."""
    facts = {name: value for name, value in raw.items() if name != "section"}
    sections = tuple(parse_section(section) for section in raw["section"])
    return Project(raw["key"], typeset(raw["title"]), facts, sections)


def read_toml(path: Path) -> dict[str, Any]:
    """Read one TOML file."""
    with path.open("rb") as stream:
        return tomllib.load(stream)


def _project_tables(raw: dict[str, Any], folder: Path) -> Iterator[dict[str, Any]]:
    """The project tables of a brochure's file, then those of the parts that it names."""
    yield from raw.get("project", [])
    for part in raw["brochure"].get("parts", []):
        yield from read_toml(folder / part)["project"]


def load_brochure(path: Path) -> Brochure:
    """Read a brochure from its TOML file and the part files next to it."""
    raw = read_toml(path)
    framing = {name: parse_section(raw[name]) for name in ("foreword", "closing") if name in raw}
    return Brochure(
        slug=raw["brochure"]["slug"],
        cover=raw["brochure"],
        projects=tuple(parse_project(table) for table in _project_tables(raw, path.parent)),
        **framing,
    )
