"""Files and folders named on the command line → brochures to ingest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.files import find_brochures


def make(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("texte", encoding="utf-8")
    return paths


def test_a_folder_gives_its_brochures_in_sorted_order(tmp_path: Path) -> None:
    make(tmp_path, "c.pdf", "a.TXT", "sous/b.docx", "sous/d.odt", "e.htm", "f.html")
    found = find_brochures([tmp_path])
    names = [path.relative_to(tmp_path).as_posix() for path in found.files]
    assert names == ["a.TXT", "c.pdf", "e.htm", "f.html", "sous/b.docx", "sous/d.odt"]
    assert found.problems == ()
    assert found.folders == (tmp_path,)


def test_what_is_no_brochure_is_passed_over_in_silence(tmp_path: Path) -> None:
    make(
        tmp_path,
        ".cache.txt",
        ".git/a.txt",
        "~$note.docx",
        "Thumbs.db",
        "desktop.ini",
        "README.md",
        "readme.txt",
        "LISEZMOI.txt",
        "LICENSE",
        "source/.kbignore",
        "source/a.txt",
        "source/plus/b.txt",
        "vrai.txt",
    )
    found = find_brochures([tmp_path])
    assert found.files == (tmp_path / "vrai.txt",)
    assert found.problems == ()


def test_an_unsupported_file_in_a_folder_is_a_problem_that_names_the_types(tmp_path: Path) -> None:
    make(tmp_path, "photo.jpg", "vrai.txt")
    found = find_brochures([tmp_path])
    assert found.files == (tmp_path / "vrai.txt",)
    assert found.problems == (
        (
            tmp_path / "photo.jpg",
            "photo.jpg n’est pas d’un type pris en charge : convertissez-le en "
            ".pdf, .txt, .docx, .html, .htm ou .odt.",
        ),
    )


def test_named_paths_keep_their_order_and_come_once(tmp_path: Path) -> None:
    b, a = make(tmp_path, "b.txt", "a.txt")
    found = find_brochures([b, a, tmp_path, tmp_path / "." / "b.txt"])
    assert found.files == (b, a)


def test_a_named_file_is_taken_even_where_a_folder_would_hide_it(tmp_path: Path) -> None:
    (readme,) = make(tmp_path, "README.txt")
    assert find_brochures([readme]).files == (readme,)


def test_a_missing_path_is_a_problem(tmp_path: Path) -> None:
    missing = tmp_path / "absent.pdf"
    found = find_brochures([missing])
    assert found.problems == ((missing, f"{missing} n’existe pas : vérifiez le chemin."),)
    assert found.files == found.folders == ()


def test_a_name_too_long_for_the_system_is_a_problem(tmp_path: Path) -> None:
    long = tmp_path / ("a" * 5000 + ".pdf")
    assert [path for path, _ in find_brochures([long]).problems] == [long]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads everything")
def test_an_unreadable_folder_and_file_are_problems(tmp_path: Path) -> None:
    locked = tmp_path / "fermé"
    locked.mkdir()
    (secret,) = make(tmp_path, "secret.txt")
    secret.chmod(0)
    locked.chmod(0)
    try:
        problems = dict(find_brochures([tmp_path]).problems)
    finally:
        locked.chmod(0o700)
    assert problems[locked].startswith(f"Le dossier {locked} ne peut pas être lu")
    assert problems[secret].startswith(f"{secret} ne peut pas être lu")


def test_a_folder_that_cannot_be_listed_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("ingest.files.os.scandir", refuse)
    found = find_brochures([tmp_path])
    assert found.problems == (
        (
            tmp_path,
            f"Le dossier {tmp_path} ne peut pas être lu : "
            "donnez-vous le droit d’en voir le contenu.",
        ),
    )
    assert found.folders == ()


def test_links_that_go_round_end(tmp_path: Path) -> None:
    (one,) = make(tmp_path, "sous/un.txt")
    (tmp_path / "sous" / "retour").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "zdouble.txt").symlink_to(one)
    (tmp_path / "rond.txt").symlink_to(tmp_path / "rond.txt")
    found = find_brochures([tmp_path])
    assert found.files == (one,)
    assert [path.name for path, _ in found.problems] == ["rond.txt"]
