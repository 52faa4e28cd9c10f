"""French text rules: the one normaliser and analyser of the whole product.

Indexing, querying and highlighting all go through :func:`tokenise`, so that no
engine can cut words its own way. Two kinds of *terms* go to the index:

``s:`` text
    Snowball's French stem (Porter, http://snowball.tartarus.org) of each word
    of a passage, without accents, with the exceptions below.
``c:`` context
    The stems of what surrounds a passage (project title, organisation, places,
    heading), so that a query may name the project in one half and the detail in
    the other.

A second channel of whole words beside the stems was measured and left out: it
cost half of the index and moved nDCG by less than .004 either way.

Stems are taken after accents are folded: people type ``hebergement`` and
``agées``. Plain Snowball breaks words of this field, each seen in questions:
``loyer`` became ``loi``, ``foyer`` became ``foi``, ``travaux`` and ``travail``
did not meet, nor ``baux`` and ``bail``, nor ``tombent`` and ``tomber``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from kb.privacy import blanked
from kb.stopwords import STOP_WORDS

if TYPE_CHECKING:
    from Stemmer import Stemmer

ANALYSIS_VERSION = "3"
"""To be raised with every change that gives other terms, or that keeps them in files of
another form: engines are then filled anew."""

STEM, CONTEXT = "s:", "c:"

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "’": "'", "ʼ": "'", "‘": "'"}
)

_TOKEN = re.compile(
    r"""
    (?:[^\W\d_]\.){2,}[^\W\d_]?              # S.I.A.O.
    | \d{1,3}(?:[ \u00a0\u202f.]\d{3})+(?!\d)  # 13 000
    | \d+(?:[.,]\d+)?                        # 1,5
    | [^\W\d_]+                              # letters
    | [€%$]
    """,
    re.VERBOSE,
)

_GLUED = re.compile(r"(?:[^\W_]+)")
"""A run of letters and digits without space: ``1jeune1logement``, ``T2``, ``3F``."""
_FIGURE = re.compile(
    "[\\d\u00b2\u00b3\u00b9\u00bc-\u00be\u0660-\u200f\u2030-\u20ab\u20ad-\U0010ffff]"
)
"""Every sign that such a run may hold beside letters, and some others: nearly no text has one."""

# A word is tried once, from its start: a text may be one endless word.
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}+-[^\W\d_]{2,}+")

_KEPT_TEXTS = 1024
"""Texts whose words are kept in memory."""

_APOSTROPHES = frozenset("'’ʼ")
_ELISIONS = frozenset(
    {*"ldjmtsnc", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "quelqu", "presqu"}
)
_SYMBOLS = {"€": "euro", "$": "dollar", "%": "pourcent"}
_UNIT_WORDS = {"euros": "euro", "eur": "euro", "pourcents": "pourcent", "pourcentage": "pourcent"}

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

_FEMININE = re.compile(r"ees?$")
_THIRD_PLURAL = re.compile(r"(?<=..[bcfglnptvxyz])ent$")
"""Verbs such as *tombent*; not *logement*, *résident*, *présent*, *parent*."""


class Token(NamedTuple):
    """A word of a text, with its place and the forms under which it is found.

    A named tuple: a hundred are made for each passage, and a frozen dataclass takes four
    times as long to make.
    """

    start: int
    end: int
    surface: str
    """As it stands in the text, elided article apart."""
    word: str
    """Folded, singular."""
    stem: str
    stop: bool
    """Carries no meaning of its own; not indexed."""


_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case, no accents, ligatures apart, straight apostrophes, single spaces.

    >>> fold("Œuvre  d’Amiens")
    "oeuvre d'amiens"
    """
    plain = unicodedata.normalize("NFKD", text).translate(_LIGATURES).lower()
    decomposed = unicodedata.normalize("NFKD", plain)
    if not decomposed.isascii():
        decomposed = _NOT_ASCII.sub(_unmarked, decomposed)
    return " ".join(decomposed.split())


def _unmarked(character: re.Match[str]) -> str:
    return "" if unicodedata.combining(character[0]) else character[0]


def tokenise(text: str) -> list[Token]:
    """Every word, number and unit of ``text``, in order, stop words marked.

    Hyphenated words give their parts; elided articles are left out; ``13 000``
    is one number and ``498e`` a number and a letter.
    """
    return _tokens(text, stop_words=True)


@lru_cache(maxsize=_KEPT_TEXTS)
def content_tokens(text: str) -> tuple[Token, ...]:
    """The tokens of ``text`` that carry meaning.

    Kept in memory for the last texts: titles come back with each of their
    passages, and a passage is indexed, spelt and embedded one after the other.
    """
    return tuple(_tokens(text, stop_words=False))


def word_token(word: str) -> Token:
    """The token of a text that is this one word of letters and no more."""
    return _token(0, len(word), word)


def stems(text: str) -> list[str]:
    """Stems of the content tokens of ``text``, in order."""
    return list(_stems(text))


def text_terms(text: str) -> list[str]:
    """Terms under which a passage is found by its own text, repeated as they occur."""
    return [STEM + one for one in (*stems(text), *compounds(text))]


def context_terms(parts: Iterable[str]) -> list[str]:
    """Terms under which a passage is found by what surrounds it, each once."""
    return [CONTEXT + one for one in dict.fromkeys(chain.from_iterable(map(_stems, parts)))]


def compounds(text: str) -> list[str]:
    """Stems of hyphenated words in one piece (``éco-gestes`` → ``ecogestes``)."""
    if "-" not in text:
        return []
    return [stem(fold(found).replace("-", "")) for found in _COMPOUND.findall(_readable(text))]


def distinct_words(texts: Iterable[str]) -> list[str]:
    """Folded words of ``texts`` as they stand, each once, from which typos are corrected."""
    return list(dict.fromkeys(chain.from_iterable(map(_spelt, texts))))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Stem of a folded word.

    >>> stem("loyers"), stem("travaux"), stem("hebergees") == stem("hebergement")
    ('loyer', 'travail', True)
    """
    word = singular(word)
    if word in _WHOLE_STEMS or len(word) < 4:
        return word
    word = _FEMININE.sub("e", word)
    word = _THIRD_PLURAL.sub("er", word)
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


def word_stem(word: str) -> str:
    """The stem that tokens of a folded word of letters have, units such as *euros* included."""
    return stem(_UNIT_WORDS.get(word, word))


@lru_cache(maxsize=_KEPT_TEXTS)
def _stems(text: str) -> tuple[str, ...]:
    return tuple([token.stem for token in content_tokens(text)])


@lru_cache(maxsize=_KEPT_TEXTS)
def _spelt(text: str) -> tuple[str, ...]:
    """Folded words of three letters or more, as they stand."""
    folded = [fold(token.surface) for token in content_tokens(text)]
    return tuple([word for word in folded if len(word) > 2 and word.isalpha()])


@lru_cache(maxsize=_KEPT_TEXTS)
def _readable(text: str) -> str:
    """The text without its contacts, offsets kept.

    What leads to a person is no word: a search must not tell that it is there.
    """
    return blanked(text)


def _tokens(text: str, *, stop_words: bool) -> list[Token]:
    """Tokens of ``text``, elisions left out; stop words only if asked for."""
    text = _readable(text)
    found: list[Token] = []
    elided: Token | None = None
    for match in _TOKEN.finditer(text):
        elided = None
        word, stemmed, stop, elides = _forms(match[0])
        if stop and not (stop_words or elides):
            continue
        start, end = match.span()
        # Without the arguments by name, which take as long again.
        token = tuple.__new__(Token, (start, end, match[0], word, stemmed, stop))
        if elides and text[end : end + 1] in _APOSTROPHES:
            elided = token
        elif stop_words or not stop:
            found.append(token)
    # Nothing follows it that it could be the article of.
    if elided is not None and (stop_words or not elided.stop):
        found.append(elided)
    return found + _glued(text)


def _glued(text: str) -> list[Token]:
    """Runs mixing letters and digits in one piece: ``1jeune1logement``, ``T2``."""
    found: list[Token] = []
    end = 0
    for figure in _FIGURE.finditer(text):
        start = figure.start()
        if start < end:
            continue
        while start > end and text[start - 1].isalnum():
            start -= 1
        match = _GLUED.match(text, start)
        if match is None:
            continue
        surface, end = match.group(), match.end()
        if not surface.isalpha() and not surface.isdigit() and any(map(str.isalpha, surface)):
            folded = fold(surface)
            found.append(Token(start, end, surface, folded, folded, stop=False))
    return found


@lru_cache(maxsize=65536)
def _forms(surface: str) -> tuple[str, str, bool, bool]:
    """Word, stem and stop mark of a surface form; whether an apostrophe may end it."""
    if surface in _SYMBOLS:
        return _SYMBOLS[surface], _SYMBOLS[surface], False, False
    folded = fold(surface)
    elides = folded in _ELISIONS
    if folded[:1].isdigit():
        number = re.sub(r"[ .](?=\d{3}(?:\D|$))", "", folded).replace(",", ".")
        return number, number, False, elides
    folded = folded.replace(".", "")
    folded = _UNIT_WORDS.get(folded, folded)
    stop = folded in STOP_WORDS or (len(folded) == 1 and folded.isalpha())
    return singular(folded), stem(folded), stop, elides


def _token(start: int, end: int, surface: str) -> Token:
    word, stemmed, stop, _ = _forms(surface)
    return Token(start, end, surface, word, stemmed, stop)


@cache
def _snowball() -> Stemmer:
    from Stemmer import Stemmer

    return Stemmer("french")


def find_phrase(tokens: Sequence[Token], phrase: Sequence[Token]) -> list[tuple[int, int]]:
    """Character ranges where ``phrase`` occurs, word by word, plural and accents apart."""
    wanted = [token.word for token in phrase]
    size = len(wanted)
    return [
        (tokens[at].start, tokens[at + size - 1].end)
        for at in range(len(tokens) - size + 1)
        if size and all(tokens[at + step].word == wanted[step] for step in range(size))
    ]
