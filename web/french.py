"""How the pages write numbers, dates and plurals in French."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Flask

from kb.citation import distinct_print
from kb.territory import departement_name

NO_BREAK_SPACE, NARROW_SPACE = "\u00a0", "\u202f"

_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def install(app: Flask) -> None:
    """Offer these to the templates as filters."""
    app.jinja_env.filters.update(
        departement=departement_label,
        distinct_print=distinct_print,
        longdate=long_date,
        number=number,
        plural=plural,
        spaced=spaced,
    )
    app.jinja_env.globals.update(place=place)


def number(value: int) -> str:
    """``1234`` → ``1 234``, with a narrow no-break space."""
    return f"{value:,}".replace(",", NARROW_SPACE)


def plural(count: int, singular: str, several: str = "") -> str:
    """The count with its noun: in French the plural begins at two."""
    noun = (several or f"{singular}s") if count >= 2 else singular
    return f"{number(count)}\u00a0{noun}"


def spaced(message: str) -> str:
    """A sentence of the product with the no-break spaces that French wants.

    For messages only: what a brochure prints is shown as it is.
    """
    message = message.replace("« ", f"«{NO_BREAK_SPACE}")
    message = message.replace(" »", f"{NO_BREAK_SPACE}»").replace(" :", f"{NO_BREAK_SPACE}:")
    for mark in ";!?":
        message = message.replace(f" {mark}", NARROW_SPACE + mark)
    return message


def long_date(moment: datetime | str) -> str:
    """``1er mars 2024``; an ISO text is read first."""
    day = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    ordinal = "1er" if day.day == 1 else str(day.day)
    return f"{ordinal}\u00a0{_MONTHS[day.month - 1]}\u00a0{day.year}"


def departement_label(code: str) -> str:
    """``Nord (59)``, or the code alone when it is unknown."""
    name = departement_name(code)
    return f"{name}\u00a0({code})" if name else code


def place(communes: Sequence[str], departements: Sequence[str]) -> str:
    """``Dunkerque, Arras (59, 62)``; départements by name where no commune is known."""
    if not communes:
        return ", ".join(departement_label(code) for code in departements)
    codes = f"\u00a0({', '.join(departements)})" if departements else ""
    return ", ".join(communes) + codes
