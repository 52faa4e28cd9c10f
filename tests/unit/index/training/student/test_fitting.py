"""A student learns first from its teacher, then from pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch

from index.training.gathering import gather
from index.training.leakage import KeptOut
from index.training.reporting import Silent
from index.training.student.fitting import fit_student, lesson_loss
from index.training.student.initial import open_student
from index.training.teacher import Lesson
from index.training.trainer import History, Material
from tests.unit.index.training.student.conftest import StudentWorkshop

pytestmark = pytest.mark.slow

FIRST, SECOND = "Le modèle apprend du modèle enseignant…", "Le modèle apprend à trouver…"


class Interrupting(Silent):
    """Breaks off at a step of one part, as someone who closes the terminal."""

    def __init__(self, part: str, at: int) -> None:
        self.part, self.at = part, at
        self.now = ""

    def stage(self, text: str) -> None:
        if text in (FIRST, SECOND):
            self.now = text

    def step(self, done: int, total: int, text: str) -> None:
        if self.now == self.part and done >= self.at:
            raise KeyboardInterrupt


@dataclass
class Trainer:
    """Fits the tiny student, each time in a folder of its name."""

    shop: StudentWorkshop
    lesson: Lesson
    material: Material

    def fit(
        self, work: str, *, resume: bool = False, reporter: Silent | None = None, **changes: Any
    ) -> tuple[Any, History]:
        return fit_student(
            replace(self.shop.config(), **changes),
            self.shop.static,
            self.material,
            self.lesson,
            work=self.shop.folder / work,
            resume=resume,
            reporter=reporter or Silent(),
        )


@pytest.fixture(scope="module")
def trainer(shop: StudentWorkshop) -> Trainer:
    gathered = gather(shop.config(), shop.folder / "data", KeptOut([]), Silent())
    lesson = shop.lesson(500)
    material = Material(gathered.pairs, {"asked": 2.0}, gathered.held_out, lesson, 0.5, 1.0)
    return Trainer(shop, lesson, material)


@pytest.fixture(scope="module")
def whole(trainer: Trainer) -> tuple[Any, History]:
    """An uninterrupted training."""
    return trainer.fit("whole")


def bytes_of(model: Any) -> dict[str, bytes]:
    """All weights but those of BERT's pooler, which are drawn by chance and never used."""
    state = model.state_dict()
    return {name: state[name].numpy().tobytes() for name in state if "pooler" not in name}


def test_both_parts_are_told_one_after_the_other(trainer, whole):
    _model, history = whole
    config = trainer.shop.config()
    pairs = trainer.material.steps(config.fitting)

    # All of the lesson twice, 32 a batch; then the pairs, and half as many batches of it.
    distilled = 500 * 2 // 32
    assert history.steps == distilled + pairs + pairs // 2
    assert sorted(history.figures)[0] == distilled
    assert sorted(history.figures)[-1] == history.steps
    assert [step for step, _loss in history.losses] == sorted(
        step for step, _loss in history.losses
    )


def test_held_out_questions_find_more_after_the_pairs(whole):
    _model, history = whole
    before, *_between, after = (history.figures[step]["asked"] for step in sorted(history.figures))

    assert after > before + 0.1


def test_the_lesson_is_learnt_before_the_pairs(whole):
    _model, history = whole
    losses = [loss for step, loss in history.losses if step < min(history.figures)]

    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])


@pytest.mark.parametrize(("part", "at"), [(FIRST, 20), (SECOND, 25)], ids=["first", "second"])
def test_a_resumed_training_gives_what_an_uninterrupted_one_gives(trainer, whole, part, at):
    """Which also says that the same seed gives the same bytes."""
    work = f"broken at {at}"
    with pytest.raises(KeyboardInterrupt):
        trainer.fit(work, reporter=Interrupting(part, at))
    left = {one.name for one in (trainer.shop.folder / work).iterdir()}
    assert left == {"initial", "distilling"} | ({"fitting"} if part == SECOND else set())

    model, history = trainer.fit(work, resume=True)
    expected, told = whole
    assert bytes_of(model) == bytes_of(expected)
    assert history == told


def test_what_an_older_training_left_is_forgotten_without_resume(trainer):
    """Else its second part would be resumed after the first part of the new one."""
    stale = trainer.shop.folder / "older" / "fitting" / "checkpoint-3"
    stale.mkdir(parents=True)
    with pytest.raises(KeyboardInterrupt):
        trainer.fit("older", reporter=Interrupting(FIRST, 1))

    assert not stale.parent.exists()


def test_word_rows_learn_faster_than_layers(trainer, monkeypatch):
    """By ``words_rate``."""
    from index.training import trainer as module

    seen = []
    arguments = module._arguments
    monkeypatch.setattr(
        module, "_arguments", lambda *parts: seen.append(arguments(*parts)) or seen[-1]
    )
    config = trainer.shop.config()
    trainer.fit(
        "rates",
        student=replace(config.student, distil_epochs=0.0),
        fitting=replace(config.fitting, epochs=0.0),
    )

    assert [one.learning_rate_mapping for one in seen] == [
        {"word_embeddings": 0.02},
        {"word_embeddings": 0.04},
    ]
    assert {one.max_grad_norm for one in seen} == {1.0}
    assert all(one.bf16 for one in seen)


def test_without_a_student_there_is_nothing_to_fit(trainer):
    with pytest.raises(ValueError, match=r"no \[student\]"):
        trainer.fit("none", student=None)


def test_a_lesson_counts_distance_and_likeness(shop):
    """By hand: 1 - cos with its own vector, and the cross entropy of both likenesses."""
    model = open_student(shop.folder / "whole" / "initial", 16)
    rows = torch.nn.functional.normalize(torch.tensor([[1.0, 0.2], [0.1, 1.0]]), dim=1)
    theirs = torch.eye(2)

    found = [
        float(lesson_loss(model, weight).compute_loss_from_embeddings([rows], [theirs]))
        for weight in (1.0, 3.0)
    ]

    mine = np.asarray(rows, dtype=np.float64)
    wanted = np.exp(np.eye(2) / 0.05) / np.exp(np.eye(2) / 0.05).sum(axis=1, keepdims=True)
    logits = mine / 0.05
    entropy = -(wanted * (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True)))).sum(axis=1)
    expected = (1 - mine.diagonal()).mean() + 0.06 * entropy.mean()
    assert found == pytest.approx([expected, 3 * expected], rel=1e-5)
