"""``kb train``: makes a model of meaning, or adapts the one in use to the base."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.french import FrenchCommand
from kb.cli.progress import Progress, shown_progress
from kb.cli.session import Session
from kb.cli.terminal import counted

if TYPE_CHECKING:
    from kb.training import AdaptationOutcome


class StageReporter:
    """Shows stages as lines and their steps as bars, on standard error."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._progress: Progress | None = None

    def stage(self, text: str) -> None:
        """End the bar at hand and write a line."""
        self.close()
        click.echo(text, err=True)

    def step(self, done: int, total: int, text: str) -> None:
        """Move the bar of this stage, made at its first step."""
        if self._progress is None:
            self._progress = self._stack.enter_context(shown_progress(""))
        self._progress(done, total, text)

    def close(self) -> None:
        """End the bar at hand."""
        self._stack.close()
        self._progress = None


@click.command(
    "train",
    cls=FrenchCommand,
    help="Fabrique un modèle de sens d’après une configuration (--config), ou adapte à vos "
    "brochures le modèle en usage (--adapt) : il n’est gardé que si la recherche n’y perd rien. "
    "Rien n’est envoyé hors de la machine.",
)
@click.option(
    "--config",
    metavar="FICHIER",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Configuration TOML du modèle à fabriquer.",
)
@click.option(
    "--data",
    metavar="DOSSIER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("."),
    help="Dossier des textes que la configuration nomme ; par défaut le dossier courant.",
)
@click.option(
    "--vectors",
    metavar="CHEMIN",
    type=click.Path(exists=True, path_type=Path),
    help="Vecteurs de mots de départ : dossier « vocab » d’un modèle spaCy, ou fichier .vec.",
)
@click.option(
    "--output",
    metavar="DOSSIER",
    type=click.Path(path_type=Path),
    default=Path("modele"),
    help="Dossier du modèle à écrire ; par défaut « modele ».",
)
@click.option(
    "--keep-out",
    metavar="CHEMIN",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Fichier ou dossier d’évaluation dont rien ne doit être appris ; répétable.",
)
@click.option("--resume", is_flag=True, help="Reprend un entraînement interrompu.")
@click.option(
    "--student",
    metavar="DOSSIER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Modèle élève déjà entraîné : seul ce qui suit l’entraînement est refait.",
)
@click.option("--adapt", is_flag=True, help="Adapte le modèle en usage aux brochures de la base.")
@click.option(
    "--questions",
    metavar="FICHIER",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Questions jugées (JSONL) sur lesquelles comparer les deux modèles, avec --adapt.",
)
@click.option("--dry-run", is_flag=True, help="Avec --adapt : compare sans rien changer à la base.")
@click.pass_obj
def train_command(
    session: Session,
    config: Path | None,
    data: Path,
    vectors: Path | None,
    output: Path,
    keep_out: tuple[Path, ...],
    resume: bool,
    student: Path | None,
    adapt: bool,
    questions: Path | None,
    dry_run: bool,
) -> None:
    """Exit code 1 when an adapted model was worse and is not kept."""
    if adapt == (config is not None):
        raise click.UsageError("donnez soit une configuration par --config, soit --adapt.")
    if not adapt and (questions or dry_run):
        raise click.UsageError("--questions et --dry-run ne vont qu’avec --adapt.")
    if adapt and student:
        raise click.UsageError("--student ne va qu’avec --config.")
    from kb.training import adapt_model, train_model

    with closing(StageReporter()) as reporter:
        if config is not None:
            train_model(
                config,
                data=data,
                vectors=vectors,
                output=output.absolute(),
                keep_out=keep_out,
                resume=resume,
                student=student,
                reporter=reporter,
            )
            return
        outcome = adapt_model(
            session.settings(), questions=questions, dry_run=dry_run, reporter=reporter
        )
    for line in _told(outcome, questions, dry_run):
        click.echo(line)
    if not outcome.accepted:
        click.get_current_context().exit(1)


def _told(outcome: AdaptationOutcome, questions: Path | None, dry_run: bool) -> Iterator[str]:
    """What adapting gave, one fact a line."""
    if questions is None:
        yield (
            "Sans questions jugées (--questions), la comparaison porte sur le modèle seul, "
            "non sur la recherche hybride."
        )
    for one in outcome.comparisons:
        before, after = (f"{value:.3f}".replace(".", ",") for value in (one.before, one.after))
        yield f"nDCG@10, {one.subject} : {before} avec le modèle en usage, {after} adapté."
    if outcome.installed:
        words = counted(outcome.added_words, "mot ajouté", "mots ajoutés")
        yield f"Modèle adapté installé, base réindexée ({words} au vocabulaire)."
    elif not outcome.accepted:
        yield "Le modèle adapté fait moins bien : il n’est pas gardé, la base n’a pas changé."
    elif dry_run:
        yield "Essai à blanc : le modèle adapté serait gardé ; la base n’a pas changé."
