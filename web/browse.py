"""Ways through the base: by département, theme, year and organisation."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from kb.privacy import hidden, public
from kb.results import FacetValue
from web import atlas, context, parameters
from web.french import departement_label
from web.presentation import Choice

blueprint = Blueprint("browse", __name__)

LISTED = 24
"""Organisations in sight; the others are folded away."""


@dataclass(frozen=True, slots=True)
class Way:
    """One list of values that lead to their projects."""

    name: str
    choices: tuple[Choice, ...]
    without: int
    """Projects that have no such value."""


@blueprint.get("/parcourir")
def index() -> str:
    """The map, and every value with its number of projects."""
    parameters.refuse_unknown(request.args, ())
    overview = context.library().overview()
    ways = {
        name: Way(name, tuple(_choice(name, one) for one in values), overview.without[name])
        for name, values in overview.counts.items()
    }
    counts = {one.value: one.count for one in overview.counts["departement"]}
    return render_template(
        "browse.html",
        total=overview.projects,
        ways=ways,
        atlas=atlas.drawn(counts),
        listed=LISTED,
    )


def _choice(name: str, value: FacetValue) -> Choice:
    return Choice(
        label=_label(name, value),
        url=url_for("pages.projects", **{name: [hidden(value.value)[0]]}),  # type: ignore[arg-type]
        count=value.count,
    )


def _label(name: str, value: FacetValue) -> str:
    """What is shown of a value: themes are words of the site, the rest of the brochures."""
    if name == "departement":
        return departement_label(value.value)
    return _(value.label) if name == "theme" else public(value.label)
