"""The ``kb`` command: names every command, and turns every error into one line.

The composition root: the only module that knows both the command line and the web.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from kb.cli.french import usage_message
from kb.cli.lazy import CommandPlace, LazyGroup
from kb.cli.session import Session
from kb.errors import InvalidQuery, KbError

if TYPE_CHECKING:
    from kb.config import Settings
    from kb.library import Library

COMMANDS = {
    "ingest": CommandPlace(
        "kb.cli.ingest:ingest_command", "Lit des brochures et les rend cherchables."
    ),
    "search": CommandPlace(
        "kb.cli.search:search_command", "Cherche et cite des passages mot pour mot."
    ),
    "projects": CommandPlace("kb.cli.browse:projects_command", "Liste les projets."),
    "show": CommandPlace(
        "kb.cli.browse:show_command", "Montre une brochure, un projet ou un passage."
    ),
    "remove": CommandPlace("kb.cli.manage:remove_command", "Retire une brochure de la base."),
    "export": CommandPlace(
        "kb.cli.export:export_command", "Écrit tous les passages dans un fichier."
    ),
    "evaluate": CommandPlace(
        "kb.cli.evaluate:evaluate_command", "Mesure la recherche sur des questions jugées."
    ),
    "reindex": CommandPlace("kb.cli.manage:reindex_command", "Reconstruit l’index de recherche."),
    "migrate": CommandPlace(
        "kb.cli.migrate:migrate_command", "Change de moteur de recherche ou de catalogue."
    ),
    "train": CommandPlace("kb.cli.train:train_command", "Fabrique ou adapte un modèle de sens."),
    "serve": CommandPlace("web.serving:serve_command", "Ouvre le site et l’API sur cette machine."),
    "token": CommandPlace("kb.cli.token:token_command", "Gère les jetons de l’API."),
    "journal": CommandPlace("kb.cli.journal:journal_command", "Montre qui a changé quoi."),
    "admin": CommandPlace("kb.cli.admin:admin_command", "Gère le compte d’administration du site."),
    "backup": CommandPlace("kb.cli.keep:backup_command", "Sauvegarde toute la base."),
    "restore": CommandPlace("kb.cli.keep:restore_command", "Remet une sauvegarde en place."),
    "verify": CommandPlace(
        "kb.cli.keep:verify_command", "Contrôle tout ce que tient la base, mot pour mot."
    ),
    "doctor": CommandPlace("kb.cli.manage:doctor_command", "Vérifie l’état de la base."),
}

OK, FAILED, BAD_USAGE, INTERRUPTED, BROKEN_PIPE = 0, 1, 2, 130, 141
"""Exit codes; the last two are those of a shell."""


def _print_version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if not asked or ctx.resilient_parsing:
        return
    from importlib.metadata import version

    click.echo(f"Passages {version('passages')}")
    ctx.exit()


def _print_help(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


root = LazyGroup(
    COMMANDS,
    name="kb",
    callback=click.pass_context(_print_help),
    invoke_without_command=True,
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
    help="Passages : retrouve, mot pour mot, ce que des brochures disent de projets remarquables.",
    params=[
        click.Option(
            ["--version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_print_version,
            help="Affiche la version et quitte.",
        )
    ],
)


def main() -> None:
    """Run the command that the user typed, and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a letter shows "?" rather than a traceback.
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")
    code = run(sys.argv[1:], Session(os.environ, _open_library))
    try:
        sys.stdout.flush()
    except OSError:
        # A full disk, a reader that left: already told, or of no interest to anyone.
        _forget_output()
    sys.exit(code)


def run(arguments: Sequence[str], session: Session) -> int:
    """Run one command and give its exit code; every error becomes one line on stderr."""
    try:
        with root.make_context("kb", list(arguments), obj=session) as ctx:
            root.invoke(ctx)
        sys.stdout.flush()
        return OK
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.UsageError as error:
        return _fail(usage_message(error, _command_path(arguments)), BAD_USAGE)
    except click.ClickException as error:
        return _fail(error.format_message(), FAILED)
    except InvalidQuery as error:
        return _fail(str(error), BAD_USAGE)
    except KbError as error:
        return _fail(str(error), FAILED)
    except (KeyboardInterrupt, click.Abort):
        return _fail("interrompu.", INTERRUPTED)
    except BrokenPipeError:
        _forget_output()
        return BROKEN_PIPE
    except Exception as error:
        return _fail(_unexpected(error, session), FAILED)


def _command_path(arguments: Sequence[str]) -> str:
    return f"kb {arguments[0]}" if arguments and arguments[0] in COMMANDS else "kb"


def _open_library(settings: Settings) -> Library:
    from kb.wiring import open_library

    return open_library(settings)


def _fail(message: str, code: int) -> int:
    click.echo(f"Erreur : {' '.join(message.split())}", err=True)
    return code


def _unexpected(error: Exception, session: Session) -> str:
    if _debugging(session):
        import traceback

        click.echo(traceback.format_exc(), err=True)
    detail = f"{type(error).__name__} : {error}" if str(error) else type(error).__name__
    return f"erreur imprévue ({detail}) ; détails : KB_DEBUG=1."


def _debugging(session: Session) -> bool:
    try:
        return session.settings().debug
    except KbError:
        return False


def _forget_output() -> None:
    """Nobody reads any more: let the interpreter's last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
