"""What a brochure says of a project at a glance, word for word.

A fact is a stretch of one of the project's own passages, or a value that ingest read on
its title page. Nothing is reworded and nothing is guessed: what no rule finds is left
out. Rules look at headings (« Public », « Objectifs du projet », « Les freins »), at the
lines that open a list inside a passage (« Les objectifs de la démarche : ») and, for
figures, at numbers with their unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kb.measures import measures
from kb.model import Passage, Project, Span
from kb.privacy import uncut
from kb.results import Fact, FactKind, ProjectSheet
from kb.sentences import split_sentences
from kb.text import fold

MOST_FACTS = 8
"""Of one kind: a sheet is read at a glance, the sections hold the rest."""
LONGEST_FIGURE = 220
"""Characters of a sentence that is quoted for its number alone."""

_OPENING = (
    r"(?:(?:les?|la|l'|des?|nos|notre|vos|un|une|en|quelques|quels?|quelles?|sont|principa(?:l|ux|les?)"
    r"|grands?|premiers?)\b\s*)*"
)
_HEADINGS = {
    FactKind.PARTNERS: r"partenaires?|partenariats?",
    FactKind.PUBLIC: r"publics?|beneficiaires?|pour qui|a qui s'adresse",
    FactKind.OBJECTIVES: r"objectifs?|finalites?|ambitions?",
    FactKind.FIGURES: r"chiffres?|infos? cles?|informations? cles?|reperes?"
    r"|donnees (?:cles?|chiffrees)",
    FactKind.CONDITIONS: r"(?:conditions?|facteurs?|cles?|leviers?|ingredients) (?:de |du )(?:la )?"
    r"(?:reussites?|succes)|points? forts?",
    FactKind.OBSTACLES: r"freins?|difficultes?|obstacles?|points? de (?:vigilance|blocage)|limites",
}
_RULES = {kind: re.compile(rf"{_OPENING}(?:{words})\b(?!-)") for kind, words in _HEADINGS.items()}
_RESULTS = re.compile(
    rf"{_OPENING}(?:resultats?|bilans?|effets?|impacts?|evaluations?|moyens?|couts?|budgets?"
    r"|financements?)\b"
)
_SPOKEN = re.compile(rf"{_OPENING}(?:paroles?|temoignages?|contacts?|verbatims?)\b")
"""Headings of what people say or of whom to write to: numbers there sum up nothing."""
_INTRODUCED = (FactKind.PARTNERS, FactKind.OBJECTIVES, FactKind.CONDITIONS, FactKind.OBSTACLES)
"""What a line inside a passage may open: « Les objectifs de la démarche : »."""
_LONGEST_OPENING = 60
_BULLET = re.compile(r"\s*[•●▪■◦‣–—*➔→✓-]\s*")
_LINE = re.compile(r"[^\n]+")
_AGE = re.compile(r"\bans?$")


def facts_of(sheet: ProjectSheet) -> tuple[Fact, ...]:
    """The facts of a project, by kind in the order of ``FactKind``, each text once."""
    passages = [passage for section in sheet.sections for passage in section.passages]
    found = [*_named(sheet.project, passages), *_read(sheet.project, passages)]
    return tuple(fact for kind in FactKind for fact in _chosen(found, kind))


def kind_of(heading: str) -> FactKind | None:
    """What a heading announces; None where no rule knows.

    >>> kind_of("Les freins identifiés"), kind_of("Le service public")
    (<FactKind.OBSTACLES: 'obstacles'>, None)
    """
    folded = fold(heading)
    return next((kind for kind, rule in _RULES.items() if rule.match(folded)), None)


def _chosen(facts: Sequence[Fact], kind: FactKind) -> list[Fact]:
    chosen: dict[str, Fact] = {}
    for fact in facts:
        if fact.kind is kind:
            chosen.setdefault(fold(fact.text), fact)
    return list(chosen.values())[:MOST_FACTS]


def _named(project: Project, passages: Sequence[Passage]) -> Iterator[Fact]:
    """What ingest read of the project, each value with the first passage that prints it."""
    values = (
        (FactKind.ORGANISATION, (project.organisation,)),
        (FactKind.PARTNERS, project.partners),
        (FactKind.PLACE, project.communes),
    )
    for kind, texts in values:
        for text in filter(None, texts):
            yield Fact(kind, text, _first_with(text, kind, passages))
    # Short labels of the title page: the same words in a sentence may say something else.
    yield from (Fact(FactKind.OBJECTIVES, label) for label in project.objectives if label)
    if project.year is not None:
        # A passage that prints the same year may speak of something else.
        yield Fact(FactKind.YEAR, str(project.year))


def _first_with(text: str, kind: FactKind, passages: Sequence[Passage]) -> Passage | None:
    """The first passage that prints a text, those under its own heading before others."""
    printed = re.compile(rf"(?<!\w){re.escape(fold(text))}(?!\w)")
    ordered = sorted(passages, key=lambda passage: _kind_of_passage(passage) is not kind)
    return next((one for one in ordered if printed.search(fold(one.text))), None)


def _read(project: Project, passages: Sequence[Passage]) -> Iterator[Fact]:
    """What stands under the headings that announce it."""
    found = [
        fact for passage in passages for fact in (*_under_heading(passage), *_introduced(passage))
    ]
    yield from found
    kinds = {fact.kind for fact in found}
    if FactKind.PUBLIC not in kinds and project.public:
        passage = _first_with(project.public, FactKind.PUBLIC, passages)
        yield Fact(FactKind.PUBLIC, project.public, passage)
    if FactKind.FIGURES not in kinds:
        yield from _scattered_figures(passages)


def _kind_of_passage(passage: Passage) -> FactKind | None:
    return kind_of(passage.heading) or kind_of(passage.heading_printed)


def _under_heading(passage: Passage) -> Iterator[Fact]:
    kind = _kind_of_passage(passage)
    if kind is None:
        return
    for span in _paragraphs(passage.text) if kind is FactKind.PUBLIC else _items(passage.text):
        fact = _fact(kind, passage, span)
        if kind is not FactKind.FIGURES or any(map(str.isdigit, fact.text)):
            yield fact


def _introduced(passage: Passage) -> Iterator[Fact]:
    """The bullets below a line that announces them."""
    opened: FactKind | None = None
    for span, bulleted in _lines(passage.text):
        if bulleted and opened is not None:
            yield _fact(opened, passage, span)
        elif not bulleted:
            line = passage.text[span.start : span.end]
            opens = line.endswith(":") and len(line) <= _LONGEST_OPENING
            kind = kind_of(line) if opens else None
            opened = kind if kind in _INTRODUCED else None


def _scattered_figures(passages: Iterable[Passage]) -> Iterator[Fact]:
    """Sentences that count something, those on results and means before others."""
    told = [
        passage
        for passage in passages
        if _kind_of_passage(passage) is None and not _SPOKEN.match(fold(passage.heading))
    ]
    for passage in sorted(told, key=lambda one: _RESULTS.match(fold(one.heading)) is None):
        for span in _sentences(passage.text):
            fact = _fact(FactKind.FIGURES, passage, span)
            counted = [fact.text[each.start : each.end] for each in fact.measures]
            # The age of a public is no result.
            if len(fact.text) <= LONGEST_FIGURE and not all(map(_AGE.search, counted)):
                yield fact


def _fact(kind: FactKind, passage: Passage, span: Span) -> Fact:
    fact = Fact(kind, passage.text[span.start : span.end], passage)
    if kind is FactKind.FIGURES:
        return replace(fact, measures=measures(fact.text))
    return fact


def _items(text: str) -> list[Span]:
    """The bullets of a text that has some, else its sentences."""
    return [span for span, bulleted in _lines(text) if bulleted] or _sentences(text)


def _paragraphs(text: str) -> list[Span]:
    return [span for span, _ in _lines(text)]


def _sentences(text: str) -> list[Span]:
    spans = (_without_bullet(text, span) for span in split_sentences(text))
    return [span for span in spans if span.start < span.end]


def _lines(text: str) -> Iterator[tuple[Span, bool]]:
    """Every line with something on it, without its bullet, and whether it had one."""
    lines = [Span(*line.span()) for line in _LINE.finditer(text)]
    for line in uncut(text, lines):
        bare = _without_bullet(text, line)
        if bare.start < bare.end:
            yield bare, bool(_BULLET.match(text, line.start, line.end))


def _without_bullet(text: str, span: Span) -> Span:
    """A stretch of text without the bullet that opens it and the blanks around it."""
    piece = text[span.start : span.end]
    bullet = _BULLET.match(piece)
    start = bullet.end() if bullet else 0
    kept = piece[start:].strip()
    start += len(piece[start:]) - len(piece[start:].lstrip())
    return Span(span.start + start, span.start + start + len(kept))
