"""The same files through the site and the command line; files that change meanwhile."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ingest.guard.limits import READING
from ingest.guard.reading import GuardedReader
from kb.cli.session import Session
from kb.config import Settings
from kb.library import Library
from kb.main import run
from kb.model import Reading
from kb.results import FileState
from kb.shelf import LIGHT
from kb.wiring import open_library, parts_of
from tests.hostile import archives, pdfs, texts
from tests.hostile.conftest import GOOD, TOKEN, passages_of, put, still_works
from web.app import create_app

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def client(settings: Settings, library: Library) -> FlaskClient:
    """Someone who holds the token."""
    return create_app(library, settings).test_client()


@pytest.mark.parametrize(
    ("name", "data", "status", "kept"),
    [
        ("bombe.pdf", pdfs.nested_flate_bomb(), 422, None),
        ("bombe.docx", archives.overlapping(), 422, None),
        ("rire.odt", archives.open_text("<text:p>&j;</text:p>", archives.LAUGHS), 422, None),
        ("profond.html", texts.deep_page(2000), 422, None),
        ("vide.pdf", b"", 422, None),
        ("programme.exe", b"MZ", 422, None),
        ("../../../tmp/evade.txt", pdfs.SENTENCE.encode(), 201, "evade.txt"),
        ("..\\..\\evade.txt", pdfs.SENTENCE.encode(), 201, "evade.txt"),
        ("fiche\u202etxt.exe.txt", pdfs.SENTENCE.encode(), 201, "fichetxt.exe.txt"),
        ("é" * 300 + ".txt", pdfs.SENTENCE.encode(), 201, "e" * 100 + ".txt"),
        ("CON.txt", pdfs.SENTENCE.encode(), 201, "brochure-CON.txt"),
        ("nul.tar.txt", pdfs.SENTENCE.encode(), 201, "brochure-nul.tar.txt"),
        ("-rf.txt", pdfs.SENTENCE.encode(), 201, "rf.txt"),
        (".kbignore.txt", pdfs.SENTENCE.encode(), 201, "kbignore.txt"),
        ("script.pdf", pdfs.javascript(), 201, "script.pdf"),
    ],
)
def test_files_that_are_sent(
    client: FlaskClient,
    library: Library,
    settings: Settings,
    name: str,
    data: bytes,
    status: int,
    kept: str | None,
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = client.post("/api/brochures", data={"file": (BytesIO(data), name)}, headers=headers)
    uploads = settings.home / "uploads"
    names = [path.name for path in uploads.iterdir() if not path.name.startswith(".")]
    assert (answer.status_code, len(names)) == (status, int(status == 201))
    if kept is not None:
        assert names == [kept]
    if status == 201:
        brochure = answer.get_json()["brochure"]["id"]
        assert client.delete(f"/api/brochures/{brochure}", headers=headers).status_code < 300
    else:
        detail = answer.get_json(force=True)["detail"]
        assert detail.endswith(".") and str(settings.home) not in detail
    assert client.get("/?q=bicyclettes").status_code == 200
    still_works(library)


def test_the_command_line_says_one_line_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "brochures"
    folder.mkdir()
    put(folder, "a-bombe.pdf", pdfs.nested_flate_bomb())
    put(folder, "b-\x1b[31m.pdf", pdfs.plain())
    put(folder, "c-rire.docx", archives.word("<w:p/>", archives.LAUGHS))
    put(folder, "d-bonne.txt", GOOD.encode())
    environment = {"KB_HOME": str(tmp_path / "home"), "KB_EMBEDDING_MODEL": LIGHT}
    assert run(["ingest", str(folder)], Session(environment, open_library)) == 1
    shown = capsys.readouterr()
    refused = [line for line in shown.err.splitlines() if not line.startswith("[")]
    assert refused == [
        f"{folder}/b-\\x1b[31m.pdf : refusée. Le nom « b-?[31m.pdf », ou celui de son dossier, "
        "contient des caractères qui ne s’affichent pas : renommez-le.",
        f"{folder}/a-bombe.pdf : refusée. a-bombe.pdf est un PDF endommagé ou incomplet : "
        "téléchargez-le ou exportez-le de nouveau.",
        f"{folder}/c-rire.docx : refusée. c-rire.docx est endommagé ou incomplet : "
        "ouvrez-le dans un traitement de texte et enregistrez-le de nouveau.",
    ]
    assert shown.out.splitlines()[-1] == "4 brochures : 1 ajoutée, 3 refusées."


def test_modules_of_the_folder_where_one_works_are_not_run(tmp_path: Path) -> None:
    """Someone may ingest from inside a folder that came from elsewhere."""
    folder = tmp_path / "venu-d-ailleurs"
    folder.mkdir()
    for name in ("ingest", "zipfile", "lxml", "pypdf", "sitecustomize"):
        put(folder, f"{name}.py", b"import pathlib; pathlib.Path('piege').touch()")
    put(folder, "fiche.docx", archives.word())
    code = (
        f"import sys; sys.path[:] = [one for one in sys.path if one] + [{str(ROOT)!r}]\n"
        "from ingest.guard.reading import GuardedReader\n"
        "from pathlib import Path\n"
        "print(len(GuardedReader()(Path('fiche.docx')).passages))\n"
    )
    told = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=folder, capture_output=True, text=True, check=False
    )
    assert told.stdout == "1\n", told.stderr
    assert not (folder / "piege").exists()


def test_a_file_that_changes_before_it_is_read_is_kept_as_what_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "fiche.txt", GOOD.encode())
    fresh = GOOD.replace("bicyclettes", "trottinettes").encode()
    reads = GuardedReader.__call__

    def late(reader: GuardedReader, asked: Path) -> Reading:
        put(tmp_path, "fiche.txt", fresh)
        return reads(reader, asked)

    monkeypatch.setattr(GuardedReader, "__call__", late)
    with open_library(Settings(home=tmp_path / "home", embedding_model=LIGHT)) as library:
        (first,) = library.ingest([path]).files
        (entry,) = library.brochures()
        (again,) = library.ingest([path]).files
        assert (first.state, again.state) == (FileState.ADDED, FileState.UNCHANGED)
        assert entry.brochure.sha256 == hashlib.sha256(fresh).hexdigest()
        assert passages_of(library, "fiche") == (
            "L’association prête des trottinettes aux locataires de la résidence.",
        )


def test_a_file_that_goes_before_it_is_read_is_refused(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "fiche.txt", GOOD.encode() + b"autre")
    reads = GuardedReader.__call__

    def late(reader: GuardedReader, asked: Path) -> Reading:
        path.unlink()
        return reads(reader, asked)

    monkeypatch.setattr(GuardedReader, "__call__", late)
    (outcome,) = library.ingest([path]).files
    assert outcome.message == f"{path} n’existe pas : vérifiez le chemin."
    still_works(library)


@pytest.mark.parametrize("misdeed", ["crash", "leave", "loop", "swell", "flood"])
def test_a_reader_that_dies_or_overruns_costs_one_file(tmp_path: Path, misdeed: str) -> None:
    limits = replace(READING, seconds=1, memory=512 * texts.MEBIBYTE, reply=texts.MEBIBYTE)
    put(tmp_path, "a-mauvaise.txt", misdeed.encode() + b"\n")
    put(tmp_path, "b-bonne.txt", GOOD.encode())
    reader = GuardedReader(limits=limits, tasks="tests.hostile.misdeeds")
    settings = Settings(home=tmp_path / "home", embedding_model=LIGHT)
    with Library(replace(parts_of(settings), read=reader)) as library:
        bad, good = library.ingest([tmp_path / "a-mauvaise.txt", tmp_path / "b-bonne.txt"]).files
        assert (bad.state, good.state) == (FileState.REFUSED, FileState.ADDED)
        assert bad.message.startswith("a-mauvaise.txt ") and bad.message.endswith(".")
        assert library.search("bicyclettes").hits[0].passage.brochure_id == "b-bonne"
    reader.close()


def test_readers_that_die_beside_others_cost_their_own_files(tmp_path: Path) -> None:
    limits = replace(READING, seconds=1, memory=512 * texts.MEBIBYTE, reply=texts.MEBIBYTE)
    names = []
    for number, misdeed in enumerate(("", "crash", "", "hang", "loop", "", "swell", "")):
        text = f"{misdeed}\n" if misdeed else GOOD.replace("bicyclettes", f"trottinettes {number}")
        names.append(f"{number}-{misdeed or 'bonne'}.txt")
        put(tmp_path, names[-1], text.encode())
    reader = GuardedReader(limits=limits, size=3, tasks="tests.hostile.misdeeds")
    settings = Settings(home=tmp_path / "home", embedding_model=LIGHT)
    parts = replace(parts_of(settings), read=reader, read_at_once=3)
    with Library(parts) as library:
        outcome = library.ingest([tmp_path / name for name in names])
        assert [Path(file.path).name for file in outcome.files] == names
        assert {Path(file.path).name for file in outcome.refused} == {
            name for name in names if "bonne" not in name
        }
        assert [one.brochure.id for one in library.brochures()] == [
            name.removesuffix(".txt") for name in names if "bonne" in name
        ]
    reader.close()
