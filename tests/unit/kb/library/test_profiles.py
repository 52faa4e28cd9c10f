"""What is kept of each passage between searches: all that counts, no more than is there."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from kb.catalog import AnalysedPassage
from kb.library import Library
from kb.library.base import Base, Parts
from kb.library.profiles import CONTEXT_SHARE, PassageProfile, Profiles
from kb.text import stems


def _profile(text: str) -> PassageProfile:
    return PassageProfile.of("b/p", "", " ".join(stems(text)), "")


def test_numbers_are_seen_but_for_those_of_contacts() -> None:
    texts = ("13 000 €", "60 m²", "treize", "Appelez le 02 99 00 00 00.")
    assert [_profile(text).has_number for text in texts] == [True, True, False, False]


def test_a_number_of_the_title_is_none_of_the_text() -> None:
    assert not PassageProfile.of("b/p", "", "loy maison", "24 log").has_number


def test_a_stem_of_the_text_counts_for_more_than_one_around_it() -> None:
    profile = PassageProfile.of("b/p", "", "loy maison", "maison jardin")
    assert [profile.share(one) for one in ("loy", "maison", "jardin", "mais")] == [
        1.0,
        1.0,
        CONTEXT_SHARE,
        0.0,
    ]
    assert [profile.says(one) for one in ("loy", "maison", "jardin", "mais")] == [
        True,
        True,
        False,
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


def test_what_is_read_ahead_is_not_read_again(
    parts: Parts, filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles, keys = Profiles(parts.catalog), sorted(parts.catalog.live_keys())
    with Base(parts).moment() as moment:
        before = Profiles(parts.catalog).load(keys, moment)
        profiles.read_ahead(moment)
        asked: list[int] = []
        monkeypatch.setattr(parts.catalog, "analysed", lambda some: asked.extend(some) or [])
        assert profiles.load(keys, moment) == before
        profiles.read_ahead(moment)
    assert asked == []


def test_no_more_is_read_ahead_than_is_kept_the_newest_first(
    parts: Parts, filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.library.profiles._KEPT", 3)
    profiles = Profiles(parts.catalog)
    with Base(parts).moment() as moment:
        profiles.read_ahead(moment)
        assert len(profiles) == 3
        asked: list[int] = []
        monkeypatch.setattr(parts.catalog, "analysed", lambda some: asked.extend(some) or [])
        *older, first, second, third = sorted(parts.catalog.live_keys())
        assert list(profiles.load([first, second, third], moment)) == [first, second, third]
    assert asked == []
    assert older


def test_passages_without_an_analysis_are_left_to_the_searches_that_meet_them(
    parts: Parts, filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    profiles, analysed = Profiles(parts.catalog), parts.catalog.analysed
    monkeypatch.setattr(
        parts.catalog,
        "analysed",
        lambda keys: [one._replace(stems=None, context=None) for one in analysed(keys)],
    )
    with Base(parts).moment() as moment:
        profiles.read_ahead(moment)
        assert len(profiles) == 0


def test_where_room_is_wanted_those_read_last_stay(
    parts: Parts, filled: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.library.profiles._KEPT", 5)
    profiles, keys = Profiles(parts.catalog), sorted(parts.catalog.live_keys())
    asked: list[int] = []
    analysed = parts.catalog.analysed

    def noted(some: Collection[int]) -> Iterator[AnalysedPassage]:
        asked.extend(some)
        return analysed(some)

    with Base(parts).moment() as moment:
        profiles.load(keys[:4], moment)
        monkeypatch.setattr(parts.catalog, "analysed", noted)
        profiles.load(keys[4:6], moment)
        assert len(profiles) == 4
        assert list(profiles.load(keys[2:4], moment)) == keys[2:4]
    assert asked == keys[4:6]
