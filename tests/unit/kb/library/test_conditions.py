"""Phrases and exclusions of a query: which passages it may show."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from kb.library.conditions import Conditions, find_phrase
from kb.library.profiles import PassageProfile
from kb.model import Passage, Project
from kb.query import parse_query
from kb.text import stems, tokenise

Titled = tuple[Passage, Project]


def _passage(text: str, *titles: str) -> Titled:
    passage = Passage("b/p/h/1", "b/p/h", "b/p", "b", text, "", "", 1, 1, "")
    return passage, Project("b/p", "b", " ".join(titles))


def _profile(passage: Passage, project: Project) -> PassageProfile:
    said, around = (" ".join(stems(text)) for text in (passage.text, project.title))
    return PassageProfile.of(project.id, passage.heading, said, around)


def _met(query: str, *titled: Titled, read: list[int] | None = None) -> list[int]:
    """Places of the passages that meet the query; ``read`` gets those whose text was read."""
    placed = [
        (replace(passage, project_id=str(place)), project)
        for place, (passage, project) in enumerate(titled)
    ]

    def passages(keys: Collection[int]) -> dict[int, Passage]:
        if read is not None:
            read.extend(keys)
        return {key: placed[key][0] for key in keys}

    projects = {str(place): project for place, (_, project) in enumerate(titled)}
    profiles = {place: _profile(*one) for place, one in enumerate(placed)}
    return list(Conditions(parse_query(query), passages, projects).met_by(profiles))


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
    held = _passage("La colocation entre étudiants et seniors rompt l’isolement.")
    turned = _passage("Seniors, étudiants : colocation. L’isolement se rompt.")
    assert _met(f'"{phrase}" logement', held, turned)[:1] == [0]


def test_the_same_words_in_another_order_do_not_meet_a_phrase() -> None:
    assert _met('"étudiants entre"', _passage("La colocation entre étudiants.")) == []


def test_a_phrase_of_a_title_is_met_where_no_text_holds_it() -> None:
    titled = _passage("Un toit pour commencer.", "Logement d’abord")
    assert _met('"logement d’abord"', titled, _passage("D’abord un logement.")) == [0]
    assert _met('"logement d’abord"', titled, _passage("Le logement d’abord.")) == [1]


def test_words_of_a_phrase_apart_in_text_and_title_do_not_meet_it() -> None:
    assert _met('"logement durable"', _passage("Un bois durable.", "Logement")) == []


def test_a_passage_with_an_excluded_word_in_text_or_title_is_left_out() -> None:
    plain, said, titled = (
        _passage("Un logement."),
        _passage("Un logement étudiant."),
        _passage("Un logement.", "Étudiants"),
    )
    assert _met("logement -étudiant", plain, said, titled) == [0]


def test_no_text_is_read_but_of_passages_that_hold_every_word_of_the_phrases() -> None:
    read: list[int] = []
    one, other = _passage("Le logement d’abord."), _passage("Un logement.")
    assert _met('"logement d’abord"', one, other, read=read) == [0]
    assert read == [0]
    read.clear()
    assert _met("logement", one, other, read=read) == [0, 1]
    assert read == []


def test_phrase_is_found_word_by_word_whatever_accents_and_plural() -> None:
    text = "Un centre d’hébergement d’urgence adapté"
    found = find_phrase(tokenise(text), tokenise("hebergements urgence"))
    assert [text[start:end] for start, end in found] == ["hébergement d’urgence"]


def test_phrase_out_of_order_is_not_found() -> None:
    assert find_phrase(tokenise("urgence et hébergement"), tokenise("hébergement urgence")) == []
