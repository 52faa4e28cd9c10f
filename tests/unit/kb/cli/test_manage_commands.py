"""``kb remove``, ``kb reindex``, ``kb doctor``, ``kb evaluate``."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from kb.results import Finding


def test_removes_a_brochure(kb, library):
    shell = kb("remove", "cahier/")

    assert library.calls == [("brochure", "cahier")]
    assert (shell.code, shell.out) == (
        0,
        "Brochure retirée : Cahier des projets (cahier), 2 passages.\n",
    )


def test_removing_an_unknown_brochure_is_one_line(kb):
    shell = kb("remove", "autre")

    assert (shell.code, shell.out, shell.err) == (1, "", "Erreur : Aucune brochure « autre ».\n")


def test_reindexes(kb):
    assert kb("reindex").out == "Index reconstruit : 1\u202f234 passages.\n"


def test_doctor_succeeds_when_all_is_well(kb):
    shell = kb("doctor")

    assert (shell.code, shell.out) == (0, "bien      Catalogue : 1 brochure.\n")


def test_doctor_fails_when_something_is_to_be_mended(kb, library):
    library.findings = (
        Finding(True, "Catalogue", "1 brochure."),
        Finding(False, "Index", "il manque 3 passages : lancez « kb reindex »."),
    )

    shell = kb("doctor")

    assert shell.code == 1
    assert shell.out == (
        "bien      Catalogue : 1 brochure.\n"
        "à revoir  Index : il manque 3 passages : lancez « kb reindex ».\n"
    )


@pytest.fixture
def questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    evaluation = SimpleNamespace(records=lambda: {"ndcg": 0.8, "mot": "été"}, table=lambda: "été")
    monkeypatch.setattr("kb.evaluation.evaluate", lambda library, path: evaluation)
    path = tmp_path / "questions.jsonl"
    path.touch()
    return path


def test_evaluates_as_a_table(kb, questions):
    assert kb("evaluate", str(questions)).out == "été\n"


def test_evaluates_as_json(kb, questions):
    shell = kb("evaluate", str(questions), "--json")

    assert json.loads(shell.out) == {"ndcg": 0.8, "mot": "été"}
    assert "été" in shell.out


def test_evaluating_an_absent_file_is_bad_usage(kb):
    shell = kb("evaluate", "absent.jsonl")

    assert shell.code == 2
    assert shell.err == (
        "Erreur : QUESTIONS : « absent.jsonl » n’existe pas (voir « kb evaluate --help »).\n"
    )
