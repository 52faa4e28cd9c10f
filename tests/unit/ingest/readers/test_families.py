"""Names of fonts and colours."""

from __future__ import annotations

import pytest

from ingest.readers.families import family_of, named_weight, written_color


@pytest.mark.parametrize(
    ("name", "family", "weight"),
    [
        ("/ABCDEF+OpenSans-SemiBold", "opensans", 600),
        ("Open Sans SemiBold", "opensans", 600),
        ("Calibri,BoldItalic", "calibri", 700),
        ("TimesNewRomanPSMT", "timesnewroman", None),
        ("TimesNewRomanPS-BoldMT", "timesnewroman", 700),
        ("Montserrat-Medium", "montserrat", 500),
        ("FuturaPT-Demi", "futurapt", 600),
        ("NotoSans-DemiLight", "notosans", 400),
        ("Arial Black", "arial", 700),
        ("Bold", "bold", 700),
        ("", "", None),
    ],
)
def test_family_and_weight_of_a_name(name: str, family: str, weight: int | None) -> None:
    assert (family_of(name), named_weight(name)) == (family, weight)


@pytest.mark.parametrize(
    ("written", "color"),
    [
        ("1F4E79", "#1f4e79"),
        ("#abc", "#aabbcc"),
        ("000000", ""),
        ("#231f20", ""),
        ("auto", ""),
        (None, ""),
        ("#ffffff", "#ffffff"),
    ],
)
def test_a_written_colour(written: str | None, color: str) -> None:
    assert written_color(written) == color
