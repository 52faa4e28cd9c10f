"""The trainer of sentence-transformers over pairs and a lesson, for models of any kind.

In-batch negatives in both directions (M. Henderson et al., Efficient Natural
Language Response Suggestion for Smart Reply, 2017, arXiv:1705.00652): a query
is to be nearest to its own passage among all of the batch, and the passage to its
query. Teaching by parallel text, where there is any, alternates with it.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.training.batches import MixedBatches, SourceRange
from index.training.config import FittingOptions
from index.training.heldout import HeldOut, measure
from index.training.reporting import Reporter
from index.training.sources import Pair
from index.training.teacher import Lesson

PAIRS, LESSON = "pairs", "parallel"
COLUMNS, HELD_OUT_COLUMNS = ("query", "positive"), ("question", "answer")
FIGURES = "held_out"
"""Where the trainer's history, which checkpoints hold, keeps what was measured."""
_CHECKPOINTS = "checkpoint-*"
_LINES_OF_LOSS = 20
_HELD_OUT_FOR_LOSS = 4096


Embedding = Callable[[Sequence[str]], npt.NDArray[np.float32]]
"""Texts → rows of unit length."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from and measured on."""

    pairs: Mapping[str, Sequence[Pair]]
    """By source."""
    weights: Mapping[str, float]
    held_out: Mapping[str, Sequence[Pair]]
    lesson: Lesson | None = None
    lesson_share: float = 0.0
    """Batches of the lesson for each batch of pairs."""
    lesson_weight: float = 1.0
    """Of the lesson's loss."""

    def steps(self, options: FittingOptions) -> int:
        """Batches of pairs, each source counted by its weight."""
        counted = sum(len(pairs) * self.weights[name] for name, pairs in self.pairs.items())
        return max(1, int(counted * options.epochs / options.batch_size)) if self.pairs else 0

    def lesson_steps(self, options: FittingOptions) -> int:
        """Batches of the lesson; where there are no pairs, ``epochs`` times all of it."""
        if self.lesson is None:
            return 0
        if not self.pairs:
            return max(1, int(len(self.lesson.sentences) * options.epochs / options.batch_size))
        return int(self.steps(options) * self.lesson_share)


@dataclass(frozen=True, slots=True)
class Manner:
    """What a transformer is trained with and a table is not."""

    half: bool = False
    """Products in bfloat16, everything that adds up in float32."""
    pool: int = 1
    """Batches are drawn from this many times their size, texts of like length together."""
    largest_gradient: float = 0.0
    """Longest gradient of all parameters together; 0: any."""
    rates: Mapping[str, float] = field(default_factory=dict)
    """Learning rates of parameters whose name matches an expression."""
    texts_at_once: int = 2048
    """When held-out texts are embedded."""


TABLE = Manner()
"""How rows are trained."""


@dataclass(frozen=True, slots=True)
class History:
    """How a training went."""

    steps: int
    losses: tuple[tuple[int, float], ...] = ()
    """(step, mean loss since the last one)."""
    held_out_losses: tuple[tuple[int, float], ...] = ()
    figures: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    """nDCG@10 of held-out pairs by step and source; step 0 is before training."""

    def then(self, later: History) -> History:
        """Both, one after the other."""
        start = self.steps

        def moved(rows: Sequence[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
            return tuple((step + start, value) for step, value in rows)

        return History(
            start + later.steps,
            self.losses + moved(later.losses),
            self.held_out_losses + moved(later.held_out_losses),
            {**self.figures, **{step + start: row for step, row in later.figures.items()}},
        )


def run(
    model: Any,
    losses: Mapping[str, Any],
    material: Material,
    options: FittingOptions,
    *,
    seed: int,
    work: Path,
    resume: bool,
    reporter: Reporter,
    manner: Manner = TABLE,
) -> History:
    """Train ``model`` in place; ``losses`` by ``PAIRS`` and ``LESSON``.

    ``work`` holds checkpoints; ``resume`` goes on from the last one, and gives
    what an uninterrupted run gives.
    """
    held = {name: HeldOut.of_pairs(pairs) for name, pairs in material.held_out.items() if pairs}
    trainer = _trainer(model, losses, material, _arguments(material, options, manner, seed, work))
    trainer.add_callback(_watch(held, embedding_of(model, manner.texts_at_once), reporter))
    last = _last_checkpoint(work) if resume else None
    if last is None:
        _forget_checkpoints(work)
    trainer.train(resume_from_checkpoint=str(last) if last else None)
    history = trainer.state.log_history
    return History(
        int(trainer.state.global_step),
        tuple((int(row["step"]), float(row["loss"])) for row in history if "loss" in row),
        tuple(
            (int(row["step"]), float(row[f"eval_{PAIRS}_loss"]))
            for row in history
            if f"eval_{PAIRS}_loss" in row
        ),
        {int(row["step"]): dict(row[FIGURES]) for row in history if FIGURES in row},
    )


def embedding_of(model: Any, batch_size: int = 2048) -> Embedding:
    """``model`` as a function of texts."""

    def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors: npt.NDArray[np.float32] = model.encode(
            list(texts), batch_size=batch_size, show_progress_bar=False
        )
        return vectors

    return embed


def ranking_loss(model: Any, scale: float) -> Any:
    """Of pairs, in both directions."""
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    class ExactRankingLoss(MultipleNegativesRankingLoss):
        def compute_loss_from_embeddings(self, *args: Any, **kwargs: Any) -> Any:
            # Cosines times the scale, in bfloat16, would be off by as much as they differ.
            with torch.autocast("cpu", enabled=False):
                return super().compute_loss_from_embeddings(*args, **kwargs)

    return ExactRankingLoss(
        model,
        scale=scale,
        directions=("query_to_doc", "doc_to_query"),
        partition_mode="per_direction",
    )


def _trainer(model: Any, losses: Mapping[str, Any], material: Material, arguments: Any) -> Any:
    from sentence_transformers import SentenceTransformerTrainer
    from transformers.trainer_callback import PrinterCallback, ProgressCallback

    # Else the library draws examples for a card of its own, with a bar of its own.
    model.model_card_data.widget = [{"text": "logement"}]
    trainer = SentenceTransformerTrainer(
        model=model,
        args=arguments,
        train_dataset=_datasets(material),
        eval_dataset=_held_out_dataset(material) if material.pairs else None,
        loss=dict(losses),
    )
    # Progress is told in French by our own; the card is written by ``report``.
    for callback in (PrinterCallback, ProgressCallback, trainer.model_card_callback_class):
        trainer.remove_callback(callback)
    return trainer


def _arguments(
    material: Material, options: FittingOptions, manner: Manner, seed: int, work: Path
) -> Any:
    from sentence_transformers import SentenceTransformerTrainingArguments

    steps, lesson_steps = material.steps(options), material.lesson_steps(options)
    total = steps + lesson_steps
    measured = bool(material.pairs) and any(material.held_out.values())
    every = math.ceil(total / options.evaluations)
    told = max(1, min(every, total // _LINES_OF_LOSS))
    # A resumed training knows nothing of the losses between a line and its checkpoint.
    every = math.ceil(every / told) * told
    return SentenceTransformerTrainingArguments(
        output_dir=str(work),
        num_train_epochs=1,
        per_device_train_batch_size=options.batch_size,
        per_device_eval_batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        warmup_steps=int(total * options.warmup),
        adam_beta2=0.99,
        weight_decay=0.0,
        max_grad_norm=manner.largest_gradient,
        learning_rate_mapping=dict(manner.rates),
        lr_scheduler_type="linear",
        batch_sampler=Sampling(options, seed, steps, lesson_steps, _ranges(material), manner.pool),
        eval_strategy="steps" if measured else "no",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=1,
        logging_steps=told,
        seed=seed,
        use_cpu=True,
        bf16=manner.half,
        report_to="none",
        disable_tqdm=True,
    )


@dataclass(frozen=True, slots=True)
class Sampling:
    """Gives the trainer the batch sampler of each dataset; stored in its checkpoints."""

    options: FittingOptions
    seed: int
    steps: int
    lesson_steps: int
    ranges: tuple[SourceRange, ...]
    pool: int = 1

    def __call__(self, dataset: Any, batch_size: int, **_others: Any) -> Any:
        """The sampler of the pairs, of the lesson, or of the held-out pairs."""
        if "label" in dataset.column_names:
            texts = [(text, text) for text in dataset["text"]]
            return self._whole(texts, batch_size, self.lesson_steps)
        if HELD_OUT_COLUMNS[0] in dataset.column_names:
            texts = list(zip(*(dataset[name] for name in HELD_OUT_COLUMNS), strict=True))
            return self._whole(texts, batch_size, max(1, len(texts) // batch_size))
        texts = list(zip(*(dataset[name] for name in COLUMNS), strict=True))
        return MixedBatches(
            texts,
            self.ranges,
            batch_size=batch_size,
            chunks=self.options.chunks,
            steps=self.steps,
            seed=self.seed,
            pool=self.pool,
        )

    def _whole(self, texts: list[tuple[str, str]], batch_size: int, steps: int) -> MixedBatches:
        everything = [SourceRange(0, len(texts), 1.0)]
        return MixedBatches(
            texts,
            everything,
            batch_size=batch_size,
            chunks=1,
            steps=steps,
            seed=self.seed,
            pool=self.pool,
        )


def _ranges(material: Material) -> tuple[SourceRange, ...]:
    ranges: list[SourceRange] = []
    start = 0
    for name, pairs in material.pairs.items():
        ranges.append(SourceRange(start, start + len(pairs), material.weights[name]))
        start += len(pairs)
    return tuple(ranges)


def _datasets(material: Material) -> dict[str, Any]:
    from datasets import Dataset

    learnt = [one for pairs in material.pairs.values() for one in pairs]
    found = {PAIRS: _pairs_dataset(learnt, COLUMNS)} if learnt else {}
    if material.lesson is not None:
        found[LESSON] = Dataset.from_dict(
            {"text": list(material.lesson.sentences), "label": list(material.lesson.vectors)}
        )
    return found


def _held_out_dataset(material: Material) -> dict[str, Any] | None:
    """A fixed sample of all held-out pairs, for their loss."""
    pairs = [one for pairs in material.held_out.values() for one in pairs]
    if not pairs:
        return None
    return {PAIRS: _pairs_dataset(pairs[:: 1 + len(pairs) // _HELD_OUT_FOR_LOSS], HELD_OUT_COLUMNS)}


def _pairs_dataset(pairs: Sequence[Pair], columns: tuple[str, str]) -> Any:
    from datasets import Dataset

    return Dataset.from_dict(
        {columns[0]: [one.query for one in pairs], columns[1]: [one.positive for one in pairs]}
    )


def _last_checkpoint(work: Path) -> Path | None:
    found = sorted(work.glob(_CHECKPOINTS), key=lambda one: int(one.name.rpartition("-")[2]))
    return found[-1] if found else None


def _forget_checkpoints(work: Path) -> None:
    for old in work.glob(_CHECKPOINTS):
        shutil.rmtree(old)


def _watch(held: Mapping[str, HeldOut], embed: Any, reporter: Reporter) -> Any:
    """A callback of the trainer: tells progress, measures held-out pairs."""
    from transformers import TrainerCallback

    class Watch(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **_others: Any) -> None:
            if not state.global_step:
                self._measure(state)

        def on_evaluate(self, args: Any, state: Any, control: Any, **_others: Any) -> None:
            self._measure(state)

        def on_log(self, args: Any, state: Any, control: Any, **others: Any) -> None:
            if "loss" in (logs := others.get("logs") or {}):
                loss = f"perte {logs['loss']:.3f}".replace(".", ",")
                reporter.step(state.global_step - 1, state.max_steps, loss)

        def on_step_end(self, args: Any, state: Any, control: Any, **_others: Any) -> None:
            reporter.step(state.global_step, state.max_steps, "")

        def _measure(self, state: Any) -> None:
            if held:
                figures = measure(held, embed)
                state.log_history.append({"step": state.global_step, FIGURES: figures})
                shown = ", ".join(
                    f"{name} {value:.3f}".replace(".", ",") for name, value in figures.items()
                )
                reporter.stage(f"nDCG@10 mis de côté, pas {state.global_step} : {shown}")

    return Watch()
