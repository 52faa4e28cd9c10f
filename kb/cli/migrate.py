"""``kb migrate``: moving a base to another engine, or its catalogue to another database."""

from __future__ import annotations

import click

from kb.cli.french import FrenchCommand
from kb.cli.journal import noted
from kb.cli.progress import shown_progress
from kb.cli.session import Session
from kb.cli.terminal import counted
from kb.engine_names import KINDS

_FILE = "fichier"


@click.command(
    "migrate",
    cls=FrenchCommand,
    help="Passe la base à un autre moteur de recherche, sans relire de brochure, et compare les "
    "réponses des deux. L’ancien moteur répond jusqu’au bout ; si le passage est interrompu, "
    "relancez la commande. Ou copie le catalogue dans une base PostgreSQL vide, que plusieurs "
    "serveurs partagent ensuite.",
)
@click.option(
    "--to",
    "kind",
    metavar="MOTEUR",
    type=click.Choice(KINDS, case_sensitive=False),
    help=f"Moteur à prendre : {', '.join(KINDS)}.",
)
@click.option(
    "--catalogue",
    "address",
    metavar="ADRESSE",
    help="Base PostgreSQL qui reçoit le catalogue (postgresql://nom@machine/base), ou « fichier » "
    "pour revenir au dossier de la base ; réglez ensuite KB_CATALOGUE de même.",
)
@click.pass_obj
def migrate_command(session: Session, kind: str | None, address: str | None) -> None:
    """Build the other engine beside the one in use, then switch; or copy the catalogue."""
    if (kind is None) == (address is None):
        raise click.UsageError("Donnez --to MOTEUR ou --catalogue ADRESSE, l’un des deux.")
    if kind is not None:
        _to_engine(session, kind)
    else:
        _to_database(session, "" if address == _FILE else address or "")


def _to_database(session: Session, address: str) -> None:
    from kb.keeping import move_catalogue

    with shown_progress("Copie du catalogue") as progress:
        rows = move_catalogue(
            session.settings(), address, lambda done, total: progress(done, total, "")
        )
    held = f"{counted(rows['brochures'], 'brochure')}, {counted(rows['passages'], 'passage')}"
    then = "donnez cette adresse par KB_CATALOGUE" if address else "retirez KB_CATALOGUE"
    click.echo(f"Catalogue copié : {held}. L’ancien est resté tel quel ; {then}, puis relancez.")


def _to_engine(session: Session, kind: str) -> None:
    from kb.office.journal import Action

    with session.library() as library, shown_progress("Passage à l’autre moteur") as progress:
        made = library.migrate(kind, lambda done, total: progress(done, total, ""))
    noted(session, Action.REINDEX, "")
    click.echo(f"La base se sert de « {made.after} » : {counted(made.passages, 'passage')}.")
    if made.searches:
        click.echo(
            f"Comparaison avec « {made.before} » : {counted(made.searches, 'recherche')}, "
            f"{made.common:.0%} des premiers passages en commun.".replace("%", "\u00a0%")
        )
