"""A small base, what is done to it, and what must be true of it whatever cut that short.

What is done runs in a child process that is killed on the way (``tests.reliability.mother``);
what must be true is checked in the process of the tests.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from kb.config import Settings
from kb.keeping import back_up, restore
from kb.library import Library
from kb.library.base import Parts
from kb.model import Mode
from kb.results import Answer
from kb.shelf import LIGHT
from kb.wiring import install_model, open_office, parts_of
from tests.contract.static_folder import write_static_model
from tests.unit.kb.library.conftest import find_texts, read_blocks

PLACES = ("Brest", "Lille", "Nice", "Rennes", "Douai")
THINGS = ("bicyclettes", "trottinettes", "voitures", "poussettes")
QUERIES = (
    "prêt de bicyclettes",
    "trottinettes",
    "femmes violences logement",
    "à Lille",
    "bicyclete",
)

Texts = dict[str, tuple[str, ...]]
"""The passages of each brochure, by its id."""


def brochure(name: str, revision: int) -> str:
    """A brochure of two projects and six passages, all of which tell the revision."""
    place, thing = PLACES[sum(map(ord, name)) % len(PLACES)], THINGS[revision % len(THINGS)]
    return "".join(
        f"# {title} de {name} | {name.capitalize()} Habitat | {place} | 59 | {2015 + revision}\n"
        "## Le besoin\n"
        f"Des femmes victimes de violences cherchent un logement à {place}, revue {revision}.\n"
        f"L’association {name} prête des {thing} aux locataires. Le prêt dure {revision} mois.\n"
        "## Les résultats\n"
        f"Grâce aux {thing}, {revision + 12} familles de {title} vont au marché.\n"
        for title in ("Cap", "Grandir")
    )


class World:
    """A base in one folder, the files that it was read from, and what a child has reported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "files"
        self.settings = Settings(home=folder / "home", embedding_model=LIGHT)

    def write(self, revision: int, *names: str) -> None:
        """Put these brochures' files of that revision in the folder."""
        self.files.mkdir(parents=True, exist_ok=True)
        for name in names:
            (self.files / f"{name}.txt").write_text(brochure(name, revision), encoding="utf-8")

    def parts(self) -> Parts:
        """The real parts, over a reader of plain blocks."""
        return replace(parts_of(self.settings), read=read_blocks, find_files=find_texts)

    def open(self) -> Library:
        return Library(self.parts())

    def ingest(self, library: Library) -> None:
        """Ingest the folder, and report each brochure as soon as it is told as done."""
        names: list[str] = []
        reported = 0

        def progress(done: int, _total: int, name: str) -> None:
            nonlocal reported
            self.report(*names[reported:done])
            reported = done
            names.append(Path(name).stem)

        library.ingest([self.files], prune=True, progress=progress)

    def report(self, *done: str) -> None:
        """Say that what was asked of these brochures is done."""
        with (self.folder / "reported").open("a") as file:
            file.writelines(f"{one}\n" for one in done)

    def reported(self) -> set[str]:
        path = self.folder / "reported"
        return set(path.read_text().split()) if path.exists() else set()

    def forget_reports(self) -> None:
        (self.folder / "reported").unlink(missing_ok=True)


def texts(library: Library) -> Texts:
    """What the base holds of each brochure, and that all of its places tell the same."""
    found: Texts = {entry.brochure.id: () for entry in library.brochures()}
    for sheet in library.passages():
        found[sheet.brochure.id] += (sheet.passage.text,)
    return found


def answers(library: Library) -> list[Answer]:
    """What searches find, but for the time that they took."""
    return [
        replace(library.search(query, mode=mode), took_ms=0.0)
        for query in QUERIES
        for mode in (Mode.LEXICAL, Mode.HYBRID)
    ]


def rebuilt(world: World, folder: Path) -> World:
    """A base made from a copy of the catalogue and models, and of nothing else."""
    home = world.settings.home
    copy = World(folder)
    copy.settings.home.mkdir(parents=True)
    with (
        closing(sqlite3.connect(home / "catalogue.sqlite")) as source,
        closing(sqlite3.connect(copy.settings.home / "catalogue.sqlite")) as target,
    ):
        source.backup(target)
    if (home / "models").is_dir():
        (copy.settings.home / "models").symlink_to((home / "models").absolute())
    return copy


@dataclass(frozen=True, slots=True)
class Case:
    """Something that is done to a base; what it finds, and what it leaves."""

    prepare: Callable[[World], None]
    """Makes the base that it begins with."""
    act: Callable[[World], None]
    """Done in the process that is killed, and again by who comes after."""
    to_do: frozenset[str] = frozenset()
    """What the doctor may rightly ask for on the way, by subject."""


def _three(world: World) -> None:
    world.write(0, "alpha", "beta", "gamma")
    with world.open() as library:
        world.ingest(library)


def _files_alone(world: World) -> None:
    world.write(0, "alpha", "beta", "gamma")


def _two_more(world: World) -> None:
    _three(world)
    world.write(0, "delta", "epsilon")


def _revised(world: World) -> None:
    _three(world)
    world.write(1, "alpha", "beta", "gamma")


def _one_gone(world: World) -> None:
    _revised(world)
    (world.files / "beta.txt").unlink()


def _ingest(world: World) -> None:
    with world.open() as library:
        world.ingest(library)


def _remove(world: World) -> None:
    with world.open() as library:
        for one in ("alpha", "gamma"):
            if any(entry.brochure.id == one for entry in library.brochures()):
                library.remove(one)
            world.report(one)


def _reindex(world: World) -> None:
    with world.open() as library:
        library.reindex()


def _adapt(world: World) -> None:
    model = world.folder / "model"
    if not model.exists():
        scratch = world.folder / f"model-{os.getpid()}"
        words = ["logement", "femmes", "violences", *THINGS]
        write_static_model(scratch, [*words, *map(str.lower, PLACES)], dim=16)
        scratch.rename(model)
    install_model(world.settings, model)
    with world.open() as library:
        library.reindex()


def _pictures(world: World) -> None:
    pictures = world.parts().pictures
    for number in range(3):
        pictures.put(f"alpha-{number}", b"picture" * 1000)
    pictures.forget("alpha-1")
    assert pictures.get("alpha-2") == b"picture" * 1000


def _send(world: World, name: str, text: str, replacing: str = "") -> None:
    with world.open() as library:
        desk = open_office(world.settings, library).desk

        def save(path: Path) -> None:
            path.write_text(text, encoding="utf-8")

        if replacing:
            desk.replace(replacing, f"{name}.txt", save)
        else:
            desk.add(f"{name}.txt", save)
        desk.work_off()


def _sent(world: World) -> None:
    _send(world, "alpha", brochure("alpha", 0))
    _send(world, "beta", brochure("beta", 0))


def _send_all(world: World) -> None:
    _send(world, "alpha", brochure("alpha", 1))
    world.report("alpha")
    _send(world, "gamma", brochure("gamma", 0))
    world.report("gamma")
    _send(world, "autre", brochure("beta", 2), replacing="beta")
    world.report("beta")


def _send_bad(world: World) -> None:
    _send(world, "alpha", "illisible")


def _desk_removes(world: World) -> None:
    with world.open() as library:
        desk = open_office(world.settings, library).desk
        if any(entry.brochure.id == "alpha" for entry in library.brochures()):
            desk.remove("alpha")
        desk.work_off()
    world.report("alpha")


def _backed_up(world: World) -> None:
    """A backup of a base that has become another one since."""
    _sent(world)
    back_up(world.settings, world.folder / "archive")
    _send(world, "alpha", brochure("alpha", 1))
    _send(world, "gamma", brochure("gamma", 0))
    _send(world, "autre", brochure("beta", 2), replacing="beta")


def _back_up(world: World) -> None:
    back_up(world.settings, world.folder / "archive", force=True)


def _restore(world: World) -> None:
    restore(world.settings, world.folder / "archive")


CASES = {
    "first ingest": Case(_files_alone, _ingest),
    "more brochures": Case(_two_more, _ingest),
    "new revisions": Case(_revised, _ingest),
    "pruning": Case(_one_gone, _ingest),
    "removal": Case(_three, _remove),
    "reindexing": Case(_three, _reindex),
    "an adapted model": Case(_three, _adapt, frozenset({"Modèle"})),
    "pictures": Case(_three, _pictures),
    "files sent": Case(_sent, _send_all),
    "a bad file sent": Case(_sent, _send_bad),
    "removal by the desk": Case(_sent, _desk_removes),
    "a backup": Case(_sent, _back_up),
    "a restore": Case(_backed_up, _restore),
}
"""What is done to a base, by name."""
