"""Click in French: the one place that words what click itself says.

Commands of our own write French; what click adds (usage, headings, its own options,
errors of usage) is translated here, for commands of other packages too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

_HEADINGS = {
    "Options": "Options",
    "Commands": "Commandes",
    "Positional arguments": "Arguments",
}

_HELP_WORDS = (
    (re.compile(r"Show this message and exit\."), "Affiche cette aide et quitte."),
    (re.compile(r"\[default: (.+?)\]"), r"[par défaut : \1]"),
    (re.compile(r"\[required\]"), "[obligatoire]"),
)

_METAVARS = (
    (re.compile(r"\bINTEGER(?: RANGE)?\b"), "NOMBRE"),
    (re.compile(r"\bFLOAT(?: RANGE)?\b"), "NOMBRE"),
    (re.compile(r"\bTEXT\b"), "TEXTE"),
    (re.compile(r"\bFILE(?:NAME)?\b"), "FICHIER"),
    (re.compile(r"\bDIRECTORY\b"), "DOSSIER"),
    (re.compile(r"\bPATH\b"), "CHEMIN"),
)

# What click's own types and parser say, and how it reads in French. A message that
# meets none of these is our own, already in French.
_MESSAGES = tuple(
    (re.compile(pattern, re.DOTALL), french)
    for pattern, french in (
        (
            r"'?(?P<value>.*?)'? is not a valid (?:integer|integer range)\.",
            "« {value} » n’est pas un nombre entier",
        ),
        (
            r"'?(?P<value>.*?)'? is not a valid (?:float|float range)\.",
            "« {value} » n’est pas un nombre",
        ),
        (
            r"'?(?P<value>.*?)'? is not a valid boolean.*",
            "« {value} » n’est ni oui ni non",
        ),
        (
            r"(?P<value>.*) is not in the range (?P<range>.*)\.",
            "{value} n’est pas dans l’intervalle permis ({range})",
        ),
        (
            r"'?(?P<value>.*?)'? is not one of (?P<choices>.*)\.",
            "« {value} » n’est pas permis ; valeurs permises : {choices}",
        ),
        (r"\w+ '(?P<value>.*)' does not exist\.", "« {value} » n’existe pas"),
        (r"\w+ '(?P<value>.*)' is a file\.", "« {value} » est un fichier"),
        (r"\w+ '(?P<value>.*)' is a directory\.", "« {value} » est un dossier"),
        (r"\w+ '(?P<value>.*)' is not readable\.", "« {value} » ne peut pas être lu"),
        (r"\w+ '(?P<value>.*)' is not writable\.", "« {value} » ne peut pas être écrit"),
        (
            r"Option '(?P<value>.*)' requires an argument\.",
            "l’option « {value} » attend une valeur",
        ),
        (
            r"Option '(?P<value>.*)' does not take a value\.",
            "l’option « {value} » ne prend pas de valeur",
        ),
        (r"Got unexpected extra arguments? \((?P<value>.*)\)", "« {value} » est de trop"),
        (r"Missing command\.", "il manque une commande"),
    )
)


class FrenchFormatter(click.HelpFormatter):
    """Help pages whose fixed words are French."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, prefix="Utilisation : ")

    def write_heading(self, heading: str) -> None:
        """Write a heading, with the space that French puts before a colon."""
        self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)} :\n")

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write a list of options, arguments or commands."""
        french = [(_replaced(term, _METAVARS), _replaced(text, _HELP_WORDS)) for term, text in rows]
        super().write_dl(french, col_max, col_spacing)


class FrenchContext(click.Context):
    """Makes help pages with ``FrenchFormatter``."""

    formatter_class = FrenchFormatter


class FrenchCommand(click.Command):
    """A command whose help page is French."""

    context_class = FrenchContext


class FrenchGroup(click.Group):
    """A group whose help page is French."""

    context_class = FrenchContext


def usage_message(error: click.UsageError, path: str) -> str:
    """One line that says what is wrong with the command line, and where to read more.

    ``path`` is the command, ``kb search``, for the errors that do not know it.
    """
    path = error.ctx.command_path if error.ctx else path
    return f"{_described(error)} (voir « {path} --help »)."


def _described(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"l’option « {error.option_name} » n’existe pas{_meant(error.possibilities)}"
    if isinstance(error, click.NoSuchCommand):
        return f"la commande « {error.command_name} » n’existe pas{_meant(error.possibilities)}"
    if isinstance(error, click.MissingParameter):
        return f"il manque {_parameter_name(error)}"
    message = _message(error.message)
    if isinstance(error, click.BadParameter):
        return f"{_parameter_name(error)} : {message}"
    return message


def _meant(possibilities: list[str] | None) -> str:
    if not possibilities:
        return ""
    return f" ; vouliez-vous dire « {' » ou « '.join(sorted(possibilities))} » ?"


def _parameter_name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return "valeur refusée"
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return (parameter.metavar or parameter.human_readable_name).rstrip(".…")


def _message(message: str) -> str:
    for pattern, french in _MESSAGES:
        if match := pattern.fullmatch(message):
            return french.format(**match.groupdict())
    return message.rstrip(".")


def _replaced(text: str, table: Iterable[tuple[re.Pattern[str], str]]) -> str:
    for pattern, french in table:
        text = pattern.sub(french, text)
    return text
