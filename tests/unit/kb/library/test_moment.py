"""What a moment remembers, and what happens to it under many threads."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import Mock

from kb.library import Library
from kb.library.base import Base, Parts
from kb.text import CONTEXT, STEM, stems

HOUSING, UNKNOWN = stems("logement xylophone")


class Forgetful(dict[str, int]):
    """What is put in is gone at once, as where another thread makes room."""

    def update(self, *_values: object) -> None:
        """Nothing stays."""


def test_frequencies_are_asked_for_once(parts: Parts, filled: Library) -> None:
    with Base(parts).moment() as found:
        engine = Mock(wraps=found.engine)
        moment = replace(found, engine=engine, _frequencies={})
        moment.look_up([HOUSING, UNKNOWN])
        assert [moment.known(HOUSING), moment.known(UNKNOWN)] == [True, False]
        moment.look_up([HOUSING])
    [call] = engine.document_frequencies.mock_calls
    assert call.args == ({mark + stem for mark in (STEM, CONTEXT) for stem in (HOUSING, UNKNOWN)},)


def test_a_frequency_that_another_thread_forgets_is_still_told(
    parts: Parts, filled: Library
) -> None:
    with Base(parts).moment() as found:
        moment = replace(found, _frequencies=Forgetful())
        moment.look_up([HOUSING])
        assert moment.known(HOUSING)
        assert moment.weight(HOUSING) == found.weight(HOUSING) > 0
