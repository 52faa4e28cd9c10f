"""Arranges results for the pages: groups, blocks of text, links, examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask import url_for
from markupsafe import Markup

from kb.model import FILTER_FIELDS, Filter, Mode, Passage, Project, Span
from kb.records import Record, answer_record, highlighted_html, hit_record, masked
from kb.results import Answer, Hit
from kb.spans import merged
from kb.territory import departement_code
from kb.text import fold
from web.french import departement_label
from web.parameters import DEFAULT_LIMIT, SearchParameters

FACET_TITLES = {
    "organisation": "Organisation",
    "departement": "Département",
    "commune": "Commune",
    "year": "Année",
    "heading": "Rubrique",
    "brochure": "Brochure",
    "project": "Projet",
}
SHOWN_HITS = 2
SHOWN_FACET_VALUES = 6
LISTED_EXPANSIONS = 8
"""Words added for one reason that stand in the line; more are folded away, so that the
passages stay in sight."""
MAX_EXAMPLES = 6
LONGEST_EXAMPLE = 60

_BULLETS = "•●▪■◦‣–—-*➔→✓"


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as a page shows it."""

    record: Record
    html: Markup


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one project, best first."""

    project: Record
    brochure: Record
    first: tuple[ShownHit, ...]
    others: tuple[ShownHit, ...]
    """Folded away, so that the next project is seen too."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that changes the search: a facet value, a chip, a page, an example."""

    label: str
    url: str
    count: int = 0
    active: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a form's list."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The values by which results can be narrowed, most frequent first."""

    title: str
    shown: tuple[Choice, ...]
    others: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a page of results stands among the others."""

    number: int
    count: int
    previous: str
    next: str


def groups_of(hits: Sequence[Hit]) -> tuple[Group, ...]:
    """Hits gathered by project, projects in the order of their best hit."""
    gathered: dict[str, list[Hit]] = {}
    for hit in hits:
        gathered.setdefault(hit.project.id, []).append(hit)
    return tuple(_group(members) for members in gathered.values())


def _group(hits: Sequence[Hit]) -> Group:
    shown = tuple(shown_hit(hit) for hit in hits)
    best = shown[0].record
    return Group(best["project"], best["brochure"], shown[:SHOWN_HITS], shown[SHOWN_HITS:])


def shown_hit(hit: Hit) -> ShownHit:
    """A hit with its words marked and its best sentence set off."""
    html = passage_html(hit.passage.text, hit.highlights, hit.best_sentence)
    return ShownHit(hit_record(hit), html)


def passage_html(text: str, highlights: Sequence[Span] = (), best: Span | None = None) -> Markup:
    """A passage's paragraphs and lists, every character kept, as HTML."""
    if best is None or _length(best) >= len(text.strip()):
        best = Span(0, 0)  # nothing to set it off from
    text, (shown_best, *marks) = masked(text, (best, *highlights))
    blocks = []
    for bulleted, lines in _blocks(text):
        rows = [_line_html(text, line, marks, shown_best) for line in lines]
        if bulleted:
            blocks.append(f"<ul>{''.join(f'<li>{row}</li>' for row in rows)}</ul>")
        else:
            blocks.extend(f"<p>{row}</p>" for row in rows)
    return Markup("".join(blocks))  # every row was escaped


def _blocks(text: str) -> Iterator[tuple[bool, list[Span]]]:
    """Runs of lines that are all bullets, or all not, blank lines left out."""
    run: list[Span] = []
    start, bulleted = 0, False
    for line in text.splitlines(keepends=True):
        span = Span(start, start + len(line.rstrip()))
        start += len(line)
        if span.start >= span.end:
            continue
        is_bullet = line.lstrip()[:1] in _BULLETS
        if run and is_bullet != bulleted:
            yield bulleted, run
            run = []
        bulleted = is_bullet
        run.append(span)
    if run:
        yield bulleted, run


def _line_html(text: str, line: Span, marks: Sequence[Span], best: Span) -> str:
    pieces = []
    for piece, is_best in _cut(line, best):
        inside = [Span(mark.start - piece.start, mark.end - piece.start) for mark in marks]
        html = highlighted_html(text[piece.start : piece.end], inside)
        pieces.append(f"<strong>{html}</strong>" if is_best else html)
    return "".join(pieces)


def _cut(line: Span, best: Span) -> Iterator[tuple[Span, bool]]:
    """The line before, within and after the best sentence."""
    for sentence in merged([Span(best.start - line.start, best.end - line.start)], _length(line)):
        start, end = line.start + sentence.start, line.start + sentence.end
        for piece, is_best in (
            (Span(line.start, start), False),
            (Span(start, end), True),
            (Span(end, line.end), False),
        ):
            if piece.start < piece.end:
                yield piece, is_best
        return
    yield line, False


def _length(span: Span) -> int:
    return span.end - span.start


def search_url(asked: SearchParameters) -> str:
    """Address of the search page for ``asked``; defaults are left out of it."""
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
    return url_for("pages.search", **arguments)  # type: ignore[arg-type]  # values of the query


def chips_of(asked: SearchParameters, answer: Answer | None = None) -> tuple[Choice, ...]:
    """One link per active filter value, which removes it."""
    return tuple(
        Choice(
            f"{FACET_TITLES[name]}\u00a0: {_chip_label(name, value, answer)}",
            search_url(_without(asked, name, value)),
        )
        for name, values in asked.filter.active().items()
        for value in values
    )


def facets_of(asked: SearchParameters, answer: Answer) -> tuple[Facet, ...]:
    """The facets that narrow something, each value with the link that adds or removes it."""
    record = answer_record(replace(answer, hits=()))
    facets = []
    for name in FILTER_FIELDS:
        values = record["facets"].get(name, [])
        active = {_compared(name, value) for value in getattr(asked.filter, name)}
        if not active and (len(values) < 2 and all(v["count"] >= answer.total for v in values)):
            continue
        choices = [_facet_choice(asked, name, value, active) for value in values]
        facets.append(
            Facet(
                FACET_TITLES[name],
                tuple(choices[:SHOWN_FACET_VALUES]),
                tuple(choices[SHOWN_FACET_VALUES:]),
            )
        )
    return tuple(facet for facet in facets if facet.shown)


def _facet_choice(asked: SearchParameters, name: str, value: Record, active: set[str]) -> Choice:
    is_active = _compared(name, value["value"]) in active
    changed = (_without if is_active else _with)(asked, name, value["value"])
    label = _shown_value(name, value["value"], value["label"])
    return Choice(label, search_url(changed), value["count"], is_active)


def _chip_label(name: str, value: str, answer: Answer | None) -> str:
    known = answer.facets.get(name, ()) if answer else ()
    wanted = _compared(name, value)
    label = next((each.label for each in known if _compared(name, each.value) == wanted), "")
    return _shown_value(name, value, masked(label or value)[0])


def _shown_value(name: str, value: str, label: str) -> str:
    return departement_label(departement_code(value) or value) if name == "departement" else label


def _with(asked: SearchParameters, name: str, value: str) -> SearchParameters:
    return _filtered(asked, name, (*getattr(asked.filter, name), value))


def _without(asked: SearchParameters, name: str, value: str) -> SearchParameters:
    removed = _compared(name, value)
    values = getattr(asked.filter, name)
    kept = tuple(each for each in values if _compared(name, each) != removed)
    return _filtered(asked, name, kept)


def _compared(name: str, value: str) -> str:
    """A filter value as searches compare it: départements by code or by name."""
    return fold((departement_code(value) if name == "departement" else "") or value)


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


def examples_of(projects: Sequence[Project]) -> dict[str, tuple[Choice, ...]]:
    """Searches and lists worth trying, drawn from what the catalogue holds."""
    objectives = _distinct([project.objectives for project in projects])
    publics = _distinct([(project.public,) for project in projects])
    communes = _distinct([project.communes for project in projects])
    return {
        "Par objectif": tuple(_example(text) for text in objectives),
        "Par public": tuple(_example(text) for text in publics),
        "Par lieu": tuple(
            Choice(commune, url_for("pages.projects", commune=commune)) for commune in communes
        ),
    }


def _example(text: str) -> Choice:
    return Choice(text, url_for("pages.search", q=text))


def _distinct(lists: Sequence[Sequence[str]]) -> list[str]:
    """Short values, one of each project in turn so that no project fills the list."""
    depth = max((len(values) for values in lists), default=0)
    rounds = (values[turn] for turn in range(depth) for values in lists if turn < len(values))
    found: dict[str, str] = {}
    for value in rounds:
        if value and len(value) <= LONGEST_EXAMPLE:
            found.setdefault(fold(value), masked(value)[0])
    return list(found.values())[:MAX_EXAMPLES]


def neighbours_of(
    passages: Sequence[Passage], passage_id: str
) -> tuple[Passage | None, Passage | None]:
    """The passages just before and after one, among those of its section."""
    place = next((i for i, each in enumerate(passages) if each.id == passage_id), None)
    if place is None:
        return None, None
    return (
        passages[place - 1] if place > 0 else None,
        passages[place + 1] if place + 1 < len(passages) else None,
    )


def options_of(projects: Sequence[Project], chosen: Filter) -> dict[str, list[Option]]:
    """What the list of projects can be narrowed by, with what is chosen already."""
    labels = {
        "departement": {code: departement_label(code) for p in projects for code in p.departements},
        "commune": {commune: commune for p in projects for commune in p.communes},
        "organisation": {p.organisation: p.organisation for p in projects if p.organisation},
        "year": {str(p.year): str(p.year) for p in projects if p.year is not None},
    }
    return {name: _options(name, values, getattr(chosen, name)) for name, values in labels.items()}


def _options(name: str, labels: dict[str, str], chosen: Sequence[str]) -> list[Option]:
    wanted = {_compared(name, value) for value in chosen}
    ordered = sorted(labels.items(), key=lambda pair: fold(pair[1]))
    return [Option(value, label, _compared(name, value) in wanted) for value, label in ordered]
