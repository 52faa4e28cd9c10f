"""What a query asks: concepts, exact phrases, exclusions.

A query is plain words; ``"…"`` asks for an exact phrase and ``-word`` excludes.
Each meaningful word is a *concept*; a thesaurus entry joins the words it covers
into one concept with alternatives. How much of a query a passage answers is
counted in concepts, so that an expansion never counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kb.errors import InvalidQuery
from kb.model import QueryTerm
from kb.privacy import contacts
from kb.text import CONTEXT, STEM, Token, compounds, content_tokens, fold, tokenise
from kb.thesaurus import Suggestion, Thesaurus

MAX_QUERY_LENGTH = 2000
"""Characters; a longer query is a text, not a question."""

STEM_WEIGHT, CONTEXT_WEIGHT = 1.0, 0.8
EXPANSION_WEIGHT = 0.6
"""An expression of the thesaurus counts less than the words that were typed."""
EXPANSION_SHARE = 0.8
"""A passage that says it with an expression of the thesaurus answers that much of a concept."""

_PHRASE = re.compile(r'["“”]([^"“”]*)["“”]')
_AMOUNT = re.compile(
    r"\bcombien\b|\bquel(?:le)?s?\b.*\b"
    r"(?:couts?|budget|montant|taux|prix|part|nombre|pourcentage|tarif|loyer|duree|age)\b"
)
_EXCLUDED = re.compile(r"(?:(?<=\s)|^)-([^\W_][^\s]*)")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a passage may speak of a concept."""

    tokens: tuple[Token, ...]
    weight: float
    label: str = ""
    """The added expression; empty for the words that were typed."""
    reason: str = ""
    share: float = 1.0
    """How much of the concept a passage with these words answers, 0 to 1."""
    similarity: float | None = None
    """Cosine with the typed words, for what was added by meaning; else None."""

    @property
    def stems(self) -> frozenset[str]:
        """Stems of its words."""
        return frozenset(token.stem for token in self.tokens)


@dataclass(frozen=True, slots=True)
class Concept:
    """Words of the query that stand for one thing, and what else may say it."""

    typed: Alternative
    added: tuple[Alternative, ...] = ()

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """The typed words first."""
        return (self.typed, *self.added)


@dataclass(frozen=True, slots=True)
class Query:
    """A query, understood."""

    text: str
    """As typed, without outer spaces."""
    words: str
    """The text to embed: without operators and exclusions."""
    concepts: tuple[Concept, ...]
    phrases: tuple[tuple[Token, ...], ...] = ()
    excluded: tuple[tuple[Token, ...], ...] = ()
    notice: str = ""

    @property
    def asks_amount(self) -> bool:
        """Whether the question is answered by a number: *combien*, *quel budget*…"""
        return bool(_AMOUNT.search(fold(self.words)))

    def shares(self) -> dict[str, float]:
        """Every stem that answers the query, expansions included, with how much of a concept
        it answers: the highest where there are several."""
        shares: dict[str, float] = {}
        for concept in self.concepts:
            for alternative in concept.alternatives:
                for stem in alternative.stems:
                    shares[stem] = max(shares.get(stem, 0.0), alternative.share)
        return shares

    def terms(self) -> list[QueryTerm]:
        """What engines look up, each term once with its highest weight."""
        weights: dict[str, float] = {}
        for concept in self.concepts:
            for alternative in concept.alternatives:
                share = alternative.weight
                if alternative.label:
                    share /= max(len(alternative.tokens), 1) ** 0.5
                for token in alternative.tokens:
                    for term, weight in _weighted_terms(token):
                        weights[term] = max(weights.get(term, 0.0), weight * share)
        for compound in compounds(self.words):
            weights[STEM + compound] = STEM_WEIGHT
        return [QueryTerm(term, weight) for term, weight in weights.items()]


def parse_query(text: str) -> Query:
    """Understand a query; InvalidQuery, with what to do, when there is nothing to look for."""
    text = " ".join(text.split())
    if not text:
        raise InvalidQuery("La requête est vide : tapez un mot, un thème ou une question.")
    if len(text) > MAX_QUERY_LENGTH:
        raise InvalidQuery(
            f"La requête est trop longue ({len(text)} caractères, {MAX_QUERY_LENGTH} au plus) : "
            "gardez une question ou quelques mots."
        )
    phrases = [found.strip() for found in _PHRASE.findall(text)]
    rest = _PHRASE.sub(" ", text)
    excluded = _EXCLUDED.findall(rest)
    rest = _EXCLUDED.sub(" ", rest)
    words = " ".join([*phrases, *rest.split()])
    concepts = tuple(Concept(Alternative((token,), 1.0)) for token in _distinct(words))
    if not concepts:
        raise InvalidQuery(_nothing_to_look_for(text, excluded))
    return Query(
        text=text,
        words=words,
        concepts=concepts,
        phrases=tuple(tokens for phrase in phrases if (tokens := tuple(_contiguous(phrase)))),
        excluded=tuple(tokens for word in excluded if (tokens := tuple(content_tokens(word)))),
        notice=_unbalanced_notice(rest),
    )


def expand(query: Query, thesaurus: Thesaurus, known: Callable[[str], bool]) -> Query:
    """The query with what the thesaurus adds, where the index can answer it.

    ``known`` tells whether a stem is in the index: an expression with a word
    that no brochure holds would only be noise.
    """
    typed = [concept.typed.tokens[0] for concept in query.concepts]
    groups: dict[tuple[int, int], list[Suggestion]] = {}
    for suggestion in thesaurus.suggestions(typed):
        groups.setdefault((suggestion.start, suggestion.end), []).append(suggestion)
    concepts: list[Concept] = []
    position = 0
    while position < len(typed):
        span = next((key for key in groups if key[0] == position), (position, position + 1))
        added = _alternatives(groups.get(span, []), known)
        if added:
            concepts.append(Concept(Alternative(tuple(typed[span[0] : span[1]]), 1.0), added))
        else:
            concepts.extend(query.concepts[span[0] : span[1]])
        position = span[1]
    return replace(query, concepts=tuple(concepts))


def _alternatives(
    suggestions: Sequence[Suggestion], known: Callable[[str], bool]
) -> tuple[Alternative, ...]:
    found: list[Alternative] = []
    for suggestion in suggestions:
        for label in suggestion.added:
            tokens = tuple(content_tokens(label))
            if tokens and all(known(token.stem) for token in tokens):
                found.append(
                    Alternative(tokens, EXPANSION_WEIGHT, label, suggestion.reason, EXPANSION_SHARE)
                )
    return tuple(found)


def _weighted_terms(token: Token) -> list[tuple[str, float]]:
    return [
        (STEM + token.stem, STEM_WEIGHT),
        (CONTEXT + token.stem, CONTEXT_WEIGHT),
    ]


def _distinct(words: str) -> list[Token]:
    """Content tokens, each stem once, in order."""
    return list({token.stem: token for token in reversed(content_tokens(words))}.values())[::-1]


def _contiguous(phrase: str) -> list[Token]:
    """Every token of a phrase, stop words included; nothing where all are stop words."""
    tokens = tokenise(phrase)
    return tokens if any(not token.stop for token in tokens) else []


def _nothing_to_look_for(text: str, excluded: Sequence[str]) -> str:
    if excluded:
        return "La requête ne fait qu’exclure : ajoutez au moins un mot à chercher."
    if contacts(text):
        return (
            "Ni une adresse ni un numéro ne se cherchent ici : "
            "tapez un nom, un thème ou une question."
        )
    if not any(char.isalnum() for char in text):
        return "La requête ne contient aucun mot : tapez un mot, un thème ou une question."
    return (
        "La requête ne contient que des mots très courants (le, de, pour…) : "
        "ajoutez un mot qui porte le sens."
    )


def _unbalanced_notice(rest: str) -> str:
    if any(mark in rest for mark in '"“”'):
        return (
            "Un guillemet n’est pas fermé : les mots ont été cherchés séparément. "
            "Fermez-le pour chercher l’expression exacte."
        )
    return ""
