"""Reads the parameters of a request, and says what is allowed when one is wrong.

A misspelt parameter is refused: a filter that is silently ignored gives an
answer that looks right and is not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from kb.errors import InvalidQuery
from kb.model import FILTER_FIELDS, Filter, Mode

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
MAX_OFFSET = 10_000
DEFAULT_SIMILAR = 5
MAX_SIMILAR = 20

SEARCH_PARAMETERS = ("q", "mode", "limit", "offset", "expand", "correct", *FILTER_FIELDS)

Arguments = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """What a search page or ``/api/search`` was asked."""

    query: str
    mode: Mode
    filter: Filter
    limit: int
    offset: int
    expand: bool
    correct: bool


def read_search(arguments: Arguments) -> SearchParameters:
    """The parameters of a search; raises ``InvalidQuery`` naming what is allowed."""
    refuse_unknown(arguments, SEARCH_PARAMETERS)
    return SearchParameters(
        query=_single(arguments, "q") or "",
        mode=_mode(arguments),
        filter=read_filter(arguments),
        limit=read_integer(arguments, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT),
        offset=read_integer(arguments, "offset", 0, 0, MAX_OFFSET),
        expand=_switch(arguments, "expand"),
        correct=_switch(arguments, "correct"),
    )


def read_filter(arguments: Arguments) -> Filter:
    """The filters of a request; an empty value, as forms send it, restricts nothing."""
    return Filter(
        **{
            name: tuple(
                dict.fromkeys(value.strip() for value in arguments.getlist(name) if value.strip())
            )
            for name in FILTER_FIELDS
        }
    )


def refuse_unknown(arguments: Arguments, allowed: Collection[str]) -> None:
    """Raise ``InvalidQuery`` for the first parameter that is not allowed here."""
    for name in arguments:
        if name not in allowed:
            listed = ", ".join(allowed) or "aucun"
            raise InvalidQuery(
                f"Le paramètre « {name[:60]} » n’existe pas ici : corrigez-le ou ôtez-le "
                f"(paramètres possibles : {listed})."
            )


def read_integer(arguments: Arguments, name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number within bounds, both included; raises ``InvalidQuery`` otherwise."""
    text = _single(arguments, name)
    if text is None:
        return default
    # The length is checked first: huge numbers are costly to convert.
    if text.isascii() and text.isdigit() and len(text) <= 9 and lowest <= int(text) <= highest:
        return int(text)
    raise InvalidQuery(
        f"Le paramètre « {name} » vaut « {text[:60]} » : donnez un nombre entier "
        f"de {lowest} à {highest}."
    )


def _mode(arguments: Arguments) -> Mode:
    text = _single(arguments, "mode")
    if text is None:
        return Mode.HYBRID
    try:
        return Mode(text)
    except ValueError:
        allowed = ", ".join(mode.value for mode in Mode)
        raise InvalidQuery(
            f"Le mode « {text[:60]} » n’existe pas : choisissez parmi {allowed}."
        ) from None


def _switch(arguments: Arguments, name: str) -> bool:
    text = _single(arguments, name)
    if text not in (None, "0", "1"):
        raise InvalidQuery(f"Le paramètre « {name} » vaut « {text[:60]} » : donnez 0 ou 1.")
    return text != "0"


def _single(arguments: Arguments, name: str) -> str | None:
    values = arguments.getlist(name)
    if len(values) > 1:
        raise InvalidQuery(f"Le paramètre « {name} » est donné {len(values)} fois : gardez-en un.")
    return values[0] if values else None
