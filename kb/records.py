"""The JSON objects that the outside relies on: one shape for API and command line.

Nothing public shows an e-mail address or a telephone number: wherever a brochure prints
one, records hold a mask, and offsets are those of the text as it is shown (``kb.privacy``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from html import escape
from typing import Any
from urllib.parse import quote

from kb.facts import facts_of
from kb.model import Brochure, Passage, Person, Project, Span
from kb.privacy import hidden, masked, public, shown
from kb.results import (
    Answer,
    BrochureEntry,
    Expansion,
    FacetValue,
    Fact,
    Hit,
    PassageSheet,
    ProjectSheet,
    SectionSheet,
    Suggestion,
)
from kb.spans import merged

Record = dict[str, Any]

SOURCE_ANCHOR = "passage"
"""Identifier of what is marked on the page of a source."""


def highlighted_html(text: str, spans: Sequence[Span]) -> str:
    """The text escaped for HTML, each span within ``<mark>``.

    Spans may come in any order, overlap, or reach beyond the text.
    """
    pieces: list[str] = []
    position = 0
    for span in merged(spans, len(text)):
        pieces.append(escape(text[position : span.start]))
        pieces.append(f"<mark>{escape(text[span.start : span.end])}</mark>")
        position = span.end
    pieces.append(escape(text[position:]))
    return "".join(pieces)


def answer_record(answer: Answer) -> Record:
    """What ``GET /api/search`` and ``kb search --json`` give."""
    return {
        "query": answer.query,
        "mode": answer.mode.value,
        "answerable": answer.answerable,
        "took_ms": round(answer.took_ms, 2),
        "total": answer.total,
        "corrected": public(answer.corrected) if answer.corrected else None,
        "expanded": [_expansion_record(expansion) for expansion in answer.expanded],
        "hits": [hit_record(hit) for hit in answer.hits],
        "facets": {
            name: [_facet_record(value) for value in values]
            for name, values in answer.facets.items()
        },
        "nearest": [project_record(project) for project in answer.nearest],
        "notice": public(answer.notice),
        "at_least": answer.at_least,
    }


def _expansion_record(expansion: Expansion) -> Record:
    return {
        "term": expansion.term,
        "added": expansion.added,
        "reason": expansion.reason,
        "source": expansion.source.value,
        "similarity": expansion.similarity,
    }


def _facet_record(facet: FacetValue) -> Record:
    # A value comes back as a filter, which knows no more than the public does.
    value = hidden(facet.value)[0]
    return {"value": value, "label": public(facet.label or facet.value), "count": facet.count}


def hit_record(hit: Hit) -> Record:
    """One passage of an answer, with all that is needed to show and cite it."""
    text, (best, *highlights) = masked(hit.passage.text, (hit.best_sentence, *hit.highlights))
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "passage": {
            "id": hit.passage.id,
            "text": text,
            "html": highlighted_html(text, highlights),
        },
        "best_sentence": {"start": best.start, "end": best.end},
        "project": project_record(hit.project),
        **_place_record(hit.passage, hit.brochure),
        "brochure": _brochure_summary(hit.brochure),
        "citation": public(hit.citation),
        "url": passage_url(hit.passage.id),
        "source_url": source_url(hit.passage.id),
        "why": {
            "lexical_rank": hit.why.lexical_rank,
            "semantic_rank": hit.why.semantic_rank,
            "matched_terms": [public(term) for term in hit.why.matched_terms],
        },
    }


def passage_record(sheet: PassageSheet) -> Record:
    """One passage with its place: what ``GET /api/passages/{id}`` gives."""
    return {
        "id": sheet.passage.id,
        "text": public(sheet.passage.text),
        "project": project_record(sheet.project),
        **_place_record(sheet.passage, sheet.brochure),
        "brochure": _brochure_summary(sheet.brochure),
        "citation": public(sheet.citation),
        "url": passage_url(sheet.passage.id),
        "source_url": source_url(sheet.passage.id),
    }


def export_record(sheet: PassageSheet) -> Record:
    """One line of ``kb export --format jsonl``."""
    project, brochure = sheet.project, sheet.brochure
    return {
        "id": sheet.passage.id,
        "text": public(sheet.passage.text),
        "brochure": {
            "id": brochure.id,
            "title": public(brochure.title),
            "year": brochure.year,
            "source": public(brochure.source),
        },
        "project": {
            "id": project.id,
            "title": public(project.title),
            "organisation": public(project.organisation),
            "communes": [public(commune) for commune in project.communes],
            "departements": list(project.departements),
            "year": project.year,
        },
        **_place_record(sheet.passage, brochure),
    }


def project_record(project: Project) -> Record:
    """A project without its people: what hits, lists and sheets share."""
    return {
        "id": project.id,
        "title": public(project.title),
        "subtitle": public(project.subtitle),
        "organisation": public(project.organisation),
        "partners": [public(partner) for partner in project.partners],
        "communes": [public(commune) for commune in project.communes],
        "departements": list(project.departements),
        "year": project.year,
        "values": [public(value) for value in project.values],
        "objectives": [public(objective) for objective in project.objectives],
        "public": public(project.public),
        "brochure_id": project.brochure_id,
        "url": project_url(project.id),
    }


def project_sheet_record(sheet: ProjectSheet) -> Record:
    """All that is known of one project, people without their addresses."""
    return {
        **project_record(sheet.project),
        "first_page": sheet.project.first_page if sheet.brochure.paged else None,
        "last_page": sheet.project.last_page if sheet.brochure.paged else None,
        "brochure": _brochure_summary(sheet.brochure),
        "facts": [_fact_record(fact, sheet.brochure) for fact in facts_of(_as_shown(sheet))],
        "people": [_person_record(person) for person in sheet.project.people],
        "sections": [_section_record(section, sheet.brochure) for section in sheet.sections],
    }


def _as_shown(sheet: ProjectSheet) -> ProjectSheet:
    """The sheet with its texts as they are shown: a fact may be half a line of one."""
    project = replace(
        sheet.project,
        organisation=public(sheet.project.organisation),
        public=public(sheet.project.public),
        partners=tuple(map(public, sheet.project.partners)),
        communes=tuple(map(public, sheet.project.communes)),
        objectives=tuple(map(public, sheet.project.objectives)),
    )
    sections = tuple(
        replace(
            section,
            passages=tuple(replace(one, text=public(one.text)) for one in section.passages),
        )
        for section in sheet.sections
    )
    return replace(sheet, project=project, sections=sections)


def _fact_record(fact: Fact, brochure: Brochure) -> Record:
    """One fact with the passage that it is taken from."""
    text, measures = masked(fact.text, fact.measures)
    passage = fact.passage
    return {
        "kind": fact.kind.value,
        "text": text,
        "measures": [{"start": span.start, "end": span.end} for span in measures],
        "passage_id": passage.id if passage else None,
        "page": passage.page if passage and brochure.paged else None,
        "page_printed": public(passage.page_printed) if passage else "",
        "url": passage_url(passage.id) if passage else None,
    }


def _person_record(person: Person) -> Record:
    known = {
        "name": public(person.name),
        "role": public(person.role),
        "organisation": public(person.organisation),
    }
    # What leads to a person stands apart, for who may see it alone.
    return known | {"email": person.email, "phone": person.phone} if shown() else known


def _section_record(sheet: SectionSheet, brochure: Brochure) -> Record:
    return {
        "id": sheet.section.id,
        "heading": public(sheet.section.heading),
        "heading_printed": public(sheet.section.heading_printed),
        "page": sheet.section.page if brochure.paged else None,
        "passages": [
            {
                "id": passage.id,
                "text": public(passage.text),
                "page": passage.page if brochure.paged else None,
                "page_printed": public(passage.page_printed),
                "url": passage_url(passage.id),
            }
            for passage in sheet.passages
        ],
    }


def brochure_record(entry: BrochureEntry) -> Record:
    """A brochure with its ingest report; never the path it was read from."""
    report = asdict(entry.report)
    for name in ("furniture", "set_aside", "warnings"):
        report[name] = [public(line) for line in report[name]]
    for name in ("pages_without_text", "pages_without_heading"):
        report[name] = list(report[name])
    return {
        **_brochure_summary(entry.brochure),
        "page_count": entry.brochure.page_count if entry.brochure.paged else None,
        "profile": entry.brochure.profile,
        "sha256": entry.brochure.sha256,
        "ingested_at": entry.ingested_at.isoformat(timespec="seconds"),
        "report": report,
    }


def _brochure_summary(brochure: Brochure) -> Record:
    return {
        "id": brochure.id,
        "title": public(brochure.title),
        "year": brochure.year,
        "source": public(brochure.source),
        "format": brochure.format,
        "paged": brochure.paged,
    }


def _place_record(passage: Passage, brochure: Brochure) -> Record:
    """Heading and page; a brochure without pages has none to cite."""
    return {
        "heading": public(passage.heading),
        "heading_printed": public(passage.heading_printed),
        "page": passage.page if brochure.paged else None,
        "page_printed": public(passage.page_printed),
    }


def suggestion_record(suggestion: Suggestion) -> Record:
    """Something that who types may mean: one of what ``GET /api/suggest`` gives."""
    return {
        "kind": suggestion.kind.value,
        "label": public(suggestion.label),
        "value": hidden(suggestion.value)[0],
        "detail": public(suggestion.detail),
        "count": suggestion.count,
    }


def passage_url(passage_id: str) -> str:
    """Path of a passage's permalink on the site."""
    return f"/passages/{quote(passage_id, safe='/')}"


def source_url(passage_id: str) -> str:
    """Path of the page that a passage cites, at the passage."""
    return f"/source/{quote(passage_id, safe='/')}#{SOURCE_ANCHOR}"


def project_url(project_id: str) -> str:
    """Path of a project's sheet on the site."""
    return f"/projets/{quote(project_id, safe='/')}"
