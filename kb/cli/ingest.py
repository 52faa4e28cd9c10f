"""``kb ingest``: reads brochures and reports on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from kb.cli.french import FrenchCommand
from kb.cli.journal import noted
from kb.cli.progress import shown_progress
from kb.cli.session import Session
from kb.cli.terminal import counted, page_list, printable, wrapped
from kb.model import IngestReport
from kb.results import FileOutcome, FileState, IngestOutcome

_STATES = {
    FileState.ADDED: ("ajoutée", "ajoutées"),
    FileState.UPDATED: ("mise à jour", "mises à jour"),
    FileState.UNCHANGED: ("inchangée", "inchangées"),
    FileState.DUPLICATE: ("en double", "en double"),
    FileState.MISSING: ("disparue", "disparues"),
    FileState.REMOVED: ("retirée", "retirées"),
    FileState.REFUSED: ("refusée", "refusées"),
}
_NOTED = (FileState.ADDED, FileState.UPDATED, FileState.REMOVED, FileState.REFUSED)
"""What the journal is told; the rest changed nothing."""
_EXAMPLES = 3
_EXAMPLE_LENGTH = 60


@click.command(
    "ingest",
    cls=FrenchCommand,
    help="Lit des brochures (fichiers ou dossiers) et les rend cherchables. "
    "Une brochure inchangée n’est pas relue ; un fichier refusé n’arrête pas les autres.",
)
@click.argument(
    "paths",
    metavar="CHEMIN…",
    nargs=-1,
    required=True,
    type=click.Path(path_type=Path),
    help="Fichiers .pdf, .txt, .docx, .html, .odt, ou dossiers qui en contiennent.",
)
@click.option("--dry-run", is_flag=True, help="Dit ce qui serait fait, sans rien enregistrer.")
@click.option("--prune", is_flag=True, help="Retire les brochures dont le fichier a disparu.")
@click.pass_obj
def ingest_command(session: Session, paths: tuple[Path, ...], dry_run: bool, prune: bool) -> None:
    """Exit code 1 when a file was refused, the others being in."""
    with session.library() as library, shown_progress("Lecture", ahead=True) as progress:
        outcome = library.ingest(paths, dry_run=dry_run, prune=prune, progress=progress)
    for file in outcome.files:
        _print_file(file)
    click.echo(_summary(outcome))
    if not dry_run:
        _note(session, outcome)
    if outcome.refused:
        click.get_current_context().exit(1)


def _note(session: Session, outcome: IngestOutcome) -> None:
    """Tell the journal of what came in, went or was refused."""
    from kb.office.journal import Action

    for file in outcome.files:
        if file.state in _NOTED:
            action = Action.REMOVE if file.state is FileState.REMOVED else Action.ADD
            noted(session, action, Path(file.path).name, file.state, file.brochure_id)


def _print_file(file: FileOutcome) -> None:
    click.echo(printable(f"{file.path} : {_said(file)}"), err=file.state is FileState.REFUSED)
    if file.report is not None:
        for line in report_lines(file.report):
            click.echo(wrapped(line, indent="    "))


def _said(file: FileOutcome) -> str:
    """The state and the message, unless the message begins by telling the state."""
    state = _STATES[file.state][0]
    if file.message.lower().startswith(state):
        return file.message
    return f"{state}. {file.message}".rstrip()


def report_lines(report: IngestReport) -> Iterator[str]:
    """What reading one brochure gave, one fact a line."""
    yield ", ".join(
        (
            counted(report.pages, "page"),
            counted(report.projects, "projet"),
            counted(report.sections, "rubrique"),
            counted(report.passages, "passage"),
        )
    )
    if report.pages_without_text:
        yield f"Pages sans texte : {page_list(report.pages_without_text)}"
    if report.pages_without_heading:
        yield f"Pages sans titre de rubrique : {page_list(report.pages_without_heading)}"
    if report.furniture:
        yield f"En-têtes, pieds de page et numéros écartés : {_examples(report.furniture)}"
    if report.set_aside:
        yield f"Autres lignes mises à part : {_examples(report.set_aside)}"
    for warning in report.warnings:
        yield f"Attention : {warning}"


def _examples(lines: Sequence[str]) -> str:
    shown = ", ".join(f"« {_shortened(line)} »" for line in lines[:_EXAMPLES])
    others = len(lines) - _EXAMPLES
    return f"{shown} et {counted(others, 'autre')}" if others > 0 else shown


def _shortened(line: str) -> str:
    return line if len(line) <= _EXAMPLE_LENGTH else f"{line[: _EXAMPLE_LENGTH - 1].rstrip()}…"


def _summary(outcome: IngestOutcome) -> str:
    """``3 fichiers : 2 ajoutées, 1 refusée.``"""
    if not outcome.files:
        return "Aucune brochure trouvée : donnez un fichier ou un dossier qui en contient."
    counts = Counter(file.state for file in outcome.files)
    parts = ", ".join(
        counted(counts[state], *words) for state, words in _STATES.items() if counts[state]
    )
    summary = f"{counted(len(outcome.files), 'brochure')} : {parts}."
    return f"{summary} Essai à blanc : rien n’a été enregistré." if outcome.dry_run else summary
