"""``--filter nom=valeur``, as often as wanted: one French option for several commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from kb.model import FILTER_FIELDS, Filter

Function = TypeVar("Function", bound=Callable[..., Any])


def filter_option(function: Function) -> Function:
    """Give a command its ``filter`` parameter, a ``kb.model.Filter``."""
    return click.option(
        "--filter",
        multiple=True,
        metavar="NOM=VALEUR",
        callback=_filter,
        help=f"Garde ce qui a cette valeur ; répétable. Noms : {', '.join(FILTER_FIELDS)}.",
    )(function)


def _filter(ctx: click.Context, parameter: click.Parameter, values: Sequence[str]) -> Filter:
    chosen: dict[str, tuple[str, ...]] = {}
    for value in values:
        name, wanted = _name_and_value(value)
        chosen[name] = (*chosen.get(name, ()), wanted)
    return Filter(**chosen)


def _name_and_value(value: str) -> tuple[str, str]:
    name, equals, wanted = (part.strip() for part in value.partition("="))
    name = name.lower().replace("é", "e")
    if not equals or not name or not wanted:
        raise click.BadParameter(
            f"« {value} » n’est pas de la forme nom=valeur, par exemple departement=59"
        )
    if name not in FILTER_FIELDS:
        raise click.BadParameter(
            f"le filtre « {name} » n’existe pas ; noms permis : {', '.join(FILTER_FIELDS)}"
        )
    return name, wanted
