"""Brochures of realistic size and vocabulary, as many as are asked for.

    .venv/bin/python -m tests.benchmarks.generator FOLDER --passages 10000 [--format pdf]

A brochure has twelve projects of eight or nine headings, each with a paragraph as long as
those of a real one (440 characters on average, by the same deciles): a hundred passages.
Brochure number n of a seed is always the same, whatever the number asked for, so that a
folder grows without being written again. A year is that of one passage in ten, a
département of one in a hundred, an organisation of one in a thousand: filters have known
selectivities. Prints how many files and passages it wrote, and their size.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.slugs import slugify
from kb.territory import departement_name
from tests.benchmarks import field_words as field
from tests.benchmarks.french import Sentences, sentences_at_hand

PER_BROCHURE = 100
"""Passages that the product makes of one, within a few."""
PROJECTS = 12
NINTH_EVERY = 3
"""One project in so many has a ninth heading: 12 × 8 + 4 = 100 passages."""
FIRST_YEAR, YEARS = 2014, 10
ORGANISATIONS = 1000
LENGTHS = (140, 220, 290, 390, 460, 520, 570, 630, 735)
"""Deciles of characters of a passage, measured on a real brochure."""
OPENED, CLOSED = 0.7, 0.55
"""Shares of sentences that a turn of the field opens, or closes."""


@dataclass(frozen=True, slots=True)
class MadeSection:
    """A heading and its paragraph."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class MadeProject:
    """A project with what a brochure prints of it."""

    title: str
    organisation: str
    commune: str
    departement: str
    year: int
    partners: tuple[str, ...]
    sections: tuple[MadeSection, ...]
    contact: tuple[str, ...]
    """Lines under the heading « Contacts »: name, role, organisation, address."""


@dataclass(frozen=True, slots=True)
class MadeBrochure:
    """A whole brochure, before it is written in some format."""

    name: str
    """File name without suffix."""
    title: str
    projects: tuple[MadeProject, ...]

    def paragraphs(self) -> Iterator[str]:
        """The text of every passage."""
        for project in self.projects:
            for section in project.sections:
                yield section.text


def made_brochure(
    number: int, seed: int = 1, *, revision: int = 0, sentences: Sentences | None = None
) -> MadeBrochure:
    """Brochure ``number`` of a seed; another ``revision`` has its name and other words."""
    some = random.Random(f"{seed}/{number}/{revision}")
    source = sentences or sentences_at_hand()
    year = FIRST_YEAR + some.randrange(YEARS)
    return MadeBrochure(
        f"recueil-{number:05}",
        f"Recueil n° {number} des projets du logement social, {some.choice(field.RIVERS)} {year}",
        tuple(_project(place, number, some, source) for place in range(PROJECTS)),
    )


def made_brochures(passages: int, seed: int = 1, first: int = 0) -> Iterator[MadeBrochure]:
    """As many brochures as give about so many passages, from number ``first`` on."""
    for number in range(first, first + max(1, round(passages / PER_BROCHURE))):
        yield made_brochure(number, seed)


def _project(place: int, number: int, some: random.Random, source: Sentences) -> MadeProject:
    commune = _commune(some)
    organisation = organisations()[some.randrange(ORGANISATIONS)]
    headings = [*field.HEADINGS, *([field.NINTH] if place % NINTH_EVERY == 0 else [])]
    words = {"commune": commune, "organisation": organisation}
    return MadeProject(
        # Titles serve once in a brochure, as the reader expects them to.
        f"{field.KINDS[(number + 7 * place) % len(field.KINDS)]} {some.choice(field.NAMES)}",
        organisation,
        commune,
        some.choice(departements()),
        FIRST_YEAR + some.randrange(YEARS),
        tuple(some.sample(field.PARTNERS, 2)),
        tuple(MadeSection(heading, _paragraph(words, some, source)) for heading in headings),
        _contact(organisation, some),
    )


def _contact(organisation: str, some: random.Random) -> tuple[str, ...]:
    first, last = some.choice(field.FIRST_NAMES), some.choice(field.LAST_NAMES)
    site = slugify(organisation)
    address = f"{slugify(first)}.{slugify(last)}@{site}.example"
    return f"{first} {last}", some.choice(field.ROLES), organisation, address


def _paragraph(words: dict[str, str], some: random.Random, source: Sentences) -> str:
    wanted = LENGTHS[int(some.random() * len(LENGTHS))]
    parts: list[str] = []
    length = 0
    while True:
        sentence = _of_the_field(source.draw(some), words, some)
        # The nearest to the wanted length; one sentence at least.
        if parts and length + len(sentence) / 2 > wanted:
            return " ".join(parts)
        parts.append(sentence)
        length += len(sentence) + 1


def _of_the_field(sentence: str, words: dict[str, str], some: random.Random) -> str:
    """The sentence among words of the field, so that it comes back in no other passage."""
    if some.random() < OPENED:
        opener = field.OPENERS[int(some.random() * len(field.OPENERS))]
        opened = opener.format(number=2 + int(some.random() ** 2 * 400), **words)
        sentence = opened + sentence[0].lower() + sentence[1:]
    if sentence.endswith(".") and some.random() < CLOSED:
        closer = field.CLOSERS[int(some.random() * len(field.CLOSERS))]
        closed = closer.format(number=2 + int(some.random() ** 2 * 400), **words)
        sentence = f"{sentence[:-1]}{closed}."
    return sentence


def _commune(some: random.Random) -> str:
    start = some.choice(field.PLACE_STARTS)
    end = some.choice(field.PLACE_ENDS)
    name = start + (end.capitalize() if start.endswith("-") else end)
    return f"{name}-sur-{some.choice(field.RIVERS)}" if some.random() < 0.5 else name


@cache
def organisations() -> tuple[str, ...]:
    """A thousand landlords, in a fixed order."""
    names = [
        f"{river} {kind}{end}"
        for end in field.LANDLORD_ENDS
        for kind in field.LANDLORDS
        for river in field.RIVERS
    ]
    assert len(set(names)) == ORGANISATIONS
    return tuple(names)


@cache
def departements() -> tuple[str, ...]:
    """Codes of the départements, in their order."""
    codes = [f"{number:02}" for number in range(1, 977)] + ["2A", "2B"]
    return tuple(code for code in codes if departement_name(code))


def write_brochures(
    folder: Path, passages: int, *, form: str = "txt", seed: int = 1, first: int = 0
) -> list[Path]:
    """Write them one after the other; the files, in their order."""
    from tests.benchmarks.brochure_files import WRITERS

    folder.mkdir(parents=True, exist_ok=True)
    write = WRITERS[form]
    files = []
    for brochure in made_brochures(passages, seed, first):
        path = folder / f"{brochure.name}.{form}"
        write(brochure, path)
        files.append(path)
    return files


def main(arguments: Sequence[str]) -> int:
    """Writes what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--format", choices=("txt", "html", "docx", "pdf"), default="txt")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first brochure")
    asked = parser.parse_args(arguments)
    started = time.perf_counter()
    files = write_brochures(
        asked.folder, asked.passages, form=asked.format, seed=asked.seed, first=asked.first
    )
    size = sum(path.stat().st_size for path in files) / 1e6
    seconds = time.perf_counter() - started
    print(
        f"{len(files)} brochures, about {len(files) * PER_BROCHURE} passages, {size:.1f} MB", end=""
    )
    print(f" in {seconds:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
