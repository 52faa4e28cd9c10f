"""Work in the background: in order, one at a time, and honest after a restart."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from kb.errors import Busy, NotFound, StorageError
from kb.library import Library
from kb.office.desk import Desk
from kb.office.intake import STRAY_S, Intake
from kb.office.jobs import Jobs, JobState
from tests.unit.kb.office.conftest import FakeLibrary, files, sent


def told(desk: Desk) -> list[tuple[str, str, str]]:
    """Subject, state and outcome of each job, the first asked first."""
    return [(job.subject, job.state.value, job.outcome) for job in reversed(desk.jobs())]


def staged(tmp_path: Path) -> list[str]:
    return sorted(each.name for each in (tmp_path / "office" / "incoming").glob("*"))


def test_a_file_that_is_sent_waits_until_someone_works(desk: Desk, library: FakeLibrary):
    job = desk.add("notes.txt", sent("un"))

    assert (job.state, library.entries) == (JobState.WAITING, {})


def test_what_waits_is_done_in_order(desk: Desk, folder: Path, tmp_path: Path):
    desk.add("notes.txt", sent("un"))
    desk.add("vide.txt", sent(" "))
    desk.add("notes.txt", sent("deux"))

    desk.work_off()

    assert told(desk) == [
        ("notes.txt", "done", "added"),
        ("vide.txt", "done", "refused"),
        ("notes.txt", "done", "updated"),
    ]
    assert files(folder) == {"notes.txt": "deux"}
    assert staged(tmp_path) == []


def test_a_brochure_is_replaced_read_again_and_removed(
    desk: Desk, library: FakeLibrary, folder: Path
):
    desk.add("notes.txt", sent("un"))
    desk.work_off()
    desk.replace("notes", "neuf.odt", sent("deux"))
    desk.work_off()
    assert files(folder) == {"neuf.odt": "deux"}
    desk.reread("notes")
    desk.remove("notes")
    desk.work_off()

    assert told(desk) == [
        ("notes.txt", "done", "added"),
        ("Notes", "done", "updated"),
        ("Notes", "done", "updated"),
        ("Notes", "done", "removed"),
    ]
    assert (library.entries, files(folder)) == ({}, {})


def test_two_replacements_of_one_name_do_not_meet(desk: Desk, folder: Path):
    for name in ("a", "b"):
        desk.add(f"{name}.txt", sent(name))
    desk.work_off()

    desk.replace("a", "neuf.odt", sent("neuf a"))
    desk.replace("b", "neuf.odt", sent("neuf b"))
    desk.work_off()

    assert files(folder) == {"neuf.odt": "neuf a", "neuf-2.odt": "neuf b"}


def test_a_replacement_tried_again_spares_a_file_that_took_its_name(
    desk: Desk, library: FakeLibrary, folder: Path
):
    desk.add("a.txt", sent("a"))
    desk.work_off()
    library.failures = [StorageError("Disque plein.")]
    failed = desk.replace("a", "neuf.odt", sent("neuf a"))
    desk.work_off()
    desk.add("neuf.odt", sent("une autre brochure"))
    desk.work_off()

    desk.again(failed.number)
    desk.work_off()

    assert files(folder) == {"neuf.odt": "une autre brochure", "neuf-2.odt": "neuf a"}
    assert library.brochure("neuf").path == str(folder / "neuf.odt")
    assert library.brochure("a").path == str(folder / "neuf-2.odt")


def test_every_brochure_is_read_again(desk: Desk):
    for name in ("a", "b"):
        desk.add(f"{name}.txt", sent(name))
    desk.work_off()

    assert desk.reread_all() == 2
    desk.work_off()

    assert told(desk)[2:] == [("A", "done", "updated"), ("B", "done", "updated")]


@pytest.mark.parametrize("order", ["reread", "remove"])
def test_work_on_an_unknown_brochure_is_refused_at_once(desk: Desk, order: str):
    with pytest.raises(NotFound):
        getattr(desk, order)("inconnue")

    assert desk.jobs() == ()


def test_a_brochure_that_went_meanwhile_is_told(desk: Desk):
    desk.add("notes.txt", sent("un"))
    desk.work_off()
    desk.remove("notes")
    desk.reread("notes")

    desk.work_off()

    job = desk.jobs()[0]
    assert (job.state, job.message) == (JobState.FAILED, "Aucune brochure « notes ».")


def test_a_file_that_cannot_be_saved_leaves_no_job(desk: Desk, tmp_path: Path):
    def fail(path: Path) -> None:
        path.write_text("à moitié")
        raise OSError("disque plein")

    with pytest.raises(OSError, match="disque plein"):
        desk.add("notes.txt", fail)

    assert (desk.jobs(), staged(tmp_path)) == ((), [])


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (StorageError("Disque plein : faites de la place."), "Disque plein : faites de la place."),
        (
            OSError(28, "No space left on device"),
            "Le fichier n’a pas pu être rangé (No space left on device) : vérifiez l’espace "
            "disque et les droits du dossier de la base, puis relancez.",
        ),
        (
            KeyError("x"),
            "Une erreur imprévue s’est produite : relancez, puis voyez le journal du serveur.",
        ),
    ],
)
def test_a_failure_is_told_costs_one_job_and_can_be_tried_again(
    desk: Desk, library: FakeLibrary, folder: Path, error: Exception, message: str
):
    library.failures = [error]
    failed = desk.add("notes.txt", sent("un"))
    desk.add("autre.txt", sent("deux"))
    desk.work_off()
    job = desk.jobs()[1]
    assert (job.state, job.message, desk.can_again(job)) == (JobState.FAILED, message, True)
    assert files(folder) == {"autre.txt": "deux"}

    assert desk.again(failed.number) is not None
    desk.work_off()

    assert told(desk)[0] == ("notes.txt", "done", "added")
    assert files(folder) == {"autre.txt": "deux", "notes.txt": "un"}


def test_work_that_cannot_be_queued_fails_and_can_be_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    def refuse(number: int) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(desk, "_run", refuse)
        job = desk.add("notes.txt", sent("un"))
    assert (job.state, job.message) == (
        JobState.FAILED,
        "La file d’attente n’a pas pu être écrite : vérifiez l’espace disque, puis relancez.",
    )

    desk.again(job.number)
    desk.work_off()
    assert told(desk) == [("notes.txt", "done", "added")]


def test_file_of_work_that_cannot_be_noted_is_not_kept(
    desk: Desk, jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object) -> None:
        raise StorageError("Disque plein.")

    monkeypatch.setattr(jobs, "add", refuse)
    with pytest.raises(StorageError):
        desk.add("notes.txt", sent("un"))
    assert staged(tmp_path) == []


def test_what_is_done_cannot_be_tried_again(desk: Desk):
    job = desk.add("notes.txt", sent("un"))
    desk.work_off()

    assert desk.again(job.number) is None
    assert not desk.can_again(desk.jobs()[0])


def test_a_base_that_another_program_changes_is_waited_for(desk: Desk, library: FakeLibrary):
    library.failures = [Busy("Un autre programme modifie la base.")] * 3
    desk.add("notes.txt", sent("un"))

    desk.work_off()

    assert told(desk) == [("notes.txt", "done", "added")]
    assert desk.jobs()[0].message == "1 passage."


def test_forgetting_what_ended_drops_files_that_could_be_tried_again(
    desk: Desk, library: FakeLibrary, tmp_path: Path
):
    library.failures = [StorageError("Disque plein.")]
    desk.add("notes.txt", sent("un"))
    desk.work_off()
    waiting = desk.add("autre.txt", sent("deux"))
    assert len(staged(tmp_path)) == 2

    desk.forget_ended()

    assert [job.number for job in desk.jobs()] == [waiting.number]
    assert staged(tmp_path) == [waiting.staging]


# A restart.


def test_what_waited_when_the_server_stopped_is_done_by_the_next(
    make_desk: Callable[[], Desk], folder: Path
):
    make_desk().add("notes.txt", sent("un"))

    after = make_desk()
    after.work_off()

    assert told(after) == [("notes.txt", "done", "added")]
    assert files(folder) == {"notes.txt": "un"}


def test_what_waited_is_done_even_if_the_queue_is_lost(
    make_desk: Callable[[], Desk], tmp_path: Path
):
    make_desk().add("notes.txt", sent("un"))
    for file in (tmp_path / "office").glob("queue.sqlite*"):
        file.unlink()

    after = make_desk()
    after.work_off()

    assert told(after) == [("notes.txt", "done", "added")]


def test_what_was_under_way_is_interrupted_and_can_be_tried_again(
    make_desk: Callable[[], Desk], jobs: Jobs, folder: Path, tmp_path: Path
):
    before = make_desk()
    before.add("notes.txt", sent("ancien"))
    before.work_off()
    job = before.add("notes.txt", sent("neuf"))
    # Killed while the new file was being read in the place of the old one.
    jobs.start(job.number)
    incoming = tmp_path / "office" / "incoming" / job.staging / "file"
    incoming.with_name("name").write_text("notes.txt")
    incoming.with_name("previous").hardlink_to(folder / "notes.txt")
    incoming.replace(folder / "notes.txt")

    after = make_desk()
    after.work_off()

    interrupted = after.jobs()[0]
    assert interrupted.state is JobState.INTERRUPTED
    assert "relancez-le" in interrupted.message
    assert files(folder) == {"notes.txt": "ancien"}
    assert after.can_again(interrupted)
    after.again(interrupted.number)
    after.work_off()
    assert files(folder) == {"notes.txt": "neuf"}
    assert staged(tmp_path) == []


def test_what_was_in_the_base_when_the_server_was_killed_is_done(
    make_desk: Callable[[], Desk], library: FakeLibrary, jobs: Jobs, folder: Path, tmp_path: Path
):
    job = make_desk().add("notes.txt", sent("un"))
    jobs.start(job.number)
    folder.mkdir()
    incoming = tmp_path / "office" / "incoming" / job.staging / "file"
    incoming.with_name("name").write_text("notes.txt")
    incoming.replace(folder / "notes.txt")
    library.ingest([folder / "notes.txt"])

    after = make_desk()
    after.work_off()

    done = after.jobs()[0]
    assert (done.state, done.outcome, done.brochure_id) == (JobState.DONE, "updated", "notes")
    assert done.message == "Lue juste avant l’arrêt du serveur."
    assert (files(folder), staged(tmp_path)) == ({"notes.txt": "un"}, [])


def test_a_removal_that_was_made_when_the_server_was_killed_is_done(
    make_desk: Callable[[], Desk], library: FakeLibrary, jobs: Jobs
):
    before = make_desk()
    before.add("notes.txt", sent("un"))
    before.work_off()
    jobs.start(before.remove("notes").number)
    library.remove("notes")
    jobs.start(before.add("autre.txt", sent("deux")).number)

    after = make_desk()
    after.work_off()

    assert told(after) == [
        ("notes.txt", "done", "added"),
        ("Notes", "done", "removed"),
        ("autre.txt", "interrupted", ""),
    ]


def test_old_files_of_no_job_are_swept_at_the_start(make_desk: Callable[[], Desk], tmp_path: Path):
    for name, age in (("reste", STRAY_S + 60), ("arrive", 0)):
        stray = tmp_path / "office" / "incoming" / name
        stray.mkdir(parents=True)
        (stray / "file").touch()
        os.utime(stray, (time.time() - age,) * 2)

    make_desk().work_off()

    assert staged(tmp_path) == ["arrive"]


def test_file_of_work_that_is_forgotten_goes_without_a_restart(
    desk: Desk, library: FakeLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kb.office.jobs.KEPT", 1)
    monkeypatch.setattr("kb.office.desk.STRAY_S", -1)
    library.failures = [StorageError("Disque plein.")]
    for number in range(3):
        desk.add(f"notes-{number}.txt", sent(f"texte {number}"))

    desk.work_off()

    assert told(desk) == [("notes-2.txt", "done", "added")]
    assert staged(tmp_path) == []


def test_a_queue_that_someone_else_wrote_runs_nothing(
    library: FakeLibrary, jobs: Jobs, intake: Intake, tmp_path: Path, desk: Desk
):
    forged = Desk(cast(Library, library), jobs, intake, tmp_path / "office", b"f" * 32)
    forged.add("notes.txt", sent("un"))

    with pytest.raises(ValueError, match="mismatch"):
        desk._queue.dequeue()
