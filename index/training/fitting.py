"""Training the rows of a static model: its loss, its gradients, what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.training.config import FittingOptions
from index.training.extra import FITTING, need, quieten
from index.training.initial import Table
from index.training.reporting import Reporter
from index.training.teacher import Lesson
from index.training.trainer import LESSON, PAIRS, History, Material, ranking_loss, run

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_LARGEST_GRADIENT = 1e3


@dataclass(frozen=True, slots=True)
class Fitted(History):
    """The trained rows, and how the training went."""

    table: Table = field(kw_only=True)


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
    losses = {PAIRS: ranking_loss(model, options.scale)}
    if material.lesson is not None:
        losses[LESSON] = _weighted_lesson(model, material.lesson, material.lesson_weight)
    history = run(
        model,
        losses,
        material,
        options,
        seed=seed,
        work=work,
        resume=resume,
        reporter=reporter,
    )
    tokenizer.no_truncation()
    trained: Table = rows.weight.detach().numpy().copy()
    return Fitted(
        history.steps, history.losses, history.held_out_losses, history.figures, table=trained
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
    return model, static.embedding


def _tame(rows: Any) -> None:
    """Keep the gradient of ``rows`` sane after each pass back.

    Bringing a text without direction to unit length divides by almost nothing: one
    such text would make every gradient no number. The unknown token says nothing.
    """
    rows.grad.clamp_(-_LARGEST_GRADIENT, _LARGEST_GRADIENT)
    rows.grad[0] = 0.0


def _weighted_lesson(model: Any, lesson: Lesson, weight: float) -> Any:
    """The loss of the lesson: its batches alternate with others, and the optimiser
    would otherwise hear little of gradients as small as those of a cosine."""
    from sentence_transformers.sentence_transformer.losses import EmbedDistillLoss

    class WeightedEmbedDistillLoss(EmbedDistillLoss):
        def forward(self, *args: Any, **kwargs: Any) -> Any:
            return weight * super().forward(*args, **kwargs)

    return WeightedEmbedDistillLoss(model, projection_dim=lesson.vectors.shape[1])
