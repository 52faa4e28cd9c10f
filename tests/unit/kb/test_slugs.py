"""Readable identifiers."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kb.slugs import MAX_LENGTH, slugify, unique_slug


def test_accents_ligatures_and_apostrophes_become_ascii() -> None:
    assert slugify("L’Œuvre d’Élan : n° 3 !") == "l-oeuvre-d-elan-n-3"


def test_long_titles_are_cut_between_words() -> None:
    slug = slugify("un logement accompagné " * 6)
    assert slug == "un-logement-accompagne-un-logement-accompagne-un-logement"


def test_what_has_no_ascii_takes_the_fallback() -> None:
    assert slugify("→ ★", fallback="projet") == "projet"


def test_twins_are_numbered_from_two() -> None:
    assert unique_slug("Bilan", {"bilan"}) == "bilan-2"
    assert unique_slug("Bilan", {"bilan", "bilan-2"}) == "bilan-3"


@given(st.lists(st.text(max_size=90), max_size=12))
def test_slugs_are_unique_short_and_plain(titles: list[str]) -> None:
    taken: set[str] = set()
    for title in titles:
        slug = unique_slug(title, taken)
        assert slug not in taken
        assert len(slug) <= MAX_LENGTH
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
        taken.add(slug)
