from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.training.gathering import gather
from index.training.leakage import KeptOut
from index.training.reporting import Silent
from kb.errors import InputError

QUESTION = "Où dormir ce soir ?"
PASSAGE = (
    "La pension de famille accueille vingt personnes seules, sans limite de durée, "
    "dans des logements meublés."
)


@pytest.fixture
def kept_out() -> KeptOut:
    return KeptOut([QUESTION, PASSAGE, "Loyer"])


def test_a_question_leaks_however_it_is_written(kept_out):
    assert kept_out.leaks("ou dormir, ce soir")
    assert not kept_out.leaks("Où dormir ce soir à Lille ?")


def test_nine_running_words_of_a_passage_leak(kept_out):
    nine = "pension de famille accueille vingt personnes seules sans limite"

    assert kept_out.leaks(f"On lit que cette {nine}.")
    assert not kept_out.leaks("On lit : " + nine.removesuffix(" limite") + " borne aucune ici.")


def test_one_word_alone_is_nobodys_question(kept_out):
    assert not kept_out.leaks("loyer")


def test_either_side_of_a_pair_leaks(kept_out):
    assert kept_out.leaks("autre chose", QUESTION)


def test_nothing_kept_out_lets_everything_in():
    assert not KeptOut([]).leaks(PASSAGE)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("queries.jsonl", json.dumps({"_id": "1", "text": QUESTION})),
        ("q.jsonl", json.dumps({"query": "x y", "gold": [{"evidence": [QUESTION]}]})),
        ("dev.tsv", f"Une phrase.\t{QUESTION}\t4.2\n"),
        ("sample.toml", f'[[project]]\ntext = "{QUESTION}"\n'),
        ("one.json", json.dumps([{"a": QUESTION}])),
        ("note.txt", f"Titre\n{QUESTION}\n"),
    ],
)
def test_every_text_of_a_file_or_folder_is_kept_out(tmp_path: Path, name: str, content: str):
    (tmp_path / name).write_text(content, encoding="utf-8")

    assert KeptOut.of_paths([tmp_path / name]).leaks(QUESTION)
    assert KeptOut.of_paths([tmp_path]).leaks(QUESTION)


def test_text_that_is_cut_into_lines_is_kept_out_across_them(tmp_path: Path):
    path = tmp_path / "brochure.txt"
    path.write_text(PASSAGE.replace("vingt ", "vingt\n"), encoding="utf-8")

    assert KeptOut.of_paths([path]).leaks(PASSAGE)


def test_what_cannot_be_kept_out_is_told(tmp_path: Path):
    (tmp_path / "bad.jsonl").write_text("{")

    with pytest.raises(InputError, match="à écarter de l’entraînement, ne se lit pas"):
        KeptOut.of_paths([tmp_path / "bad.jsonl"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="ne contient aucun texte à écarter"):
        KeptOut.of_paths([tmp_path / "empty"])


def test_training_material_holds_nothing_of_an_evaluation(workshop):
    """Pairs and paragraphs that leak are dropped, from the counts of words too."""
    data = workshop.folder / "data"
    with (data / "pairs.jsonl").open("a", encoding="utf-8") as pairs:
        for query, positive in [(QUESTION, "corade dimette"), ("ou loger", PASSAGE)]:
            pairs.write(json.dumps({"query": query, "positive": positive}) + "\n")
    with (data / "text.txt").open("a", encoding="utf-8") as text:
        text.write(f"{PASSAGE}\n")
    config = workshop.config()

    gathered = gather(config, data, KeptOut([QUESTION, PASSAGE]), Silent())

    every = [*gathered.pairs["asked"], *gathered.held_out["asked"]]
    assert len(every) == 300
    assert {one.query for one in every}.isdisjoint({QUESTION, "ou loger"})
    assert "pension" not in gathered.texts.words
    assert PASSAGE not in gathered.sample
    assert {count.name: count.leaked for count in gathered.counts} == {
        "field": 0,
        "asked": 2,
        "text": 1,
    }
