"""Names and kinds of files that would lead somewhere else, or lie about themselves."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from kb.errors import UnreadableBrochure
from kb.library import Library
from kb.opening import LARGEST_FILE, open_brochure
from kb.results import FileOutcome, FileState
from tests.hostile.conftest import passages_of, still_works
from tests.hostile.pdfs import SENTENCE

LONGEST = "a" * 251 + ".txt"
UNSHOWN = (
    "Le nom « {} », ou celui de son dossier, contient des caractères qui ne s’affichent pas : "
    "renommez-le."
)


def taken(library: Library, path: Path) -> FileOutcome:
    """What becomes of a path; what was taken in is checked and removed again."""
    (outcome,) = library.ingest([path]).files
    if outcome.state is FileState.ADDED:
        assert passages_of(library, outcome.brochure_id) == (SENTENCE,)
        library.remove(outcome.brochure_id)
    still_works(library)
    return outcome


@pytest.mark.parametrize(
    ("name", "brochure_id"),
    [
        (LONGEST, "a" * 60),
        ("CON.txt", "con"),
        ("NUL.txt", "nul"),
        ("-rf.txt", "rf"),
        ("--help.txt", "help"),
        ("..txt.txt", "txt"),
        ("a;rm -rf *.txt", "a-rm-rf"),
        ("$(id) `id`.txt", "id-id"),
        ("<script>.txt", "script"),
        ("%2e%2e%2fetc.txt", "2e-2e-2fetc"),
        ("..\\..\\etc.txt", "etc"),
        ("👩‍👩‍👧 maison.txt", "maison"),
        ("ᴀʟʟᴇʀ.txt", "brochure"),
    ],
)
def test_odd_names_are_names_like_others(
    library: Library, tmp_path: Path, name: str, brochure_id: str
) -> None:
    path = tmp_path / name
    path.write_text(SENTENCE, encoding="utf-8")
    outcome = taken(library, path)
    assert (outcome.state, outcome.brochure_id) == (FileState.ADDED, brochure_id)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\x1b[2Jb.txt", "a?[2Jb.txt"),
        ("a\nb.txt", "a?b.txt"),
        ("fiche\u202etxt.exe.txt", "fiche?txt.exe.txt"),
        ("fiche\u2067.txt", "fiche?.txt"),
        (os.fsdecode(b"\xe9t\xe9.txt"), "?t?.txt"),
    ],
    ids=["escape", "line", "reversed", "isolated", "latin-1"],
)
def test_names_that_cannot_be_shown_are_refused(
    library: Library, tmp_path: Path, name: str, shown: str
) -> None:
    path = tmp_path / name
    path.write_text(SENTENCE, encoding="utf-8")
    assert taken(library, path).message == UNSHOWN.format(shown)
    assert library.ingest([tmp_path]).files[0].message == UNSHOWN.format(shown)


def test_a_folder_that_cannot_be_shown_is_refused_with_what_it_holds(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "a\x1bb"
    folder.mkdir()
    (folder / "fiche.txt").write_text(SENTENCE, encoding="utf-8")
    assert library.ingest([tmp_path]).files[0].message == UNSHOWN.format("fiche.txt")


def test_a_name_too_long_for_the_disk_is_said_to_be_missing(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / ("a" * 300 + ".txt")
    outcome = taken(library, path)
    assert outcome.state is FileState.REFUSED
    assert outcome.message.endswith("ne peut pas être lu : donnez-vous le droit d’y accéder.")


def test_a_zero_byte_in_a_name_is_refused(library: Library) -> None:
    outcome = taken(library, Path("a\x00.txt"))
    assert outcome.state is FileState.REFUSED


def test_a_path_that_climbs_is_the_file_that_it_leads_to(library: Library, tmp_path: Path) -> None:
    (tmp_path / "sous").mkdir()
    (tmp_path / "fiche.txt").write_text(SENTENCE, encoding="utf-8")
    outcome = taken(library, tmp_path / "sous" / ".." / "fiche.txt")
    assert (outcome.state, outcome.brochure_id) == (FileState.ADDED, "fiche")


def test_a_link_is_the_file_that_it_leads_to_and_is_read_once(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "vraie.txt").write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "lien.txt").symlink_to("vraie.txt")
    (outcome,) = library.ingest([tmp_path]).files
    library.remove(outcome.brochure_id)
    assert outcome.state is FileState.ADDED
    still_works(library)


def test_links_in_a_ring_are_refused_and_folders_in_a_ring_are_walked_once(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").symlink_to("b.txt")
    (tmp_path / "b.txt").symlink_to("a.txt")
    (tmp_path / "encore").symlink_to(".")
    messages = [one.message for one in library.ingest([tmp_path]).files]
    assert messages == [
        f"{tmp_path / name} n’est pas un fichier ordinaire : vérifiez le chemin."
        for name in ("a.txt", "b.txt")
    ]
    still_works(library)


def test_pipes_sockets_devices_and_folders_are_refused_at_once(
    library: Library, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "a-pipe.pdf")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "b-socket.pdf"))
    (tmp_path / "c-device.pdf").symlink_to("/dev/zero")
    (tmp_path / "d-lost.pdf").symlink_to("/nonexistent")
    (tmp_path / "e-folder.pdf").mkdir()
    messages = [one.message for one in library.ingest([tmp_path]).files]
    assert messages == [
        f"{tmp_path / name} n’est pas un fichier ordinaire : vérifiez le chemin."
        for name in ("a-pipe.pdf", "b-socket.pdf", "c-device.pdf", "d-lost.pdf")
    ]
    still_works(library)


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_file_that_becomes_something_else_after_it_was_found_holds_nobody_up(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "fiche.pdf"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(UnreadableBrochure, match="n’est pas un fichier ordinaire"):
        open_brochure(path)


def test_a_file_larger_than_any_brochure_is_refused_unread(
    library: Library, tmp_path: Path
) -> None:
    path = tmp_path / "trou.txt"
    with path.open("wb") as file:
        file.truncate(LARGEST_FILE * 1000)
    assert taken(library, path).message == (
        "trou.txt dépasse 300 Mo : allégez-le (images moins lourdes) ou découpez-le."
    )
