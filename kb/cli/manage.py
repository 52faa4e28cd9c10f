"""``kb remove``, ``kb reindex`` and ``kb doctor``: keeping the base well."""

from __future__ import annotations

import click

from kb.cli.french import FrenchCommand
from kb.cli.progress import shown_progress
from kb.cli.session import Session
from kb.cli.terminal import counted
from kb.masking import public


@click.command(
    "remove",
    cls=FrenchCommand,
    help="Retire une brochure de la base ; son fichier n’est pas touché.",
)
@click.argument(
    "brochure", metavar="BROCHURE", help="Identifiant, tel que « kb projects » le donne."
)
@click.pass_obj
def remove_command(session: Session, brochure: str) -> None:
    """Take one brochure out."""
    with session.library() as library:
        entry = library.remove(brochure.strip().strip("/"))
    click.echo(
        f"Brochure retirée : {public(entry.brochure.title)} ({entry.brochure.id}), "
        f"{counted(entry.report.passages, 'passage')}."
    )


@click.command(
    "reindex",
    cls=FrenchCommand,
    help="Reconstruit l’index de recherche, par exemple après un changement de modèle. "
    "La recherche continue pendant ce temps.",
)
@click.pass_obj
def reindex_command(session: Session) -> None:
    """Rebuild what is derived from the catalogue."""
    with session.library() as library, shown_progress("Indexation") as progress:
        passages = library.reindex(lambda done, total: progress(done, total, ""))
    click.echo(f"Index reconstruit : {counted(passages, 'passage')}.")


@click.command("doctor", cls=FrenchCommand, help="Vérifie l’état de la base et dit quoi faire.")
@click.pass_obj
def doctor_command(session: Session) -> None:
    """Exit code 1 when something is to be mended."""
    with session.library() as library:
        findings = library.doctor()
    for finding in findings:
        mark = "bien    " if finding.ok else "à revoir"
        click.echo(f"{mark}  {finding.subject} : {finding.message}")
    if not all(finding.ok for finding in findings):
        click.get_current_context().exit(1)
