"""Links that change a search: facets, chips, pages of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from kb.model import FILTER_FIELDS, Mode
from kb.privacy import masked
from kb.records import Record, answer_record
from kb.results import Answer
from kb.territory import departement_code
from web.french import departement_label
from web.i18n import in_french
from web.parameters import DEFAULT_LIMIT, SearchParameters
from web.presentation import FACET_TITLES, Choice, compared

SHOWN_FACET_VALUES = 6
OTHER_FACET_VALUES = 14
"""Values that are unfolded on demand: a large base has hundreds, of a passage each."""
_PLAIN = "!$'()*,/:;?@"
"""What needs no escape within the query of an address, besides letters and digits."""


@dataclass(frozen=True, slots=True)
class Facet:
    """The values by which results can be narrowed, most frequent first."""

    title: str
    shown: tuple[Choice, ...]
    others: tuple[Choice, ...]
    is_cut: bool
    """Whether there may be others, rarer than these."""


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a page of results stands among the others."""

    number: int
    count: int
    previous: str
    next: str


def search_url(asked: SearchParameters) -> str:
    """Address of the search page for ``asked``; defaults are left out of it."""
    return f"{url_for('pages.search')}?{_encoded(_arguments(asked))}"


def _arguments(asked: SearchParameters) -> dict[str, object]:
    arguments: dict[str, object] = {"q": asked.query}
    if asked.mode is not Mode.HYBRID:
        arguments["mode"] = asked.mode.value
    if asked.limit != DEFAULT_LIMIT:
        arguments["limit"] = asked.limit
    if asked.offset:
        arguments["offset"] = asked.offset
    if not asked.expand:
        arguments["expand"] = "0"
    if not asked.correct:
        arguments["correct"] = "0"
    arguments.update({name: list(values) for name, values in asked.filter.active().items()})
    return arguments


def _encoded(arguments: Mapping[str, object]) -> str:
    # A page of results has a hundred such links: the router would take ten times as long.
    return urlencode(arguments, doseq=True, safe=_PLAIN)


def chips_of(asked: SearchParameters, answer: Answer | None = None) -> tuple[Choice, ...]:
    """One link per active filter value, which removes it."""
    return tuple(
        Choice(
            # The value is a brochure's, the field a word of the site.
            Markup(_("%(field)s : %(value)s"))
            % {"field": str(FACET_TITLES[name]), "value": in_french(label)},
            search_url(_without(asked, name, value)),
        )
        for name, values in asked.filter.active().items()
        for value in values
        for label in [_chip_label(name, value, answer)]
    )


def facets_of(asked: SearchParameters, answer: Answer) -> tuple[Facet, ...]:
    """The facets that narrow something, each value with the link that adds or removes it."""
    record = answer_record(replace(answer, hits=()))
    facets = []
    # Another filter gives another list: it is read from its first page.
    base, own = url_for("pages.search"), _arguments(replace(asked, offset=0))
    for name in FILTER_FIELDS:
        values = record["facets"].get(name, [])
        active = {compared(name, value) for value in getattr(asked.filter, name)}
        if not active and (len(values) < 2 and all(v["count"] >= answer.total for v in values)):
            continue
        choices = [_facet_choice(base, own, name, value, active) for value in values]
        facets.append(_facet(name, choices))
    return tuple(facet for facet in facets if facet.shown)


def _facet(name: str, choices: Sequence[Choice]) -> Facet:
    """The first values, and those in use wherever they stand."""
    first, rest = choices[:SHOWN_FACET_VALUES], choices[SHOWN_FACET_VALUES:]
    others = [one for one in rest if not one.active]
    return Facet(
        str(FACET_TITLES[name]),
        (*first, *(one for one in rest if one.active)),
        tuple(others[:OTHER_FACET_VALUES]),
        len(others) > OTHER_FACET_VALUES,
    )


def _facet_choice(
    base: str, own: Mapping[str, object], name: str, value: Record, active: set[str]
) -> Choice:
    """A value with the link that adds it to the ``own`` arguments of a search, or removes it."""
    key = compared(name, value["value"])
    had = cast("list[str]", own.get(name, []))
    if key in active:
        values = [each for each in had if compared(name, each) != key]
    else:
        values = [*had, value["value"]]
    url = f"{base}?{_encoded({**own, name: values})}"
    label = _shown_value(name, value["value"], value["label"])
    return Choice(label, url, value["count"], key in active, f"{name}={key}")


def _chip_label(name: str, value: str, answer: Answer | None) -> str:
    known = answer.facets.get(name, ()) if answer else ()
    wanted = compared(name, value)
    label = next((each.label for each in known if compared(name, each.value) == wanted), "")
    return _shown_value(name, value, masked(label or value)[0])


def _shown_value(name: str, value: str, label: str) -> str:
    return departement_label(departement_code(value) or value) if name == "departement" else label


def _without(asked: SearchParameters, name: str, value: str) -> SearchParameters:
    removed = compared(name, value)
    values = getattr(asked.filter, name)
    kept = tuple(each for each in values if compared(name, each) != removed)
    return _filtered(asked, name, kept)


def _filtered(asked: SearchParameters, name: str, values: tuple[str, ...]) -> SearchParameters:
    # Another filter gives another list: it is read from its first page.
    return replace(asked, filter=replace(asked.filter, **{name: values}), offset=0)


def paging_of(asked: SearchParameters, total: int) -> Paging:
    """Links to the pages before and after; empty where there is none."""
    before, after = asked.offset - asked.limit, asked.offset + asked.limit
    return Paging(
        number=asked.offset // asked.limit + 1,
        count=-(-total // asked.limit),
        previous=search_url(replace(asked, offset=max(before, 0))) if asked.offset else "",
        next=search_url(replace(asked, offset=after)) if after < total else "",
    )
