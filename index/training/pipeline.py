"""``kb train``: the steps of a configuration in order, from sources to a model folder."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.training.config import TrainingConfig, load_config
from index.training.export import Quantised, centred, check_target, write_model
from index.training.extra import FITTING, need, quieten
from index.training.fitting import Fitted, fit
from index.training.gathering import Gathered, gather
from index.training.heldout import HeldOut, measure, table_embedding
from index.training.initial import initial_table
from index.training.leakage import KeptOut
from index.training.report import Report, make_report, write_report
from index.training.reporting import Reporter
from index.training.teacher import Lesson, learn_from, load_teacher, sample_parallel
from index.training.trainer import Material
from index.training.vocabulary import make_tokenizer, make_vocabulary
from index.training.word_vectors import read_word_vectors
from kb.errors import InputError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_STAMP = "configuration.txt"


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

    @property
    def work(self) -> Path:
        """Where checkpoints and the teacher's vectors are, beside the output."""
        return self.output.with_name(f"{self.output.name}.work")


def train(request: TrainingRequest, reporter: Reporter) -> Report:
    """Make the model of a configuration; the same bytes for the same inputs and seed.

    Writes the model folder at once when everything is done, and ``report.json`` and
    ``report.md`` into it. Raises KbError.
    """
    started = time.monotonic()
    need(*FITTING)
    quieten()
    config = load_config(request.config)
    check_target(request.output)
    _prepare_work(request, config)
    reporter.stage("Textes d’évaluation à écarter…")
    kept_out = KeptOut.of_paths(_keep_out(config, request))
    reporter.stage("Lecture des sources…")
    gathered = gather(config, request.data, kept_out, reporter)
    reporter.stage("Vocabulaire et vecteurs de mots…")
    vectors = read_word_vectors(request.vectors)
    vocabulary = make_vocabulary(gathered.texts, gathered.own, vectors, config.vocabulary)
    tokenizer = make_tokenizer(vocabulary)
    table = initial_table(vocabulary, vectors, config.initial, config.seed)
    reporter.stage(f"Vocabulaire : {len(vocabulary)} unités de {table.shape[1]} nombres.")
    fitted = fit(
        table,
        tokenizer,
        _material(config, gathered, request, reporter),
        config.fitting,
        seed=config.seed,
        work=request.work / "checkpoints",
        resume=request.resume,
        reporter=reporter,
    )
    report = _export(config, request, gathered, fitted, tokenizer, len(kept_out), started)
    shutil.rmtree(request.work / "checkpoints", ignore_errors=True)
    megabytes = f"{report.megabytes:.1f}".replace(".", ",")
    reporter.stage(f"Modèle écrit dans « {request.output} » ({megabytes} Mo).")
    return report


def _keep_out(config: TrainingConfig, request: TrainingRequest) -> Sequence[Path]:
    return [*(request.data / name for name in config.keep_out), *request.keep_out]


def _prepare_work(request: TrainingRequest, config: TrainingConfig) -> None:
    """A work folder of this configuration; refuses to resume one of another."""
    stamp = request.work / _STAMP
    before = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
    if request.resume and before and before != config.digest:
        raise InputError(
            "La configuration a changé depuis l’entraînement interrompu : relancez sans --resume."
        )
    request.work.mkdir(parents=True, exist_ok=True)
    stamp.write_text(config.digest, encoding="utf-8")


def _material(
    config: TrainingConfig, gathered: Gathered, request: TrainingRequest, reporter: Reporter
) -> Material:
    return Material(
        pairs=gathered.pairs,
        weights={source.name: source.weight for source in config.sources},
        held_out=gathered.held_out,
        lesson=_lesson(config, gathered, request.work / "teacher", reporter),
        lesson_share=config.distillation.share,
        lesson_weight=config.distillation.weight,
    )


def _lesson(
    config: TrainingConfig, gathered: Gathered, cache: Path, reporter: Reporter
) -> Lesson | None:
    options = config.distillation
    if not options.share or not gathered.parallel:
        return None
    reporter.stage("Vecteurs du modèle enseignant…")
    sample = sample_parallel(gathered.parallel, options.sentences, config.seed)
    return learn_from(
        sample,
        load_teacher(options.teacher),
        cache,
        lambda done, total: reporter.step(done, total, ""),
    )


def _export(
    config: TrainingConfig,
    request: TrainingRequest,
    gathered: Gathered,
    fitted: Fitted,
    tokenizer: Tokenizer,
    kept_out: int,
    started: float,
) -> Report:
    """Write the model and its report, measured as written."""
    table = fitted.table
    if config.export.centre:
        table = centred(table, tokenizer, gathered.sample)
    stored = Quantised.of_table(table)
    held = {name: HeldOut.of_pairs(pairs) for name, pairs in gathered.held_out.items()}
    report = make_report(
        config,
        gathered.counts,
        fitted,
        kept_out=kept_out,
        exported=measure(held, table_embedding(stored.table(), tokenizer)),
        megabytes=(stored.embeddings.nbytes + stored.weights.nbytes) / 1e6,
        seconds=time.monotonic() - started,
    )
    write_model(request.output, table, tokenizer, report.card(), config.export)
    write_report(report, request.output)
    return report
