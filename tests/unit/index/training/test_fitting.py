from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from index.training.config import FittingOptions
from index.training.fitting import Fitted, fit
from index.training.gathering import gather
from index.training.heldout import table_embedding
from index.training.initial import Table, initial_table
from index.training.leakage import KeptOut
from index.training.reporting import Silent
from index.training.sources import Pair
from index.training.teacher import Lesson
from index.training.trainer import Material
from index.training.vocabulary import make_tokenizer, make_vocabulary
from index.training.word_vectors import read_word_vectors
from tests.unit.index.training.conftest import Workshop, make_workshop

pytestmark = pytest.mark.slow

OPTIONS = FittingOptions(batch_size=32, chunks=2, epochs=2, learning_rate=3e-2, evaluations=3)


class Interrupting(Silent):
    """Breaks off at a step, as someone who closes the terminal."""

    def __init__(self, at: int) -> None:
        self.at = at

    def step(self, done: int, total: int, text: str) -> None:
        if done >= self.at:
            raise KeyboardInterrupt


class Trainer:
    """Fits the tiny model, each time in a folder of its name."""

    def __init__(self, workshop: Workshop) -> None:
        config = workshop.config()
        gathered = gather(config, workshop.folder / "data", KeptOut([]), Silent())
        vectors = read_word_vectors(workshop.folder / "words.vec")
        self.work = workshop.folder / "work"
        self.vocabulary = make_vocabulary(gathered.texts, gathered.own, vectors, config.vocabulary)
        self.table = initial_table(self.vocabulary, vectors, config.initial, config.seed)
        weights = {"asked": 2.0, "field": 1.0}
        self.material = Material(gathered.pairs, weights, gathered.held_out)

    def fit(
        self,
        work: str,
        table: Table | None = None,
        *,
        resume: bool = False,
        interrupted_at: int = 999,
        **changes: object,
    ) -> Fitted:
        return fit(
            self.table if table is None else table,
            make_tokenizer(self.vocabulary),
            replace(self.material, **changes),
            OPTIONS,
            seed=1,
            work=self.work / work,
            resume=resume,
            reporter=Interrupting(interrupted_at),
        )


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    return Trainer(make_workshop(tmp_path_factory.mktemp("fitting")))


@pytest.fixture(scope="module")
def whole(trainer: Trainer) -> Fitted:
    """An uninterrupted training."""
    return trainer.fit("whole")


def test_held_out_questions_find_more_after_training(whole):
    steps = sorted(whole.figures)

    assert len(steps) == 4
    assert (steps[0], steps[-1]) == (0, whole.steps)
    assert whole.figures[whole.steps]["asked"] > whole.figures[0]["asked"] + 0.1
    assert whole.held_out_losses[-1][1] < whole.held_out_losses[0][1]


def test_the_unknown_token_stays_zero_and_the_others_move(trainer, whole):
    assert not whole.table[0].any()
    assert (np.abs(whole.table - trainer.table).max(axis=1) > 0).sum() > 60


def test_a_resumed_training_gives_what_an_uninterrupted_one_gives(trainer, whole):
    """Which also says that the same seed gives the same bytes."""
    saved = max(step for step in whole.figures if step < whole.steps)
    with pytest.raises(KeyboardInterrupt):
        trainer.fit("broken", interrupted_at=saved + 3)
    assert [one.name for one in (trainer.work / "broken").iterdir()] == [f"checkpoint-{saved}"]

    resumed = trainer.fit("broken", resume=True)
    assert resumed.table.tobytes() == whole.table.tobytes()
    assert resumed.figures == whole.figures
    assert resumed.losses == whole.losses


def test_without_resume_a_training_begins_anew(trainer, whole):
    (trainer.work / "stale" / "checkpoint-1").mkdir(parents=True)

    again = trainer.fit("stale")
    assert again.table.tobytes() == whole.table.tobytes()
    assert not (trainer.work / "stale" / "checkpoint-1").exists()


def test_a_teacher_draws_together_what_it_holds_equal(trainer, whole):
    """Sentences that share no word, but whose translations have one vector."""
    sentences = ("feradine dimoir", "norade muroir")
    alike = np.tile(np.eye(12, dtype=np.float32)[0], (2, 1))
    apart = np.tile(np.eye(12, dtype=np.float32)[1:3], (60, 1))
    others = tuple(["baloir golule", "hurage corette"] * 60)
    lesson = Lesson(sentences * 30 + others, np.vstack([np.tile(alike, (30, 1)), apart]))

    taught = trainer.fit("taught", lesson=lesson, lesson_share=1.0)

    assert taught.steps == 2 * whole.steps

    def nearness(fitted: Fitted) -> float:
        embed = table_embedding(fitted.table, make_tokenizer(trainer.vocabulary))
        one, other = embed(sentences)
        return float(one @ other)

    assert nearness(taught) > nearness(whole) + 0.2


def test_texts_without_direction_do_no_harm(trainer):
    """Of unknown tokens alone, or of tokens whose rows are zero."""
    odd = [Pair("???", "corade"), Pair("corade", "!!!"), Pair("…", "j"), Pair("j", "corette")]
    table = trainer.table.copy()
    table[trainer.vocabulary.tokens.index("j")] = 0

    fitted = trainer.fit("odd", table, pairs=trainer.material.pairs | {"asked": odd * 20})
    assert np.isfinite(fitted.table).all()
    assert not fitted.table[0].any()
