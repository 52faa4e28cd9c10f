"""Leaving out one ingredient at a time, on real bases over a tiny collection."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import numpy as np
import pytest

from kb.config import Settings
from kb.evaluation.ablation import INGREDIENTS, Change, Ingredient, NoWordVectors, ablate
from kb.evaluation.beir import load_collection
from kb.evaluation.judged import JudgedSet
from kb.library import Library
from kb.library.base import Parts
from kb.model import Mode, Passage, Project
from kb.results import Answer, PassageSheet
from kb.text import content_tokens
from kb.wiring import temporary_library

Opened = Callable[[Change], AbstractContextManager[Library]]


@pytest.fixture
def judged(collection: Path) -> JudgedSet:
    return load_collection(collection).judged()


@pytest.fixture
def opened(collection: Path, model: Path, tmp_path: Path) -> Opened:
    """Opens a temporary base over the collection, its parts changed."""
    settings = Settings(home=tmp_path / "home", embedding_model=str(model))
    readings = [load_collection(collection).reading()]
    return lambda change: temporary_library(settings, readings, change)


def _without(name: str) -> Ingredient:
    return next(one for one in INGREDIENTS if name in one.name)


def _parts(opened: Opened, change: Change) -> Parts:
    """The parts that a base is given."""
    seen: list[Parts] = []

    def watched(parts: Parts) -> Parts:
        seen.append(change(parts))
        return seen[0]

    with opened(watched):
        return seen[0]


def test_every_ingredient_is_measured_against_the_whole(judged: JudgedSet, opened: Opened) -> None:
    told: list[tuple[int, int, str]] = []
    found = ablate(judged, opened, lambda *step: told.append(step))
    assert [one.name for one in found.variants] == [one.name for one in INGREDIENTS]
    assert found.full == {"nDCG@10": 1.0, "recall@10": 1.0}
    assert all(set(one.changes) == {"nDCG@10", "recall@10"} for one in found.variants)
    assert told[-1] == (18, 18, "")


class Prepared:
    """Answers nothing; remembers the mode."""

    def __init__(self, modes: list[Mode]) -> None:
        self._modes = modes

    def passages(self) -> Iterable[PassageSheet]:
        return ()

    def search(self, query: str, *, mode: Mode, limit: int) -> Answer:
        self._modes.append(mode)
        return Answer(query, mode, False, (), 0, 0.0)


def test_only_the_search_without_meaning_is_lexical(judged: JudgedSet) -> None:
    modes: list[Mode] = []

    @contextmanager
    def opened(change: Change) -> Iterator[Prepared]:
        yield Prepared(modes)

    ablate(judged, opened)
    asked = [modes[place] for place in range(0, len(modes), len(judged.queries))]
    assert asked == [Mode.HYBRID] * 5 + [Mode.LEXICAL]


def test_without_thesaurus_no_word_calls_for_another(opened: Opened) -> None:
    parts = _parts(opened, _without("thésaurus").without)
    assert parts.thesaurus().suggestions(content_tokens("VIF et PLAI")) == []


def test_without_widening_every_word_is_unknown(opened: Opened) -> None:
    parts = _parts(opened, _without("élargissement").without)
    assert isinstance(parts.word_vectors(), NoWordVectors)
    assert np.count_nonzero(parts.word_vectors().embed_words(["nuit", "jour"])) == 0


PASSAGE = Passage(
    "b/p/s/1", "b/p/s", "b/p", "b", "Ils sèment des radis rouges. La terre noire est riche.",
    "Le besoin", "", 1, 1, "",
)  # fmt: skip
PROJECT = Project("b/p", "b", "Le jardin")
SENTENCES = ["Ils sèment des radis rouges.", "La terre noire est riche."]


def test_without_sentences_the_passage_stands_alone(opened: Opened) -> None:
    texts = _parts(opened, _without("phrases").without).texts_of(PASSAGE, PROJECT)
    assert texts == [f"Le jardin. Le besoin. {PASSAGE.text}"]


def test_without_context_the_text_stands_bare(opened: Opened) -> None:
    texts = _parts(opened, _without("titre").without).texts_of(PASSAGE, PROJECT)
    assert texts == [PASSAGE.text, *SENTENCES]


def test_a_base_embeds_the_texts_that_its_parts_give(opened: Opened) -> None:
    """The switch reaches the vectors: without sentences, each passage has one row."""
    rows: dict[str, list[int]] = {}
    for name in ("phrases", "lexical"):
        with opened(_without(name).without) as library:
            base = library._base
            keys = sorted(base.catalog.live_keys())
            with base.moment() as moment:
                kept = moment.engine.vectors(keys)
            rows[name] = [len(kept[key]) for key in keys]
    assert rows == {"phrases": [1, 1, 1], "lexical": [3, 3, 3]}
