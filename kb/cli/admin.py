"""``kb admin``: the account of who takes care of the site's brochures."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kb.cli.french import FrenchCommand, FrenchGroup
from kb.cli.journal import noted
from kb.cli.session import Session
from kb.errors import InvalidAccount

if TYPE_CHECKING:
    from kb.office.accounts import Accounts

DEFAULT_NAME = "admin"

_password_option = click.option(
    "--password-stdin", is_flag=True, help="Lit le mot de passe sur l’entrée standard."
)


@click.group(
    "admin",
    cls=FrenchGroup,
    help="Gère le compte qui ajoute et retire des brochures par le site.",
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    invoke_without_command=True,
)
@click.pass_context
def admin_command(ctx: click.Context) -> None:
    """Alone, shows its help; each command below opens the accounts of the base."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@admin_command.command(
    "create",
    cls=FrenchCommand,
    short_help="Crée le compte.",
    help="Crée le compte d’administration ; son mot de passe est demandé deux fois.",
)
@click.option("--name", default=DEFAULT_NAME, show_default=True, help="Nom pour se connecter.")
@_password_option
@click.pass_obj
def create_command(session: Session, name: str, password_stdin: bool) -> None:
    """There is one account: a second is refused."""
    from kb.office.journal import Action

    accounts = _accounts(session)
    known = accounts.administrator()
    if known is not None:  # before anyone thinks of a password
        raise InvalidAccount(
            f"Le compte « {known.name} » existe déjà : « kb admin password » en change le mot "
            "de passe, « kb admin remove » le retire."
        )
    created = accounts.create(name, _password(password_stdin))
    noted(session, Action.ACCOUNT_MADE, created.name)
    click.echo(
        f"Compte créé : connectez-vous sur le site, à l’adresse /connexion, avec le nom "
        f"« {created.name} »."
    )


@admin_command.command(
    "password",
    cls=FrenchCommand,
    short_help="Change le mot de passe.",
    help="Change le mot de passe ; toutes les sessions ouvertes prennent fin.",
)
@_password_option
@click.pass_obj
def password_command(session: Session, password_stdin: bool) -> None:
    """The account must be there."""
    from kb.office.journal import Action

    accounts = _accounts(session)
    if accounts.administrator() is None:
        raise InvalidAccount(
            "Il n’y a pas de compte d’administration : « kb admin create » en fait un."
        )
    known = accounts.administrator()
    accounts.change_password(_password(password_stdin))
    noted(session, Action.ACCOUNT_PASSWORD, known.name if known else "")
    click.echo("Mot de passe changé ; les sessions ouvertes ont pris fin.")


@admin_command.command(
    "remove",
    cls=FrenchCommand,
    short_help="Retire le compte.",
    help="Retire le compte ; toutes les sessions prennent fin.",
)
@click.pass_obj
def remove_command(session: Session) -> None:
    """The brochures stay."""
    from kb.office.journal import Action

    removed = _accounts(session).remove()
    noted(session, Action.ACCOUNT_REMOVED, removed.name)
    click.echo(f"Compte « {removed.name} » retiré ; les brochures ne sont pas touchées.")


def _accounts(session: Session) -> Accounts:
    from kb.wiring import open_accounts

    return open_accounts(session.settings())


def _password(from_stdin: bool) -> str:
    """The password, typed twice alike or read from a program."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError("il manque --password-stdin, car il n’y a pas de terminal")
    first, second = (
        click.prompt(label, hide_input=True, prompt_suffix=" : ", err=True)
        for label in ("Mot de passe", "Le même, pour vérifier")
    )
    if first != second:
        raise InvalidAccount("Les deux mots de passe diffèrent : recommencez.")
    return str(first)
