"""What is kept of each passage between searches: all that counts, no more than is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.library import Library
from kb.library.base import Base, Parts
from kb.library.profiles import PassageProfile, Profiles, Stems, meeting_conditions
from kb.model import Passage, Project
from kb.query import parse_query
from kb.text import stems


def _profile(text: str, *titles: str) -> PassageProfile:
    passage = Passage("b/p/h/1", "b/p/h", "b/p", "b", text, "", "", 1, 1, "")
    project = Project("b/p", "b", " ".join(titles))
    context = " ".join(one for title in titles for one in stems(title))
    return PassageProfile(passage, project, Stems.of(" ".join(stems(text))), Stems.of(context))


def _met(query: str, *profiles: PassageProfile) -> list[int]:
    return list(meeting_conditions(parse_query(query), dict(enumerate(profiles))))


@pytest.mark.parametrize(
    "phrase",
    [
        "la colocation entre étudiants",
        "Colocations entre etudiant",
        "entre étudiants et seniors",
        "rompt l’isolement",
        "et",
    ],
)
def test_a_phrase_is_met_word_by_word_with_its_small_words(phrase: str) -> None:
    held = _profile("La colocation entre étudiants et seniors rompt l’isolement.")
    turned = _profile("Seniors, étudiants : colocation. L’isolement se rompt.")
    assert _met(f'"{phrase}" logement', held, turned)[:1] == [0]


def test_the_same_words_in_another_order_do_not_meet_a_phrase() -> None:
    assert _met('"étudiants entre"', _profile("La colocation entre étudiants.")) == []


def test_a_phrase_of_a_title_is_met_where_no_text_holds_it() -> None:
    titled = _profile("Un toit pour commencer.", "Logement d’abord")
    assert _met('"logement d’abord"', titled, _profile("D’abord un logement.")) == [0]
    assert _met('"logement d’abord"', titled, _profile("Le logement d’abord.")) == [1]


def test_words_of_a_phrase_apart_in_text_and_title_do_not_meet_it() -> None:
    assert _met('"logement durable"', _profile("Un bois durable.", "Logement")) == []


def test_numbers_are_seen() -> None:
    assert [_profile(text).has_number for text in ("13 000 €", "60 m²", "treize")] == [
        True,
        True,
        False,
    ]


def test_profiles_of_removed_passages_do_not_stay(
    parts: Parts, filled: Library, shelf: Path
) -> None:
    base, path = Base(parts), shelf / "bretagne.txt"
    profiles, text = Profiles(parts.catalog), path.read_text(encoding="utf-8")
    for number in range(20):
        path.write_text(f"{text}Une ligne {number}.\n", encoding="utf-8")
        assert not filled.ingest([path]).refused
        with base.moment() as moment:
            loaded = profiles.load(parts.catalog.live_keys(), moment)
            assert len(loaded) == moment.passages == 7
    assert len(profiles) <= 2 * 7
