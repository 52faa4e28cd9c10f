"""Making a student: training, ONNX graph, folder."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.embedders.static import StaticEmbedder, bundled_folder
from index.embedders.student import (
    AXES,
    AXES_FILE,
    CONFIG_FILE,
    GRAPH_FILE,
    StudentConfig,
    StudentEmbedder,
    read_config,
)
from index.training.config import StudentOptions
from index.training.export import write_json
from index.training.extending import read_model
from index.training.folder import write_folder
from index.training.heldout import measure
from index.training.report import REPORT_FILE, Report, make_report, write_report
from index.training.reporting import Reporter
from index.training.request import Task
from index.training.student.fitting import fit_student
from index.training.student.initial import CLASSIFIER, SEPARATOR, with_special_tokens
from index.training.student.narrowing import main_axes, share_kept, texts_of_all
from index.training.student.onnx_export import export_onnx
from index.training.trainer import History
from kb.errors import ConfigurationError, InputError

MOST_TOKENS = 256
"""Of a text that the student reads, where its teacher has places for as many."""


def make_student(task: Task, reporter: Reporter) -> Report:
    """Train and write the model folder with its report, measured as written. Raises KbError."""
    config = task.config
    if config.student is None:
        raise ValueError("the configuration has no [student]")
    words = task.request.data / config.student.static if config.student.static else bundled_folder()
    static = StaticEmbedder(words)
    written = task.request.work / "student"
    shutil.rmtree(written, ignore_errors=True)
    written.mkdir(parents=True)
    if task.request.student is None:
        trained = _train(task, config.student, words, written, reporter)
    else:
        trained = _take_over(task.request.student, written)
    held = 1.0
    if config.student.kept:
        reporter.stage("Axes du sens…")
        held = _narrow(task, config.student, StudentEmbedder(written, static, static), written)
    embedder = StudentEmbedder(written, static, static)
    stored = read_config(written)
    report = make_report(
        config,
        task.gathered.counts,
        trained.history,
        about=_about(config.student, stored, embedder.dim, held),
        began_with=(
            f"Layers and rows began with those of the teacher, {config.distillation.teacher} "
            "(Apache-2.0)."
        ),
        tokens=stored.first,
        dim=stored.dim,
        kept_out=task.kept_out,
        exported=measure(task.held_out(), embedder.embed_passages),
        megabytes=sum(one.stat().st_size for one in written.iterdir()) / 1e6,
        seconds=trained.seconds + time.monotonic() - task.started,
    )
    _put(written, report, task)
    shutil.rmtree(written, ignore_errors=True)
    return report


@dataclass(frozen=True, slots=True)
class _Trained:
    """How a graph that lies in a folder came to be."""

    history: History
    seconds: float
    """Spent before this run."""


def _train(
    task: Task, student: StudentOptions, words: Path, written: Path, reporter: Reporter
) -> _Trained:
    """Write a new graph, and what its readers must know, into ``written``."""
    material = task.material(reporter)
    if material.lesson is None:
        raise ConfigurationError(
            "Un modèle élève apprend d’un enseignant : donnez une source de genre « parallel » "
            "et « share » plus grand que 0 dans [distillation]."
        )
    model, history = fit_student(
        task.config,
        words,
        material,
        material.lesson,
        work=task.checkpoints,
        resume=task.request.resume,
        reporter=reporter,
    )
    reporter.stage("Écriture du modèle…")
    export_onnx(model, written / GRAPH_FILE)
    stored = _stored(words, student, model[0].auto_model.config)
    write_json(written / CONFIG_FILE, stored.record())
    return _Trained(history, 0.0)


def _take_over(folder: Path, written: Path) -> _Trained:
    """Copy the graph of a student, and what its report tells of its training."""
    try:
        for name in (GRAPH_FILE, CONFIG_FILE):
            shutil.copyfile(folder / name, written / name)
        told = json.loads((folder / REPORT_FILE).read_text(encoding="utf-8"))
        history = History(
            steps=told["steps"],
            losses=_points(told["losses"]),
            held_out_losses=_points(told["held_out_losses"]),
            figures={int(step): row for step, row in told["figures"].items()},
        )
        return _Trained(history, float(told["seconds"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"« {folder} » n’est pas un modèle élève entier, avec son rapport : donnez par "
            "--student le dossier qu’un entraînement a écrit."
        ) from error


def _points(stored: Sequence[Sequence[float]]) -> tuple[tuple[int, float], ...]:
    return tuple((int(step), float(value)) for step, value in stored)


def _narrow(task: Task, student: StudentOptions, embedder: StudentEmbedder, written: Path) -> float:
    """Write the axes by which vectors are told; the share of their squared length that is held."""
    from safetensors.numpy import save_file

    if student.kept > embedder.dim:
        raise ConfigurationError(
            f"[student] kept : {student.kept} axes sont demandés, et les vecteurs n’ont que "
            f"{embedder.dim} nombres."
        )
    texts = texts_of_all(task.gathered.pairs, student.kept_texts, task.config.seed)
    rows = embedder.embed_passages(texts)
    axes = main_axes(rows, student.kept)
    # Halves of float32: what is rounded off is far below what is left out.
    save_file({AXES: axes.astype(np.float16)}, written / AXES_FILE)
    (written / AXES_FILE).chmod(0o644)
    return share_kept(rows, axes)


def _put(written: Path, report: Report, task: Task) -> None:
    """Put what was written, its card and its report into the output folder."""

    def fill(folder: Path) -> None:
        for path in written.iterdir():
            shutil.copy(path, folder / path.name)
        (folder / "README.md").write_text(report.card(), encoding="utf-8")
        write_report(report, folder)

    write_folder(
        task.request.output,
        fill,
        task.config.export.max_megabytes,
        "gardez moins de couches ([student] layers)",
    )


def _stored(words: Path, student: StudentOptions, bert: Any) -> StudentConfig:
    """What readers of the graph must know; ``bert`` is the configuration of its layers."""
    digest = StaticEmbedder(words).tokenizer_digest
    numbers = with_special_tokens(read_model(words)[1]).get_vocab()
    return StudentConfig(
        tokenizer=digest,
        first=numbers[CLASSIFIER],
        last=numbers[SEPARATOR],
        max_tokens=min(MOST_TOKENS, bert.max_position_embeddings),
        dim=bert.hidden_size,
        share=student.share,
    )


def _about(student: StudentOptions, stored: StudentConfig, dim: int, held: float) -> str:
    narrowed = (
        f" Both are told by {dim} axes (`{AXES_FILE}`), which hold {held:.1%} of the squared "
        "length of the texts by which they were found."
    )
    return (
        f"A small transformer of French ({student.layers} layers, {stored.dim} numbers), in whole "
        "numbers of one byte, to stand beside a static model whose words it reads. `model.onnx` "
        "takes `input_ids`, the tokens of one text without padding: number "
        f"{stored.first}, those that `tokenizer.json` of the static model gives, number "
        f"{stored.last}; it gives `embedding`, of unit length. A text's vector holds the static "
        f"model's and this one, a cosine being {1 - stored.share:g} times the first's plus "
        f"{stored.share:g} times the second's; it reads {stored.max_tokens} tokens of a text."
        f"{narrowed if student.kept else ''}"
    )
