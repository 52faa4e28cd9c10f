"""What a training is asked, and what it has once its sources are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.training.config import TrainingConfig
from index.training.gathering import Gathered
from index.training.heldout import HeldOut
from index.training.reporting import Reporter
from index.training.teacher import Lesson, learn_from, load_teacher, sample_parallel
from index.training.trainer import Material


@dataclass(frozen=True, slots=True)
class TrainingRequest:
    """What ``kb train --config`` is asked."""

    config: Path
    data: Path
    output: Path
    vectors: Path | None = None
    """None: those of the installed package."""
    keep_out: tuple[Path, ...] = ()
    resume: bool = False
    student: Path | None = None
    """A student that was trained already: only what follows the training is made anew."""

    @property
    def work(self) -> Path:
        """Where checkpoints and the teacher's vectors are, beside the output."""
        return self.output.with_name(f"{self.output.name}.work")


@dataclass(frozen=True, slots=True)
class Task:
    """A training whose sources have been read."""

    request: TrainingRequest
    config: TrainingConfig
    gathered: Gathered
    kept_out: int
    """Evaluation texts that the sources were compared with."""
    started: float
    """By ``time.monotonic``."""

    @property
    def checkpoints(self) -> Path:
        """What an interrupted training goes on from."""
        return self.request.work / "checkpoints"

    def material(self, reporter: Reporter) -> Material:
        """What was gathered, with the teacher's lesson where one is asked for.

        Raises ConfigurationError where the teacher is missing.
        """
        options = self.config.distillation
        return Material(
            pairs=self.gathered.pairs,
            weights={source.name: source.weight for source in self.config.sources},
            held_out=self.gathered.held_out,
            lesson=self._lesson(reporter),
            lesson_share=options.share,
            lesson_weight=options.weight,
        )

    def held_out(self) -> dict[str, HeldOut]:
        """What the finished model is measured on, by source."""
        return {name: HeldOut.of_pairs(pairs) for name, pairs in self.gathered.held_out.items()}

    def _lesson(self, reporter: Reporter) -> Lesson | None:
        options = self.config.distillation
        if not options.share or not self.gathered.parallel:
            return None
        reporter.stage("Vecteurs du modèle enseignant…")
        sample = sample_parallel(self.gathered.parallel, options.sentences, self.config.seed)
        return learn_from(
            sample,
            load_teacher(options.teacher),
            self.request.work / "teacher",
            lambda done, total: reporter.step(done, total, ""),
        )
