"""Text cut into passages of a size worth quoting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import passages
from ingest.document import Document, Line, Page
from ingest.passages import cut
from ingest.stream import flatten, paragraphs


def pieces(*pages: list[Line], form: str = "docx") -> list[tuple[str, int, int]]:
    numbered = tuple(Page(number, tuple(lines)) for number, lines in enumerate(pages, start=1))
    stream = flatten(Document(form, numbered, True), (), frozenset())
    return [(p.text, p.page, p.last_page) for p in cut(paragraphs(stream.entries, stream))]


def sentence(words: int, mark: str) -> str:
    return " ".join([mark.capitalize(), *["mot"] * (words - 2), "fin."])


def test_a_short_section_stays_whole() -> None:
    lines = [Line(sentence(50, "a")), Line(sentence(60, "b"))]
    assert len(pieces(lines)) == 1


def test_a_word_broken_by_a_soft_hyphen_is_whole_wherever_its_line_stands() -> None:
    lines = [Line("Les per\u00ad"), Line("sonnes accueil\u00ad"), Line("lies parlent.")]
    assert pieces(lines, form="pdf") == [("Les personnes accueillies parlent.", 1, 1)]


def test_a_long_section_is_balanced_between_paragraphs() -> None:
    lines = [Line(sentence(50, mark)) for mark in "abcd"]
    assert [len(text.split()) for text, _, _ in pieces(lines)] == [100, 100]


def test_no_sentence_is_cut() -> None:
    text = " ".join(sentence(40, mark) for mark in "abcdefgh")
    for piece, _, _ in pieces([Line(text)]):
        assert piece.endswith("fin.")
        assert piece[0].isupper()
        assert len(piece.split()) <= 180


def test_a_list_keeps_its_lead_in_and_is_cut_between_bullets() -> None:
    lines = [Line("Le bailleur prévoit :")]
    lines += [Line(sentence(45, mark), bullet=True) for mark in "abcdef"]
    found = [text for text, _, _ in pieces(lines)]
    assert found[0].startswith("Le bailleur prévoit :\n• A ")
    assert all(text.startswith("• ") for text in found[1:])
    assert sum(text.count("• ") for text in found) == 6


def test_a_passage_stays_on_its_page_unless_a_sentence_runs_over() -> None:
    first = [Line("Une phrase entière. Une autre qui court", gap_before=True)]
    second = [Line("sur la page suivante. La dernière.")]
    assert pieces(first, second, form="pdf") == [
        ("Une phrase entière. Une autre qui court sur la page suivante.", 1, 2),
        ("La dernière.", 2, 2),
    ]


def test_an_endless_sentence_is_parted_at_its_semicolons() -> None:
    text = "; ".join(["mot " * 119 + "mot"] * 3) + "."
    found = [piece for piece, _, _ in pieces([Line(text)])]
    assert [len(piece.split()) for piece in found] == [120, 120, 120]
    assert " ".join(found) == text


@given(
    st.lists(
        st.tuples(st.integers(2, 50), st.sampled_from(["", "– ", "« ", "l’"]), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_what_stays_whole_without_looking_for_sentences_does_so_after_it(
    shapes: list[tuple[int, str, bool]],
) -> None:
    lines = [Line(start + sentence(words, "a"), bullet=bullet) for words, start, bullet in shapes]
    found = pieces(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passages, "_as_one", lambda _: None)
        assert pieces(lines) == found


def test_a_dash_alone_counts_as_a_word_of_its_sentence() -> None:
    inner, dashes = " ".join(["l’eau"] * 50) + ".", " ".join(["–"] * 60) + " Fin."
    lines = [Line(f"Ici {inner}"), Line(f"Puis {dashes}")]
    assert [text.split()[0] for text, _, _ in pieces(lines)] == ["Ici", "Puis"]
