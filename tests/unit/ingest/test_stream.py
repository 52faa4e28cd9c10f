"""Which lines go on with a sentence: what every rule may pass over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Document, Line, Page
from ingest.heading_styles import may_begin
from ingest.stream import Entry, Stream, flatten, paragraphs

ABOVE = Line("Les ménages sont logés dans une", bold=True, size=10.0)
TEXT = st.sampled_from(["une maison", "Fin.", "CONTEXTE", "à savoir :", "« oui »", "et puis…"])
LINES = st.lists(
    st.builds(
        Line,
        text=TEXT,
        size=st.sampled_from([0.0, 9.0]),
        bold=st.booleans(),
        level=st.sampled_from([0, 0, 0, 2]),
        bullet=st.sampled_from([False, False, True]),
        gap_before=st.sampled_from([False, False, True]),
        cell=st.sampled_from([0, 0, 0, 1, 2]),
        bold_prefix=st.sampled_from([0, 0, 3]),
        color=st.sampled_from(["", "", "#112233"]),
    ),
    min_size=1,
    max_size=12,
)


def stream_of(*lines: Line, format: str = "pdf") -> Stream:
    document = Document(format, (Page(1, lines),), paged=True)
    return flatten(document, frozenset(), frozenset())


def test_a_line_set_like_the_unfinished_one_above_goes_on_with_it() -> None:
    assert stream_of(ABOVE, ABOVE._replace(text="maison du quartier")).flowing == {1}


@pytest.mark.parametrize(
    "change",
    [
        {"gap_before": True},
        {"bullet": True},
        {"level": 2},
        {"cell": 1},
        {"bold": False},
        {"size": 12.0},
        {"color": "#112233"},
        {"family": "lato"},
        {"bold_prefix": 4},
    ],
)
def test_a_line_that_anything_sets_apart_goes_on_with_nothing(change: dict[str, object]) -> None:
    assert stream_of(ABOVE, ABOVE._replace(text="maison du quartier", **change)).flowing == set()


@pytest.mark.parametrize("end", [".", "!", "?", ":", "…", "»"])
def test_below_the_end_of_a_sentence_a_line_goes_on_with_nothing(end: str) -> None:
    above = ABOVE._replace(text=f"Voici une maison{end}")
    assert stream_of(above, ABOVE).flowing == set()


def test_below_capitals_a_line_goes_on_with_nothing() -> None:
    assert stream_of(ABOVE._replace(text="UNE MAISON"), ABOVE).flowing == set()


def test_the_first_line_of_a_page_goes_on_with_nothing() -> None:
    pages = (Page(1, (ABOVE,)), Page(2, (ABOVE, ABOVE)))
    stream = flatten(Document("pdf", pages, paged=True), frozenset(), frozenset())
    assert stream.flowing == {2}


def test_where_each_line_is_a_paragraph_none_goes_on() -> None:
    assert stream_of(ABOVE, ABOVE, format="docx").flowing == set()


@given(LINES)
def test_nothing_begins_on_a_line_that_goes_on(lines: list[Line]) -> None:
    stream = stream_of(*lines)
    assert not any(may_begin(stream, place) for place in stream.flowing)


@given(LINES, st.sets(st.integers(0, 11)))
def test_a_line_that_goes_on_is_of_the_paragraph_above_unless_that_was_taken(
    lines: list[Line], taken: set[int]
) -> None:
    stream = stream_of(*lines)
    left: list[Entry] = [one for one in stream.entries if one.place not in taken]
    found = paragraphs(left, stream)
    assert [place for one in found for place in one.places] == [one.place for one in left]
    begun = {one.places[0] for one in found}
    held = {one.place for one in left}
    for place in stream.flowing & held:
        assert (place in begun) == (place - 1 not in held)
