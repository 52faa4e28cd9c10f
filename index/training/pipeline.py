"""``kb train``: the steps of a configuration in order, from sources to a model folder."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from index.training.config import TrainingConfig, load_config
from index.training.extra import FITTING, need, quieten
from index.training.folder import check_target
from index.training.gathering import gather
from index.training.leakage import KeptOut
from index.training.report import Report
from index.training.reporting import Reporter
from index.training.request import Task, TrainingRequest
from index.training.static_model import make_static
from index.training.student.making import make_student
from kb.errors import InputError

_STAMP = "configuration.txt"


def train(request: TrainingRequest, reporter: Reporter) -> Report:
    """Make the model of a configuration; the same bytes for the same inputs and seed.

    Writes the model folder at once when everything is done, and ``report.json`` and
    ``report.md`` into it. Raises KbError.
    """
    started = time.monotonic()
    need(*FITTING)
    quieten()
    config = load_config(request.config)
    if request.student is not None and config.student is None:
        raise InputError(
            f"« {request.config} » ne fabrique pas de modèle élève : retirez --student."
        )
    check_target(request.output)
    _prepare_work(request, config)
    reporter.stage("Textes d’évaluation à écarter…")
    kept_out = KeptOut.of_paths(_keep_out(config, request))
    reporter.stage("Lecture des sources…")
    gathered = gather(config, request.data, kept_out, reporter)
    task = Task(request, config, gathered, len(kept_out), started)
    make = make_student if config.student else make_static
    report = make(task, reporter)
    shutil.rmtree(task.checkpoints, ignore_errors=True)
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
