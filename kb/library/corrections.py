"""Did you mean: words that no brochure holds, replaced by the index's own.

A word is corrected only when nothing knows it: not the index, not the
thesaurus, not the French dictionary (simplemma). A French word that the
brochures lack is no typo: correcting it would answer another question.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kb.query import Query, parse_query
from kb.text import Token, fold
from kb.thesaurus import Thesaurus

if TYPE_CHECKING:
    from kb.catalog import Catalog
    from kb.library.moment import Moment

_SHORTEST = 4
"""Letters of a word that may be corrected."""
_TWO_TYPOS_FROM = 8
"""Letters from which two typos are believed."""
_CANDIDATES = 50
"""Words of the index that are compared with a mistyped one."""


def correct(
    query: Query, moment: Moment, thesaurus: Thesaurus, catalog: Catalog
) -> tuple[Query, str | None]:
    """The query with its typos mended, and its text when anything was changed.

    ``catalog`` tells how words are written in the brochures.
    """
    replacements = {
        token.surface: catalog.spelling(better)
        for concept in query.concepts
        for token in concept.typed.tokens
        if (better := _better(token, moment, thesaurus, catalog))
    }
    if not replacements:
        return query, None
    text = query.text
    for surface, better in replacements.items():
        text = text.replace(surface, better)
    return parse_query(text), text


def _better(token: Token, moment: Moment, thesaurus: Thesaurus, catalog: Catalog) -> str:
    """The word of the index that was probably meant; empty when none was."""
    word = fold(token.surface)
    if len(word) < _SHORTEST or not word.isalpha() or moment.known(token.stem):
        return ""
    if thesaurus.suggestions([token]):
        return ""
    likely = _likely(word, moment.engine.suggest(word, _CANDIDATES))
    if not likely or _is_french(token.surface):
        return ""
    # Engines are given a word once a brochure: how often it stands, the catalogue knows.
    often = catalog.occurrences(likely)
    return min(likely, key=lambda one: (likely[one], -often[one], one))


def _likely(word: str, candidates: Iterable[str]) -> dict[str, int]:
    """Those that look like what a slip made ``word`` of, and how many typos that takes."""
    from rapidfuzz.distance import OSA

    allowed = 2 if len(word) >= _TWO_TYPOS_FROM else 1
    typos = {one: OSA.distance(word, one) for one in candidates if one[0] == word[0]}
    return {one: count for one, count in typos.items() if count <= allowed}


def _is_french(word: str) -> bool:
    """Whether the dictionary has the word."""
    import simplemma

    return bool(simplemma.is_known(word.lower(), lang="fr"))
