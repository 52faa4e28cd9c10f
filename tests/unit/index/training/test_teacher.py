from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.training import teacher
from index.training.teacher import learn_from, load_teacher, sample_parallel
from kb.errors import ConfigurationError

PAIRS = [(f"the house number {at}", f"la maison numéro {at}") for at in range(10)]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch):
    monkeypatch.setattr(teacher, "BLOCK", 4)


class Teacher:
    """Gives each sentence its number, and counts what it was asked."""

    def __init__(self, breaks_at: int = 99) -> None:
        self.asked: list[str] = []
        self.breaks_at = breaks_at

    def __call__(self, texts):
        if len(self.asked) >= self.breaks_at:
            raise KeyboardInterrupt
        self.asked += texts
        return np.array([[float(text.split()[-1]), 0.5] for text in texts], dtype=np.float32)


def test_each_french_sentence_gets_the_vector_of_its_english_one(tmp_path: Path):
    lesson = learn_from(PAIRS, Teacher(), tmp_path)

    assert lesson.sentences == tuple(french for _english, french in PAIRS)
    assert lesson.vectors.tolist() == [[float(at), 0.5] for at in range(10)]


def test_what_was_embedded_is_not_embedded_again(tmp_path: Path):
    with pytest.raises(KeyboardInterrupt):
        learn_from(PAIRS, Teacher(breaks_at=8), tmp_path)
    again = Teacher()

    lesson = learn_from(PAIRS, again, tmp_path)
    assert again.asked == [english for english, _french in PAIRS[8:]]
    assert lesson.vectors[:, 0].tolist() == list(range(10))


def test_the_sample_is_seeded_and_leaves_odd_lengths_out():
    pairs = [*PAIRS, ("Go.", "Va !"), ("a " * 99, "un " * 99)]

    drawn = sample_parallel(pairs, 5, seed=1)
    assert drawn == sample_parallel(pairs, 5, seed=1) != sample_parallel(pairs, 5, seed=2)
    assert sorted(sample_parallel(pairs, 99, seed=1)) == sorted(PAIRS)


def test_a_missing_teacher_is_told():
    with pytest.raises(ConfigurationError, match=r"Le modèle enseignant « no_such_one » manque"):
        load_teacher("no_such_one")
