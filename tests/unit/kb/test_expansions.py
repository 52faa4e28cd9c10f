"""How a widened search is told."""

from __future__ import annotations

from kb.expansions import ExpandedTerm, ExpansionGroup, expansion_groups, meaning_reason
from kb.results import Expansion, ExpansionSource


def test_reason_gives_the_similarity_in_french() -> None:
    assert meaning_reason(0.619) == "sens proche dans les brochures (similarité 0,62)"


def test_expansions_are_gathered_by_reason_then_term_thesaurus_first() -> None:
    expanded = (
        Expansion("toit", "abri", meaning_reason(0.7), ExpansionSource.MEANING, 0.7),
        Expansion("FJT", "foyer", "sigle"),
        Expansion("jeunes", "apprentis", meaning_reason(0.5), ExpansionSource.MEANING, 0.5),
        Expansion("toit", "gîte", meaning_reason(0.456), ExpansionSource.MEANING, 0.456),
    )
    groups = expansion_groups(expanded)
    assert [group.count for group in groups] == [1, 3]
    assert groups == (
        ExpansionGroup("sigle", (ExpandedTerm("FJT", ("foyer",)),)),
        ExpansionGroup(
            "sens proche dans les brochures",
            (
                ExpandedTerm("toit", ("abri (0,70)", "gîte (0,46)")),
                ExpandedTerm("jeunes", ("apprentis (0,50)",)),
            ),
        ),
    )


def test_nothing_added_gives_no_group() -> None:
    assert expansion_groups(()) == ()
