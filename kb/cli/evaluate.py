"""``kb evaluate``: measuring search on judged queries."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb.cli.french import FrenchCommand
from kb.cli.progress import shown_progress
from kb.cli.session import Session
from kb.cli.terminal import data_output

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.evaluation import Ablation, Evaluation, JudgedSet
    from kb.model import Reading

    Measured = tuple[Evaluation, Ablation | None]


@click.command(
    "evaluate",
    cls=FrenchCommand,
    help="Mesure la recherche sur des questions jugées, par mode et par type de question. "
    "Un fichier de questions est posé à la base ; un dossier au format BEIR (corpus.jsonl, "
    "queries.jsonl, qrels.tsv) à une base faite de ses documents, le temps de la mesure.",
)
@click.argument(
    "sources",
    metavar="QUESTIONS",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="Fichiers JSONL de questions, dossiers au format BEIR.",
)
@click.option(
    "--ablation",
    "ablated",
    is_flag=True,
    help="Mesure aussi la recherche hybride sans chacun de ses ingrédients.",
)
@click.option("--json", "as_json", is_flag=True, help="Écrit les mesures en JSON.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Écrit les tables en Markdown.")
@click.pass_obj
def evaluate_command(
    session: Session, sources: tuple[Path, ...], ablated: bool, as_json: bool, as_markdown: bool
) -> None:
    """Print the measures as tables or as JSON."""
    if as_json and as_markdown:
        raise click.UsageError("--json et --markdown ne vont pas ensemble : choisissez l’un.")
    measured = [
        (_of_collection if source.is_dir() else _of_questions)(session, source, ablated)
        for source in sources
    ]
    if as_json:
        _write_json(measured)
    else:
        for number, one in enumerate(measured):
            _write_text(one, as_markdown, named=len(measured) > 1, first=not number)


def _of_questions(session: Session, source: Path, ablated: bool) -> Measured:
    """The measures of a file of questions, on the base."""
    from kb.evaluation import judged_questions, measure, readings_of

    with session.library() as library:
        judged = judged_questions(source, library.passages())
        with shown_progress("Mesure") as progress:
            evaluation = measure(library, judged, progress=progress)
        readings = readings_of(library) if ablated else ()
    return evaluation, _ablation(session, judged, readings) if ablated else None


def _of_collection(session: Session, source: Path, ablated: bool) -> Measured:
    """The measures of a folder, on a base made of its documents."""
    from kb.evaluation import load_collection, measure
    from kb.wiring import temporary_library

    collection = load_collection(source)
    judged, readings = collection.judged(), (collection.reading(),)
    with ExitStack() as stack:
        with shown_progress("Lecture") as progress:
            library = stack.enter_context(
                temporary_library(session.settings(), readings, progress=progress)
            )
        with shown_progress("Mesure") as progress:
            evaluation = measure(library, judged, progress=progress)
    return evaluation, _ablation(session, judged, readings) if ablated else None


def _ablation(session: Session, judged: JudgedSet, readings: Sequence[Reading]) -> Ablation:
    from kb.evaluation import ablate
    from kb.wiring import temporary_library

    settings = session.settings()
    with shown_progress("Ablation") as progress:
        return ablate(
            judged, lambda change: temporary_library(settings, readings, change), progress
        )


def _write_json(measured: Sequence[Measured]) -> None:
    """One object for one source, as it always was; several under ``sets``."""
    import json

    from kb.evaluation.tables import ablation_record, evaluation_record

    records: list[dict[str, Any]] = []
    for evaluation, ablation in measured:
        record = evaluation_record(evaluation)
        if ablation is not None:
            record["ablation"] = ablation_record(ablation)
        records.append(record)
    whole = records[0] if len(records) == 1 else {"sets": records}
    json.dump(whole, data_output(), ensure_ascii=False, indent=2)
    click.echo()


def _write_text(measured: Measured, as_markdown: bool, *, named: bool, first: bool) -> None:
    from kb.evaluation.tables import ablation_table, evaluation_notes, evaluation_table

    evaluation, ablation = measured
    blocks = [f"### {evaluation.name}" if as_markdown else evaluation.name] if named else []
    tables = [evaluation_table(evaluation)]
    if ablation is not None:
        tables.append(ablation_table(ablation))
    blocks += [table.markdown() if as_markdown else table.text() for table in tables]
    # What is said of the measures stands under their table.
    if notes := evaluation_notes(evaluation):
        joined = "  \n".join(notes) if as_markdown else "\n".join(notes)
        blocks.insert(1 + named, joined)
    text = "\n\n".join(blocks) if as_markdown or named or ablation else "\n".join(blocks)
    click.echo(text if first else f"\n{text}")
