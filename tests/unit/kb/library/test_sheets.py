"""Several passages fetched at once."""

from __future__ import annotations

from kb.library import Library

NEED = "bretagne/cap-a-l-ouest/le-besoin"
SUN = "mediterranee/soleil/le-besoin/1"


def test_gives_each_passage_as_it_is_given_alone(filled: Library) -> None:
    asked = (SUN, f"{NEED}/2", f"{NEED}/1")
    assert filled.sheets(asked) == {one: filled.passage(one) for one in asked}


def test_unknown_and_repeated_identifiers_add_nothing(filled: Library) -> None:
    assert list(filled.sheets(("perdu/1", SUN, "", "'; DROP TABLE passages; --", SUN))) == [SUN]


def test_passages_of_a_brochure_that_is_gone_are_gone(filled: Library) -> None:
    filled.remove("mediterranee")
    assert list(filled.sheets((SUN, f"{NEED}/1"))) == [f"{NEED}/1"]


def test_nothing_asked_gives_nothing(library: Library) -> None:
    assert library.sheets(()) == {}
