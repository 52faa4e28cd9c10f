"""How a widened search is told: what was added to which word, and why, in French."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.results import Expansion, ExpansionSource

MEANING_REASON = "sens proche dans les brochures"


@dataclass(frozen=True, slots=True)
class ExpandedTerm:
    """A typed term and what was added to it for one reason."""

    term: str
    added: tuple[str, ...]
    """In the order of the answer; what was added by meaning with its similarity."""


@dataclass(frozen=True, slots=True)
class ExpansionGroup:
    """Everything that was added for one reason."""

    reason: str
    terms: tuple[ExpandedTerm, ...]

    @property
    def count(self) -> int:
        """How many words and expressions were added."""
        return sum(len(one.added) for one in self.terms)


def meaning_reason(similarity: float) -> str:
    """Why a word of like meaning was added.

    >>> meaning_reason(0.619)
    'sens proche dans les brochures (similarité 0,62)'
    """
    return f"{MEANING_REASON} (similarité {_decimal(similarity)})"


def expansion_groups(expanded: Sequence[Expansion]) -> tuple[ExpansionGroup, ...]:
    """Expansions by reason, those of the thesaurus first, each typed term once a reason."""
    by_reason: dict[str, dict[str, list[str]]] = {}
    for one in sorted(expanded, key=lambda one: one.source is ExpansionSource.MEANING):
        by_term = by_reason.setdefault(_reason(one), {})
        by_term.setdefault(one.term, []).append(_added(one))
    return tuple(
        ExpansionGroup(
            reason, tuple(ExpandedTerm(term, tuple(added)) for term, added in by_term.items())
        )
        for reason, by_term in by_reason.items()
    )


def _reason(one: Expansion) -> str:
    """The reason without the similarity, which differs from word to word."""
    return MEANING_REASON if one.source is ExpansionSource.MEANING else one.reason


def _added(one: Expansion) -> str:
    if one.similarity is None:
        return one.added
    return f"{one.added} ({_decimal(one.similarity)})"


def _decimal(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
