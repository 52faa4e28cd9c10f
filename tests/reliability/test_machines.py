"""Several machines over one PostgreSQL catalogue, each with a folder and an index of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pytest

from kb.catalog import Catalog
from kb.config import Settings
from kb.errors import Busy
from kb.keeping import verify
from kb.library import Library
from kb.model import Mode
from kb.shelf import LIGHT
from kb.wiring import home_of, parts_of, writing_lock
from tests.postgresql import Server
from tests.reliability.world import brochure
from tests.unit.kb.library.conftest import find_texts, read_blocks

ROOT = Path(__file__).parents[2]
STOPS = """
import sys
from dataclasses import replace
from pathlib import Path
from kb import faults
from kb.config import Settings
from kb.library import Library
from kb.wiring import parts_of
from tests.unit.kb.library.conftest import find_texts, read_blocks
home, catalogue, files, point = sys.argv[1:]
settings = Settings(home=Path(home), catalogue=catalogue, embedding_model="french-static")
def stop(reached):
    if reached == point:
        print("here", flush=True)
        sys.stdin.read()
with Library(replace(parts_of(settings), read=read_blocks, find_files=find_texts)) as library:
    faults.listen(stop)
    library.ingest([Path(files)])
"""

Machine = Callable[[str], Library]


@pytest.fixture
def address(postgresql: Server) -> str:
    return postgresql.database()


@pytest.fixture
def settings(address: str, tmp_path: Path) -> Callable[[str], Settings]:
    """The settings of the machine of that name."""
    return lambda name: Settings(home=tmp_path / name, catalogue=address, embedding_model=LIGHT)


@pytest.fixture
def machine(settings: Callable[[str], Settings]) -> Iterator[Machine]:
    """Opens the base on the machine of that name."""
    with ExitStack() as opened:

        def made(name: str) -> Library:
            parts = replace(parts_of(settings(name)), read=read_blocks, find_files=find_texts)
            return opened.enter_context(Library(parts))

        yield made


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder that all machines see."""
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def write(files: Path, revision: int, *names: str) -> None:
    for name in names:
        (files / f"{name}.txt").write_text(brochure(name, revision), encoding="utf-8")


def found(library: Library, query: str) -> set[str]:
    """The brochures that a search finds, by words and by meaning."""
    return {
        hit.brochure.id
        for mode in (Mode.LEXICAL, Mode.HYBRID)
        for hit in library.search(query, mode=mode).hits
    }


def test_each_machine_finds_what_another_has_added_changed_and_removed(
    machine: Machine, files: Path, settings: Callable[[str], Settings]
) -> None:
    here, there = machine("here"), machine("there")
    write(files, 0, "armor", "granit")
    assert not here.ingest([files]).refused
    assert found(there, "prêt de bicyclettes") == {"armor", "granit"}

    write(files, 1, "armor")  # as many passages as before, under other keys
    assert not there.ingest([files]).refused
    assert found(here, "trottinettes") == {"armor"}
    assert found(here, "bicyclettes") == {"granit"}

    here.remove("granit")
    assert found(there, "bicyclettes") == set()
    assert [entry.brochure.id for entry in there.brochures()] == ["armor"]
    for name in ("here", "there"):
        assert verify(settings(name)).problems == ()


def test_a_machine_that_comes_later_makes_its_own_index(
    machine: Machine, files: Path, settings: Callable[[str], Settings]
) -> None:
    write(files, 0, "armor", "granit")
    here = machine("here")
    here.ingest([files])
    here.reindex()
    late = machine("late")
    assert found(late, "bicyclettes") == {"armor", "granit"}
    assert late.search("bicyclettes").hits == here.search("bicyclettes").hits
    assert [one.subject for one in late.doctor() if not one.ok] == []


def test_an_index_that_is_built_anew_is_followed_by_all(
    machine: Machine, files: Path, settings: Callable[[str], Settings]
) -> None:
    write(files, 0, "armor")
    here, there = machine("here"), machine("there")
    here.ingest([files])
    assert found(there, "bicyclettes") == {"armor"}
    here.reindex()
    assert found(there, "bicyclettes") == {"armor"}
    engines = {
        name: sorted((settings(name).home / "engines").iterdir()) for name in ("here", "there")
    }
    assert [path.name for path in engines["there"]] == [path.name for path in engines["here"]]
    assert len(engines["there"]) == 1


def test_searches_go_on_while_another_machine_changes_the_base(
    machine: Machine, files: Path, settings: Callable[[str], Settings], address: str
) -> None:
    here, there = machine("here"), machine("there")
    write(files, 0, "armor")
    here.ingest([files])
    with writing_lock(home_of(settings("here")), address)("ajout"):
        assert found(there, "bicyclettes") == {"armor"}
        with (
            pytest.raises(Busy, match="modifie la base"),
            writing_lock(home_of(settings("there")), address)("retrait", patient=False),
        ):
            pass


@pytest.mark.slow
@pytest.mark.parametrize("point", ["engine:written", "catalogue:changed", "catalogue:committed"])
def test_a_machine_that_dies_over_a_change_leaves_the_old_state_or_the_new(
    machine: Machine,
    files: Path,
    settings: Callable[[str], Settings],
    address: str,
    point: str,
) -> None:
    there = machine("there")
    write(files, 0, "armor", "granit")
    there.ingest([files])
    write(files, 1, "armor")
    arguments = (str(settings("here").home), address, str(files), point)
    with subprocess.Popen(
        [sys.executable, "-c", STOPS, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "here\n"
        assert found(there, "bicyclettes") >= {"granit"}  # who searches waits for nobody
        writer.kill()

    new = point == "catalogue:committed"
    assert found(there, "trottinettes") == ({"armor"} if new else set())
    assert found(there, "bicyclettes") == ({"granit"} if new else {"armor", "granit"})
    assert not there.ingest([files]).refused
    assert found(there, "trottinettes") == {"armor"}
    assert found(machine("here"), "trottinettes") == {"armor"}
    with closing(Catalog(address)) as catalog:
        assert catalog.statistics().brochures == 2
    for name in ("here", "there"):
        assert verify(settings(name)).problems == ()
