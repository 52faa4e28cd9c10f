"""``kb backup``, ``kb restore`` and ``kb verify``: losing nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.french import FrenchCommand
from kb.cli.journal import noted
from kb.cli.progress import shown_progress
from kb.cli.session import Session
from kb.cli.terminal import counted, data_output, printable

if TYPE_CHECKING:
    from kb.keeping.manifest import Manifest
    from kb.keeping.problems import Verification


@click.command(
    "backup",
    cls=FrenchCommand,
    help="Écrit toute la base dans un fichier : brochures, passages, vecteurs, comptes et "
    "fichiers reçus par le site. La recherche et l’ajout continuent pendant ce temps.",
)
@click.argument(
    "file",
    metavar="FICHIER",
    type=click.Path(path_type=Path),
    help="Fichier à écrire ; gardez-le à l’abri, il tient tout ce que la base tient.",
)
@click.option("--force", is_flag=True, help="Remplace le fichier s’il existe.")
@click.pass_obj
def backup_command(session: Session, file: Path, force: bool) -> None:
    """The file appears whole or not at all."""
    from kb.keeping import back_up

    with shown_progress("Sauvegarde") as progress:
        made = back_up(session.settings(), file, force=force, progress=progress)
    for title in made.lacking:
        click.echo(
            f"Attention : le fichier reçu de « {printable(title)} » n’est plus celui qui a été "
            "lu, il n’est pas dans la sauvegarde ; les passages y sont.",
            err=True,
        )
    click.echo(f"Sauvegarde écrite : {made.path} ({_held(made.manifest)}, {_size(made.size)}).")


@click.command(
    "restore",
    cls=FrenchCommand,
    help="Remet ce que tient une sauvegarde à la place de la base, ou là où il n’y en a pas. "
    "Une sauvegarde abîmée ne change rien. Ne restaurez que vos propres sauvegardes : "
    "leur compte ouvre le site.",
)
@click.argument(
    "file",
    metavar="FICHIER",
    type=click.Path(path_type=Path),
    help="Fichier écrit par « kb backup ».",
)
@click.option(
    "--keep-accounts",
    is_flag=True,
    help="Garde le compte de cette machine au lieu de celui de la sauvegarde. Ses jetons, son "
    "journal et ses travaux restent toujours.",
)
@click.pass_obj
def restore_command(session: Session, file: Path, keep_accounts: bool) -> None:
    """The base is the old one, or the new one."""
    from kb.keeping import restore
    from kb.office.journal import Action

    with shown_progress("Restauration") as progress:
        done = restore(session.settings(), file, keep_accounts=keep_accounts, progress=progress)
    noted(session, Action.RESTORE, file.name)
    click.echo(
        f"Base restaurée dans {done.home} : {_held(done.manifest)}, "
        f"sauvegardés le {_moment(done.manifest)}."
    )
    if done.replaced:
        click.echo(f"Elle remplace une base de {counted(done.replaced, 'brochure')}.")
    if done.accounts:
        click.echo("Le compte du site est celui de la sauvegarde ; il faut se reconnecter.")
    if done.damaged:
        click.echo("L’ancien catalogue, abîmé, est gardé à côté : redémarrez « kb serve ».")


@click.command(
    "verify",
    cls=FrenchCommand,
    help="Contrôle toute la base : chaque passage retrouvé sur sa page, fichiers, index, "
    "vecteurs et comptes. Ne change rien.",
)
@click.option("--json", "as_json", is_flag=True, help="Écrit un objet JSON.")
@click.pass_obj
def verify_command(session: Session, as_json: bool) -> None:
    """Exit code 1 when something is wrong."""
    from kb.keeping import verify

    with shown_progress("Contrôle") as progress:
        found = verify(session.settings(), progress)
    if as_json:
        _print_json(found)
    else:
        _print(found)
    if not found.ok:
        click.get_current_context().exit(1)


def _print(found: Verification) -> None:
    for problem in found.problems:
        mend = f" : {problem.mend}" if problem.mend else ""
        # A sentence of its own, where the problem is told by what met it.
        said = f"{problem.place}, {problem.message}{mend}." if mend else problem.message
        click.echo(printable(f"{problem.subject} : {said}"))
    checked = ", ".join(
        (
            counted(found.brochures, "brochure"),
            counted(found.projects, "projet"),
            counted(found.passages, "passage"),
        )
    )
    if found.ok:
        click.echo(f"Tout est en ordre : {checked}.")
        if missing := found.originals.get("missing"):
            click.echo(
                f"{counted(missing, 'fichier')} hors de la base à une autre place qu’à la lecture, "
                "sans conséquence sur la recherche."
            )
    else:
        click.echo(f"{counted(len(found.problems), 'problème')} sur {checked}.")


def _print_json(found: Verification) -> None:
    import json
    from dataclasses import asdict

    json.dump({"ok": found.ok, **asdict(found)}, data_output(), ensure_ascii=False, indent=2)
    click.echo()


def _held(manifest: Manifest) -> str:
    return f"{counted(manifest.brochures, 'brochure')}, {counted(manifest.passages, 'passage')}"


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} Mo".replace(".", ",")


def _moment(manifest: Manifest) -> str:
    from datetime import datetime

    made = datetime.fromisoformat(manifest.made_at).astimezone()
    return f"{made:%d/%m/%Y à %H:%M}"
