"""List items told from sentences that a line break cut before a dash."""

from __future__ import annotations

import pytest

from ingest.readers.bullets import find_bullets, without_bullet

LONG = "Cette ligne de texte courant est assez longue pour être coupée"


def bullets(*texts: str) -> list[bool]:
    return find_bullets(texts, [False] * len(texts))


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("• un", "un"),
        ("•un", "un"),
        ("- un", "un"),
        ("– un", "un"),
        ("* un", "un"),
        ("· un", "un"),
        ("o un", "un"),
        ("✓ un", "un"),
        ("\uf0a7un", "un"),
        ("\x7f un", "un"),
        ("un", "un"),
        ("-5 degrés", "-5 degrés"),
        ("ou bien", "ou bien"),
    ],
)
def test_the_bullet_and_only_the_bullet_goes(raw: str, text: str) -> None:
    assert without_bullet(raw) == text


def test_dashes_after_a_colon_or_a_title_start_items() -> None:
    assert bullets(f"{LONG} :", "- un", "- deux") == [False, True, True]
    assert bullets("QUELQUES CHIFFRES", "- 43 logements") == [False, True]


def test_items_that_run_over_several_lines_do_not_end_the_list() -> None:
    assert bullets("Objectifs :", "- un début", LONG, "- deux") == [False, True, False, True]


def test_a_dash_that_a_sentence_brings_to_the_line_start_is_no_bullet() -> None:
    assert bullets(LONG, "– au-delà du logement – et la suite") == [False, False]


def test_a_dash_after_a_blank_line_starts_an_item() -> None:
    assert find_bullets([LONG, "– un"], [False, True]) == [False, True]
