"""Files that are damaged, gone or left over: the base opens, or says what to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import Damaged, KbError
from kb.library import Library
from kb.model import Mode
from tests.damage import cut, deleted, emptied, garbled, put
from tests.reliability.conftest import Worlds
from tests.reliability.world import World, answers, texts

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture
def world(worlds: Worlds) -> World:
    """A base of three brochures that have had two revisions."""
    return worlds("new revisions", done=True)


HARM: dict[str, Callable[[Path], None]] = {
    one.__name__: one for one in (emptied, cut, garbled, deleted)
}
ENGINE_FILES = (
    "lexical/_passages_*.toc",
    "lexical/passages_*.seg",
    "vectors/vectors.json",
    "vectors/vectors-*.i8",
    "vectors/vectors-*.scales",
    "vectors/vectors-*.slots",
)


def engine_folder(world: World) -> Path:
    [folder] = (world.settings.home / "engines").iterdir()
    return folder


# Numbers among numbers: only "kb verify", which looks at all, can tell that no model made them.
UNSEEN = {("garbled", f"vectors/vectors-*.{kind}") for kind in ("i8", "scales")}


@pytest.mark.parametrize(
    ("harm", "pattern"),
    [(harm, one) for harm in HARM for one in ENGINE_FILES if (harm, one) not in UNSEEN],
)
def test_an_engine_whose_files_are_damaged_is_made_anew(
    world: World, harm: str, pattern: str
) -> None:
    with world.open() as library:
        found = answers(library)
    files = sorted(engine_folder(world).glob(pattern))
    assert files
    for path in files:
        HARM[harm](path)
    with world.open() as library:
        assert answers(library) == found
        assert all(finding.ok for finding in library.doctor())


def gone(world: World) -> None:
    shutil.rmtree(engine_folder(world))


def all_gone(world: World) -> None:
    shutil.rmtree(world.settings.home / "engines")


def without_terms(world: World) -> None:
    shutil.rmtree(engine_folder(world) / "lexical")


def without_manifest(world: World) -> None:
    (engine_folder(world) / "vectors" / "vectors.json").unlink()
    # What a running process has in memory counts for as long as nothing is written.
    [toc] = (engine_folder(world) / "lexical").glob("*.toc")
    toc.touch()


@pytest.mark.parametrize("harm", [gone, all_gone, without_terms, without_manifest])
def test_an_engine_that_goes_while_the_base_is_open_comes_back(
    world: World, harm: Callable[[World], None]
) -> None:
    with world.open() as library:
        found = answers(library)
        harm(world)
        assert answers(library) == found
        library.remove("alpha")
        assert {h.brochure.id for h in library.search("bicyclettes").hits} <= {"beta", "gamma"}


@pytest.mark.parametrize("harm", ["cut", "garbled"])
def test_a_damaged_catalogue_says_what_to_do(world: World, harm: str) -> None:
    HARM[harm](world.settings.home / "catalogue.sqlite")
    with pytest.raises(Damaged, match="kb restore FICHIER"), world.open() as library:
        for finding in library.doctor():
            if not finding.ok:
                raise Damaged(finding.message)


def test_what_is_no_catalogue_says_so(world: World) -> None:
    put(world.settings.home / "catalogue.sqlite", b"Bonjour\n" * 1000)
    with pytest.raises(Damaged, match=r"abîmé .* kb restore FICHIER"):
        world.open()


@pytest.mark.parametrize("content", [b"", b"\0" * 5000, b"Bonjour\n" * 1000])
def test_a_journal_that_is_none_does_no_harm(world: World, content: bytes) -> None:
    with world.open() as library:
        found, held = answers(library), texts(library)
    for suffix in ("-wal", "-shm"):
        put(world.settings.home / f"catalogue.sqlite{suffix}", content)
    with world.open() as library:
        assert (answers(library), texts(library)) == (found, held)
        assert all(finding.ok for finding in library.doctor())


def test_a_journal_of_another_day_is_seen_by_the_doctor_or_does_no_harm(world: World) -> None:
    """A catalogue that was copied back without its journal, beside a later one."""
    catalogue = world.settings.home / "catalogue.sqlite"
    old = catalogue.read_bytes()
    world.write(2, "alpha", "beta", "gamma")
    with world.open() as library:
        library.ingest([world.files])
        journal = catalogue.with_name("catalogue.sqlite-wal").read_bytes()
    put(catalogue, old)
    put(catalogue.with_name("catalogue.sqlite-wal"), journal)
    try:
        with world.open() as library:
            if all(finding.ok for finding in library.doctor()):
                assert all("familles" in text[-1] for text in texts(library).values())
                assert answers(library)
    except KbError as error:
        assert "kb restore" in str(error)


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("engines", "engine-7"),
        ("engines", ".DS_Store"),
        ("engines/whoosh-1/lexical", "_passages_99.toc.new"),
        ("engines/whoosh-1/vectors", "vectors.json.new"),
        ("engines/whoosh-1/vectors", "vectors-77.i8"),
        ("models", "tmpabc"),
        ("pictures", ".new-abc.picture"),
    ],
)
def test_what_a_dead_process_or_a_system_leaves_does_no_harm(
    world: World, folder: str, name: str
) -> None:
    with world.open() as library:
        found = answers(library)
    place = world.settings.home / folder
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(b"reste")
    with world.open() as library:
        assert answers(library) == found
        world.write(2, "alpha")
        library.ingest([world.files])
        library.reindex()
        assert "14 familles" in texts(library)["alpha"][-1]
        assert all(finding.ok for finding in library.doctor())


OPEN = """
import sys
from pathlib import Path
from tests.reliability.world import World
print("ready", flush=True)
sys.stdin.readline()
world = World(Path(sys.argv[1]))
with world.open() as library:
    library.ingest([world.files])
    print(len(library.brochures()), flush=True)
"""


def test_processes_that_make_a_base_at_once_make_one(tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    world.write(0, "alpha", "beta", "gamma")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN, str(world.folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in started:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in started] == ["3\n"] * 3
    assert [process.returncode for process in started] == [0, 0, 0]
    with world.open() as library:
        assert sorted(texts(library)) == ["alpha", "beta", "gamma"]
        assert _found(library) == {"alpha", "beta", "gamma"}


def _found(library: Library) -> set[str]:
    hits = library.search("femmes victimes de violences", mode=Mode.LEXICAL, limit=50).hits
    return {hit.brochure.id for hit in hits}
