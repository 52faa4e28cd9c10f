"""What click says by itself is French."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner

from kb.cli.french import FrenchContext, usage_message
from kb.main import COMMANDS, root

ENGLISH = re.compile(
    r"\b(Usage|Commands|Show|exit|Missing|such|Error|Invalid|default:|required"
    r"|INTEGER|TEXT|PATH|FILE|FILENAME|DIRECTORY|Positional|COMMAND|ARGS)\b"
)


@pytest.mark.parametrize("arguments", [[], *([name] for name in COMMANDS)], ids=str)
def test_no_help_page_holds_english(arguments):
    result = CliRunner().invoke(root, [*arguments, "--help"], terminal_width=100)

    assert result.exit_code == 0
    assert result.output.startswith("Utilisation : ")
    assert "Affiche cette aide et quitte." in result.output
    assert ENGLISH.findall(result.output) == []


@click.command()
@click.argument("number", type=int, metavar="NOMBRE")
@click.option("--ratio", type=float)
@click.option("--file", type=click.Path(exists=True, dir_okay=False))
@click.option("--folder", type=click.Path(exists=True, file_okay=False))
@click.option("--sure", type=bool)
@click.option("--name", required=True)
def sample(**values: object) -> None:
    """A command whose every option can be used wrongly."""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "il manque NOMBRE"),
        (["1"], "il manque --name"),
        (["un"], "NOMBRE : « un » n’est pas un nombre entier"),
        (["1", "2", "--name", "x"], "« 2 » est de trop"),
        (["1", "2", "3", "--name", "x"], "« 2 3 » est de trop"),
        (["1", "--ratio", "x"], "--ratio : « x » n’est pas un nombre"),
        (["1", "--sure", "x"], "--sure : « x » n’est ni oui ni non"),
        (["1", "--file", "/absent"], "--file : « /absent » n’existe pas"),
        (["1", "--file", "/"], "--file : « / » est un dossier"),
        (["1", "--folder", __file__], f"--folder : « {__file__} » est un fichier"),
        (["--nam"], "l’option « --nam » n’existe pas ; vouliez-vous dire « --name » ?"),
        (["-z"], "l’option « -z » n’existe pas"),
        (["1", "--ratio"], "l’option « --ratio » attend une valeur"),
    ],
)
def test_every_usage_error_is_one_french_line(arguments, message):
    sample.context_class = FrenchContext
    with pytest.raises(click.UsageError) as raised:
        sample.main(arguments, prog_name="essai", standalone_mode=False)

    assert usage_message(raised.value, "essai") == f"{message} (voir « essai --help »)."
