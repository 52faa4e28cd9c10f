"""Widening by meaning: the base's own words, by word vectors made for these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event, Lock

import numpy as np
import pytest

from kb.library import Library
from kb.library.base import Base, Parts
from kb.library.widening import Widener
from kb.model import Mode
from kb.ports import Vectors
from kb.query import parse_query
from kb.results import Answer, ExpansionSource
from kb.text import fold

NEAR = {
    "chantiers": [1, 0, 0],
    "travaux": [0.8, 0.6, 0],
    "residence": [0.5, 0, -0.8660254],
    "bailleur": [0, 0, 1],
    "voisinage": [-0.6, -0.8, 0],
    "isolement": [-0.6, -0.4, -0.6928203],
    "brest": [-0.6, -0.8, 0],
    "rennes": [-0.6, -0.8, 0],
}
"""Unit vectors. Only « chantiers » and « voisinage » stand in no brochure."""


class FewWords:
    """Knows the words of ``NEAR``; an expression is the mean of its words."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self._lock = Lock()

    def embed_words(self, words: Sequence[str]) -> Vectors:
        with self._lock:
            self.calls.append(len(words))
        rows = np.zeros((len(words), 3), np.float32)
        for row, text in zip(rows, words, strict=True):
            known = [NEAR[word] for word in fold(text).split() if word in NEAR]
            if known and len(known) == len(text.split()):
                row[:] = np.mean(known, axis=0)
                row /= np.linalg.norm(row)
        return rows

    def readings(self) -> int:
        """How often the whole vocabulary was embedded."""
        return sum(size > 10 for size in self.calls)


@pytest.fixture
def model() -> FewWords:
    return FewWords()


@pytest.fixture
def widening(parts: Parts, model: FewWords, shelf: Path) -> Iterator[Library]:
    """The base with both brochures, and words known to be near each other."""
    with Library(replace(parts, word_vectors=lambda: model)) as library:
        assert not library.ingest([shelf]).refused
        yield library


Widened = Callable[[str], list[tuple[str, list[str]]]]


@pytest.fixture
def widened(widening: Library, parts: Parts, model: FewWords) -> Widened:
    """Typed words with what meaning adds to them, whether or not a passage answers by it."""
    base = Base(replace(parts, word_vectors=lambda: model))
    widener = Widener(base)

    def widen(text: str) -> list[tuple[str, list[str]]]:
        with base.moment() as moment:
            query = widener.widen(parse_query(text), moment)
        return [
            (concept.typed.tokens[0].surface, [one.label for one in concept.added])
            for concept in query.concepts
        ]

    return widen


def _added(answer: Answer) -> list[tuple[str, str, str, float | None]]:
    return [(one.term, one.added, one.source.value, one.similarity) for one in answer.expanded]


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.SEMANTIC])
def test_word_is_widened_with_near_words_of_the_brochures(widening: Library, mode: Mode) -> None:
    answer = widening.search("chantiers bailleur", mode=mode)
    assert _added(answer) == [
        ("chantiers", "travaux", "meaning", 0.8),
        ("chantiers", "résidence", "meaning", 0.5),
    ]
    assert answer.expanded[0].reason == "sens proche dans les brochures (similarité 0,80)"


def test_words_found_by_meaning_are_marked_like_others(widening: Library) -> None:
    hit = widening.search("chantiers bailleur").hits[0]
    assert [hit.passage.text[span.start : span.end] for span in hit.highlights] == [
        "travaux",
        "résidence",
        "bailleur",
    ]
    assert hit.why.matched_terms == ("travaux", "résidence", "bailleur")


def test_passage_that_says_it_in_other_words_is_found(widening: Library) -> None:
    first = widening.search("chantiers bailleur").hits[0]
    assert first.passage.text.startswith("Les travaux de la résidence")
    assert first.why.lexical_rank == 1


def test_lexical_search_is_not_widened_by_meaning(widening: Library) -> None:
    sources = {one.source for one in widening.search("seniors travaux", mode=Mode.LEXICAL).expanded}
    assert sources == {ExpansionSource.THESAURUS}


def test_one_switch_refuses_thesaurus_and_meaning(widening: Library) -> None:
    both = widening.search("seniors travaux").expanded
    assert {one.source for one in both} == set(ExpansionSource)
    assert widening.search("seniors travaux", expand=False).expanded == ()


def test_names_are_neither_offered_nor_widened(widened: Widened) -> None:
    assert widened("voisinage Rennes") == [("voisinage", ["isolement"]), ("Rennes", [])]


def test_words_that_the_model_lacks_leave_the_others_as_they_are(widened: Widened) -> None:
    assert widened("chantiers appartements") == [
        ("chantiers", ["travaux", "résidence"]),
        ("appartements", []),
    ]


def test_question_about_projects_is_not_widened(
    widening: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(NEAR, "projets", [1, 0, 0])
    answer = widening.search("projets à Brest")
    assert answer.hits
    assert answer.expanded == ()


def test_near_words_alone_are_no_answer(widening: Library) -> None:
    answer = widening.search("chantiers")
    assert not answer.answerable
    assert answer.nearest[0].title == "Cap à l’ouest"


def test_vocabulary_is_read_once_a_generation(
    widened: Widened, widening: Library, model: FewWords, tmp_path: Path
) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(widened, ["travaux bailleur"] * 16))
    assert found == [[("travaux", ["résidence"]), ("bailleur", [])]] * 16
    assert model.readings() == 1
    more = tmp_path / "centre.txt"
    text = "# Gîte | Loire Toit | Tours | 37 | 2020\n## Le besoin\nDes chantiers.\n"
    more.write_text(text, encoding="utf-8")
    assert not widening.ingest([more]).refused
    assert widened("travaux bailleur") == [
        ("travaux", ["chantiers", "résidence"]),
        ("bailleur", []),
    ]
    # Of the second reading, only the words that are new.
    assert model.readings() == 1
    assert 0 < model.calls[-2] < 10 or 0 < model.calls[-3] < 10


def test_who_searches_while_words_are_read_anew_goes_on_with_those_of_before(
    widened: Widened, widening: Library, model: FewWords, tmp_path: Path
) -> None:
    before = widened("travaux bailleur")
    more = tmp_path / "centre.txt"
    text = "# Gîte | Loire Toit | Tours | 37 | 2020\n## Le besoin\nDes chantiers.\n"
    more.write_text(text, encoding="utf-8")
    assert not widening.ingest([more]).refused
    reading, going_on, embed = Event(), Event(), model.embed_words

    def slow(words: Sequence[str]) -> Vectors:
        if "chantiers" in words:
            reading.set()
            assert going_on.wait(10)
        return embed(words)

    model.embed_words = slow  # type: ignore[method-assign]
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(widened, "travaux bailleur")
        assert reading.wait(10)
        assert widened("travaux bailleur") == before
        going_on.set()
        assert first.result() == [("travaux", ["chantiers", "résidence"]), ("bailleur", [])]


def test_vectors_of_two_models_never_meet(parts: Parts, shelf: Path) -> None:
    models = [FewWords()]
    with Library(replace(parts, word_vectors=lambda: models[-1])) as library:
        assert not library.ingest([shelf]).refused
        library.search("chantiers bailleur")
        models.append(FewWords())
        library.search("chantiers bailleur")
    assert [model.readings() for model in models] == [1, 1]
