"""Files that come in and go: none is lost, and none of the user's own is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import NotFound, StorageError, UnreadableBrochure
from kb.office.intake import Intake
from kb.results import FileState
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
    name = intake.name_for("notes", "version-2.odt", ())

    assert send(intake, incoming, name, "deux", replacing="notes") is FileState.UPDATED

    assert files(folder) == {"version-2.odt": "deux"}
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


def test_the_name_of_a_file_that_replaces(
    intake: Intake, incoming: Path, library: FakeLibrary, tmp_path: Path
):
    send(intake, incoming, "notes.txt", "un")
    send(intake, incoming, "autre.odt", "deux")
    own = tmp_path / "mien.txt"
    own.write_text("à moi")
    library.ingest([own])

    assert intake.name_for("notes", "version-2.txt", ()) == "notes.txt"
    assert intake.name_for("notes", "autre.odt", ()) == "autre-2.odt"
    assert intake.name_for("notes", "autre.odt", {"autre-2.odt"}) == "autre-3.odt"
    assert intake.name_for("mien", "mien.txt", ()) == "mien.txt"


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


def test_recovering_before_the_file_took_its_place(intake: Intake, incoming: Path, folder: Path):
    folder.mkdir()
    (folder / "notes.txt").write_text("ancien")
    incoming.write_text("neuf")
    incoming.with_name("previous").hardlink_to(folder / "notes.txt")

    assert intake.recover(incoming, "notes.txt") is None

    assert files(folder) == {"notes.txt": "ancien"}
    assert incoming.read_text() == "neuf"


def test_recovering_while_it_was_read_gives_the_place_back(
    intake: Intake, incoming: Path, folder: Path
):
    folder.mkdir()
    (folder / "notes.txt").write_text("neuf")
    incoming.with_name("previous").write_text("ancien")

    intake.recover(incoming, "notes.txt")

    assert files(folder) == {"notes.txt": "ancien"}
    assert incoming.read_text() == "neuf"


def test_recovering_a_first_file_while_it_was_read(intake: Intake, incoming: Path, folder: Path):
    folder.mkdir()
    (folder / "notes.txt").write_text("neuf")

    intake.recover(incoming, "notes.txt")

    assert files(folder) == {}
    assert incoming.read_text() == "neuf"


def test_recovering_while_the_place_was_given_back(intake: Intake, incoming: Path, folder: Path):
    folder.mkdir()
    incoming.write_text("neuf")
    incoming.with_name("previous").write_text("ancien")

    intake.recover(incoming, "notes.txt")

    assert files(folder) == {"notes.txt": "ancien"}
    assert incoming.read_text() == "neuf"


def test_recovering_once_it_is_in_the_base_leaves_it(intake: Intake, incoming: Path, folder: Path):
    send(intake, incoming, "notes.txt", "neuf")
    incoming.with_name("previous").write_text("ancien")

    done = intake.recover(incoming, "notes.txt")

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
