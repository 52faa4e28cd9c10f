"""``kb remove``, ``kb reindex`` and ``kb doctor``: keeping the base well."""

from __future__ import annotations

from collections.abc import Iterator

import click

from kb.cli.french import FrenchCommand
from kb.cli.journal import noted
from kb.cli.progress import shown_progress
from kb.cli.session import Session
from kb.cli.surroundings import examine_surroundings
from kb.cli.terminal import counted
from kb.engine_names import KINDS
from kb.errors import KbError
from kb.privacy import public
from kb.results import FileState, Finding


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
    from kb.office.journal import Action

    with session.library() as library:
        entry = library.remove(brochure.strip().strip("/"))
    noted(session, Action.REMOVE, entry.brochure.title, FileState.REMOVED, entry.brochure.id)
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
@click.option(
    "--engine",
    metavar="MOTEUR",
    type=click.Choice(KINDS, case_sensitive=False),
    help=f"Passe à ce moteur de recherche : {', '.join(KINDS)}. "
    "Sans cette option, celui de KB_ENGINE, ou celui qui sert.",
)
@click.pass_obj
def reindex_command(session: Session, engine: str | None) -> None:
    """Rebuild what is derived from the catalogue."""
    from kb.office.journal import Action

    with session.library() as library, shown_progress("Indexation") as progress:
        passages = library.reindex(
            lambda done, total: progress(done, total, ""), engine=engine or ""
        )
    noted(session, Action.REINDEX, "")
    click.echo(f"Index reconstruit : {counted(passages, 'passage')}.")


@click.command("doctor", cls=FrenchCommand, help="Vérifie l’état de la base et dit quoi faire.")
@click.pass_obj
def doctor_command(session: Session) -> None:
    """Exit code 1 when something is to be mended."""
    well = True
    for finding in _examined(session):
        mark = "bien    " if finding.ok else "à revoir"
        click.echo(f"{mark}  {finding.subject} : {finding.message}")
        well = well and finding.ok
    if not well:
        click.get_current_context().exit(1)


def _examined(session: Session) -> Iterator[Finding]:
    """The base, then what is around it, also where the base can't be opened."""
    settings = session.settings()
    try:
        with session.library() as library:
            yield from library.doctor()
            yield from _swept(session)
    except KbError as error:
        yield Finding(False, "Base", str(error))
    yield from examine_surroundings(settings)


def _swept(session: Session) -> tuple[Finding, ...]:
    """Deletes what a restore that died has left."""
    from kb.keeping.leftovers import sweep

    if not sweep(session.settings()):
        return ()
    said = "Le reste d’une restauration interrompue est effacé ; relancez-la au besoin."
    return (Finding(True, "Restauration", said),)
