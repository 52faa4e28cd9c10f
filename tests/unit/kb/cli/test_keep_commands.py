"""``kb backup``, ``kb restore`` and ``kb verify``, as a shell runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.cli.session import Session
from kb.main import run
from kb.wiring import open_journal, open_library
from tests.unit.kb.keeping.conftest import ingest, query
from tests.unit.kb.library.conftest import BRETAGNE


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A base of one brochure."""
    environ = {"KB_HOME": str(tmp_path / "base"), "KB_EMBEDDING_MODEL": "french-static"}
    made = Session(environ, open_library)
    own = tmp_path / "bretagne.txt"
    own.write_text(BRETAGNE, encoding="utf-8")
    ingest(made.settings(), own)
    return made


def elsewhere(session: Session, home: Path) -> Session:
    return Session({**session.environ, "KB_HOME": str(home)}, open_library)


def test_a_base_goes_out_and_comes_back(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, home = tmp_path / "b", tmp_path / "autre"

    assert run(["backup", str(archive)], session) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"Sauvegarde écrite : {archive} (1 brochure, 5 passages, 0,")
    assert "catalogue.sqlite" in told.err

    assert run(["restore", str(archive)], elsewhere(session, home)) == 0
    told = capsys.readouterr()
    assert told.out.startswith(f"Base restaurée dans {home} : 1 brochure, 5 passages, sauvegardés")
    assert "remplace" not in told.out

    assert run(["verify"], elsewhere(session, home)) == 0
    assert capsys.readouterr().out == ("Tout est en ordre : 1 brochure, 2 projets, 5 passages.\n")
    (entry,) = open_journal(elsewhere(session, home).settings()).entries()
    assert (entry.action, entry.subject) == ("restore", "b")


def test_a_restore_over_a_base_tells_what_it_replaced(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["backup", str(tmp_path / "b")], session)
    capsys.readouterr()

    assert run(["restore", str(tmp_path / "b")], session) == 0

    assert "Elle remplace une base de 1 brochure." in capsys.readouterr().out


def test_a_file_is_not_written_over_unless_it_is_asked_for(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["backup", str(tmp_path / "b")], session) == 0
    assert run(["backup", str(tmp_path / "b")], session) == 1
    assert "--force pour le remplacer" in capsys.readouterr().err
    assert run(["backup", str(tmp_path / "b"), "--force"], session) == 0


def test_a_file_that_is_no_backup_is_one_line_on_stderr(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b").write_text("autre chose")

    assert run(["restore", str(tmp_path / "b")], session) == 1

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Erreur : « ")
    assert told.err.count("\n") == 1


def test_problems_are_told_with_their_mend_and_the_exit_code(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sql = "UPDATE passages SET text = 'Jamais écrit.' WHERE text LIKE 'Douze%'"
    query(tmp_path / "base" / "catalogue.sqlite", sql)

    assert run(["verify"], session) == 1

    first, *_, last = capsys.readouterr().out.splitlines()
    assert first == (
        "Passages : bretagne/cap-a-l-ouest/les-resultats/1, ce passage n’est pas à la page 1 "
        "qu’il cite : retirez la brochure par « kb remove » et reprenez son fichier par "
        "« kb ingest », ou reprenez une sauvegarde par « kb restore FICHIER »."
    )
    assert last == "2 problèmes sur 1 brochure, 2 projets, 5 passages."


def test_programs_read_json(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--json"], session) == 0

    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "brochures": 1,
        "projects": 2,
        "passages": 5,
        "originals": {"unchanged": 1, "missing": 0, "changed": 0, "unreadable": 0},
        "problems": [],
    }


def test_the_doctor_takes_away_what_a_restore_that_died_left(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    left = tmp_path / "base" / "restoring"
    (left / "engines").mkdir(parents=True)

    run(["doctor"], session)

    assert "bien      Restauration : Le reste d’une restauration interrompue est effacé" in (
        capsys.readouterr().out
    )
    assert not left.exists()
