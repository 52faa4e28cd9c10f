"""Measures on hand-made answers: each value can be checked on paper."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from pathlib import Path

import pytest

from kb.errors import InputError, InvalidQuery
from kb.evaluation import evaluate
from kb.evaluation.evaluating import ALL_TYPES, Evaluation, Row, measure
from kb.evaluation.judged import JudgedQuery, JudgedSet
from kb.evaluation.questions import (
    judged_questions,
    load_aliases,
    load_questions,
    normalise,
)
from kb.model import Brochure, Mode, Passage, Project, Span
from kb.results import Answer, Hit, PassageSheet, Why

BROCHURE = Brochure("b", "B", 2020, "b.txt", "0", "txt", True, 1, "generique")
TEXTS = {"p1": "L’accueil des femmes.", "p2": "Le coût est de 12 €.", "p3": "Rien d'autre."}


def _sheet(name: str, project: str = "b/solfa") -> PassageSheet:
    passage = Passage(name, f"{project}/s", project, "b", TEXTS[name], "S", "", 1, 1, "")
    organisation = "Logis Métropole" if project == "b/solfa" else "Sia Habitat"
    shown = Project(project, "b", "Refuge", organisation=organisation)
    return PassageSheet(passage, shown, BROCHURE, "")


SHEETS = (_sheet("p1"), _sheet("p2"), _sheet("p3", "b/autre"))


class AnsweringLibrary:
    """Gives the prepared passages for a query; refuses the others."""

    def __init__(self, answers: dict[str, list[str]]) -> None:
        self._answers = answers

    def passages(self) -> Iterable[PassageSheet]:
        return SHEETS

    def search(self, query: str, *, mode: Mode, limit: int) -> Answer:
        if query == "échoue":
            raise InvalidQuery("La requête échoue.")
        by_id = {sheet.passage.id: sheet for sheet in SHEETS}
        hits = tuple(
            Hit(
                rank,
                1.0,
                by_id[name].passage,
                by_id[name].project,
                BROCHURE,
                "",
                Span(0, 1),
                (),
                Why(rank, None, ()),
            )
            for rank, name in enumerate(self._answers.get(query, [])[:limit], start=1)
        )
        return Answer(query, mode, bool(hits), hits, len(hits), 1.0)


def _questions(tmp_path: Path, *lines: dict[str, object]) -> Path:
    path = tmp_path / "questions-small.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    (tmp_path / "projects-small.json").write_text(json.dumps({"solfa": ["logis métropole"]}))
    return path


def _question(identifier: str, query: str, *evidence: str) -> dict[str, object]:
    gold = [{"project": "solfa", "evidence": list(evidence)}] if evidence else []
    return {"id": identifier, "type": "question" if gold else "none", "query": query, "gold": gold}


def _row(evaluation: Evaluation, kind: str = ALL_TYPES) -> Row:
    return next(row for row in evaluation.rows if row.type == kind)


def _evaluated(tmp_path: Path, answers: dict[str, list[str]], *lines: dict[str, object]) -> Row:
    evaluation = evaluate(AnsweringLibrary(answers), _questions(tmp_path, *lines), [Mode.LEXICAL])
    return _row(evaluation)


def test_measures_of_a_hit_at_the_second_rank(tmp_path: Path) -> None:
    row = _evaluated(tmp_path, {"coût": ["p3", "p2"]}, _question("1", "coût", "le coût est de 12"))
    assert row.scores == {
        "hit@1": 0.0,
        "hit@3": 1.0,
        "hit@10": 1.0,
        "recall@10": 1.0,
        "MRR": 0.5,
        "nDCG@10": pytest.approx(1 / math.log2(3)),
        "project@1": 0.0,
    }


def test_evidence_is_compared_without_case_apostrophes_and_spaces(tmp_path: Path) -> None:
    row = _evaluated(tmp_path, {"q": ["p1"]}, _question("1", "q", "l'ACCUEIL  des"))
    assert row.scores["nDCG@10"] == 1.0
    assert row.scores["project@1"] == 1.0


def test_passage_of_another_project_is_not_relevant(tmp_path: Path) -> None:
    row = _evaluated(tmp_path, {"q": ["p3"]}, _question("1", "q", "rien d’autre"))
    assert row.scores["hit@10"] == 0.0


def test_failed_question_scores_zero_and_is_named(tmp_path: Path) -> None:
    path = _questions(tmp_path, _question("1", "échoue", "accueil"), _question("2", "q", "accueil"))
    evaluation = evaluate(AnsweringLibrary({"q": ["p1"]}), path, [Mode.LEXICAL])
    assert _row(evaluation).scores["hit@1"] == 0.5
    assert evaluation.failures == ("1 (lexical) : La requête échoue.",)


def test_question_whose_evidence_is_nowhere_scores_zero_and_is_named(tmp_path: Path) -> None:
    path = _questions(tmp_path, _question("1", "q", "introuvable"))
    evaluation = evaluate(AnsweringLibrary({"q": ["p1"]}), path, [Mode.LEXICAL])
    assert _row(evaluation).scores["hit@10"] == 0.0
    assert evaluation.without_passage == ("1",)


def test_refusals_are_counted_apart(tmp_path: Path) -> None:
    row = _evaluated(
        tmp_path,
        {"répondue": ["p1"], "trop": ["p1"]},
        _question("1", "répondue", "accueil"),
        _question("2", "refusée à tort", "accueil"),
        _question("3", "hors sujet"),
        _question("4", "trop"),
    )
    assert (row.wrongly_refused, row.answerable) == (1, 2)
    assert (row.refused, row.out_of_scope) == (1, 2)


def test_types_are_scored_apart_and_in_every_mode(tmp_path: Path) -> None:
    path = _questions(tmp_path, _question("1", "q", "accueil"), _question("2", "rien"))
    evaluation = evaluate(AnsweringLibrary({"q": ["p1"]}), path)
    assert [(row.mode, row.type) for row in evaluation.rows] == [
        (mode, kind) for mode in Mode for kind in (ALL_TYPES, "question", "none")
    ]


def test_recall_is_the_share_of_what_answers(tmp_path: Path) -> None:
    row = _evaluated(tmp_path, {"q": ["p3", "p1"]}, _question("1", "q", "accueil", "coût"))
    assert (row.scores["recall@10"], row.scores["hit@10"]) == (0.5, 1.0)


def test_means_come_with_their_interval(tmp_path: Path) -> None:
    row = _evaluated(
        tmp_path, {"q": ["p1"]}, _question("1", "q", "accueil"), _question("2", "?", "accueil")
    )
    assert set(row.intervals) == {"nDCG@10", "recall@10", "MRR"}
    estimate = row.intervals["nDCG@10"]
    assert (estimate.low, estimate.mean, estimate.high) == (0.0, 0.5, 1.0)


def test_a_single_question_has_no_interval(tmp_path: Path) -> None:
    assert _evaluated(tmp_path, {"q": ["p1"]}, _question("1", "q", "accueil")).intervals == {}


class WorseByWords(AnsweringLibrary):
    """Finds what was prepared by meaning only."""

    def search(self, query: str, *, mode: Mode, limit: int) -> Answer:
        if mode is Mode.LEXICAL:
            query = "rien"
        return super().search(query, mode=mode, limit=limit)


def test_hybrid_is_compared_with_lexical_query_by_query(tmp_path: Path) -> None:
    path = _questions(tmp_path, _question("1", "q", "accueil"), _question("2", "q", "coût"))
    evaluation = evaluate(WorseByWords({"q": ["p1", "p2"]}), path)
    assert evaluation.gains["MRR"].mean == pytest.approx(0.75)
    assert evaluation.gains["recall@10"].low == 1.0


def test_nothing_is_compared_where_a_mode_was_not_asked(tmp_path: Path) -> None:
    path = _questions(tmp_path, _question("1", "q", "accueil"), _question("2", "q", "coût"))
    assert evaluate(WorseByWords({"q": ["p1"]}), path, [Mode.HYBRID]).gains == {}


def test_graded_judgements_and_sets_without_types_or_projects() -> None:
    judged = JudgedSet(
        "essai",
        (
            JudgedQuery("1", "", "q", {"p1": 2, "p2": 1}, answerable=True),
            JudgedQuery("2", "", "r", {"p3": 1}, answerable=True),
        ),
    )
    evaluation = measure(AnsweringLibrary({"q": ["p2", "p1"]}), judged, [Mode.SEMANTIC])
    row = _row(evaluation)
    swapped = (1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3))
    assert row.scores["nDCG@10"] == pytest.approx(swapped / 2)
    assert "project@1" not in row.scores
    assert [one.type for one in evaluation.rows] == [ALL_TYPES]


def test_progress_counts_queries_of_all_modes_and_names_each_once(tmp_path: Path) -> None:
    path = _questions(tmp_path, _question("1", "q", "accueil"), _question("2", "rien"))
    library, told = AnsweringLibrary({"q": ["p1"]}), list[tuple[int, int, str]]()
    judged = judged_questions(path, library.passages())
    measure(library, judged, [Mode.HYBRID, Mode.LEXICAL], lambda *step: told.append(step))
    assert told == [
        (0, 4, "questions-small (hybrid)"),
        (1, 4, ""),
        (2, 4, ""),
        (2, 4, "questions-small (lexical)"),
        (3, 4, ""),
        (4, 4, ""),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "ne contient aucune question"),
        ("{pas du json", "ligne 1"),
        ('{"id": "1", "type": "t", "query": "q"}', "ligne 1"),
        ('{"id":"1","type":"t","query":"q","gold":[]}\n' * 2, "deux fois le même"),
    ],
)
def test_malformed_questions_are_refused_by_line(
    tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_questions(path)


def test_missing_questions_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ne peut pas être lu"):
        load_questions(tmp_path / "absent.jsonl")


def test_aliases_are_read_beside_the_questions(tmp_path: Path) -> None:
    path = _questions(tmp_path, _question("1", "q", "accueil"))
    assert load_aliases(path) == {"solfa": ("logis métropole",)}


def test_malformed_aliases_are_told(tmp_path: Path) -> None:
    (tmp_path / "projects.json").write_text("[]")
    with pytest.raises(InputError, match="mal formé"):
        load_aliases(tmp_path / "questions.jsonl")


def test_normalising_folds_what_typography_changes() -> None:
    assert normalise("L’ASSOCIATION\n d'aide") == "l'association d'aide"
