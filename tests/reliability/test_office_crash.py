"""A server that is killed while it reads: nothing is lost, and it is told."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kb.config import Settings
from kb.library import Library
from kb.office.jobs import JobState
from kb.wiring import open_library, open_office

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FORMER = "Le Hangar\n\nL’association prête des bicyclettes aux locataires de la résidence.\n"
FRESH = "Le Hangar\n\nL’association prête des trottinettes aux locataires de la résidence.\n"

# Stops for ever at the instant that is to be tried; the test kills it there.
DYING = """
import sys, threading
from pathlib import Path
from kb.config import Settings
from kb.wiring import open_library, open_office

settings = Settings(home=Path(sys.argv[1]))
library = open_library(settings)
ingest = library.ingest

def dying(paths, **options):
    if sys.argv[3] == "after":
        ingest(paths, **options)
    print("here", flush=True)
    threading.Event().wait()

library.ingest = dying
desk = open_office(settings, library).desk
desk.add("hangar.txt", lambda path: path.write_text(sys.argv[2], encoding="utf-8"))
desk.work_off()
"""


def killed(home: Path, content: str, instant: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", DYING, str(home), content, instant],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "here\n"
        process.kill()
        assert process.wait(30) == -signal.SIGKILL


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A base that holds the former text."""
    settings = Settings(home=tmp_path / "base")
    with open_library(settings) as library:
        desk = open_office(settings, library).desk
        desk.add("hangar.txt", lambda path: path.write_text(FORMER, encoding="utf-8"))
        desk.work_off()
    return settings


def passage(library: Library) -> str:
    return next(iter(library.passages())).passage.text


def test_a_kill_while_reading_leaves_the_former_and_can_be_tried_again(settings: Settings) -> None:
    kept = settings.home / "uploads" / "hangar.txt"
    killed(settings.home, FRESH, "before")

    with open_library(settings) as library:
        desk = open_office(settings, library).desk
        desk.work_off()
        job = desk.jobs()[0]
        assert job.state is JobState.INTERRUPTED
        assert kept.read_text(encoding="utf-8") == FORMER
        assert "bicyclettes" in passage(library)

        desk.again(job.number)
        desk.work_off()

        assert [job.outcome for job in desk.jobs()] == ["updated", "added"]
        assert kept.read_text(encoding="utf-8") == FRESH
        assert "trottinettes" in passage(library)


def test_a_kill_once_it_is_in_the_base_is_no_interruption(settings: Settings) -> None:
    killed(settings.home, FRESH, "after")

    with open_library(settings) as library:
        desk = open_office(settings, library).desk
        desk.work_off()

        assert [job.state for job in desk.jobs()] == [JobState.DONE, JobState.DONE]
        kept = settings.home / "uploads" / "hangar.txt"
        assert kept.read_text(encoding="utf-8") == FRESH
        assert "trottinettes" in passage(library)
