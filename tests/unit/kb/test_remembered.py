"""What was made for a text is made once, in bounded memory."""

from __future__ import annotations

import pytest

from kb.remembered import Remembered


@pytest.fixture
def asked() -> list[str]:
    """The texts for which something was made, in order."""
    return []


@pytest.fixture
def remembered(asked: list[str]) -> Remembered[int | None]:
    def made(text: str) -> int | None:
        asked.append(text)
        if text == "mauvais":
            raise ValueError(text)
        return len(text) if text.islower() else None

    return Remembered(made, most=2, longest=8)


def test_what_was_made_is_not_made_again(
    remembered: Remembered[int | None], asked: list[str]
) -> None:
    assert [remembered[one] for one in ("abri", "HLM", "abri", "HLM")] == [4, None, 4, None]
    assert asked == ["abri", "HLM"]


def test_what_comes_back_outlives_a_new_beginning(
    remembered: Remembered[int | None], asked: list[str]
) -> None:
    texts = ("abri", "HLM", "foyer", "HLM", "loyer", "HLM", "foyer")
    assert [remembered[one] for one in texts] == [4, None, 5, None, 5, None, 5]
    assert asked == ["abri", "HLM", "foyer", "loyer"]


def test_no_more_than_twice_as_many_are_kept(
    remembered: Remembered[int | None], asked: list[str]
) -> None:
    for one in ("a", "b", "c", "d", "e"):
        remembered[one]
    assert list(remembered) == ["e"]
    assert remembered["a"] == 1
    assert asked == ["a", "b", "c", "d", "e", "a"]


def test_long_texts_are_made_each_time(
    remembered: Remembered[int | None], asked: list[str]
) -> None:
    assert [remembered["logements"], remembered["logements"]] == [9, 9]
    assert asked == ["logements", "logements"]
    assert not remembered


def test_what_can_not_be_made_is_not_kept(
    remembered: Remembered[int | None], asked: list[str]
) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="mauvais"):
            remembered["mauvais"]
    assert asked == ["mauvais", "mauvais"]
