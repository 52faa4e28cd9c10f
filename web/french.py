"""How the pages space French sentences and name places."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask

from kb.citation import distinct_print
from kb.territory import departement_name

NO_BREAK_SPACE, NARROW_SPACE = "\u00a0", "\u202f"


def install(app: Flask) -> None:
    """Offer these to the templates as filters."""
    app.jinja_env.filters.update(
        departement=departement_label, distinct_print=distinct_print, spaced=spaced
    )
    app.jinja_env.globals.update(place=place)


def spaced(message: str) -> str:
    """A sentence of the product with the no-break spaces that French wants.

    For messages, titles and headings: a passage is shown as its brochure prints it.
    """
    message = message.replace("« ", f"«{NO_BREAK_SPACE}")
    message = message.replace(" »", f"{NO_BREAK_SPACE}»").replace(" :", f"{NO_BREAK_SPACE}:")
    for mark in ";!?":
        message = message.replace(f" {mark}", NARROW_SPACE + mark)
    return message


def unspaced(message: str) -> str:
    """The same with plain spaces."""
    return message.replace(NO_BREAK_SPACE, " ").replace(NARROW_SPACE, " ")


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
