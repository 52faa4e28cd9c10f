"""What is written of an evaluation: text, Markdown, JSON."""

from __future__ import annotations

import pytest

from kb.evaluation.ablation import Ablation, Variant
from kb.evaluation.evaluating import Evaluation, Row
from kb.evaluation.intervals import Estimate
from kb.evaluation.measures import MEASURES
from kb.evaluation.tables import (
    Table,
    ablation_record,
    ablation_table,
    evaluation_notes,
    evaluation_record,
    evaluation_table,
    signed,
)
from kb.model import Mode

ESTIMATE = Estimate(0.5, 0.41234, 0.6)
ROW = Row(Mode.HYBRID, "toutes", 2, dict.fromkeys(MEASURES, 0.5), {"nDCG@10": ESTIMATE}, 1, 3, 2)
BARE = Row(Mode.LEXICAL, "none", 0, dict.fromkeys(MEASURES, 0.0), {}, 0, 3, 2)
EVALUATION = Evaluation(
    "essai", (ROW, BARE), {"nDCG@10": Estimate(0.02, -0.0001, 0.0416)}, ("q7",), ("q1 : non",)
)
ABLATION = Ablation(
    {"nDCG@10": 0.75, "recall@10": 0.9},
    (
        Variant(
            "sans thésaurus",
            {"nDCG@10": 0.7, "recall@10": 0.9},
            {"nDCG@10": Estimate(-0.05, -0.08, -0.02)},
        ),
    ),
)


def test_text_aligns_words_left_and_figures_right() -> None:
    table = Table((("mode", "n"), ("lexical", "1"), ("x", "100")), words=1)
    assert table.text() == "mode       n\nlexical    1\nx        100"


def test_markdown_says_where_columns_lean() -> None:
    table = Table((("mode", "n"), ("lexical", "1")), words=1)
    assert table.markdown() == "| mode | n |\n| --- | ---: |\n| lexical | 1 |"


def test_the_interval_stands_beside_the_main_measure() -> None:
    head, row, _ = evaluation_table(EVALUATION).lines
    place = head.index("nDCG@10")
    assert head[place + 1] == "nDCG@10 à 95 %"
    assert row[place : place + 2] == ("0.500", "[0.412 ; 0.600]")
    assert row[-2:] == ("1/2", "2/3")


def test_what_was_not_measured_is_a_dash() -> None:
    cells = evaluation_table(EVALUATION).lines[2]
    assert cells[:3] == ("lexical", "none", "3")
    assert set(cells[3:-2]) == {"–"}


def test_notes_tell_the_gain_and_what_went_wrong() -> None:
    assert evaluation_notes(EVALUATION) == [
        "Hybride moins lexical (à 95 %) : nDCG@10 +0.020 [+0.000 ; +0.042]",
        "Sans passage dans la base : q7",
        "En échec : q1 : non",
    ]


def test_long_lists_are_cut_in_text_only() -> None:
    names = tuple(f"q{number}" for number in range(12))
    many = Evaluation("essai", (), {}, names, names)
    notes = evaluation_notes(many)
    assert notes[0] == (
        "Sans passage dans la base : q0, q1, q2, q3, q4, q5, q6, q7, q8, q9… et 2 de plus"
    )
    assert notes[-2:] == ["En échec : q9", "En échec : 2 de plus"]
    assert len(notes) == 12
    assert evaluation_record(many)["failures"] == list(names)


def test_record_holds_every_figure() -> None:
    record = evaluation_record(EVALUATION)
    assert record["name"] == "essai"
    assert record["hybrid_minus_lexical"]["nDCG@10"] == {
        "mean": 0.02,
        "low": -0.0001,
        "high": 0.0416,
    }
    assert record["rows"][0] == {
        "mode": "hybrid",
        "type": "toutes",
        "answerable": 2,
        **dict.fromkeys(MEASURES, 0.5),
        "intervals": {"nDCG@10": {"mean": 0.5, "low": 0.4123, "high": 0.6}},
        "wrongly_refused": 1,
        "out_of_scope": 3,
        "refused": 2,
    }


def test_ablation_shows_the_whole_then_what_each_absence_changes() -> None:
    assert ablation_table(ABLATION).lines == (
        ("recherche hybride", "nDCG@10", "écart (à 95 %)", "recall@10", "écart (à 95 %)"),
        ("complète", "0.750", "–", "0.900", "–"),
        ("sans thésaurus", "0.700", "-0.050 [-0.080 ; -0.020]", "0.900", "–"),
    )


def test_ablation_record_holds_the_same() -> None:
    assert ablation_record(ABLATION) == {
        "full": {"nDCG@10": 0.75, "recall@10": 0.9},
        "variants": [
            {
                "name": "sans thésaurus",
                "nDCG@10": 0.7,
                "recall@10": 0.9,
                "changes": {"nDCG@10": {"mean": -0.05, "low": -0.08, "high": -0.02}},
            }
        ],
    }


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (None, "–"),
        (Estimate(-0.0001, -0.0004, 0.0), "+0.000 [+0.000 ; +0.000]"),
        (Estimate(-0.02, -0.04, 0.01), "-0.020 [-0.040 ; +0.010]"),
    ],
)
def test_differences_carry_their_sign(estimate: Estimate | None, shown: str) -> None:
    assert signed(estimate) == shown
