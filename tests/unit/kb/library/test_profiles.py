"""What is kept of each passage between searches: all that counts, no more than is there."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest

from kb.library import Library
from kb.library.base import Base, Parts
from kb.library.profiles import PassageProfile, Profiles
from kb.text import stems


def _profile(text: str) -> PassageProfile:
    return PassageProfile("b/p", "", f" {' '.join(stems(text))} ", "  ")


def test_numbers_are_seen_but_for_those_of_contacts() -> None:
    texts = ("13 000 €", "60 m²", "treize", "Appelez le 02 99 00 00 00.")
    assert [_profile(text).has_number for text in texts] == [True, True, False, False]


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


def test_what_another_thread_loads_meanwhile_is_not_lost(
    parts: Parts, filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles, live_among = Profiles(parts.catalog), parts.catalog.live_among
    keys = sorted(parts.catalog.live_keys())
    with Base(parts).moment() as older, Base(parts).moment() as moment:

        def another_thread_comes_first(some: Collection[int]) -> list[int]:
            monkeypatch.setattr(parts.catalog, "live_among", live_among)
            assert list(profiles.load(keys, older)) == keys
            return live_among(some)

        monkeypatch.setattr(parts.catalog, "live_among", another_thread_comes_first)
        assert list(profiles.load(keys, moment)) == keys


def test_a_passage_of_which_no_analysis_is_kept_has_the_profile_it_would_have(
    parts: Parts, filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, analysed = sorted(parts.catalog.live_keys()), parts.catalog.analysed
    with Base(parts).moment() as moment:
        before = Profiles(parts.catalog).load(keys, moment)
    assert list(before) == keys
    monkeypatch.setattr(
        parts.catalog,
        "analysed",
        lambda keys: [one._replace(stems=None, context=None) for one in analysed(keys)],
    )
    with Base(parts).moment() as moment:
        assert Profiles(parts.catalog).load(keys, moment) == before
