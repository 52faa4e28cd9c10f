"""Completing what is typed: projects, organisations, places and frequent words."""

from __future__ import annotations

import threading
import time
from itertools import product
from pathlib import Path

import pytest

from kb.errors import InvalidQuery
from kb.library import Library
from kb.library.base import Base, Parts
from kb.library.suggesting import Offers, Suggester, Term
from kb.results import Suggestion, SuggestionKind

NAMES = (
    Suggestion(SuggestionKind.ORGANISATION, "Habitat du Port", "Habitat du Port", "", 1),
    Suggestion(SuggestionKind.ORGANISATION, "Port & Logis", "Port & Logis", "", 4),
    Suggestion(SuggestionKind.COMMUNE, "Évreux", "Évreux", "", 1),
    Suggestion(SuggestionKind.PROJECT, "L’étape : loger à Évreux", "b/etape", "", 1),
)
TERMS = (
    Term("logement", "logement", 9),
    Term("logements", "logements", 4),
    Term("loger", "loger", 2),
    Term("lorient", "Lorient", 3),
    Term("etage", "étage", 5),
)
OFFERS = Offers(NAMES, TERMS)


def labels(suggestions: list[Suggestion] | tuple[Suggestion, ...]) -> list[str]:
    return [one.label for one in suggestions]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lo", ["logement", "Lorient", "loger"]),
        ("LOG", ["logement", "loger"]),
        ("étag", ["étage"]),
        ("ETAG", ["étage"]),
        ("accès au lor", ["accès au Lorient"]),
        ("logement", []),
        ("l", []),
        ("", []),
        ("lo ", []),
        ("12", []),
    ],
)
def test_last_word_is_completed_by_frequency_in_one_form(typed: str, found: list[str]) -> None:
    assert labels(OFFERS.terms(typed, 5)) == found


def test_plural_stands_for_the_word_when_the_singular_is_typed_whole() -> None:
    offers = Offers((), [Term("toit", "toit", 3), Term("toiture", "toiture", 2)])
    assert labels(offers.terms("toit", 5)) == ["toiture"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("port", ["Port & Logis", "Habitat du Port"]),
        ("habitat po", ["Habitat du Port"]),
        ("po hab", ["Habitat du Port"]),
        ("evr", ["Évreux", "L’étape : loger à Évreux"]),
        ("loger évreux", ["L’étape : loger à Évreux"]),
        ("étape", ["L’étape : loger à Évreux"]),
        ("nantes", []),
        ("p", []),
        ("& ;", []),
    ],
)
def test_names_hold_every_word_that_is_typed(typed: str, found: list[str]) -> None:
    assert labels(OFFERS.names(typed, 5)) == found


def test_fewer_are_given_when_fewer_are_asked() -> None:
    assert labels(OFFERS.names("port", 1)) == ["Port & Logis"]
    assert labels(OFFERS.terms("lo", 1)) == ["logement"]


def test_names_of_a_base_lead_to_their_projects(filled: Library) -> None:
    found = [(one.kind, one.label, one.value, one.detail, one.count) for one in suggested(filled)]
    assert found == [
        (SuggestionKind.COMMUNE, "Brest", "Brest", "", 1),
        (SuggestionKind.ORGANISATION, "Armor Habitat", "Armor Habitat", "", 1),
        (SuggestionKind.DEPARTEMENT, "Finistère (29)", "29", "", 1),
        (
            SuggestionKind.PROJECT,
            "Cap à l’ouest",
            "bretagne/cap-a-l-ouest",
            "Armor Habitat · Brest (29)",
            1,
        ),
    ]


def suggested(library: Library) -> list[Suggestion]:
    return [library.suggest(typed)[0] for typed in ("bres", "armor", "finis", "cap")]


def test_word_of_the_brochures_is_written_as_they_write_it(filled: Library) -> None:
    assert labels(filled.suggest("un hab"))[:1] == ["un Habitat"]


def test_word_that_stands_once_is_not_offered(filled: Library) -> None:
    assert filled.suggest("des saisonn") == ()


def test_words_of_an_address_are_not_offered(filled: Library, tmp_path: Path) -> None:
    path = tmp_path / "zephyr.txt"
    line = "Écrire à zoe.quibert@exemple.fr, dit la gazette.\n"
    path.write_text(f"# Zéphyr | Toits | Lens | 62 | 2020\n## But\n{line * 3}", encoding="utf-8")
    filled.ingest([path])
    assert labels(filled.suggest("gaz")) == ["gazette"]
    assert [filled.suggest(typed) for typed in ("quib", "zoe", "exemp")] == [(), (), ()]


def test_words_leave_half_of_the_room_to_names(filled: Library) -> None:
    kinds = [one.kind for one in filled.suggest("br", 2)]
    assert SuggestionKind.COMMUNE in kinds


def test_nothing_is_offered_by_an_empty_base_nor_for_a_whole_page(
    library: Library, filled: Library
) -> None:
    assert filled.suggest("bres " * 100) == ()
    assert filled.suggest("   ") == ()


def test_empty_base_offers_nothing(library: Library) -> None:
    assert library.suggest("logement") == ()


def test_limit_below_one_is_refused(filled: Library) -> None:
    with pytest.raises(InvalidQuery, match="au moins 1"):
        filled.suggest("lo", 0)


def test_new_brochure_is_offered_at_once_and_a_removed_one_no_more(
    filled: Library, tmp_path: Path
) -> None:
    assert filled.suggest("zéphyr") == ()
    path = tmp_path / "zephyr.txt"
    path.write_text("# Zéphyr | Toits | Lens | 62 | 2020\n## But\nDu vent.\n", encoding="utf-8")
    filled.ingest([path])
    assert labels(filled.suggest("zéphyr")) == ["Zéphyr"]
    filled.remove("zephyr")
    assert filled.suggest("zéphyr") == ()


def test_what_is_known_is_offered_while_a_large_base_is_read_again(
    filled: Library, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    suggester = Suggester(Base(parts))
    assert labels(suggester.suggest("bres", 3)) == ["Brest"]
    reading, go_on = threading.Event(), threading.Event()
    vocabulary = parts.catalog.vocabulary

    def slow(most: int) -> list[tuple[str, str, int]]:
        reading.set()
        assert go_on.wait(10)
        return vocabulary(most)

    monkeypatch.setattr(parts.catalog, "vocabulary", slow)
    filled.remove("mediterranee")
    reader = threading.Thread(target=suggester.suggest, args=("bres", 3))
    reader.start()
    assert reading.wait(10)
    assert labels(suggester.suggest("nice", 3)) == ["Nice"]
    go_on.set()
    reader.join(10)
    assert suggester.suggest("nice", 3) == ()


@pytest.mark.benchmark
def test_large_base_is_looked_through_in_milliseconds() -> None:
    words = ["".join(letters) for letters in product("abcdefghijkl", repeat=5)]
    terms = [Term(word, word, place % 97) for place, word in enumerate(words)]
    names = [
        Suggestion(SuggestionKind.PROJECT, f"Projet {word} du nord", word, "", 1)
        for word in words[:50_000]
    ]
    offers = Offers(names, terms)
    started = time.perf_counter()
    for _ in range(10):
        assert len(offers.terms("ab", 8)) == 8
        assert len(offers.names("projet ab", 8)) == 8
    assert (time.perf_counter() - started) / 10 < 0.1
