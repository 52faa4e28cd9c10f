"""The JSON objects that API and command line share."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.citation import citation
from kb.model import Brochure, IngestReport, Mode, Passage, Person, Project, Section, Span
from kb.privacy import ADDRESS_MASK as MASK
from kb.records import (
    answer_record,
    brochure_record,
    export_record,
    highlighted_html,
    hit_record,
    passage_record,
    project_record,
    project_sheet_record,
)
from kb.results import (
    Answer,
    BrochureEntry,
    Expansion,
    ExpansionSource,
    FacetValue,
    Hit,
    PassageSheet,
    ProjectSheet,
    SectionSheet,
    Why,
)
from kb.spans import merged

BROCHURE = Brochure(
    "recueil", "Recueil", 2021, "recueil.pdf", "0" * 64, "pdf", True, 9, "generique"
)

PROJECT = Project(
    id="recueil/porche",
    brochure_id="recueil",
    title="Le Porche",
    organisation="Habitat du Littoral",
    communes=("Calais",),
    departements=("62",),
    year=2018,
    values=("Solidarité",),
    objectives=("Loger",),
    first_page=3,
    last_page=4,
    people=(Person("Ada Martin", "Directrice", "Habitat du Littoral", "ada@exemple.fr"),),
)
PASSAGE = Passage(
    id="recueil/porche/actions/1",
    section_id="recueil/porche/actions",
    project_id="recueil/porche",
    brochure_id="recueil",
    text="Un accueil < de nuit. Écrire à ada@exemple.fr avant midi.",
    heading="Actions",
    heading_printed="LES ACTIONS",
    page=3,
    last_page=3,
    page_printed="1",
)
SHEET = PassageSheet(PASSAGE, PROJECT, BROCHURE, "« Écrire à ada@exemple.fr » — Le Porche, p. 1")
PROJECT_RECORD = {
    "id": "recueil/porche",
    "title": "Le Porche",
    "subtitle": "",
    "organisation": "Habitat du Littoral",
    "partners": [],
    "communes": ["Calais"],
    "departements": ["62"],
    "year": 2018,
    "values": ["Solidarité"],
    "objectives": ["Loger"],
    "public": "",
    "brochure_id": "recueil",
    "url": "/projets/recueil/porche",
}
BROCHURE_RECORD = {
    "id": "recueil",
    "title": "Recueil",
    "year": 2021,
    "source": "recueil.pdf",
    "format": "pdf",
    "paged": True,
}


def span_of(part: str, text: str = PASSAGE.text) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


HIT = Hit(
    rank=1,
    score=0.123456789,
    passage=PASSAGE,
    project=PROJECT,
    brochure=BROCHURE,
    citation=SHEET.citation,
    best_sentence=span_of("Écrire à ada@exemple.fr avant midi."),
    highlights=(span_of("midi"), span_of("accueil")),
    why=Why(2, None, ("accueil", "midi")),
)


def test_hit_has_the_fields_of_the_contract() -> None:
    assert hit_record(HIT) == {
        "rank": 1,
        "score": 0.123457,
        "passage": {
            "id": "recueil/porche/actions/1",
            "text": "Un accueil < de nuit. Écrire à [adresse masquée] avant midi.",
            "html": "Un <mark>accueil</mark> &lt; de nuit. Écrire à [adresse masquée] avant "
            "<mark>midi</mark>.",
        },
        "best_sentence": {"start": 22, "end": 60},
        "project": PROJECT_RECORD,
        "heading": "Actions",
        "heading_printed": "LES ACTIONS",
        "page": 3,
        "page_printed": "1",
        "brochure": BROCHURE_RECORD,
        "citation": "« Écrire à [adresse masquée] » — Le Porche, p. 1",
        "url": "/passages/recueil/porche/actions/1",
        "source_url": "/source/recueil/porche/actions/1#passage",
        "why": {"lexical_rank": 2, "semantic_rank": None, "matched_terms": ["accueil", "midi"]},
    }


def test_best_sentence_is_found_in_the_text_that_is_shown() -> None:
    record = hit_record(HIT)
    best = record["best_sentence"]
    assert record["passage"]["text"][best["start"] : best["end"]] == (
        "Écrire à [adresse masquée] avant midi."
    )


def test_answer_has_the_fields_of_the_contract() -> None:
    answer = Answer(
        query="accueil",
        mode=Mode.LEXICAL,
        answerable=True,
        hits=(HIT,),
        total=1,
        took_ms=1.23456,
        corrected="accueil",
        expanded=(
            Expansion("FJT", "foyer", "sigle"),
            Expansion("accueil", "gîte", "sens proche", ExpansionSource.MEANING, 0.6154),
        ),
        facets={"year": (FacetValue("2018", 1), FacetValue("2019", 2, "An 2019"))},
        nearest=(PROJECT,),
        notice="Une phrase.",
    )
    assert answer_record(answer) == {
        "query": "accueil",
        "mode": "lexical",
        "answerable": True,
        "took_ms": 1.23,
        "total": 1,
        "corrected": "accueil",
        "expanded": [
            {
                "term": "FJT",
                "added": "foyer",
                "reason": "sigle",
                "source": "thesaurus",
                "similarity": None,
            },
            {
                "term": "accueil",
                "added": "gîte",
                "reason": "sens proche",
                "source": "meaning",
                "similarity": 0.6154,
            },
        ],
        "hits": [hit_record(HIT)],
        "facets": {
            "year": [
                {"value": "2018", "label": "2018", "count": 1},
                {"value": "2019", "label": "An 2019", "count": 2},
            ]
        },
        "nearest": [PROJECT_RECORD],
        "notice": "Une phrase.",
        "at_least": False,
    }


def test_export_line_has_the_fields_of_the_contract() -> None:
    assert export_record(SHEET) == {
        "id": "recueil/porche/actions/1",
        "text": "Un accueil < de nuit. Écrire à [adresse masquée] avant midi.",
        "brochure": {"id": "recueil", "title": "Recueil", "year": 2021, "source": "recueil.pdf"},
        "project": {
            "id": "recueil/porche",
            "title": "Le Porche",
            "organisation": "Habitat du Littoral",
            "communes": ["Calais"],
            "departements": ["62"],
            "year": 2018,
        },
        "heading": "Actions",
        "heading_printed": "LES ACTIONS",
        "page": 3,
        "page_printed": "1",
    }


def test_passage_is_given_with_its_place() -> None:
    assert passage_record(SHEET) == {
        "id": "recueil/porche/actions/1",
        "text": "Un accueil < de nuit. Écrire à [adresse masquée] avant midi.",
        "project": PROJECT_RECORD,
        "heading": "Actions",
        "heading_printed": "LES ACTIONS",
        "page": 3,
        "page_printed": "1",
        "brochure": BROCHURE_RECORD,
        "citation": "« Écrire à [adresse masquée] » — Le Porche, p. 1",
        "url": "/passages/recueil/porche/actions/1",
        "source_url": "/source/recueil/porche/actions/1#passage",
    }


def test_brochure_without_pages_cites_none() -> None:
    notes = replace(BROCHURE, paged=False)
    section = SectionSheet(Section("s", PROJECT.id, "Actions", "", 1), (PASSAGE,))
    sheet = project_sheet_record(ProjectSheet(PROJECT, notes, (section,)))
    assert passage_record(replace(SHEET, brochure=notes))["page"] is None
    assert export_record(replace(SHEET, brochure=notes))["page"] is None
    assert (sheet["first_page"], sheet["last_page"]) == (None, None)
    assert sheet["sections"][0]["page"] is None
    assert sheet["sections"][0]["passages"][0]["page"] is None
    assert project_record(PROJECT) == PROJECT_RECORD


def test_people_are_shown_without_their_address() -> None:
    sheet = project_sheet_record(ProjectSheet(PROJECT, BROCHURE, ()))
    assert sheet["people"] == [
        {"name": "Ada Martin", "role": "Directrice", "organisation": "Habitat du Littoral"}
    ]
    assert (sheet["first_page"], sheet["last_page"]) == (3, 4)


def test_brochure_is_given_with_its_report_and_without_its_path() -> None:
    report = IngestReport(9, 1, 1, 1, (2,), (), ("RECUEIL",), ("ada@exemple.fr",), ("À voir.",))
    moment = datetime(2025, 3, 1, 9, 30, 5, 123, tzinfo=UTC)
    record = brochure_record(BrochureEntry(BROCHURE, report, moment, "/chez/moi/recueil.pdf"))
    assert record == {
        **BROCHURE_RECORD,
        "page_count": 9,
        "profile": "generique",
        "sha256": "0" * 64,
        "ingested_at": "2025-03-01T09:30:05+00:00",
        "report": {
            "pages": 9,
            "projects": 1,
            "sections": 1,
            "passages": 1,
            "pages_without_text": [2],
            "pages_without_heading": [],
            "furniture": ["RECUEIL"],
            "set_aside": [MASK],
            "warnings": ["À voir."],
        },
    }
    assert json.loads(json.dumps(record)) == record


@pytest.mark.parametrize(
    ("spans", "html"),
    [
        ([], "a &lt;b&gt; &amp; &quot;c&quot;"),
        ([Span(2, 5)], "a <mark>&lt;b&gt;</mark> &amp; &quot;c&quot;"),
        ([Span(6, 7), Span(0, 1)], "<mark>a</mark> &lt;b&gt; <mark>&amp;</mark> &quot;c&quot;"),
        ([Span(0, 3), Span(2, 5)], "<mark>a &lt;b&gt;</mark> &amp; &quot;c&quot;"),
        ([Span(8, 99)], "a &lt;b&gt; &amp; <mark>&quot;c&quot;</mark>"),
        ([Span(-5, 1), Span(3, 3)], "<mark>a</mark> &lt;b&gt; &amp; &quot;c&quot;"),
    ],
)
def test_highlights_are_escaped_and_never_overlap(spans: list[Span], html: str) -> None:
    assert highlighted_html('a <b> & "c"', spans) == html


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(-5, 50), st.integers(-5, 50)), max_size=6),
)
def test_highlighting_never_changes_the_text(text: str, pairs: list[tuple[int, int]]) -> None:
    spans = [Span(start, end) for start, end in pairs]
    html = highlighted_html(text, spans)
    assert unescape(html.replace("<mark>", "").replace("</mark>", "")) == text
    covered = {i for s in spans for i in range(max(s.start, 0), min(s.end, len(text)))}
    assert {i for s in merged(spans, len(text)) for i in range(s.start, s.end)} == covered


def test_citation_shows_no_address_that_a_line_break_cuts() -> None:
    passage = replace(PASSAGE, text="Écrire à ada.martin@\nexemple.fr demain.")
    sheet = PassageSheet(
        passage, PROJECT, BROCHURE, citation(passage.text, passage, PROJECT, BROCHURE)
    )
    assert passage_record(sheet)["citation"].startswith(f"« Écrire à {MASK} demain. » — ")
