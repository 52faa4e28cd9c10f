"""Collections in the layout of BEIR: what is read, what is refused, what a base gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.errors import InputError
from kb.evaluation.beir import load_collection, passage_id
from kb.evaluation.judged import JudgedQuery

DOCUMENTS = (
    {"_id": "d1", "title": "Le jardin", "text": "On y sème des radis.\u2028Et des fèves."},
    {"_id": "d2", "text": "La halte ouvre la nuit."},
)
QUERIES = (
    {"_id": "q1", "text": "semer"},
    {"_id": "q2", "text": "dormir"},
    {"_id": "q3", "text": "?"},
)
HEADER = "query-id\tcorpus-id\tscore"
QRELS = (HEADER, "q1\td1\t2", "q1\td2\t0", "q2\td2\t1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole collection of two documents."""
    made = tmp_path / "essai"
    made.mkdir()
    for name, objects in (("corpus", DOCUMENTS), ("queries", QUERIES)):
        lines = [json.dumps(one, ensure_ascii=False) for one in objects]
        (made / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (made / "qrels.tsv").write_text("\n".join(QRELS) + "\n", encoding="utf-8")
    return made


def test_queries_with_a_positive_judgement_are_measured(folder: Path) -> None:
    judged = load_collection(folder).judged()
    assert judged.name == "essai"
    assert judged.queries == (
        JudgedQuery("q1", "", "semer", {passage_id("d1"): 2}, answerable=True),
        JudgedQuery("q2", "", "dormir", {passage_id("d2"): 1}, answerable=True),
    )


def test_each_document_is_one_passage_of_a_project_of_its_own(folder: Path) -> None:
    reading = load_collection(folder).reading()
    assert [one.title for one in reading.projects] == ["Le jardin", ""]
    assert [one.id for one in reading.passages] == [passage_id("d1"), passage_id("d2")]
    assert [one.project_id for one in reading.passages] == [one.id for one in reading.projects]
    assert [one.section_id for one in reading.passages] == [one.id for one in reading.sections]
    assert reading.passages[0].text == DOCUMENTS[0]["text"]
    assert {one.heading for one in reading.passages} == {""}
    assert reading.brochure.paged is False


def test_judgements_may_lie_where_beir_puts_them(folder: Path) -> None:
    (folder / "qrels").mkdir()
    (folder / "qrels.tsv").rename(folder / "qrels" / "test.tsv")
    assert len(load_collection(folder).judged().queries) == 2


def test_windows_line_ends_are_read(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(load_collection(folder).judged().queries) == 2


@pytest.mark.parametrize(
    ("name", "line", "content", "message"),
    [
        ("corpus.jsonl", 2, "{", "La ligne 2 de .*corpus.jsonl"),
        ("corpus.jsonl", 1, '{"_id": "d1"}', "La ligne 1 de .*corpus.jsonl.*text"),
        ("corpus.jsonl", 2, '["d2", "texte"]', "La ligne 2 de .*corpus.jsonl"),
        ("corpus.jsonl", 2, '{"_id": "d1", "text": ""}', "ligne 2.*déjà vu : d1"),
        ("queries.jsonl", 3, '{"_id": "q1", "text": ""}', "ligne 3 .*queries.jsonl.*déjà vu : q1"),
        ("qrels.tsv", 1, "q1\td1\t1", "ligne 1 .*qrels.tsv.*en-tête"),
        ("qrels.tsv", 2, "q1 d1 1", "ligne 2 .*qrels.tsv.*tabulations"),
        ("qrels.tsv", 3, "q1\td1\tun", "ligne 3 .*qrels.tsv"),
        ("qrels.tsv", 4, "q9\td1\t1", "ligne 4 .*requête inconnue : q9"),
        ("qrels.tsv", 4, "q1\td9\t1", "ligne 4 .*document inconnu : d9"),
    ],
)
def test_malformed_lines_are_named(
    folder: Path, name: str, line: int, content: str, message: str
) -> None:
    lines = (folder / name).read_text(encoding="utf-8").split("\n")
    lines[line - 1] = content
    (folder / name).write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_collection(folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_told(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(InputError, match=f"{name}.* ne peut pas être lu"):
        load_collection(folder)


def test_an_empty_file_of_judgements_lacks_its_header(folder: Path) -> None:
    (folder / "qrels.tsv").write_text("")
    with pytest.raises(InputError, match="en-tête"):
        load_collection(folder)


def test_a_collection_without_positive_judgement_is_refused(folder: Path) -> None:
    (folder / "qrels.tsv").write_text(f"{HEADER}\nq1\td1\t0\n")
    with pytest.raises(InputError, match="aucune requête jugée"):
        load_collection(folder)
