"""Reads the parameters of a request, and says what is allowed when one is wrong.

A misspelt parameter is refused: a filter that is silently ignored gives an
answer that looks right and is not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from kb.model import FILTER_FIELDS, Filter, Mode
from web.problems import Unusable

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
MAX_OFFSET = 10_000
DEFAULT_SIMILAR = 5
MAX_SIMILAR = 20
DEFAULT_SUGGESTIONS = 8
MAX_SUGGESTIONS = 20

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
        query=read_text(arguments, "q"),
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
            raise Unusable(
                _(
                    "Le paramètre « %(name)s » n’existe pas ici : corrigez-le ou ôtez-le "
                    "(paramètres possibles : %(allowed)s).",
                    name=name[:60],
                    allowed=", ".join(allowed) or _("aucun"),
                )
            )


def read_integer(arguments: Arguments, name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number within bounds, both included; raises ``InvalidQuery`` otherwise."""
    text = _single(arguments, name)
    if text is None:
        return default
    # The length is checked first: huge numbers are costly to convert.
    if text.isascii() and text.isdigit() and len(text) <= 9 and lowest <= int(text) <= highest:
        return int(text)
    raise Unusable(
        _(
            "Le paramètre « %(name)s » vaut « %(value)s » : donnez un nombre entier "
            "de %(lowest)s à %(highest)s.",
            name=name,
            value=text[:60],
            lowest=lowest,
            highest=highest,
        )
    )


def read_text(arguments: Arguments, name: str) -> str:
    """A text that may be missing; raises ``InvalidQuery`` where it is given twice."""
    return _single(arguments, name) or ""


def _mode(arguments: Arguments) -> Mode:
    text = _single(arguments, "mode")
    if text is None:
        return Mode.HYBRID
    try:
        return Mode(text)
    except ValueError:
        allowed = ", ".join(mode.value for mode in Mode)
        raise Unusable(
            _(
                "Le mode « %(name)s » n’existe pas : choisissez parmi %(allowed)s.",
                name=text[:60],
                allowed=allowed,
            )
        ) from None


def _switch(arguments: Arguments, name: str) -> bool:
    text = _single(arguments, name)
    if text not in (None, "0", "1"):
        raise Unusable(
            _(
                "Le paramètre « %(name)s » vaut « %(value)s » : donnez 0 ou 1.",
                name=name,
                value=text[:60],
            )
        )
    return text != "0"


def _single(arguments: Arguments, name: str) -> str | None:
    values = arguments.getlist(name)
    if len(values) > 1:
        raise Unusable(
            _(
                "Le paramètre « %(name)s » est donné %(times)s fois : gardez-en un.",
                name=name,
                times=len(values),
            )
        )
    return values[0] if values else None
