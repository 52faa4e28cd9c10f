"""Whatever is put in: no exception but the foreseen ones, and every promise kept."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.profile_files import load_profiles
from ingest.readers import parse_document
from ingest.reading import understand
from ingest.verification import Verifier
from kb.analysis import texts_to_embed
from kb.errors import InvalidQuery, UnreadableBrochure
from kb.library.context import indexed
from kb.model import Reading
from kb.query import MAX_QUERY_LENGTH, expand, parse_query
from kb.thesaurus import load_thesaurus
from tests.hostile.pdfs import SENTENCE

PROFILES = load_profiles()
THESAURUS = load_thesaurus()

# What readers and rules look for, between pieces of anything.
PIECES = st.sampled_from(
    [
        "Le besoin", "OBJECTIFS DU PROJET", "PAROLE AUX ACTEURS", "Sommaire", "Contact", "•", "-",
        "1.", "I.", "«", "»", ":", "…", ". . . 12", "\n", "\n\n", "\f", "\t", "    ", " ", "# ",
        "===", "---", "**", "loge-", "ment", "Arras (62)", "2019", "Organisme : Nord Habitat",
        "Marie Petit, directrice", "m.petit@exemple.fr", "03 20 12 34 56", "12 500 €", "\u00ad",
        "\u202e", "\u0301", "\x00", "\x1b", "ﬁ", SENTENCE,
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)
QUERIES = st.lists(
    st.sampled_from(['"', "«", "»", "-", " ", "*", "?", "(", ")", "[", "\\", "OU", "l’", ":"])
    | st.text(max_size=6),
    max_size=30,
).map("".join)  # fmt: skip


def read(text: str) -> Reading | None:
    """A text as a file, None where it is refused."""
    data = text.encode("utf-8", "replace")
    try:
        document = parse_document(Path("essai.txt"), data)
        return understand(document, "essai.txt", "0" * 64, PROFILES)
    except UnreadableBrochure as refusal:
        assert str(refusal).endswith(".")
        return None


@settings(max_examples=200)
@given(TEXTS)
@example("Le besoin\n\n" + SENTENCE)
def test_any_text_gives_passages_that_stand_on_their_pages_and_keeps_its_headings(
    text: str,
) -> None:
    reading = read(text)
    if reading is None:
        return
    verifier = Verifier(reading.pages)
    projects = {project.id: project for project in reading.projects}
    for passage in reading.passages:
        assert verifier.confirms(passage.text, passage.page, passage.last_page)
        assert texts_to_embed(passage, projects[passage.project_id])
        indexed(1, passage, projects[passage.project_id], reading.brochure)
    everything = [_bare(page.text) for page in reading.pages]
    for section in reading.sections:
        assert any(_bare(section.heading_printed) in page for page in everything)
    held = {passage.section_id for passage in reading.passages}
    assert held <= {section.id for section in reading.sections}


@pytest.mark.parametrize("mark", ["# {}", "## {}", "{}\n===", "{}\n---"])
@settings(max_examples=60)
@given(title=st.from_regex(r"[A-Z][a-zé]{3,9}( [a-zé]{3,9}){0,3}", fullmatch=True))
def test_no_heading_that_says_to_be_one_is_lost(mark: str, title: str) -> None:
    reading = read(f"Le Hangar\n\n{mark.format(title)}\n\n{SENTENCE}\n")
    assert reading is not None
    told = [section.heading_printed for section in reading.sections]
    told += [reading.brochure.title, *reading.report.set_aside, *reading.report.furniture]
    for project in reading.projects:
        told += [project.title, project.subtitle, project.organisation, *project.objectives]
        told += [*project.values, *project.communes, project.public]
    told += [passage.text for passage in reading.passages]
    assert _bare(title).lower() in _bare(" ".join(told)).lower()


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from([".pdf", ".docx", ".odt", ".html", ".txt"]))
@example(b"PK\x03\x04" + bytes(60), ".docx")
@example(b"%PDF-1.7\n1 0 obj", ".pdf")
def test_any_bytes_are_read_or_refused_in_a_sentence(data: bytes, suffix: str) -> None:
    try:
        parse_document(Path(f"essai{suffix}"), data)
    except UnreadableBrochure as refusal:
        assert str(refusal).startswith("essai") and str(refusal).endswith((".", "»."))


@settings(max_examples=300)
@given(QUERIES)
def test_any_query_is_understood_or_refused_in_a_sentence(text: str) -> None:
    try:
        query = parse_query(text)
    except InvalidQuery as refusal:
        assert str(refusal).endswith((".", "…"))
        return
    widened = expand(query, THESAURUS, lambda _: True)
    assert len(query.text) <= MAX_QUERY_LENGTH
    assert all(term.weight > 0 for term in widened.terms())
    for phrase in query.phrases:
        assert all(token.surface for token in phrase)


# Each took from 10 seconds to minutes before; the bound leaves room for a slow machine.
ENDLESS = {
    "one-word": "a" * 200_000,
    "words-broken-at-every-line": "loge-\nment\n" * 5000,
    "short-lines": "a\n" * 10_000,
    "initials": "M. " * 10_000,
    "stops": "." * 50_000,
    "brackets-that-close": "Fin." + ")" * 5000 + "x",
    "spaced-quotes-that-close": "Fin." + " »" * 5000 + "x",
    "hyphens": "a-" * 50_000,
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS)
def test_no_text_takes_for_ever(text: str) -> None:
    start = time.process_time()
    reading = read(f"{SENTENCE}\n\n{text}\n\n{SENTENCE}\n")
    assert reading is not None
    projects = {project.id: project for project in reading.projects}
    for passage in reading.passages:
        texts_to_embed(passage, projects[passage.project_id])
        indexed(1, passage, projects[passage.project_id], reading.brochure)
    assert time.process_time() - start < 6


def _bare(text: str) -> str:
    return re.sub(r"[\s•]", "", text)
