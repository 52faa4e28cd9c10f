"""A small knowledge base over a reader made for these tests.

Its files hold one project a block: ``# title | organisation | commune | code | year``,
then ``## heading`` and passages, one a line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index import WhooshEngine
from ingest.pictures import PdfPages
from kb.catalog import Catalog
from kb.errors import UnreadableBrochure
from kb.library import Library
from kb.library.base import Parts
from kb.model import Brochure, IngestReport, PageText, Passage, Project, Reading, Section
from kb.picture_files import PictureFiles
from kb.results import Found
from kb.shelf import LIGHT, EmbedderShelf
from kb.slugs import slugify
from kb.writing import WritingLock

BRETAGNE = """\
# Cap à l’ouest | Armor Habitat | Brest | 29 | 2018
## Le besoin
Des femmes victimes de violences conjugales cherchent un logement à Brest.
Les travaux de la résidence ont coûté 13 000 € au bailleur.
## Les résultats
Douze logements accueillent des jeunes travailleurs.
# Grandir | Granit Logis | Rennes | 35 | 2021
## Le besoin
Des personnes âgées vivent seules dans de grands appartements.
## Les résultats
La colocation entre étudiants et seniors rompt l’isolement.
"""

MEDITERRANEE = """\
# Soleil | Sud Habitat | Nice | 06 | 2019
## Le besoin
Les saisonniers dorment dans leur voiture faute de foyer.
"""


def read_blocks(path: Path) -> Reading:
    """The reader; refuses files that say so."""
    data = path.read_bytes()
    text = data.decode("utf-8")
    if "illisible" in text:
        raise UnreadableBrochure("Ce fichier est illisible : donnez-en un autre.")
    brochure_id = slugify(path.stem)
    projects: list[Project] = []
    sections: list[Section] = []
    passages: list[Passage] = []
    for line in text.splitlines():
        if line.startswith("# "):
            title, organisation, commune, code, year = line[2:].split(" | ")
            projects.append(
                Project(
                    id=f"{brochure_id}/{slugify(title)}",
                    brochure_id=brochure_id,
                    title=title,
                    organisation=organisation,
                    communes=(commune,),
                    departements=(code,),
                    year=int(year),
                )
            )
        elif line.startswith("## "):
            place = f"{projects[-1].id}/{slugify(line[3:])}"
            sections.append(Section(place, projects[-1].id, line[3:], line[3:].upper(), 1))
        elif line:
            section = sections[-1]
            number = 1 + sum(one.section_id == section.id for one in passages)
            passages.append(
                Passage(
                    id=f"{section.id}/{number}",
                    section_id=section.id,
                    project_id=section.project_id,
                    brochure_id=brochure_id,
                    text=line,
                    heading=section.heading,
                    heading_printed=section.heading_printed,
                    page=1,
                    last_page=1,
                    page_printed="3",
                )
            )
    return Reading(
        Brochure(
            id=brochure_id,
            title=path.stem.capitalize(),
            year=2022,
            source=path.name,
            sha256=hashlib.sha256(data).hexdigest(),
            format="txt",
            paged=True,
            page_count=1,
            profile="generique",
        ),
        tuple(projects),
        tuple(sections),
        tuple(passages),
        (PageText(1, "3", text),),
        IngestReport(1, len(projects), len(sections), len(passages)),
    )


def find_texts(paths: Sequence[Path]) -> Found:
    """Text files of the given folders, and the given files."""
    files = [
        one for path in paths for one in ([path] if path.is_file() else sorted(path.glob("*.txt")))
    ]
    problems = [(path, "Introuvable.") for path in paths if not path.exists()]
    return Found(tuple(files), tuple(problems), tuple(path for path in paths if path.is_dir()))


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    """The parts of a base in this test's own folder."""
    home = tmp_path / "home"
    models = EmbedderShelf(home / "models", LIGHT)
    return Parts(
        catalog=Catalog(home / "catalogue.sqlite"),
        embedders=models,
        word_vectors=models.word_vectors,
        open_engine=lambda name: WhooshEngine(home / "engines" / name),
        drop_engines=lambda keep: None,
        read=read_blocks,
        find_files=find_texts,
        writing=WritingLock(home / "writing.lock", 0.1),
        renderer=PdfPages,
        pictures=PictureFiles(home / "pictures", 1_000_000),
    )


@pytest.fixture
def library(parts: Parts) -> Iterator[Library]:
    """An empty knowledge base."""
    with Library(parts) as opened:
        yield opened


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with two brochures."""
    folder = tmp_path / "brochures"
    folder.mkdir()
    (folder / "bretagne.txt").write_text(BRETAGNE, encoding="utf-8")
    (folder / "mediterranee.txt").write_text(MEDITERRANEE, encoding="utf-8")
    return folder


@pytest.fixture
def filled(library: Library, shelf: Path) -> Library:
    """A knowledge base with both brochures."""
    assert not library.ingest([shelf]).refused
    return library


@pytest.fixture
def rebuilt(parts: Parts) -> Callable[[], Library]:
    """Opens the same base again, as another process would."""
    return lambda: Library(replace(parts))
