"""Training as the command line asks for it: a new model, or the one in use adapted.

An adapted model is kept only where searches are not worse with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kb.config import Settings
from kb.errors import ConfigurationError, InputError, StorageError
from kb.evaluation import JudgedSet, judged_questions, measure, readings_of
from kb.model import Mode, Reading
from kb.results import PassageSheet
from kb.shelf import LIGHT
from kb.wiring import (
    install_model,
    open_library,
    static_model_folder,
    temporary_library,
    with_model,
)

if TYPE_CHECKING:
    from index.training.adapting import Adapted, CorpusPassage
    from index.training.reporting import Reporter

    Adapter = Callable[[Path, Sequence[CorpusPassage], Path, Path, Reporter], Adapted]

MEASURE = "nDCG@10"
TOLERANCE = 0.005
"""How much one of several figures may fall while their mean does not."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """nDCG@10 with the model in use and with the adapted one, on the same questions."""

    subject: str
    """What was asked, in French."""
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class AdaptationOutcome:
    """What adapting gave."""

    comparisons: tuple[Comparison, ...]
    added_words: int
    installed: bool

    @property
    def accepted(self) -> bool:
        """Whether the adapted model is as good: no figure worse, or hardly, nor their mean."""
        slack = TOLERANCE if len(self.comparisons) > 1 else 0.0
        none_worse = all(one.after >= one.before - slack for one in self.comparisons)
        before = fmean(one.before for one in self.comparisons)
        return none_worse and fmean(one.after for one in self.comparisons) >= before


def train_model(
    config: Path,
    *,
    data: Path,
    vectors: Path | None,
    output: Path,
    keep_out: Sequence[Path],
    resume: bool,
    student: Path | None,
    reporter: Reporter,
) -> None:
    """Make a model folder from a configuration, as ``index.training.pipeline.train``.

    Raises KbError for what can't be read or written, and without the ``train`` extra.
    """
    from index.training.pipeline import train
    from index.training.request import TrainingRequest

    request = TrainingRequest(config, data, output, vectors, tuple(keep_out), resume, student)
    train(request, reporter)


def adapt_model(
    settings: Settings,
    *,
    questions: Path | None,
    dry_run: bool,
    reporter: Reporter,
    train: Adapter | None = None,
) -> AdaptationOutcome:
    """Adapt the static model in use to the passages of the base; install it unless it is worse.

    The transformer, where one stands beside it, stays as it is. Measured by hybrid searches
    on judged ``questions``; without these, by the static model alone, on held-out pairs of
    the base and of the field's own text. ``train`` stands in for
    ``index.training.adapting.adapt``. Raises KbError.
    """
    if settings.embedding_model not in ("", LIGHT):
        raise ConfigurationError(
            f"La base utilise le modèle « {settings.embedding_model} », choisi par "
            "KB_EMBEDDING_MODEL : retirez ce réglage pour adapter le modèle français fourni."
        )
    with open_library(settings) as library, _scratch() as scratch:
        sheets = list(library.passages())
        judged = _judged(questions, sheets) if questions else None
        adapted = (train or _adapter())(
            static_model_folder(settings),
            corpus_passages(sheets),
            scratch / "model",
            scratch / "work",
            reporter,
        )
        if judged is not None:
            reporter.stage("Mesure des recherches avec les deux modèles…")
            comparisons = _searched(settings, judged, readings_of(library), adapted.folder)
        else:
            comparisons = _pseudo(adapted)
        outcome = AdaptationOutcome(comparisons, adapted.added_words, installed=False)
        if dry_run or not outcome.accepted:
            return outcome
        install_model(settings, adapted.folder)
        reporter.stage("Indexation avec le modèle adapté…")
        library.reindex(lambda done, total: reporter.step(done, total, ""))
        return replace(outcome, installed=True)


def corpus_passages(sheets: Sequence[PassageSheet]) -> list[CorpusPassage]:
    """The passages of a base as training takes them, in order."""
    from index.training.adapting import CorpusPassage

    return [
        CorpusPassage(
            sheet.passage.text,
            sheet.project.title,
            sheet.project.organisation,
            sheet.passage.heading,
            sheet.passage.section_id,
        )
        for sheet in sheets
    ]


def _adapter() -> Adapter:
    from index.training.adapting import adapt

    return adapt


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder for the candidate, gone afterwards."""
    try:
        folder = TemporaryDirectory(prefix="kb-adapt-", ignore_cleanup_errors=True)
    except OSError as error:
        raise StorageError(
            f"Le dossier temporaire du système est inutilisable ({error.strerror}) : "
            "libérez de la place sur le disque."
        ) from error
    with folder as name:
        yield Path(name)


def _judged(questions: Path, sheets: Sequence[PassageSheet]) -> JudgedSet:
    judged = judged_questions(questions, sheets)
    if not any(query.relevant for query in judged.answerable):
        raise InputError(
            f"« {questions} » : aucune question n’a sa réponse dans la base ; "
            "donnez des questions sur vos brochures."
        )
    return judged


def _searched(
    settings: Settings, judged: JudgedSet, readings: tuple[Reading, ...], candidate: Path
) -> tuple[Comparison, ...]:
    """Hybrid searches in two bases that differ by their model alone."""
    before = _ndcg(settings, static_model_folder(settings), judged, readings)
    after = _ndcg(settings, candidate, judged, readings)
    return (Comparison(f"recherche hybride, {judged.name}", before, after),)


def _ndcg(
    settings: Settings, model: Path, judged: JudgedSet, readings: tuple[Reading, ...]
) -> float:
    change = partial(with_model, model=model, asked=settings.embedding_model)
    with temporary_library(settings, readings, change) as library:
        evaluation = measure(library, judged, [Mode.HYBRID])
    if evaluation.failures:
        raise StorageError(f"La mesure a échoué ({evaluation.failures[0]}) : lancez « kb doctor ».")
    return evaluation.rows[0].scores[MEASURE]


def _pseudo(adapted: Adapted) -> tuple[Comparison, ...]:
    """Figures of the model alone: of the base's own pairs, and of the field's."""
    groups = {
        "questions tirées de vos brochures": adapted.base_figures,
        "questions du domaine livrées avec le programme": adapted.field_figures,
    }
    return tuple(
        Comparison(
            subject,
            fmean(before for before, _after in figures.values()),
            fmean(after for _before, after in figures.values()),
        )
        for subject, figures in groups.items()
        if figures
    )
