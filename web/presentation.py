"""Arranges what the brochures say for the pages: groups, blocks of text, lists of values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from markupsafe import Markup

from kb.model import Filter, Passage, Project, Span
from kb.privacy import hidden, masked, public
from kb.records import Record, highlighted_html, hit_record
from kb.results import Hit
from kb.spans import merged
from kb.territory import departement_code
from kb.text import fold
from web.french import departement_label

FACET_TITLES = {
    "organisation": _("Organisation"),
    "departement": _("Département"),
    "commune": _("Commune"),
    "year": _("Année"),
    "heading": _("Rubrique"),
    "brochure": _("Brochure"),
    "project": _("Projet"),
}
"""Translated when they are shown."""
SHOWN_HITS = 2

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
    key: str = ""
    """What stays the same when the link is drawn anew: where the focus was."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value of a form's list."""

    value: str
    label: str
    chosen: bool


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
    communes = {commune for project in projects for commune in project.communes}
    bodies = {project.organisation for project in projects if project.organisation}
    labels = {
        "departement": {code: departement_label(code) for p in projects for code in p.departements},
        "commune": {hidden(name)[0]: public(name) for name in communes},
        "organisation": {hidden(name)[0]: public(name) for name in bodies},
        "year": {str(p.year): str(p.year) for p in projects if p.year is not None},
    }
    return {name: _options(name, values, getattr(chosen, name)) for name, values in labels.items()}


def _options(name: str, labels: dict[str, str], chosen: Sequence[str]) -> list[Option]:
    wanted = {compared(name, value) for value in chosen}
    ordered = sorted(labels.items(), key=lambda pair: fold(pair[1]))
    return [Option(value, label, compared(name, value) in wanted) for value, label in ordered]


def compared(name: str, value: str) -> str:
    """A filter value as searches compare it: départements by code or by name."""
    code = departement_code(value) if name == "departement" else ""
    return fold(code or hidden(value)[0])
