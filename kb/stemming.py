"""Stems of French words: Snowball's, with the exceptions that the field needs.

Snowball's French stemmer is that of M. Porter, http://snowball.tartarus.org. Stems are
taken after accents are folded: people type ``hebergement`` and ``agées``. By itself it
breaks words of this field, each seen in questions: ``loyer`` became ``loi``, ``foyer``
became ``foi``, ``travaux`` and ``travail`` did not meet, nor ``baux`` and ``bail``, nor
``tombent`` and ``tomber``.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from Stemmer import Stemmer

_IRREGULAR_PLURALS = {
    "travaux": "travail",
    "baux": "bail",
    "vitraux": "vitrail",
    "emaux": "email",
    "coraux": "corail",
    "yeux": "oeil",
    "cieux": "ciel",
}
_WHOLE_STEMS = frozenset({"loyer", "foyer", "logi"})
"""Nouns in *-oyer*, which Snowball takes for verbs; *logis*, the name of many landlords,
which it takes for *logement*."""

_BEFORE_THIRD_PLURAL = "bcfglnptvxyz"
"""Letters before the *-ent* of verbs such as *tombent*; not of *logement*, *résident*,
*présent*, *parent*."""


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Stem of a folded word.

    >>> stem("loyers"), stem("travaux"), stem("hebergees") == stem("hebergement")
    ('loyer', 'travail', True)
    """
    word = singular(word)
    if word in _WHOLE_STEMS or len(word) < 4:
        return word
    if word.endswith(("ee", "ees")):
        word = word[: word.rindex("ee") + 1]
    elif word.endswith("ent") and word[-4] in _BEFORE_THIRD_PLURAL and len(word) > 5:
        word = word[:-3] + "er"
    stemmed: str = _snowball().stemWord(word)
    return stemmed[:-1] + "i" if stemmed.endswith("y") else stemmed


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """A folded word without its plural mark (after Savoy's minimal French stemmer).

    J. Savoy, "A stemming procedure and stopword list for general French
    corpora", JASIS 50(10), 1999.
    """
    if word in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[word]
    if len(word) > 4 and word.endswith("eaux"):
        return word[:-1]
    if len(word) > 4 and word.endswith("aux"):
        return word[:-2] + "l"
    if len(word) > 3 and word[-1] in "sx" and word[-2] not in "su":
        return word[:-1]
    if len(word) > 4 and word.endswith(("us", "ux")) and word[-3] in "aeo":
        return word[:-1]
    return word


@cache
def _snowball() -> Stemmer:
    from Stemmer import Stemmer

    return Stemmer("french")
