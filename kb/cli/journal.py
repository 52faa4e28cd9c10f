"""``kb journal``: who changed what; and how commands tell what they changed."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from kb.cli.french import FrenchCommand
from kb.cli.session import Session
from kb.cli.terminal import data_output, printable
from kb.errors import KbError
from kb.privacy import public

if TYPE_CHECKING:
    from kb.office.journal import Action, Actor, Entry

_ACTIONS = {
    "add": "ajout",
    "replace": "remplacement",
    "reread": "relecture",
    "remove": "retrait",
    "reindex": "reconstruction de l’index",
    "restore": "reprise d’une sauvegarde",
    "account-made": "compte créé",
    "account-password": "mot de passe changé",
    "account-removed": "compte retiré",
    "token-made": "jeton créé",
    "token-revoked": "jeton révoqué",
}
_OUTCOMES = {
    "done": "fait",
    "failed": "échec",
    "interrupted": "interrompu",
    "added": "ajoutée",
    "updated": "mise à jour",
    "unchanged": "inchangée",
    "removed": "retirée",
    "duplicate": "en double",
    "refused": "refusée",
    "missing": "disparue",
}
_CAME_BY = {"account": "site", "token": "jeton", "command": "commande", "unknown": "inconnu"}


@click.command(
    "journal",
    cls=FrenchCommand,
    help="Montre qui a changé quoi, par le site, l’API ou cette commande, le dernier d’abord. "
    "Les recherches n’y sont jamais.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=50, help="Changements montrés (50 par défaut)."
)
@click.option("--json", "as_json", is_flag=True, help="Écrit un objet JSON par ligne.")
@click.pass_obj
def journal_command(session: Session, limit: int, as_json: bool) -> None:
    """One line a change."""
    from kb.wiring import open_journal

    entries = open_journal(session.settings()).entries(limit)
    if as_json:
        for entry in entries:
            data_output().write(json.dumps(_record(entry), ensure_ascii=False) + "\n")
        return
    if not entries:
        click.echo("Rien n’a encore été changé.")
    for entry in entries:
        click.echo(_line(entry))


def noted(
    session: Session, action: Action, subject: str, outcome: str = "done", brochure: str = ""
) -> None:
    """Tell the journal what a command has changed.

    The change is made: where the journal can't be written, that is said and no more.
    """
    from kb.wiring import open_journal

    try:
        open_journal(session.settings()).note(_user(), action, subject, outcome, brochure)
    except KbError as error:
        click.echo(f"Attention : le journal n’a pas pu être écrit. {error}", err=True)


def _user() -> Actor:
    """Who runs the command, as the system knows it: variables can say anything."""
    from kb.office.journal import Actor, ActorKind

    try:
        import pwd

        name = pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # Windows; a container without names
        name = str(os.getuid()) if hasattr(os, "getuid") else os.getlogin()
    return Actor(ActorKind.COMMAND, name)


def _record(entry: Entry) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "by": {"kind": entry.actor.kind.value, "name": entry.actor.name},
        "action": entry.action.value,
        "subject": public(entry.subject),
        "brochure": entry.brochure_id,
        "outcome": entry.outcome,
    }


def _line(entry: Entry) -> str:
    came_by = _CAME_BY[entry.actor.kind.value]
    who = f"{entry.actor.name} ({came_by})" if entry.actor.name else came_by
    what = _ACTIONS[entry.action.value]
    subject = f" « {printable(public(entry.subject))} »" if entry.subject else ""
    outcome = _OUTCOMES.get(entry.outcome, entry.outcome)
    return f"{entry.at.astimezone():%d/%m/%Y %H:%M}  {who} : {what}{subject}, {outcome}"
