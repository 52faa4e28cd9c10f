"""``kb migrate``."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.cli.session import Session
from kb.errors import ConfigurationError
from kb.library.migrating import Migration
from kb.main import run
from kb.wiring import open_library
from tests.postgresql import Server
from tests.unit.kb.keeping.conftest import ingest
from tests.unit.kb.library.conftest import BRETAGNE


def test_tells_what_moved_and_how_answers_compare(kb, library, monkeypatch):
    asked = []

    def migrate(engine, progress):
        asked.append(engine)
        progress(0, 1234)
        return Migration(1234, "whoosh", engine, 20, 0.985)

    monkeypatch.setattr(library, "migrate", migrate, raising=False)
    shell = kb("migrate", "--to", "Milvus")

    assert (shell.code, asked) == (0, ["milvus"])
    assert shell.out == (
        "La base se sert de « milvus » : 1\u202f234 passages.\n"
        "Comparaison avec « whoosh » : 20 recherches, 98\u00a0% des premiers passages en commun.\n"
    )


def test_says_nothing_of_searches_that_were_not_made(kb, library, monkeypatch):
    made = Migration(1, "tantivy", "whoosh", 0, 1.0)
    monkeypatch.setattr(library, "migrate", lambda engine, progress: made, raising=False)

    assert kb("migrate", "--to", "whoosh").out == "La base se sert de « whoosh » : 1 passage.\n"


def test_an_engine_must_be_named(kb):
    assert kb("migrate").code == 2
    assert kb("migrate", "--to", "lucene").code == 2


def test_a_refusal_is_one_line(kb, library, monkeypatch):
    def refuse(engine, progress):
        raise ConfigurationError("La base se sert déjà du moteur « milvus ».")

    monkeypatch.setattr(library, "migrate", refuse, raising=False)
    shell = kb("migrate", "--to", "milvus")

    assert (shell.code, shell.err) == (1, "Erreur : La base se sert déjà du moteur « milvus ».\n")


def test_either_an_engine_or_a_catalogue_is_moved(kb):
    shell = kb("migrate", "--to", "milvus", "--catalogue", "fichier")
    assert shell.code == 2
    assert "--to MOTEUR ou --catalogue ADRESSE" in shell.err


def test_a_catalogue_goes_to_postgresql_and_back(
    postgresql: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    environ = {"KB_HOME": str(tmp_path / "base"), "KB_EMBEDDING_MODEL": "french-static"}
    session, address = Session(environ, open_library), postgresql.database()
    own = tmp_path / "bretagne.txt"
    own.write_text(BRETAGNE, encoding="utf-8")
    ingest(session.settings(), own)
    capsys.readouterr()

    assert run(["migrate", "--catalogue", address], session) == 0
    assert capsys.readouterr().out == (
        "Catalogue copié : 1 brochure, 5 passages. L’ancien est resté tel quel ; donnez cette "
        "adresse par KB_CATALOGUE, puis relancez.\n"
    )
    shared = Session({**environ, "KB_CATALOGUE": address}, open_library)
    assert run(["verify"], shared) == 0
    assert run(["search", "colocation étudiants"], shared) == 0
    assert "La colocation entre étudiants" in capsys.readouterr().out

    assert run(["migrate", "--catalogue", address], shared) == 1
    assert "Le catalogue y est déjà" in capsys.readouterr().err
    assert run(["migrate", "--catalogue", "fichier"], shared) == 1
    assert "déjà des brochures" in capsys.readouterr().err
    (tmp_path / "base" / "catalogue.sqlite").unlink()
    assert run(["migrate", "--catalogue", "fichier"], shared) == 0
    assert "retirez KB_CATALOGUE" in capsys.readouterr().out
    assert run(["verify"], session) == 0
