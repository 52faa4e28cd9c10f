"""Training the rows of a static model, with the trainer of sentence-transformers.

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
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from index.training.batches import MixedBatches, SourceRange
from index.training.config import FittingOptions
from index.training.extra import FITTING, need, quieten
from index.training.heldout import HeldOut, measure
from index.training.initial import Table
from index.training.reporting import Reporter
from index.training.sources import Pair
from index.training.teacher import Lesson

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PAIRS, LESSON = "pairs", "parallel"
COLUMNS, HELD_OUT_COLUMNS = ("query", "positive"), ("question", "answer")
FIGURES = "held_out"
"""Where the trainer's history, which checkpoints hold, keeps what was measured."""
_CHECKPOINTS = "checkpoint-*"
_LINES_OF_LOSS = 20
_HELD_OUT_FOR_LOSS = 4096
_LARGEST_GRADIENT = 1e3


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
        return max(1, int(counted * options.epochs / options.batch_size))


@dataclass(frozen=True, slots=True)
class Fitted:
    """The trained rows, and how the training went."""

    table: Table
    steps: int
    losses: tuple[tuple[int, float], ...] = ()
    """(step, mean loss since the last one)."""
    held_out_losses: tuple[tuple[int, float], ...] = ()
    figures: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    """nDCG@10 of held-out pairs by step and source; step 0 is before training."""


def fit(
    table: Table,
    tokenizer: Tokenizer,
    material: Material,
    options: FittingOptions,
    *,
    seed: int,
    work: Path,
    resume: bool,
    reporter: Reporter,
) -> Fitted:
    """Train ``table``, row ``i`` being that of token ``i``; row 0, the unknown token, stays.

    ``work`` holds checkpoints; ``resume`` goes on from the last one, and gives
    what an uninterrupted run gives. Raises ConfigurationError without the libraries.
    """
    need(*FITTING)
    quieten()
    tokenizer.enable_truncation(options.max_tokens)
    model, rows = _static_model(table, tokenizer)
    held = {name: HeldOut.of_pairs(pairs) for name, pairs in material.held_out.items() if pairs}
    trainer = _trainer(model, material, options, seed, work)
    trainer.add_callback(_watch(held, _embedding(model), reporter))
    last = _last_checkpoint(work) if resume else None
    if last is None:
        _forget_checkpoints(work)
    trainer.train(resume_from_checkpoint=str(last) if last else None)
    tokenizer.no_truncation()
    history = trainer.state.log_history
    trained: Table = rows.weight.detach().numpy().copy()
    return Fitted(
        trained,
        int(trainer.state.global_step),
        tuple((int(row["step"]), float(row["loss"])) for row in history if "loss" in row),
        tuple(
            (int(row["step"]), float(row[f"eval_{PAIRS}_loss"]))
            for row in history
            if f"eval_{PAIRS}_loss" in row
        ),
        {int(row["step"]): dict(row[FIGURES]) for row in history if FIGURES in row},
    )


def _static_model(table: Table, tokenizer: Tokenizer) -> tuple[Any, Any]:
    """The model and its embedding layer."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding

    static = StaticEmbedding(tokenizer, embedding_weights=torch.from_numpy(table.copy()))
    weight: Any = static.embedding.weight
    weight.register_post_accumulate_grad_hook(_tame)
    model = SentenceTransformer(modules=[static, Normalize()], device="cpu")
    # Else the library draws examples for a card of its own, with a bar of its own.
    model.model_card_data.widget = [{"text": "logement"}]
    return model, static.embedding


def _tame(rows: Any) -> None:
    """Keep the gradient of ``rows`` sane after each pass back.

    Bringing a text without direction to unit length divides by almost nothing: one
    such text would make every gradient no number. The unknown token says nothing.
    """
    rows.grad.clamp_(-_LARGEST_GRADIENT, _LARGEST_GRADIENT)
    rows.grad[0] = 0.0


def _embedding(model: Any) -> Callable[[Sequence[str]], npt.NDArray[np.float32]]:
    def embed(texts: Sequence[str]) -> npt.NDArray[np.float32]:
        vectors: npt.NDArray[np.float32] = model.encode(
            list(texts), batch_size=2048, show_progress_bar=False
        )
        return vectors

    return embed


def _trainer(model: Any, material: Material, options: FittingOptions, seed: int, work: Path) -> Any:
    from sentence_transformers import SentenceTransformerTrainer
    from sentence_transformers.sentence_transformer import losses
    from transformers.trainer_callback import PrinterCallback, ProgressCallback

    ranking = losses.MultipleNegativesRankingLoss(
        model,
        scale=options.scale,
        directions=("query_to_doc", "doc_to_query"),
        partition_mode="per_direction",
    )
    loss: dict[str, Any] = {PAIRS: ranking}
    if material.lesson is not None:
        loss[LESSON] = _weighted_lesson(model, material.lesson, material.lesson_weight)
    trainer = SentenceTransformerTrainer(
        model=model,
        args=_arguments(material, options, seed, work),
        train_dataset=_datasets(material),
        eval_dataset=_held_out_dataset(material),
        loss=loss,
    )
    # Progress is told in French by our own; the card is written by ``report``.
    for callback in (PrinterCallback, ProgressCallback, trainer.model_card_callback_class):
        trainer.remove_callback(callback)
    return trainer


def _weighted_lesson(model: Any, lesson: Lesson, weight: float) -> Any:
    """The loss of the lesson: its batches alternate with others, and the optimiser
    would otherwise hear little of gradients as small as those of a cosine."""
    from sentence_transformers.sentence_transformer.losses import EmbedDistillLoss

    class WeightedEmbedDistillLoss(EmbedDistillLoss):
        def forward(self, *args: Any, **kwargs: Any) -> Any:
            return weight * super().forward(*args, **kwargs)

    return WeightedEmbedDistillLoss(model, projection_dim=lesson.vectors.shape[1])


def _arguments(material: Material, options: FittingOptions, seed: int, work: Path) -> Any:
    from sentence_transformers import SentenceTransformerTrainingArguments

    steps = material.steps(options)
    lesson_steps = int(steps * material.lesson_share) if material.lesson else 0
    total = steps + lesson_steps
    every = math.ceil(total / options.evaluations)
    return SentenceTransformerTrainingArguments(
        output_dir=str(work),
        num_train_epochs=1,
        per_device_train_batch_size=options.batch_size,
        per_device_eval_batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        warmup_steps=int(total * options.warmup),
        adam_beta2=0.99,
        weight_decay=0.0,
        max_grad_norm=0.0,
        lr_scheduler_type="linear",
        batch_sampler=Sampling(options, seed, steps, lesson_steps, _ranges(material)),
        eval_strategy="steps" if any(material.held_out.values()) else "no",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=1,
        logging_steps=max(1, total // _LINES_OF_LOSS),
        seed=seed,
        use_cpu=True,
        bf16=False,
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
        )

    def _whole(self, texts: list[tuple[str, str]], batch_size: int, steps: int) -> MixedBatches:
        everything = [SourceRange(0, len(texts), 1.0)]
        return MixedBatches(
            texts, everything, batch_size=batch_size, chunks=1, steps=steps, seed=self.seed
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
    found = {PAIRS: _pairs_dataset(learnt, COLUMNS)}
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
