"""``kb evaluate``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.model import Section
from kb.results import ProjectSheet, SectionSheet
from tests.contract.static_folder import write_static_model

QUESTION = {
    "id": "1",
    "type": "question",
    "query": "jardin",
    "gold": [{"project": "jardin", "evidence": ["cultivent un jardin"]}],
}
NO_ANSWER = {"id": "2", "type": "none", "query": "fusée", "gold": []}


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """One question that the library answers first, one that nothing answers."""
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, (QUESTION, NO_ANSWER))), encoding="utf-8")
    (tmp_path / "projects.json").write_text(json.dumps({"jardin": ["jardin"]}))
    return path


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    """Two documents, the first of which answers the one query."""
    folder = tmp_path / "mini"
    folder.mkdir()
    (folder / "corpus.jsonl").write_text(
        '{"_id": "d1", "title": "", "text": "On sème des radis."}\n'
        '{"_id": "d2", "title": "", "text": "On répare des vélos."}\n',
        encoding="utf-8",
    )
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "radis"}\n')
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    return folder


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    model = write_static_model(tmp_path / "model", ["radis", "velos"])
    return {"KB_HOME": str(tmp_path / "home"), "KB_EMBEDDING_MODEL": str(model)}


def test_questions_are_put_to_the_base_in_every_mode(kb, questions, library):
    shell = kb("evaluate", str(questions))

    lines = shell.out.splitlines()
    assert shell.code == 0
    assert lines[0].split()[:4] == ["mode", "type", "n", "hit@1"]
    assert lines[1].split()[:4] == ["hybrid", "toutes", "2", "1.000"]
    assert [line.split()[0] for line in lines[1:]] == ["hybrid"] * 3 + ["lexical"] * 3 + [
        "semantic"
    ] * 3
    assert library.closed


def test_progress_is_told_apart_from_the_measures(kb, questions):
    assert kb("evaluate", str(questions)).err == (
        "[1/6] questions (hybrid)\n[3/6] questions (lexical)\n[5/6] questions (semantic)\n"
    )


def test_one_source_is_one_json_object(kb, questions):
    record = json.loads(kb("evaluate", str(questions), "--json").out)

    assert record["name"] == "questions"
    assert record["rows"][0]["hit@1"] == 1.0
    assert "ablation" not in record


def test_a_folder_is_measured_on_a_base_of_its_own(kb, collection, environ, library):
    record = json.loads(kb("evaluate", str(collection), "--json", environ=environ).out)

    assert record["name"] == "mini"
    assert record["rows"][0]["nDCG@10"] == 1.0
    assert "project@1" not in record["rows"][0]
    assert library.calls == []
    assert not Path(environ["KB_HOME"]).exists()


def test_several_sources_are_measured_one_after_the_other(kb, questions, collection, environ):
    sources = (str(questions), str(collection))

    record = json.loads(kb("evaluate", *sources, "--json", environ=environ).out)
    assert [one["name"] for one in record["sets"]] == ["questions", "mini"]
    blocks = kb("evaluate", *sources, environ=environ).out.split("\n\n")
    assert [block.splitlines()[0] for block in blocks if len(block.splitlines()) == 1] == [
        "questions",
        "mini",
    ]


def test_ablation_adds_a_table_with_each_ingredient_left_out(kb, collection, environ):
    shell = kb("evaluate", str(collection), "--ablation", environ=environ)

    table = shell.out.split("\n\n")[1].splitlines()
    assert table[1].split()[:2] == ["complète", "1.000"]
    assert [line.split("  ")[0] for line in table[2:]] == [
        "sans élargissement par le sens",
        "sans thésaurus",
        "sans vecteurs de phrases",
        "sans titre ni intertitre dans le vecteur",
        "sans le sens (lexical)",
    ]


def test_ablation_of_questions_is_on_a_copy_of_the_base(
    kb, questions, environ, library, monkeypatch
):
    found = next(library.passages())
    own = Section(found.passage.section_id, found.project.id, "Objectifs", "OBJECTIFS", 7)
    sheet = ProjectSheet(found.project, found.brochure, (SectionSheet(own, (found.passage,)),))
    monkeypatch.setattr(library, "projects", lambda: (found.project,))
    monkeypatch.setattr(library, "project", lambda _id: sheet)

    shell = kb("evaluate", str(questions), "--ablation", "--json", environ=environ)

    record = json.loads(shell.out)
    assert record["ablation"]["full"]["nDCG@10"] == 1.0
    assert len(record["ablation"]["variants"]) == 5
    assert len([call for call in library.calls if call[0] == "search"]) == 6


def test_markdown_is_ready_to_paste(kb, questions, collection, environ):
    out = kb("evaluate", str(questions), str(collection), "--markdown", environ=environ).out

    lines = out.splitlines()
    assert lines[0] == "### questions"
    assert lines[2].startswith("| mode | type | n | hit@1 |")
    assert lines[3].startswith("| --- | --- | ---: |")
    assert "### mini" in lines


def test_json_and_markdown_exclude_each_other(kb, questions):
    shell = kb("evaluate", str(questions), "--json", "--markdown")

    assert shell.code == 2
    assert "--json et --markdown ne vont pas ensemble" in shell.err


def test_a_malformed_folder_is_told_by_file_and_line(kb, collection):
    (collection / "queries.jsonl").write_text("non\n")
    shell = kb("evaluate", str(collection))

    assert shell.code == 1
    assert shell.err.startswith(f"Erreur : La ligne 1 de « {collection / 'queries.jsonl'} »")


def test_evaluating_an_absent_file_is_bad_usage(kb):
    shell = kb("evaluate", "absent.jsonl")

    assert shell.code == 2
    assert shell.err == (
        "Erreur : QUESTIONS : « absent.jsonl » n’existe pas (voir « kb evaluate --help »).\n"
    )


def test_nothing_to_measure_is_bad_usage(kb):
    assert kb("evaluate").code == 2
