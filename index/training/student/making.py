"""Making a student: training, ONNX graph, folder."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from index.embedders.static import StaticEmbedder, bundled_folder
from index.embedders.student import CONFIG_FILE, GRAPH_FILE, StudentConfig, StudentEmbedder
from index.training.config import StudentOptions
from index.training.export import write_json
from index.training.extending import read_model
from index.training.folder import write_folder
from index.training.heldout import measure
from index.training.report import Report, make_report, write_report
from index.training.reporting import Reporter
from index.training.request import Task
from index.training.student.fitting import fit_student
from index.training.student.initial import CLASSIFIER, SEPARATOR, with_special_tokens
from index.training.student.onnx_export import export_onnx
from kb.errors import ConfigurationError

MOST_TOKENS = 256
"""Of a text that the student reads, where its teacher has places for as many."""


def make_student(task: Task, reporter: Reporter) -> Report:
    """Train and write the model folder with its report, measured as written. Raises KbError."""
    config = task.config
    if config.student is None:
        raise ValueError("the configuration has no [student]")
    words = task.request.data / config.student.static if config.student.static else bundled_folder()
    material = task.material(reporter)
    if material.lesson is None:
        raise ConfigurationError(
            "Un modèle élève apprend d’un enseignant : donnez une source de genre « parallel » "
            "et « share » plus grand que 0 dans [distillation]."
        )
    model, history = fit_student(
        config,
        words,
        material,
        material.lesson,
        work=task.checkpoints,
        resume=task.request.resume,
        reporter=reporter,
    )
    reporter.stage("Écriture du modèle…")
    written = task.request.work / "student"
    shutil.rmtree(written, ignore_errors=True)
    written.mkdir(parents=True)
    export_onnx(model, written / GRAPH_FILE)
    stored = _stored(words, config.student, model[0].auto_model.config)
    write_json(written / CONFIG_FILE, stored.record())
    static = StaticEmbedder(words)
    embedder = StudentEmbedder(written, static, static)
    graph = (written / GRAPH_FILE).stat().st_size
    report = make_report(
        config,
        task.gathered.counts,
        history,
        about=_about(config.student, stored),
        began_with=(
            f"Layers and rows began with those of the teacher, {config.distillation.teacher} "
            "(Apache-2.0)."
        ),
        tokens=stored.first,
        dim=stored.dim,
        kept_out=task.kept_out,
        exported=measure(task.held_out(), embedder.embed_passages),
        megabytes=graph / 1e6,
        seconds=time.monotonic() - task.started,
    )

    _put(written, report, task)
    shutil.rmtree(written, ignore_errors=True)
    return report


def _put(written: Path, report: Report, task: Task) -> None:
    """Put what was written, its card and its report into the output folder."""

    def fill(folder: Path) -> None:
        for name in (GRAPH_FILE, CONFIG_FILE):
            shutil.copy(written / name, folder / name)
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


def _about(student: StudentOptions, stored: StudentConfig) -> str:
    return (
        f"A small transformer of French ({student.layers} layers, {stored.dim} numbers), in whole "
        "numbers of one byte, to stand beside a static model whose words it reads. `model.onnx` "
        "takes `input_ids`, the tokens of one text without padding: number "
        f"{stored.first}, those that `tokenizer.json` of the static model gives, number "
        f"{stored.last}; it gives `embedding`, of unit length. A text's vector holds the static "
        f"model's and this one, a cosine being {1 - stored.share:g} times the first's plus "
        f"{stored.share:g} times the second's; it reads {stored.max_tokens} tokens of a text."
    )
