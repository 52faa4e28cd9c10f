"""Training the student: first the teacher's vectors of translations, then pairs as well."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.training.config import FittingOptions, TrainingConfig
from index.training.reporting import Reporter
from index.training.student.initial import initial_student, open_student
from index.training.teacher import Lesson
from index.training.trainer import (
    LESSON,
    PAIRS,
    History,
    Manner,
    Material,
    ranking_loss,
    run,
)

WORD_ROWS = "word_embeddings"
_TEXTS_AT_ONCE = 32
_TEMPERATURE = 0.05
"""Of the softmax over a batch's cosines, teacher's and student's."""
_LIKENESS = 0.06
"""Weight of the likeness of those two beside the cosine of each sentence with its own vector."""


def fit_student(
    config: TrainingConfig,
    static: Path,
    material: Material,
    lesson: Lesson,
    *,
    work: Path,
    resume: bool,
    reporter: Reporter,
) -> tuple[Any, History]:
    """The trained ``SentenceTransformer``, and how its two trainings went.

    ``work`` holds what both began with and their checkpoints; ``resume`` goes on from
    the last one, and gives what an uninterrupted run gives. Raises ConfigurationError
    without the teacher.
    """
    student = config.student
    if student is None:
        raise ValueError("the configuration has no [student]")
    if not resume:
        # Else what an older training left of the second part would be resumed with this first.
        shutil.rmtree(work, ignore_errors=True)
    initial = initial_student(
        static, config.distillation.teacher, student.layers, lesson, work / "initial"
    )
    model = open_student(initial, config.fitting.max_tokens)
    reporter.stage("Le modèle apprend du modèle enseignant…")
    alone = Material({}, {}, {}, lesson, lesson_weight=1.0)
    first = _run(
        model,
        config,
        alone,
        replace(
            config.fitting,
            batch_size=student.distil_batch_size,
            epochs=student.distil_epochs,
            learning_rate=student.distil_learning_rate,
        ),
        work / "distilling",
        resume,
        reporter,
    )
    reporter.stage("Le modèle apprend à trouver…")
    then = _run(model, config, material, config.fitting, work / "fitting", resume, reporter)
    return model, first.then(then)


def _run(
    model: Any,
    config: TrainingConfig,
    material: Material,
    options: FittingOptions,
    work: Path,
    resume: bool,
    reporter: Reporter,
) -> History:
    student = config.student
    if student is None:
        raise ValueError("the configuration has no [student]")
    losses = {}
    if material.pairs:
        losses[PAIRS] = ranking_loss(model, options.scale)
    if material.lesson is not None:
        losses[LESSON] = lesson_loss(model, material.lesson_weight)
    return run(
        model,
        losses,
        material,
        options,
        seed=config.seed,
        work=work,
        resume=resume,
        reporter=reporter,
        manner=Manner(
            half=True,
            pool=student.pool,
            largest_gradient=student.largest_gradient,
            rates={WORD_ROWS: options.learning_rate * student.words_rate},
            texts_at_once=_TEXTS_AT_ONCE,
        ),
    )


def lesson_loss(model: Any, weight: float) -> Any:
    """Each sentence near its own vector, and to the batch's others as near as the teacher's is."""
    import torch
    from sentence_transformers.sentence_transformer.losses import EmbedDistillLoss
    from torch.nn.functional import cross_entropy, softmax

    class LessonLoss(EmbedDistillLoss):
        def compute_loss_from_embeddings(self, embeddings: Any, teacher_embeddings: Any) -> Any:
            own = super().compute_loss_from_embeddings(embeddings, teacher_embeddings)
            student, teacher = embeddings[0], teacher_embeddings[0]
            with torch.autocast("cpu", enabled=False):
                alike = cross_entropy(
                    student @ teacher.T / _TEMPERATURE,
                    softmax(teacher @ teacher.T / _TEMPERATURE, dim=1),
                )
            return weight * (own + _LIKENESS * alike)

    return LessonLoss(model, distance_metric="cosine")
