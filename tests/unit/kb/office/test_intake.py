"""Files that come in and go: none is lost, and none of the user's own is touched."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import cast

import pytest
from filelock import FileLock

from kb.errors import Busy, NotFound, StorageError, UnreadableBrochure
from kb.library import Library
from kb.office.intake import RECEIVING, STRAY_S, Intake
from kb.results import FileState, IngestOutcome
from tests.unit.kb.office.conftest import FakeLibrary, files


@pytest.fixture
def incoming(tmp_path: Path) -> Path:
    folder = tmp_path / "staging"
    folder.mkdir()
    return folder / "file"


def send(intake: Intake, incoming: Path, name: str, content: str, replacing: str = "") -> FileState:
    incoming.write_text(content)
    return intake.take(incoming, name, replacing).state


def test_a_file_that_is_read_is_kept_under_its_name(intake: Intake, incoming: Path, folder: Path):
    assert send(intake, incoming, "notes.txt", "un") is FileState.ADDED

    assert files(folder) == {"notes.txt": "un"}
    assert not incoming.exists()


def test_a_file_of_the_same_name_is_a_new_revision(intake: Intake, incoming: Path, folder: Path):
    send(intake, incoming, "notes.txt", "un")

    assert send(intake, incoming, "notes.txt", "deux") is FileState.UPDATED

    assert files(folder) == {"notes.txt": "deux"}


@pytest.mark.parametrize("content", [" ", "même contenu"])
def test_a_file_that_is_refused_comes_back_and_the_former_stays(
    intake: Intake, incoming: Path, folder: Path, content: str
):
    send(intake, incoming, "autre.txt", "même contenu")
    send(intake, incoming, "notes.txt", "un")

    assert send(intake, incoming, "notes.txt", content) in (
        FileState.REFUSED,
        FileState.DUPLICATE,
    )

    assert files(folder) == {"autre.txt": "même contenu", "notes.txt": "un"}
    assert incoming.read_text() == content


def test_a_failure_leaves_the_folder_as_it_was(
    intake: Intake, incoming: Path, folder: Path, library: FakeLibrary
):
    library.failures = [StorageError("Disque plein.")]

    with pytest.raises(StorageError):
        send(intake, incoming, "notes.txt", "un")

    assert files(folder) == {}
    assert incoming.read_text() == "un"


def test_replacing_keeps_the_brochure_and_drops_its_former_file(
    intake: Intake, incoming: Path, folder: Path, library: FakeLibrary
):
    send(intake, incoming, "notes.txt", "un")

    assert send(intake, incoming, "neuf.odt", "deux", replacing="notes") is FileState.UPDATED

    assert files(folder) == {"neuf.odt": "deux"}
    assert list(library.entries) == ["notes"]


def test_replacing_by_a_file_that_is_refused_changes_nothing(
    intake: Intake, incoming: Path, folder: Path, library: FakeLibrary
):
    send(intake, incoming, "notes.txt", "un")

    assert send(intake, incoming, "neuf.odt", " ", replacing="notes") is FileState.REFUSED

    assert files(folder) == {"notes.txt": "un"}
    assert library.brochure("notes").path == str(folder / "notes.txt")


def test_replacing_leaves_a_file_that_the_user_keeps_elsewhere(
    intake: Intake, incoming: Path, folder: Path, library: FakeLibrary, tmp_path: Path
):
    own = tmp_path / "notes.txt"
    own.write_text("à moi")
    library.ingest([own])

    assert send(intake, incoming, "notes.txt", "neuf", replacing="notes") is FileState.UPDATED

    assert own.read_text() == "à moi"
    assert library.brochure("notes").path == str(folder / "notes.txt")


def test_replacing_an_unknown_brochure_is_refused_before_anything(
    intake: Intake, incoming: Path, folder: Path
):
    with pytest.raises(NotFound):
        send(intake, incoming, "notes.txt", "un", replacing="autre")

    assert files(folder) == {}
    assert incoming.read_text() == "un"


def test_a_file_that_replaces_takes_the_former_name_or_one_that_no_other_has(
    intake: Intake, incoming: Path, folder: Path, library: FakeLibrary
):
    send(intake, incoming, "notes.txt", "un")
    send(intake, incoming, "autre.odt", "deux")

    send(intake, incoming, "version-2.txt", "trois", replacing="notes")
    assert files(folder) == {"notes.txt": "trois", "autre.odt": "deux"}

    send(intake, incoming, "autre.odt", "quatre", replacing="notes")
    assert files(folder) == {"autre.odt": "deux", "autre-2.odt": "quatre"}
    assert library.brochure("notes").path == str(folder / "autre-2.odt")
    assert library.brochure("autre").path == str(folder / "autre.odt")


def test_reading_again_reads_a_file_that_did_not_change(
    intake: Intake, incoming: Path, library: FakeLibrary, folder: Path
):
    send(intake, incoming, "notes.txt", "un")

    assert intake.reread("notes").state is FileState.UPDATED

    assert library.read == [folder / "notes.txt"] * 2


def test_reading_again_a_file_that_is_gone_says_what_to_do(
    intake: Intake, incoming: Path, folder: Path
):
    send(intake, incoming, "notes.txt", "un")
    (folder / "notes.txt").unlink()

    with pytest.raises(UnreadableBrochure) as raised:
        intake.reread("notes")

    assert str(raised.value) == (
        "Le fichier notes.txt n’est plus sur la machine : envoyez-le de nouveau par "
        "« Remplacer », ou retirez la brochure."
    )


def test_removing_drops_a_file_that_was_sent(intake: Intake, incoming: Path, folder: Path):
    send(intake, incoming, "notes.txt", "un")

    assert intake.remove("notes").brochure.id == "notes"

    assert files(folder) == {}


def test_removing_leaves_a_file_that_the_user_keeps_elsewhere(
    intake: Intake, library: FakeLibrary, tmp_path: Path
):
    own = tmp_path / "notes.txt"
    own.write_text("à moi")
    library.ingest([own])

    intake.remove("notes")

    assert own.read_text() == "à moi"


# A process may die between any two steps: what it leaves is put in order.


def begin(incoming: Path) -> None:
    """What is noted before anything is moved."""
    incoming.with_name("name").write_text("notes.txt")


def test_recovering_before_anything_was_moved_leaves_the_folder(
    intake: Intake, incoming: Path, folder: Path
):
    send(intake, incoming, "notes.txt", "ancien")
    incoming.with_name("name").unlink()
    incoming.write_text("neuf")

    assert intake.recover(incoming) is None

    assert files(folder) == {"notes.txt": "ancien"}
    assert incoming.read_text() == "neuf"


def test_recovering_before_the_file_took_its_place(intake: Intake, incoming: Path, folder: Path):
    folder.mkdir()
    (folder / "notes.txt").write_text("ancien")
    incoming.write_text("neuf")
    begin(incoming)
    incoming.with_name("previous").hardlink_to(folder / "notes.txt")

    assert intake.recover(incoming) is None

    assert files(folder) == {"notes.txt": "ancien"}
    assert incoming.read_text() == "neuf"


def test_recovering_while_it_was_read_gives_the_place_back(
    intake: Intake, incoming: Path, folder: Path
):
    folder.mkdir()
    (folder / "notes.txt").write_text("neuf")
    begin(incoming)
    incoming.with_name("previous").write_text("ancien")

    intake.recover(incoming)

    assert files(folder) == {"notes.txt": "ancien"}
    assert incoming.read_text() == "neuf"


def test_recovering_a_first_file_while_it_was_read(intake: Intake, incoming: Path, folder: Path):
    folder.mkdir()
    (folder / "notes.txt").write_text("neuf")
    begin(incoming)

    intake.recover(incoming)

    assert files(folder) == {}
    assert incoming.read_text() == "neuf"


def test_recovering_while_the_place_was_given_back(intake: Intake, incoming: Path, folder: Path):
    folder.mkdir()
    incoming.write_text("neuf")
    begin(incoming)
    incoming.with_name("previous").write_text("ancien")

    intake.recover(incoming)

    assert files(folder) == {"notes.txt": "ancien"}
    assert incoming.read_text() == "neuf"


def test_recovering_once_it_is_in_the_base_leaves_it(intake: Intake, incoming: Path, folder: Path):
    send(intake, incoming, "notes.txt", "neuf")
    incoming.with_name("previous").write_text("ancien")

    done = intake.recover(incoming)

    assert done is not None
    assert (done.state, done.brochure_id) == (FileState.UPDATED, "notes")
    assert files(folder) == {"notes.txt": "neuf"}
    assert not incoming.exists()


def test_without_second_names_the_former_file_is_copied(
    intake: Intake, incoming: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr("os.link", refuse)
    send(intake, incoming, "notes.txt", "un")

    assert send(intake, incoming, "notes.txt", " ") is FileState.REFUSED

    assert files(folder) == {"notes.txt": "un"}


def test_a_copy_that_a_full_disk_cut_short_is_never_put_back(
    intake: Intake, incoming: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    def half(source: Path, copy: Path) -> None:
        copy.write_text(source.read_text()[:3])
        raise OSError(28, "disque plein")

    send(intake, incoming, "notes.txt", "un texte entier")
    monkeypatch.setattr("os.link", refuse)
    monkeypatch.setattr("shutil.copy2", half)

    with pytest.raises(OSError, match="disque plein"):
        send(intake, incoming, "notes.txt", "neuf")

    assert files(folder) == {"notes.txt": "un texte entier"}
    assert incoming.read_text() == "neuf"


def test_two_processes_do_not_read_files_of_one_name_at_once(
    library: FakeLibrary, folder: Path, lock: Path, tmp_path: Path
):
    """Each intake is that of another process: they share nothing but the disk."""
    first, second = (Intake(cast(Library, library), folder, lock) for _ in range(2))
    incoming = {name: tmp_path / name / "file" for name in ("un", "deux")}
    for name, path in incoming.items():
        path.parent.mkdir()
        path.write_text(name)
    reading, go_on = threading.Event(), threading.Event()
    ingest = library.ingest

    def slowly(paths: Sequence[Path], **options: bool) -> IngestOutcome:
        reading.set()
        assert go_on.wait(10)
        return ingest(paths, **options)

    library.ingest = slowly  # type: ignore[method-assign]
    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(first.take, incoming["un"], "notes.txt")
        assert reading.wait(10)
        other = pool.submit(second.take, incoming["deux"], "notes.txt")
        # The second file stays where it is until the first is read.
        assert wait([other], timeout=0.3).not_done
        assert files(folder) == {"notes.txt": "un"}
        go_on.set()
        assert (one.result().state, other.result().state) == (FileState.ADDED, FileState.UPDATED)
    assert files(folder) == {"notes.txt": "deux"}


def test_a_file_does_not_wait_for_another_for_ever(
    intake: Intake, incoming: Path, folder: Path, lock: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kb.office.intake.LOCK_TIMEOUT_S", 0.01)
    lock.parent.mkdir()
    with FileLock(lock), pytest.raises(Busy, match="réessayez"):
        send(intake, incoming, "notes.txt", "un")

    assert files(folder) == {}
    assert incoming.read_text() == "un"


def test_what_died_while_it_was_sent_and_read_at_once_is_put_in_order(
    intake: Intake, incoming: Path, folder: Path
):
    send(intake, incoming, "notes.txt", "ancien")
    died, arriving, stray = (folder / f"{RECEIVING}{name}" for name in ("mort", "neuf", "vieux"))
    for each in (died, arriving, stray):
        each.mkdir()
    begin(died / "incoming")
    (folder / "notes.txt").replace(died / "previous")
    (folder / "notes.txt").write_text("neuf")
    (arriving / "incoming").write_text("arrive")
    os.utime(stray, (time.time() - STRAY_S - 60,) * 2)

    intake.sweep()

    assert sorted(each.name for each in folder.iterdir()) == [arriving.name, "notes.txt"]
    assert (folder / "notes.txt").read_text() == "ancien"
