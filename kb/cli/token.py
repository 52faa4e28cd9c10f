"""``kb token``: keys for programs that read or change the base through the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kb.cli.french import FrenchCommand, FrenchGroup
from kb.cli.journal import noted
from kb.cli.session import Session

if TYPE_CHECKING:
    from kb.office.tokens import Token, Tokens

_SCOPES = {"read": "lire", "write": "lire, ajouter et retirer des brochures"}


@click.group(
    "token",
    cls=FrenchGroup,
    help="Gère les jetons qui ouvrent l’API à des programmes.",
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    invoke_without_command=True,
)
@click.pass_context
def token_command(ctx: click.Context) -> None:
    """Alone, shows its help."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@token_command.command(
    "create",
    cls=FrenchCommand,
    short_help="Fait un jeton.",
    help="Fait un jeton et le montre, cette seule fois ; le reste est dit sur la sortie d’erreur.",
)
@click.option("--name", required=True, metavar="NOM", help="Nom par lequel le retrouver.")
@click.option(
    "--scope",
    type=click.Choice(list(_SCOPES)),
    default="read",
    help="read : lire (par défaut) ; write : lire, ajouter et retirer des brochures.",
)
@click.option("--days", type=int, metavar="JOURS", help="Durée de validité ; sans limite sinon.")
@click.pass_obj
def create_command(session: Session, name: str, scope: str, days: int | None) -> None:
    """The token stands alone on standard output, for a program to take."""
    from kb.office.journal import Action
    from kb.office.tokens import Scope

    token = _tokens(session).create(name, Scope(scope), days)
    noted(session, Action.TOKEN_MADE, name)
    click.echo(
        f"Jeton « {name} » ({_SCOPES[scope]}) : gardez-le en lieu sûr, il ne sera plus montré.",
        err=True,
    )
    click.echo(token)


@token_command.command("list", cls=FrenchCommand, help="Liste les jetons, sans les montrer.")
@click.pass_obj
def list_command(session: Session) -> None:
    """One line a token."""
    tokens = _tokens(session).all()
    if not tokens:
        click.echo("Aucun jeton : « kb token create --name NOM » en fait un.")
    for token in tokens:
        click.echo(_line(token))


@token_command.command(
    "revoke", cls=FrenchCommand, help="Révoque un jeton : il n’ouvre plus rien, aussitôt."
)
@click.argument("name", metavar="NOM", help="Nom du jeton, tel que « kb token list » le donne.")
@click.pass_obj
def revoke_command(session: Session, name: str) -> None:
    """Exit code 1 for an unknown name."""
    from kb.office.journal import Action

    revoked = _tokens(session).revoke(name)
    noted(session, Action.TOKEN_REVOKED, revoked.name)
    click.echo(f"Jeton « {revoked.name} » révoqué.")


def _tokens(session: Session) -> Tokens:
    from kb.wiring import open_tokens

    return open_tokens(session.settings())


def _line(token: Token) -> str:
    facts = [_SCOPES[token.scope.value], f"créé le {token.created_at.astimezone():%d/%m/%Y}"]
    if token.expires_at is not None:
        word = "expiré depuis le" if token.expired else "valable jusqu’au"
        facts.append(f"{word} {token.expires_at.astimezone():%d/%m/%Y}")
    used = token.used_at
    facts.append(f"employé le {used.astimezone():%d/%m/%Y}" if used else "jamais employé")
    return f"{token.name} : {', '.join(facts)}"
